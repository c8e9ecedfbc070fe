// Package audit examines past runs: it proves from a run's files alone that its report is
// complete, and renders the report again in another format.
//
// Invariants:
//
//   - It asks no provider, and never writes into a run: rendering a file into a closed run is
//     refused.
//   - An unreadable file proves nothing, and is reported; so is every disagreement between two
//     files of a run.
//   - It finds accidents and careless edits. It is not a signature.
package audit

import (
	"fmt"
	"io"

	"keyroster/io/store"
)

// Schema is the schema name of a [Document]. Members may be added, never renamed.
const Schema = "keyroster/verify/1"

// Document is the result of auditing a run, as verify --json prints it.
type Document struct {
	Schema string `json:"schema"`
	RunID  string `json:"run_id"`
	// OK: all checks passed. It is never set for an open run.
	OK     bool    `json:"ok"`
	Checks []Check `json:"checks"`
	// Status is the state of the run (open, closed, …), and Next the next step if it is not closed.
	Status store.RunStatus `json:"standing"`
	Next   string          `json:"next"`
}

// Check is one recomputed claim.
type Check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// Open: the check needs something written at the end of the run, which is still open. Such
	// a check is not OK, but no fault either.
	Open bool `json:"open"`
	// Detail is what was found, or what does not match and where.
	Detail string `json:"detail"`
}

// WriteText writes a line for each check and one for the run. Errors are those of w.
func (d *Document) WriteText(w io.Writer) error {
	failed, open := 0, 0
	for _, c := range d.Checks {
		word := "ok"
		switch {
		case c.Open:
			word = "open"
			open++
		case !c.OK:
			word = "FAILED"
			failed++
		}
		if _, err := fmt.Fprintf(w, "%-7s %-9s %s\n", word, c.Name, c.Detail); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "run %s: %s\n", d.RunID, d.verdict(failed, open))
	return err
}

// verdict sums up how many checks failed or cannot be made yet.
func (d *Document) verdict(failed, open int) string {
	switch {
	case failed > 0:
		return fmt.Sprintf("%d of %d checks failed", failed, len(d.Checks))
	case open > 0:
		return fmt.Sprintf("the run is still open and can be verified once it is closed; %d of %d checks passed so far",
			len(d.Checks)-open, len(d.Checks))
	}
	return fmt.Sprintf("all %d checks passed", len(d.Checks))
}
