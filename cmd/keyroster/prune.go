package main

import (
	"fmt"

	"keyroster/io/tableio"
	"keyroster/reconcile"
)

// unsafePrune refuses to prune when a row that could not be understood may be
// about one of the records that would go.
func (d *draft) unsafePrune(f *planFlags) []reconcile.Breach {
	d.noPrune = ""
	if !f.prune {
		return nil
	}
	why, hint := d.whyNotPrune()
	if why == "" {
		return nil
	}
	d.noPrune = hint
	return []reconcile.Breach{{Name: reconcile.LimitDelete, Why: why}}
}

// whyNotPrune is what speaks against pruning, empty for nothing, and what to do.
func (d *draft) whyNotPrune() (why, hint string) {
	if d.roster.Partial() {
		return "--prune is refused with the failed.csv of a run: it names only the rows that failed", "leave out --prune"
	}
	if len(d.roster.Unread) > 0 {
		p := &d.roster.Problems[d.roster.Unread[0]]
		return "--prune is refused while a part of the roster is not read (" + p.Place() + "): a record that would be pruned may be meant there",
			"mend the file, or leave out --prune"
	}
	for i := range d.roster.Problems {
		if p := &d.roster.Problems[i]; p.Kind == tableio.KindSheet {
			return "--prune is refused while a sheet with known columns is not read (" + p.Place() + "): a record that would be pruned may stand there",
				"name the sheets that are the roster with FILE#SHEET, or all with FILE#*; or leave out --prune"
		}
	}
	const correct = "correct these rows, or leave out --prune"
	if n := d.plan.Unmatched(); n > 0 {
		return fmt.Sprintf("--prune is refused while rows name records that are not listed (%d do): one that would be pruned may be theirs", n), correct
	}
	if n := d.wanted.LookUpsFailed(); n > 0 {
		return fmt.Sprintf("--prune is refused while look-ups fail (of %s): a record that would be pruned may be theirs", plural(n, "row")), "see their lines; leave out --prune, or run again once the provider answers"
	}
	for i := range d.plan.Lines {
		l := &d.plan.Lines[i]
		if l.Row >= 0 && (l.Situation == reconcile.Invalid || l.Situation == reconcile.Ambiguous) {
			return "--prune is refused while a row is invalid or ambiguous: its record might be pruned", correct
		}
	}
	return "", ""
}

// consistent refuses flags that contradict each other, before anything is read.
func (f *planFlags) consistent() error {
	if f.prune && len(f.holders) > 0 {
		return fail(exitUsage, "--prune is for the whole account, --holder for some of its people", "--prune and --holder exclude each other")
	}
	return nil
}
