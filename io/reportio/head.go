package reportio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

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
	if err := readHead(r, report, &report.Schema); err != nil {
		return nil, err
	}
	return report, nil
}

// ReadGlance is [ReadHead] of the little that a list of many runs says.
func ReadGlance(r io.Reader) (*Glance, error) {
	g := &Glance{}
	if err := readHead(r, g, &g.Schema); err != nil {
		return nil, err
	}
	return g, nil
}

// headMax is how far the end of a head is looked for as [WriteJSON] writes it; longer
// ones, and those that another program has written, are read member by member.
const headMax = 64 << 10

// endsOfHead are what follows a head as [WriteJSON] writes it. No text of a JSON
// document has a line break in it.
var endsOfHead = [][]byte{[]byte(",\n  \"problems\": ["), []byte(",\n  \"lines\": [")}

// readHead reads a head, one of whose members is schema.
func readHead(r io.Reader, head any, schema *string) error {
	read, end, err := upToEnd(r)
	if err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	if end < 0 || json.Unmarshal(append(slices.Clip(read[:end]), '}'), head) != nil {
		err = readMembersOf(io.MultiReader(bytes.NewReader(read), r), head)
	}
	if err == nil && *schema != Schema {
		err = fmt.Errorf("the schema is %.60q, not %q", *schema, Schema)
	}
	if err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	return nil
}

// readMembersOf reads a head member by member.
func readMembersOf(r io.Reader, head any) error {
	members, err := readMembers(json.NewDecoder(r), func(name any) (skip, stop bool, err error) {
		return false, name == "problems" || name == "lines", nil
	})
	if err == nil {
		err = decodeMembers(members, head)
	}
	return whole(err)
}

// upToEnd reads as much as it takes to find where a head ends; end is -1 where that is
// not found.
func upToEnd(r io.Reader) (read []byte, end int, err error) {
	read = make([]byte, 0, 8<<10)
	for {
		n, err := r.Read(read[len(read):cap(read)])
		read = read[:len(read)+n]
		for _, mark := range endsOfHead {
			if end = bytes.Index(read, mark); end >= 0 {
				return read, end, nil
			}
		}
		switch {
		case errors.Is(err, io.EOF), len(read) >= headMax:
			return read, -1, nil
		case err != nil:
			return read, -1, err
		case len(read) == cap(read):
			read = slices.Grow(read, len(read))
		}
	}
}
