package run

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"keyroster/io/csvio"
	"keyroster/io/rosterio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// writeFailed writes the rows that did not end as desired, with reasons, as a roster to correct
// and apply: every cell as in the user's file, including values. The rows of an undo come from
// no file of the user: their values stay sealed.
func (r *record) writeFailed() error {
	if !r.planned() || r.draft.Options.Undo != nil {
		return nil
	}
	lines := r.failedLines()
	name := r.options.Secrecy.name(store.FailedFile)
	for _, left := range []string{store.FailedFile, store.FailedFile + ".age"} {
		// An earlier attempt may have written rows that are done by now, or another form of the file.
		if len(lines) > 0 && left == name {
			continue
		}
		if err := r.run.Remove(left); err != nil {
			return fmt.Errorf("remove the rows that an earlier attempt left: %w", err)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	r.run.HoldsValues(name)
	return r.run.Write(name, func(w io.Writer) error {
		return r.options.Secrecy.seal(w, func(w io.Writer) error { return r.writeFailedRows(w, lines) })
	})
}

func (r *record) writeFailedRows(w io.Writer, lines []int) error {
	schema := r.draft.Plan.Want.Schema()
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
	if err := out.Write(append(header, rosterio.ReasonColumn, "keyroster_source")); err != nil {
		return err
	}
	for _, line := range lines {
		for _, row := range r.draft.Plan.RowsOf(line) {
			if err := out.Write(r.failedRow(line, int(row), columns)); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// failedLines returns the lines with a row that did not end as desired; none if the plan as a
// whole was refused, since its rows may be fine.
func (r *record) failedLines() []int {
	var lines []int
	for i := range r.draft.Plan.Lines {
		l := &r.draft.Plan.Lines[i]
		if l.Row < 0 {
			continue
		}
		outcome := l.Outcome
		if r.done != nil {
			if res := r.done.Result(i); res != nil {
				if res.AsDesired() {
					continue
				}
				outcome = res.Outcome
			}
		}
		if outcome != reconcile.Unchanged && outcome != reconcile.Planned ||
			outcome == reconcile.Unchanged && !l.AsDesired() {
			lines = append(lines, i)
		}
	}
	return lines
}

func (r *record) failedRow(line, n int, columns []int) []string {
	texts := r.draft.Roster.AsRead(n)
	row := make([]string, 0, len(columns)+2)
	for _, col := range columns {
		row = append(row, r.options.Secrecy.text(
			r.draft.Mask, r.draft.Roster.Rows.Record(n), col, texts[col].Reveal(),
		))
	}
	source := r.draft.Roster.Source(n)
	place := source.File
	if source.Sheet != "" {
		place += "#" + source.Sheet
	}
	place += ":" + source.At()
	return append(row, r.failedReason(line), place)
}

// failedReason is why a row is in the file.
func (r *record) failedReason(line int) string {
	l := &r.draft.Plan.Lines[line]
	if r.done != nil {
		if res := r.done.Result(line); res != nil {
			otherwise := "not verified"
			if !res.Effect.AsDesired() {
				otherwise = notEffective(res.Effect, res.Warnings)
			}
			return fmt.Sprintf("%s: %s", res.Outcome, cmp.Or(res.Reason, otherwise))
		}
	}
	if !l.Effect.AsDesired() {
		return fmt.Sprintf("%s: %s", l.Outcome, notEffective(l.Effect, r.draft.Plan.Notes(line)))
	}
	return r.draft.Plan.TextOf(l.Reason)
}

// notEffective describes a row that has not reached the doors, with the provider's words.
func notEffective(effect reconcile.Effect, words []string) string {
	text := "not effective"
	if effect == reconcile.EffectPending {
		text = "not yet effective"
	}
	return strings.Join(append([]string{text}, words...), "; ")
}
