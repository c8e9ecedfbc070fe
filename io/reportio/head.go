package reportio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"keyroster/reconcile"
)

// Glance is what a list of many runs shows of each. Its members are those of [Report].
type Glance struct {
	Schema     string            `json:"schema"`
	RunID      string            `json:"run_id"`
	Account    string            `json:"account"`
	Tenant     string            `json:"tenant"`
	Provider   string            `json:"provider"`
	Command    string            `json:"command"`
	Operator   string            `json:"operator"`
	StartedAt  time.Time         `json:"started_at"`
	FinishedAt time.Time         `json:"finished_at"`
	ExitCode   int               `json:"exit_code"`
	Converged  bool              `json:"converged"`
	Summary    reconcile.Summary `json:"summary"`
	// Undoes is the run that this one undid, empty for none.
	Undoes string `json:"undoes"`
}

// ReadHead reads only what precedes a report's problems and lines, for looking
// through many reports.
func ReadHead(r io.Reader) (*Report, error) {
	report := &Report{}
	if err := readHead(r, report, &report.Schema, endOfHead); err != nil {
		return nil, err
	}
	return report, nil
}

// ReadGlance is [ReadHead] for the little that a list of many runs shows, and reads no further.
func ReadGlance(r io.Reader) (*Glance, error) {
	g := &Glance{}
	if err := readHead(r, g, &g.Schema, endOfSummary); err != nil {
		return nil, err
	}
	return g, nil
}

// headMax is how far the end of a head is searched for in the layout of [WriteJSON];
// longer heads, and those of other programs, are read member by member.
const headMax = 64 << 10

// endOfHead is where the members end that come before problems and lines, as
// [WriteJSON] writes them; -1 where that is not found. No text of a JSON document has a
// line break in it.
func endOfHead(text []byte) int {
	if end := bytes.Index(text, []byte(",\n  \"problems\": [")); end >= 0 {
		return end
	}
	return bytes.Index(text, []byte(",\n  \"lines\": ["))
}

// endOfSummary is where the summary ends, the last member that a [Glance] has.
func endOfSummary(text []byte) int {
	at := bytes.Index(text, []byte(",\n  \"summary\": {"))
	if at < 0 {
		return endOfHead(text)
	}
	closing := []byte("\n  }")
	if size := bytes.Index(text[at:], closing); size >= 0 {
		return at + size + len(closing)
	}
	return -1
}

// readHead reads a head, one of whose members is schema, up to where end says.
func readHead(r io.Reader, head any, schema *string, end func(text []byte) int) error {
	room := heads.Get().(*[]byte)
	text, at, err := upTo(r, (*room)[:0], end)
	defer func() { *room = text; heads.Put(room) }()
	if err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	if at < 0 || unmarshalUpTo(text, at, head) != nil {
		err = readMembersOf(io.MultiReader(bytes.NewReader(text), r), head)
	}
	if err == nil && *schema != Schema {
		err = fmt.Errorf("the schema is %.60q, not %q", *schema, Schema)
	}
	if err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	return nil
}

// unmarshalUpTo decodes an object that continues after at, as if it ended there.
func unmarshalUpTo(text []byte, at int, head any) error {
	if at == len(text) {
		return io.ErrUnexpectedEOF
	}
	next := text[at]
	text[at] = '}'
	err := json.Unmarshal(text[:at+1], head)
	text[at] = next
	return err
}

// readMembersOf reads a head member by member.
func readMembersOf(r io.Reader, head any) error {
	members, err := readMembers(jsontext.NewDecoder(r), func(name string) (skip, stop bool, err error) {
		return false, name == "problems" || name == "lines", nil
	})
	if err == nil {
		err = decodeMembers(members, head)
	}
	return whole(err)
}

// heads are buffers for reading heads.
var heads = sync.Pool{New: func() any { return new(make([]byte, 0, 4<<10)) }}

// upTo appends input to text until end finds an end; at is -1 where it does not.
func upTo(r io.Reader, text []byte, end func(text []byte) int) (all []byte, at int, err error) {
	for {
		n, err := r.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if at = end(text); at >= 0 && at < len(text) {
			return text, at, nil
		}
		switch {
		case errors.Is(err, io.EOF), len(text) >= headMax:
			return text, -1, nil
		case err != nil:
			return text, -1, err
		case len(text) == cap(text):
			text = slices.Grow(text, len(text))
		}
	}
}
