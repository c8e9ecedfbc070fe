package httpapi

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// errorBodyMax caps what is kept of an answer that is not 2xx, drainMax what is
// read of one that nobody wants, to keep its connection.
const (
	errorBodyMax = mebibyte
	drainMax     = 256 << 10
)

// answerBody reads an answer decoded and capped, and remembers how reading
// ended, because a stream's reader may hide it.
type answerBody struct {
	src  io.Reader
	left int64
	// watch, if any, runs during each read and not between them: the time
	// that the reader takes is not the host's.
	watch *watch
	err   error // the first error other than io.EOF
	whole bool  // io.EOF was reached
}

func (b *answerBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	// One byte more than is left, to tell a body of exactly the cap from a
	// larger one.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	if b.watch != nil {
		b.watch.start()
		defer b.watch.stop()
	}
	n, err := b.src.Read(p)
	b.left -= int64(n)
	switch {
	case b.left < 0:
		n, err = n-1, errTooLarge
		b.err = err
	case err == io.EOF:
		b.whole = true
	case err != nil:
		b.err = err
	}
	return n, err
}

// openBody decodes gzip. Both the bytes on the wire and those that come out are
// capped: a small body may unpack to a huge one, and a huge one to nothing.
func openBody(resp *http.Response, limit int64, w *watch) (*answerBody, *trouble) {
	raw := &answerBody{src: resp.Body, left: limit, watch: w}
	switch coding := strings.ToLower(resp.Header.Get("Content-Encoding")); coding {
	case "", "identity":
		return raw, nil
	case "gzip", "x-gzip":
	default:
		return nil, &trouble{kind: unusable, reason: "answered in a compression that was not asked for"}
	}
	unpacked, err := gzip.NewReader(raw)
	switch {
	case err == io.EOF: // no body at all
		return raw, nil
	case raw.err != nil:
		return nil, readTrouble(raw.err, limit)
	case err != nil:
		return nil, readTrouble(ErrBroken, limit)
	}
	return &answerBody{src: unpacked, left: limit}, nil
}

// readTrouble says why a body could not be read to its end.
func readTrouble(err error, limit int64) *trouble {
	if err == errTooLarge {
		return &trouble{kind: unusable, reason: "the answer is larger than " + sizeText(limit)}
	}
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	if corrupt || err == gzip.ErrHeader || err == gzip.ErrChecksum || err == ErrBroken {
		return &trouble{kind: lost, reason: "the answer is damaged"}
	}
	return transportTrouble(err, true)
}

func sizeText(n int64) string {
	if n >= mebibyte {
		return strconv.FormatInt(n/mebibyte, 10) + " MiB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

// readAll reads a body to its end. size is the declared length, -1 if unknown;
// it is a hint only.
func readAll(b *answerBody, size int64) ([]byte, error) {
	var buf bytes.Buffer
	if size > 0 {
		buf.Grow(int(min(size, mebibyte)) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(b)
	return buf.Bytes(), err
}

// drain reads what is left of an unwanted body, so that its connection can be
// used again, but not much, nor for long.
func drain(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, drainMax)
}

// watch cancels an attempt that takes too long.
type watch struct {
	timer *time.Timer
	limit time.Duration
}

func (w *watch) start() { w.timer.Reset(w.limit) }
func (w *watch) stop()  { w.timer.Stop() }
