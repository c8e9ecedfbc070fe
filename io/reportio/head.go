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

// Glance is what a list of many runs says of each of them. Its members are those of
// [Report].
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
	// Undoes is the run that this one took back, empty for none.
	Undoes string `json:"undoes"`
}

// ReadHead reads what a report says before its problems and lines, and not
// these: it is for looking through many reports.
func ReadHead(r io.Reader) (*Report, error) {
	report := &Report{}
	if err := readHead(r, report, &report.Schema, endOfHead); err != nil {
		return nil, err
	}
	return report, nil
}

// ReadGlance is [ReadHead] of the little that a list of many runs says, and reads no
// more than that.
func ReadGlance(r io.Reader) (*Glance, error) {
	g := &Glance{}
	if err := readHead(r, g, &g.Schema, endOfSummary); err != nil {
		return nil, err
	}
	return g, nil
}

// headMax is how far the end of a head is looked for as [WriteJSON] writes it; longer
// ones, and those that another program has written, are read member by member.
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

// endOfSummary is where the summary ends, before which all members of a [Glance] stand.
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

// unmarshalUpTo decodes an object that goes on after at, as if it ended there.
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

// heads are the buffers of heads that were read.
var heads = sync.Pool{New: func() any { return new(make([]byte, 0, 4<<10)) }}

// upTo reads as much as it takes to find an end, behind text; at is -1 where that is not
// found.
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
