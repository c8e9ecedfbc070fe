package main

import (
	"fmt"

	"keyroster/io/tableio"
	"keyroster/reconcile"
)

// unsafePrune refuses to prune when a row that could not be understood may be
// about one of the records that would go.
func (d *draft) unsafePrune(f *planFlags) []reconcile.Breach {
	d.noPrune, d.pruneRefused = "", false
	if !f.prune {
		return nil
	}
	why, hint, refused := d.whyNotPrune()
	if !refused {
		return nil
	}
	d.noPrune, d.pruneRefused = hint, true
	return []reconcile.Breach{{Name: reconcile.LimitDelete, Rule: true, Why: why}}
}

// whyNotPrune reports whether something speaks against pruning, what does, and what
// to do.
func (d *draft) whyNotPrune() (why, hint string, refused bool) {
	if d.roster.Partial() {
		return "--prune is refused with the failed.csv of a run: it names only the rows that failed", "leave out --prune", true
	}
	if len(d.roster.Unread) > 0 {
		p := &d.roster.Problems[d.roster.Unread[0]]
		return "--prune is refused while a part of the roster is not read (" + p.Place() + "): a record that would be pruned may be meant there",
			"mend the file, or leave out --prune", true
	}
	for i := range d.roster.Problems {
		if p := &d.roster.Problems[i]; p.Kind == tableio.KindSheet {
			return "--prune is refused while a sheet with known columns is not read (" + p.Place() + "): a record that would be pruned may stand there",
				"name the sheets that are the roster with FILE#SHEET, or all with FILE#*; or leave out --prune", true
		}
	}
	const correct = "correct these rows, or leave out --prune"
	if n := d.plan.Unmatched(); n > 0 {
		return fmt.Sprintf("--prune is refused while rows name records that are not listed (%d do): one that would be pruned may be theirs", n), correct, true
	}
	if n := d.wanted.LookUpsFailed(); n > 0 {
		return fmt.Sprintf("--prune is refused while look-ups fail (of %s): a record that would be pruned may be theirs", plural(n, "row")), "see their lines; leave out --prune, or run again once the provider answers", true
	}
	for i := range d.plan.Lines {
		l := &d.plan.Lines[i]
		if l.Row >= 0 && (l.Situation == reconcile.Invalid || l.Situation == reconcile.Ambiguous) {
			return "--prune is refused while a row is invalid or ambiguous: its record might be pruned", correct, true
		}
	}
	return "", "", false
}

// consistent refuses flags that contradict each other, before anything is read.
func (f *planFlags) consistent() error {
	if f.prune && len(f.holders) > 0 {
		return fail(exitUsage, "--prune is for the whole account, --holder for some of its people", "--prune and --holder exclude each other")
	}
	return nil
}
