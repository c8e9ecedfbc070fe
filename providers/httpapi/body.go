package httpapi

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// errorBodyMax caps what is kept of an answer that is not 2xx, drainMax what is read of one
// that is not needed, to keep its connection.
const (
	errorBodyMax = mebibyte
	drainMax     = 256 << 10
	// A compressed answer longer than ratioFrom may unpack to ratioMax times its size:
	// lists of similar objects reach about 30, a bomb 1,000.
	ratioMax  = 200
	ratioFrom = 8 * mebibyte
	// containersMax bounds the objects and lists of a body that is decoded whole: each
	// takes far more memory than the two bytes that it may be written in.
	containersMax = 500_000
)

// answerBody reads an answer decoded and capped, and remembers how reading ended, because a
// stream's reader may hide it.
type answerBody struct {
	src  io.Reader
	left int64
	// watch, if any, runs during each read and not between them: the reader's own time does
	// not count against the host.
	watch *watch
	// packed, if any, is what src decompresses.
	packed *answerBody
	read   int64
	err    error // the first error other than io.EOF
	whole  bool  // io.EOF was reached
}

func (b *answerBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	// One byte more than is left, to distinguish a body of exactly the cap from a larger
	// one.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	if b.watch != nil {
		b.watch.start()
	}
	n, err := b.src.Read(p)
	b.left -= int64(n)
	b.read += int64(n)
	if b.watch != nil {
		if slow := b.watch.stop(b.read); slow && err == nil {
			err = errTooSlow
		}
	}
	switch {
	case b.left < 0:
		n, err = n-1, errTooLarge
		b.err = err
	case b.packed != nil && b.read > ratioFrom && b.read > ratioMax*b.packed.read:
		err = errExpands
		b.err = err
	case err == io.EOF:
		b.whole = true
	case err != nil:
		b.err = err
	}
	return n, err
}

// openBody decodes gzip. Both the bytes on the wire and the decoded ones are capped: a
// small body may unpack to a huge one, and a huge one to nothing.
func openBody(resp *http.Response, limit int64, w *watch) (*answerBody, *attemptError) {
	raw := &answerBody{src: resp.Body, left: limit, watch: w}
	switch coding := strings.ToLower(resp.Header.Get("Content-Encoding")); coding {
	case "", "identity":
		return raw, nil
	case "gzip", "x-gzip":
	default:
		return nil, &attemptError{kind: unusable, reason: "answered with a compression that was not requested"}
	}
	unpacked, err := gzip.NewReader(raw)
	switch {
	case err == io.EOF: // no body at all
		return raw, nil
	case raw.err != nil:
		return nil, readError(raw.err, limit)
	case err != nil:
		return nil, readError(ErrBroken, limit)
	}
	return &answerBody{src: unpacked, left: limit, packed: raw}, nil
}

// readError says why a body could not be read to its end.
func readError(err error, limit int64) *attemptError {
	switch err {
	case errTooLarge:
		return &attemptError{kind: unusable, reason: "the answer is larger than " + sizeText(limit)}
	case errExpands:
		return &attemptError{
			kind:   unusable,
			reason: fmt.Sprintf("the answer unpacks to more than %d times its size", ratioMax),
		}
	case errTooSlow:
		return &attemptError{kind: lost, tries: triesSlow, reason: "the answer was too slow"}
	}
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	if corrupt || err == gzip.ErrHeader || err == gzip.ErrChecksum || err == ErrBroken {
		return &attemptError{kind: lost, reason: "the answer is damaged"}
	}
	return transportError(err, true)
}

func sizeText(n int64) string {
	if n >= mebibyte {
		return strconv.FormatInt(n/mebibyte, 10) + " MiB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

// readAll reads a body to its end. size is the declared length, -1 if unknown; it is only a
// hint.
func readAll(b *answerBody, size int64) ([]byte, error) {
	var buf bytes.Buffer
	if size > 0 {
		buf.Grow(int(min(size, mebibyte)) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(b)
	return buf.Bytes(), err
}

// drain reads the rest of an unwanted body, so that its connection can be used again, but
// not much, nor for long.
func drain(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, drainMax)
}

// containers counts the objects and lists of a JSON document, up to one more than most.
func containers(data []byte, most int) int {
	n, quoted := 0, false
	for i := 0; i < len(data) && n <= most; i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '{' || c == '['):
			n++
		}
	}
	return n
}

// streamFloor is what a host must send on average, in bytes per second, once it has taken
// floorAfter times the longest silence.
const (
	streamFloor = 1024
	floorAfter  = 3
)

// watch cancels an attempt that takes too long: limit is the longest silence, total what
// all reads together may take.
type watch struct {
	timer        *time.Timer
	limit, total time.Duration
	spent        time.Duration
	since        time.Time
}

func (w *watch) start() {
	w.since = time.Now()
	w.timer.Reset(w.limit)
}

// stop ends a read, and reports whether the host is too slow with what it sent.
func (w *watch) stop(sent int64) (slow bool) {
	w.timer.Stop()
	w.spent += time.Since(w.since)
	floor := w.spent > floorAfter*w.limit && float64(sent) < streamFloor*w.spent.Seconds()
	return floor || w.spent > w.total
}
