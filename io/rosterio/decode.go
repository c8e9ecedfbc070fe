package rosterio

import (
	"context"
	"errors"
	"io"
	"slices"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// Decode reads the rows below a header into the last sheet of the last of a
// roster's Files, with everything that is wrong with them: header problems first,
// then in reading order. Every row becomes a row of the roster; cells that were refused are unset, and the row is
// invalid. Nothing is decoded below a header that is not known.
//
// The error is the table's own: then the table is damaged, and nothing of what
// was added to the roster may be used. Decode returns ctx's error when it ends.
func Decode(ctx context.Context, header *Header, roster *reconcile.Roster, options Options) error {
	for _, p := range header.Problems {
		roster.Report(-1, p)
	}
	for _, p := range header.unread {
		roster.ReportUnread(p)
	}
	if !header.Known {
		return nil
	}
	d, err := newDecoder(header, roster, options)
	if err != nil {
		return err
	}
	d.structs.next = func() ([]string, error) { return d.next(ctx) }
	d.structs.add = d.addRow
	if err := d.structs.run(); err != nil {
		return err
	}
	d.finish()
	return ctx.Err()
}

// next returns the texts of the next row.
func (d *decoder) next(ctx context.Context) ([]string, error) {
	for d.spent == nil {
		if len(d.ready) > 0 {
			if d.nextRow() {
				return d.texts, nil
			}
			continue
		}
		if d.ended {
			return nil, io.EOF
		}
		line, err := d.header.next()
		switch {
		case errors.Is(err, io.EOF):
			d.ended = true
			d.resolvePending()
		case err != nil:
			return nil, err
		case ctx.Err() != nil:
			return nil, ctx.Err()
		default:
			d.take(line)
		}
	}
	return nil, d.spent
}

// nextRow reads the next row of the first ready line, and drops the line when it has none left.
func (d *decoder) nextRow() bool {
	if !d.begun && d.isRow(d.ready[0]) {
		d.begin()
		d.begun = true
	}
	line, found := d.ready[0], d.begun && (d.wide == nil || d.step())
	if found {
		d.readRow(line)
	}
	if !found || d.wide == nil {
		d.ready, d.begun = slices.Delete(d.ready, 0, 1), false
	}
	return found
}

// isRow reports whether a line is neither a total nor an example, which it counts.
func (d *decoder) isRow(line *cellio.Line) bool {
	switch {
	case line.Number == d.totals && !d.addressed(line):
		d.leftOut = true
	case d.example(line):
		d.examples.add(line.Number)
	default:
		return true
	}
	return false
}

// sheetName is the name of the sheet that is read, empty in a CSV file.
func (d *decoder) sheetName() string { return d.file.Sheets[len(d.file.Sheets)-1] }

func (d *decoder) problem(line, at int, col *reconcile.Column, f *fault) reconcile.Problem {
	p := reconcile.Problem{
		Source: reconcile.Source{File: d.file.Name, Sheet: d.sheetName(), Line: line},
		Kind:   f.kind, Message: f.message, Likely: shortLikely(f.likely), Remedy: f.remedy,
	}
	if at >= 0 {
		p.Cell = d.header.table.CellName(line, at)
	}
	if col != nil {
		p.Column = col.Name
	}
	if d.header.kind(at) != "" {
		p.Column = shortTitle(d.header.titles[at])
	}
	return p
}

// warn reports a warning that belongs to no row.
func (d *decoder) warn(line, at int, col *reconcile.Column, f *fault) {
	p := d.problem(line, at, col, f)
	p.Severity = reconcile.SeverityWarning
	d.roster.Report(-1, p)
}

// finish reports problems that only the whole table shows.
func (d *decoder) finish() {
	d.reportAbove()
	d.reportEnd()
	d.reportOthers()
	d.warnNoted(&d.beside, KindBeside, "the line has content only beside the table and is not a row",
		"%d lines have content only beside the table and are not rows", "no action needed")
	d.warnNoted(&d.examples, KindExample, "the row is the template's example and is ignored",
		"%d rows are examples of the template and are ignored", "delete them when the roster is filled in")
	d.reportStatus()
	d.reportTotals()
	d.reportRepairs()
	d.reportLost()
	d.reportValues()
	if d.rows == 0 {
		f := fault{
			kind:    KindNoRows,
			message: "there is a header but no row below it",
			remedy:  "check that the export was complete",
		}
		if d.lines > 0 {
			f = *d.noCells()
		}
		if d.examples.lines > 0 {
			f.message, f.remedy = "there are no rows except the template's examples", "fill in the template"
		}
		d.roster.Report(-1, d.problem(d.header.Line, -1, nil, &f))
	}
	d.warnNoted(
		&d.hidden, KindHiddenRows, "", "%d hidden rows are read like all others",
		"delete the rows that do not belong to the roster",
	)
	d.warnNoted(
		&d.struck, KindStruckRows, "a row with crossed-out text is read like all others",
		"%d rows with crossed-out text are read like all others",
		"delete the row, or set state to absent, if it no longer applies",
	)
}
