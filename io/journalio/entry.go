package journalio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind says what a line of the journal records.
type Kind string

// The kinds of lines.
const (
	// KindRun begins a run, or a resumption of it.
	KindRun Kind = "run"
	// KindIntent announces a write; it is on disk before the request.
	KindIntent Kind = "intent"
	// KindAnswer is what the provider answered to a write.
	KindAnswer Kind = "answer"
	// KindReadback is what was read back after an answer was lost.
	KindReadback Kind = "readback"
	// KindOutcome is the outcome of a line of the plan.
	KindOutcome Kind = "outcome"
	// KindSync is a request to make the writes take effect; its outcome is
	// [Answered] once the provider has answered it.
	KindSync Kind = "sync"
	// KindPark and KindUnpark: a record was put on a temporary value, and
	// left it again.
	KindPark   Kind = "park"
	KindUnpark Kind = "unpark"
	// KindEnd closes the journal.
	KindEnd Kind = "end"
	// KindRecovered says that the torn tail of a killed run was cut off.
	KindRecovered Kind = "recovered"
)

var kinds = []Kind{
	KindRun, KindIntent, KindAnswer, KindReadback, KindOutcome, KindSync, KindPark, KindUnpark,
	KindEnd, KindRecovered,
}

// The outcomes of lines of kind sync.
const (
	Answered    = "answered" // by the provider
	SyncPending = "pending"  // sent, or held back, and not yet answered
	SyncFailed  = "failed"
)

// Exited is the outcome of a line of kind end: how the process ended.
func Exited(code int) string { return "exit " + strconv.Itoa(code) }

// NoLine is the Line of an entry about the run as a whole.
const NoLine = -1

// Entry is one line of a journal. It never holds a value of a credential.
type Entry struct {
	// Seq, At, Prev and Hash are the journal's own: it fills them in.
	Seq  int64     `json:"seq"`
	At   time.Time `json:"at"`
	Prev string    `json:"prev"`
	Hash string    `json:"hash"`
	Kind Kind      `json:"kind"`
	// Line is the index in the plan, or [NoLine].
	Line int `json:"line"`
	// Attempt counts from 1; 0 where there is none.
	Attempt int `json:"attempt"`
	// Op is the action (create, update, …) or step that the line is about.
	Op           string `json:"op"`
	CredentialID string `json:"credential_id"`
	Outcome      string `json:"outcome"`
	// HTTPStatus is 0 when there was no answer.
	HTTPStatus int    `json:"http_status"`
	RequestID  string `json:"request_id"`
	// Note is a remark for people. Two kinds of lines keep a value there: of kind
	// run the run's id ([Replay.RunID]), of kind outcome the words of the result.
	Note string `json:"note"`
}

// seal fills in Hash: that of the entry's canonical bytes with Hash empty. It
// returns these bytes with the hash in, and the line feed, appended to dst.
func (e *Entry) seal(dst []byte) []byte {
	start := len(dst)
	e.Hash = ""
	dst, at := e.appendTo(dst)
	sum := sha256.Sum256(dst[start:])
	e.Hash = hex.EncodeToString(sum[:])
	dst = slices.Insert(dst, at, []byte(e.Hash)...)
	return append(dst, '\n')
}

// appendTo appends the canonical form without a line feed, and returns where in
// dst the text of hash begins.
func (e *Entry) appendTo(dst []byte) (out []byte, hashAt int) {
	dst = strconv.AppendInt(append(dst, `{"seq":`...), e.Seq, 10)
	dst = append(e.At.AppendFormat(append(dst, `,"at":"`...), time.RFC3339Nano), `","prev":`...)
	dst = append(appendText(dst, e.Prev), `,"hash":`...)
	hashAt = len(dst) + 1
	dst = append(appendText(dst, e.Hash), `,"kind":`...)
	dst = append(appendText(dst, string(e.Kind)), `,"line":`...)
	dst = append(strconv.AppendInt(dst, int64(e.Line), 10), `,"attempt":`...)
	dst = append(strconv.AppendInt(dst, int64(e.Attempt), 10), `,"op":`...)
	dst = append(appendText(dst, e.Op), `,"credential_id":`...)
	dst = append(appendText(dst, e.CredentialID), `,"outcome":`...)
	dst = append(appendText(dst, e.Outcome), `,"http_status":`...)
	dst = append(strconv.AppendInt(dst, int64(e.HTTPStatus), 10), `,"request_id":`...)
	dst = append(appendText(dst, e.RequestID), `,"note":`...)
	return append(appendText(dst, e.Note), '}'), hashAt
}

// appendText appends a JSON string. Nearly all words of a journal are plain; only
// the others go through the encoder with its allocations.
func appendText(dst []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			return appendEscaped(dst, text)
		}
	}
	return append(append(append(dst, '"'), text...), '"')
}

// appendEscaped escapes as encoding/json does. Invalid UTF-8 becomes U+FFFD first: the
// encoder would write it as an escape, and the text that is read back in another form.
func appendEscaped(dst []byte, text string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(strings.ToValidUTF8(text, "\ufffd")) // a string always encodes
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

var (
	errForm = errors.New("it is not a journal line")
	errHash = errors.New("its content does not match its hash")
)

// parser reads lines, and checks that each is exactly what the journal would
// have written.
type parser struct{ again, body []byte }

// parse reads a line without its line feed. seq and prev are those of the chain.
func (p *parser) parse(line []byte, seq int64, prev string) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(line, &e); err != nil {
		return e, errForm // the decoder's words would quote the line
	}
	if e.Seq != seq {
		return e, errors.New("it says it is line " + strconv.FormatInt(e.Seq, 10) +
			": lines are missing, doubled or out of order")
	}
	var hashAt int
	p.again, hashAt = e.appendTo(p.again[:0])
	if !bytes.Equal(p.again, line) {
		return e, errForm
	}
	p.body = append(append(p.body[:0], line[:hashAt]...), line[hashAt+len(e.Hash):]...)
	sum := sha256.Sum256(p.body)
	switch {
	case e.Hash != hex.EncodeToString(sum[:]):
		return e, errHash
	case e.Prev != prev:
		return e, errors.New("it does not follow the previous line")
	case !slices.Contains(kinds, e.Kind):
		return e, errors.New("its kind is not known to this program")
	}
	return e, nil
}
