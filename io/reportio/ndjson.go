package reportio

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"keyroster/reconcile"
)

// WriteNDJSON writes the report as lines of JSON: first the report without its
// lines, as report.json has it, then each line.
func WriteNDJSON(w io.Writer, r *Report) error {
	if err := r.Tally(); err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	head := struct {
		Report
		Problems []reconcile.Problem `json:"problems"` // also when there are none
	}{r.head(), orEmpty(r.Problems)}
	if err := enc.Encode(head); err != nil {
		return fmt.Errorf("write ndjson report: %w", err)
	}
	for line, err := range r.lines() {
		if err != nil {
			return fmt.Errorf("read lines: %w", err)
		}
		if err := enc.Encode(line.presented()); err != nil {
			return fmt.Errorf("write ndjson report: %w", err)
		}
	}
	return during("write ndjson report", out.Flush())
}
