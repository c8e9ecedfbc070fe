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
	if err := r.Settle(); err != nil {
		return err
	}
	head := *r
	head.Schema = Schema
	if head.Limits == nil {
		head.Limits = reconcile.Limits{}
	}
	head.Inputs, head.Overrides, head.Warnings = orEmpty(r.Inputs), orEmpty(r.Overrides), orEmpty(r.Warnings)
	out := bufio.NewWriterSize(w, 64<<10)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(head); err != nil {
		return fmt.Errorf("write ndjson report: %w", err)
	}
	for line, err := range r.lines() {
		if err != nil {
			return fmt.Errorf("read lines: %w", err)
		}
		one := *line
		one.Sources, one.Fields, one.Warnings = orEmpty(line.Sources), orEmpty(line.Fields), orEmpty(line.Warnings)
		if err := enc.Encode(one); err != nil {
			return fmt.Errorf("write ndjson report: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write ndjson report: %w", err)
	}
	return nil
}
