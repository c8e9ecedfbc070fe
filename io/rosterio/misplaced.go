package rosterio

import (
	"fmt"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// statusAlone is the column of a status in a table that has no column of states, -1 for none.
func (h *Header) statusAlone() int {
	at := -1
	for i, target := range h.targets {
		if target < 0 {
			continue
		}
		if c := &h.schema.Columns[target]; c.Role == reconcile.RoleState {
			return -1
		} else if c.Means == reconcile.Status {
			at = i
		}
	}
	return at
}

// misplaced refuses a row that says absent under status instead of state: status is only
// for exports and is not read, so that the row would keep what it should remove.
func (d *decoder) misplaced(line *cellio.Line, row int) {
	if d.status < 0 || d.status >= len(line.Cells) {
		return
	}
	if text := strings.TrimSpace(line.Cells[d.status].Text); !strings.EqualFold(text, reconcile.StateAbsent) {
		d.saysStatus = d.saysStatus || text != ""
		return
	}
	title := shortTitle(d.header.titles[d.status])
	p := d.problem(line.Number, d.status, nil, &fault{
		kind: KindMisspeltColumn, likely: "state",
		message: fmt.Sprintf(
			"the cell says %s, but the column %q is only for exports and is not read", reconcile.StateAbsent, title,
		),
		remedy: fmt.Sprintf("name the column state, or add this to the configuration: columns: {%q: state}", title),
	})
	p.Column = title
	d.report(row, p)
}

// reportStatus warns of a status that is not read in a list that is no export, which has ids: there
// it may be the one column that says who leaves.
func (d *decoder) reportStatus() {
	if !d.saysStatus || d.header.Present.Has(d.header.schema.Key()) {
		return
	}
	title := shortTitle(d.header.titles[d.status])
	p := d.problem(d.header.Line, d.status, nil, &fault{
		kind: KindUnknownColumn,
		message: fmt.Sprintf("the column %q is not read: whoever is to lose something has %s in a column state",
			title, reconcile.StateAbsent),
		remedy: fmt.Sprintf("if it says who leaves, write %s there and name the column state; "+
			"to ignore it, add this to the configuration: columns: {%q: %q}", reconcile.StateAbsent, title, IgnoreColumn),
	})
	p.Severity, p.Column = reconcile.SeverityWarning, title
	d.roster.Report(-1, p)
}
