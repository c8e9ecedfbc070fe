package draft

import (
	"fmt"

	"keyroster/cmd/internal/failure"
	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// unsafePrune returns the reason to refuse pruning, nil for none: a row that could not be
// understood may be about a record that would be deleted.
func (d *Draft) unsafePrune() *pruneRefusal {
	if v := d.partsOnly(); v != nil {
		return v
	}
	const correct = "correct these rows, or leave out --prune"
	if n := d.Plan.Unmatched(); n > 0 {
		return &pruneRefusal{fmt.Sprintf("--prune is refused while rows name records that are not listed (%d do): "+
			"one of them may be a record that would be pruned", n), correct}
	}
	if n := d.Wanted.LookUpsFailed(); n > 0 {
		return &pruneRefusal{
			"--prune is refused while look-ups fail (of " + failure.Plural(n, "row") +
				"): one of them may be a record that would be pruned",
			"see those lines; leave out --prune, or run again once the provider answers",
		}
	}
	for i := range d.Plan.Lines {
		l := &d.Plan.Lines[i]
		if l.Row >= 0 && (l.Situation == reconcile.Invalid || l.Situation == reconcile.Ambiguous) {
			return &pruneRefusal{"--prune is refused while a row is invalid or ambiguous: its record might be pruned", correct}
		}
	}
	return d.prunesNoted()
}

// prunesNoted refuses to prune a record whose holder text below a table names: whoever wrote it
// may have meant a row.
func (d *Draft) prunesNoted() *pruneRefusal {
	if !d.Roster.HasNotes() {
		return nil
	}
	for i := range d.Plan.Lines {
		l := &d.Plan.Lines[i]
		if l.Situation != reconcile.Unlisted || l.Action != reconcile.Delete {
			continue
		}
		have := d.Plan.HaveRecord(i)
		name, email := d.Account.Names(have.Of(reconcile.HolderID))
		p := d.Roster.NotedBy(name, email, have.Of(reconcile.HolderName), have.Of(reconcile.HolderEmail))
		if p != nil {
			return &pruneRefusal{
				"--prune is refused while text below the table (" + p.Place() + ") names " + have.Describe() +
					", which would be pruned",
				"make it a row of the table, or remove it; or leave out --prune",
			}
		}
	}
	return nil
}

// partsOnly refuses a roster that does not cover the whole account, or was not read to its end.
func (d *Draft) partsOnly() *pruneRefusal {
	if d.Roster.Partial() {
		return &pruneRefusal{
			"--prune is refused with the failed.csv of a run: it names only the rows that failed", "leave out --prune",
		}
	}
	if len(d.Roster.Unread) > 0 {
		p := &d.Roster.Problems[d.Roster.Unread[0]]
		return &pruneRefusal{
			"--prune is refused while part of the roster is not read (" + p.Place() +
				"): a record that would be pruned may be named there",
			"fix the file, or leave out --prune",
		}
	}
	for i := range d.Roster.Problems {
		if p := &d.Roster.Problems[i]; p.Kind == cellio.KindSheet {
			return &pruneRefusal{
				"--prune is refused while a sheet that may hold rows is not read (" + p.Place() +
					"): a record that would be pruned may be listed there",
				"name the sheets that are the roster with FILE#SHEET, or all with FILE#*; or leave out --prune",
			}
		}
	}
	return nil
}
