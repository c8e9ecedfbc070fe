package csvio

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"syscall"

	"keyroster/io/cellio"
)

const (
	chunkSize = 32 << 10
	// maxRecord bounds what one record may take, so that a quote that is never
	// closed does not pull a whole file into memory. A workbook's cell holds
	// 32,767 characters; longer values are side files.
	maxRecord = 16 << 20

	exportAgain = "the file may have been cut short; export it again"
)

// encoding/csv knows LF and CRLF only, and turns CRLF inside quotes into LF. So it
// gets LF line ends only, and these bytes, which UTF-8 never contains, replace what
// a quoted cell really holds until its text is taken out.
const (
	markCR     = "\xff"   // CR, which does not end a physical line
	markLineCR = "\xfe\n" // CR that ends a physical line; the LF is for counting
	markLF     = "\xfd"   // LF after markLineCR, which ended the line already
)

var unmark = strings.NewReplacer(markCR, "\r", markLineCR, "\r", markLF, "\n")

// lines reads UTF-8 text and passes it on with every line end as one LF, so that
// encoding/csv's line numbers are physical ones. It refuses NULs and endless
// records, and adds the line to every error. Errors are sticky.
//
// It finds out what is quoted by counting quotes, which is exact for every text that encoding/csv
// accepts; in others, encoding/csv stops at the first quote where the two could differ.
type lines struct {
	src  io.Reader
	file string

	in  []byte // what was read last
	buf []byte // where in is rewritten, if it must be
	out []byte // what is still to be handed on: a part of in or buf
	err error

	line   int // the physical line of the next byte
	start  int // the line on which the current record starts
	size   int // bytes of the current record so far
	quoted bool
	// afterCR: the byte before was a CR that ended a physical line.
	afterCR bool
	// styled: the end of the first record was seen; oldMac: it was a lone CR.
	styled, oldMac bool
	// broken: some quoted cell holds a line break.
	broken bool
	// marked: some mark was written, so cells must be unmarked.
	marked bool
}

// newLines reads src, up to size bytes at once.
func newLines(src io.Reader, file string, size int) *lines {
	return &lines{
		src:   src,
		file:  file,
		in:    make([]byte, min(size, chunkSize)),
		line:  1,
		start: 1,
	}
}

// Read implements [io.Reader].
func (l *lines) Read(p []byte) (int, error) {
	for len(l.out) == 0 && l.err == nil {
		l.fill()
	}
	if len(l.out) == 0 {
		return 0, l.err
	}
	n := copy(p, l.out)
	l.out = l.out[n:]
	return n, nil
}

func (l *lines) fill() {
	n, err := l.src.Read(l.in)
	in := l.in[:n]
	if l.isPlain(in) {
		l.takePlain(in)
	} else {
		l.rewrite(in)
	}
	if l.err == nil && l.size > maxRecord {
		l.err = l.fail(l.start, cellio.KindDamaged, "a record of more than 16 MiB: a quote is not closed", exportAgain)
	}
	if l.err == nil && err != nil {
		l.err = l.explain(err)
	}
}

// isPlain reports whether in can be handed on as it is: the usual case.
func (l *lines) isPlain(in []byte) bool {
	return !l.quoted && !l.afterCR && bytes.IndexByte(in, '"') < 0 && bytes.IndexByte(in, '\r') < 0 &&
		bytes.IndexByte(in, 0) < 0
}

func (l *lines) takePlain(in []byte) {
	l.out = in
	last := bytes.LastIndexByte(in, '\n')
	if last < 0 {
		l.size += len(in)
		return
	}
	l.line += bytes.Count(in, []byte{'\n'})
	l.start, l.size, l.styled = l.line, len(in)-last-1, true
}

// rewrite hands on in with its line ends and marks in place, up to its end or
// the first NUL. Every byte becomes at most two.
func (l *lines) rewrite(in []byte) {
	l.buf = slices.Grow(l.buf[:0], 2*len(in))
	defer func() { l.out = l.buf }()
	for i := 0; i < len(in); {
		if l.afterCR {
			l.afterCR = false
			if l.takeAfterCR(in[i]) {
				i++
				continue
			}
		}
		run := i
		for run < len(in) && !special[in[run]] {
			run++
		}
		l.buf = append(l.buf, in[i:run]...)
		l.size += run - i
		if i = run; i == len(in) {
			break
		}
		if in[i] == 0 {
			l.err = l.fail(
				l.line, cellio.KindDamaged, "a NUL byte, which text never contains",
				"the file is damaged or not a CSV file; export it again",
			)
			return
		}
		l.takeSpecial(in[i])
		i++
	}
}

var special = [256]bool{0: true, '"': true, '\r': true, '\n': true}

func (l *lines) takeSpecial(c byte) {
	l.size++
	switch {
	case c == '"':
		l.quoted = !l.quoted
		l.buf = append(l.buf, c)
	case !l.quoted:
		l.buf = append(l.buf, '\n')
		l.line++
		l.start, l.size = l.line, 0
		l.afterCR = c == '\r'
		l.styled = l.styled || c == '\n'
	case c == '\n':
		l.buf = append(l.buf, c)
		l.line++
		l.broken = true
	case l.oldMac:
		l.buf = append(l.buf, markLineCR...)
		l.line++
		l.afterCR, l.marked, l.broken = true, true, true
	default:
		l.buf = append(l.buf, markCR...)
		l.marked, l.broken = true, true
	}
}

// takeAfterCR looks at the byte after a CR that ended a line, and reports whether
// it took it: the LF of a CRLF ends no second line.
func (l *lines) takeAfterCR(c byte) bool {
	if !l.styled && !l.quoted {
		l.styled, l.oldMac = true, c != '\n'
	}
	if c != '\n' {
		return false
	}
	if l.quoted {
		l.buf = append(l.buf, markLF...)
	}
	return true
}

// explain adds the line to an error of the source.
func (l *lines) explain(err error) error {
	if err == io.EOF {
		return err
	}
	if bad, ok := errors.AsType[*decodeError](err); ok {
		return l.fail(l.line, cellio.KindEncoding, bad.message, bad.remedy)
	}
	return readError(l.file, l.line, err)
}

func (l *lines) fail(line int, kind, message, remedy string) *cellio.InputError {
	return &cellio.InputError{File: l.file, Line: line, Kind: kind, Message: message, Remedy: remedy}
}

// readError is an error of the operating system as an InputError.
func readError(file string, line int, err error) *cellio.InputError {
	if errors.Is(err, syscall.EISDIR) {
		return &cellio.InputError{
			File:    file,
			Kind:    cellio.KindDirectory,
			Message: "a folder, not a file",
			Remedy:  "name a file in it",
		}
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err // without the path, which the message has already
	}
	return &cellio.InputError{
		File: file, Line: line, Kind: cellio.KindDamaged,
		Message: "read error: " + err.Error(), Remedy: "copy the file to a local disk and try again",
	}
}
