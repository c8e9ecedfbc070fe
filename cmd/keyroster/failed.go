package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"keyroster/io/csvio"
	"keyroster/io/rundir"
	"keyroster/io/tableio"
	"keyroster/reconcile"
)

// writeFailed writes the rows that did not end as desired, as a roster to mend
// and apply: every cell as its file has it, values included, and why.
func (s *session) writeFailed() error {
	if s.draft.plan == nil {
		return nil
	}
	lines := s.failedLines()
	name := s.secrecy.name(rundir.FailedFile)
	for _, left := range []string{rundir.FailedFile, rundir.FailedFile + ".age"} {
		// An earlier attempt may have left one, of rows that are done by now, or in
		// another form.
		if len(lines) > 0 && left == name {
			continue
		}
		if err := os.Remove(s.dir.Path(left)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the rows that an earlier attempt left: %w", err)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	s.dir.HoldsValues(name)
	return s.dir.Write(name, func(w io.Writer) error {
		return s.secrecy.seal(w, func(w io.Writer) error { return s.writeFailedRows(w, lines) })
	})
}

func (s *session) writeFailedRows(w io.Writer, lines []int) error {
	schema := s.draft.plan.Want.Schema()
	var columns []int
	for col := range schema.Columns {
		if schema.Columns[col].Role != reconcile.RoleInfo {
			columns = append(columns, col)
		}
	}
	out := csvio.NewFileWriter(w)
	header := make([]string, 0, len(columns)+2)
	for _, col := range columns {
		header = append(header, schema.Columns[col].Name)
	}
	if err := out.Write(append(header, tableio.ReasonColumn, "keyroster_source")); err != nil {
		return err
	}
	for _, line := range lines {
		for _, row := range s.draft.plan.RowsOf(line) {
			if err := out.Write(s.failedRow(line, int(row), columns)); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// failedLines are the lines with a row that did not end as desired. A plan that
// was refused as a whole has none: nothing is wrong with its rows.
func (s *session) failedLines() []int {
	var lines []int
	for i := range s.draft.plan.Lines {
		l := &s.draft.plan.Lines[i]
		if l.Row < 0 {
			continue
		}
		outcome := l.Outcome
		if s.run != nil {
			if res := s.run.Result(i); res != nil {
				if res.AsDesired() {
					continue
				}
				outcome = res.Outcome
			}
		}
		if outcome != reconcile.Unchanged && outcome != reconcile.Planned || outcome == reconcile.Unchanged && !l.AsDesired() {
			lines = append(lines, i)
		}
	}
	return lines
}

func (s *session) failedRow(line, n int, columns []int) []string {
	texts := s.draft.roster.AsRead(n)
	row := make([]string, 0, len(columns)+2)
	for _, col := range columns {
		row = append(row, s.secrecy.text(s, s.draft.roster.Rows.Record(n), col, texts[col].Reveal()))
	}
	reason := s.failedReason(line)
	source := s.draft.roster.Source(n)
	place := fmt.Sprintf("%s:%d", source.File, source.Line)
	if source.Sheet != "" {
		place = fmt.Sprintf("%s#%s:%d", source.File, source.Sheet, source.Line)
	}
	return append(row, reason, place)
}

// failedReason is why a row is in failed.csv.
func (s *session) failedReason(line int) string {
	l := &s.draft.plan.Lines[line]
	if s.run != nil {
		if res := s.run.Result(line); res != nil {
			otherwise := "not verified"
			if !res.Effect.AsDesired() {
				otherwise = notInForce(res.Effect, res.Warnings)
			}
			return fmt.Sprintf("%s: %s", res.Outcome, orElse(res.Reason, otherwise))
		}
	}
	if !l.Effect.AsDesired() {
		return fmt.Sprintf("%s: %s", l.Outcome, notInForce(l.Effect, s.draft.plan.Notes(line)))
	}
	return s.draft.plan.Words(l.Reason)
}

// notInForce says what is known of a row that the doors have not, with the
// provider's words.
func notInForce(effect reconcile.Effect, words []string) string {
	text := "not effective"
	if effect == reconcile.EffectPending {
		text = "not yet effective"
	}
	return strings.Join(append([]string{text}, words...), "; ")
}
