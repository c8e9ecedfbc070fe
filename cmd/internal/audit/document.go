// Package audit looks at runs that were: it proves from a run's files alone that its
// report is whole, and renders the report again in another form.
//
// Invariants:
//
//   - Nothing is asked of a provider, and nothing is written to a run: a file that was
//     to be rendered into a closed one is refused.
//   - A file that cannot be read proves nothing, and is said; so is every place where
//     two files of a run do not say the same.
//   - It finds accidents and careless edits. It is no signature.
package audit

import (
	"fmt"
	"io"

	"keyroster/io/store"
)

// Schema is the schema word of a [Document]. Members may be added, never renamed.
const Schema = "keyroster/verify/1"

// Document is what was found of a run, as verify --json prints it.
type Document struct {
	Schema string `json:"schema"`
	RunID  string `json:"run_id"`
	// OK: all checks are. Those of an open run never are.
	OK     bool    `json:"ok"`
	Checks []Check `json:"checks"`
	// Status is how the run stands (open, closed, …), and Next the next step for
	// one that is not closed.
	Status store.RunStatus `json:"standing"`
	Next   string          `json:"next"`
}

// Check is one thing that was computed again.
type Check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// Open: what this looks at is written at the end of the run, which is open. It is not
	// OK, and no fault.
	Open bool `json:"open"`
	// Detail is what was found, or where and how it does not fit.
	Detail string `json:"detail"`
}

// WriteText writes a line for each check and one for the run, for people. Errors are
// those of w.
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

// verdict is the sentence of so many checks that failed or cannot be made yet.
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
