package rosterio

import (
	"fmt"
	"slices"
	"sort"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/reconcile"
)

// A cell that is merged with the one above looks as if it had its value, and is blank to every
// program: an "absent" over two cards would silently remove one and leave the other. So a row
// is refused if its cell of a managed column, or of the state, is covered by a filled cell of
// another row. In columns that fill_down names, the merged value applies to all its rows.

// refuseCovered refuses such rows of a sheet that was read, from first on.
func (w *workbookReader) refuseCovered(of *opened, first int) {
	h := of.header
	if !h.Known {
		return
	}
	for _, m := range of.table.TallMerges() {
		if m.Top <= h.Line || m.Bottom == m.Top || m.Left >= len(h.targets) || h.targets[m.Left] < 0 {
			continue
		}
		column := &h.schema.Columns[h.targets[m.Left]]
		if column.Role != reconcile.RoleManaged && column.Role != reconcile.RoleState ||
			slices.Contains(h.filled(), m.Left) {
			continue
		}
		if w.filledRow(of, m, first) {
			w.refuseUnder(of, m, column, first)
		}
	}
}

// rowsOn are the rows, from first on, of the lines from top to bottom.
func (w *workbookReader) rowsOn(top, bottom, first int) (from, to int) {
	n := w.part.Rows.Len() - first
	at := func(line int) int {
		return first + sort.Search(n, func(i int) bool { return w.part.Source(first+i).Line >= line })
	}
	return at(top), at(bottom + 1)
}

// filledRow reports whether the first cell of a merged range is a row's and has content.
func (w *workbookReader) filledRow(of *opened, m officeio.Area, first int) bool {
	from, to := w.rowsOn(m.Top, m.Top, first)
	for row := from; row < to; row++ {
		if w.hasCell(of, row, m.Left) {
			return true
		}
	}
	return false
}

// hasCell reports whether a row has content in a column of the sheet.
func (w *workbookReader) hasCell(of *opened, row, at int) bool {
	source := w.part.Source(row)
	if of.header.kind(at) != "" && source.Cell != of.table.CellName(source.Line, at) {
		return false
	}
	return w.part.AsRead(row)[of.header.targets[at]].Reveal() != ""
}

// refuseUnder refuses the rows below the first of a merged range that have nothing of their own
// there. A cell of values in a wide table makes no row where it is blank, so that its lines count
// as not read.
func (w *workbookReader) refuseUnder(of *opened, m officeio.Area, column *reconcile.Column, first int) {
	h := of.header
	p := reconcile.Problem{
		Source: reconcile.Source{File: w.in.path, Sheet: of.sheet.Name}, Column: column.Name,
		Kind:    officeio.KindMergedCells,
		Message: coveredMessage(m), Remedy: coveredRemedy,
	}
	at := func(line int) reconcile.Problem {
		p := p
		p.Source.Line, p.Cell = line, officeio.CellName(line, m.Left)
		return p
	}
	if h.kind(m.Left) != "" {
		p.Column = shortTitle(h.titles[m.Left])
		w.part.ReportUnread(at(m.Top + 1))
		return
	}
	reported := map[int]int{}
	from, to := w.rowsOn(m.Top+1, m.Bottom, first)
	for row := from; row < to; row++ {
		if w.hasCell(of, row, m.Left) {
			continue
		}
		line := w.part.Source(row).Line
		if known, again := reported[line]; again {
			w.part.ReportAgain(row, known)
			continue
		}
		reported[line] = len(w.part.Problems)
		w.part.Report(row, at(line))
	}
}

// note remembers which cells of a line of a detail sheet have content.
func (r *detailReader) note(line *cellio.Line) {
	for i := range min(len(line.Cells), len(r.header)) {
		if r.header[i] != nil && !blank(&line.Cells[i]) {
			r.filled[[2]int{line.Number, i}] = true
		}
	}
}

// reportCovered reports the cells of a detail sheet that are covered by one with content.
func (r *detailReader) reportCovered(merges []officeio.Area) {
	for _, m := range merges {
		if at := [2]int{m.Top, m.Left}; r.filled[at] && !r.filled[[2]int{m.Top + 1, m.Left}] {
			r.report(m.Top+1, m.Left, coveredMessage(m), coveredRemedy)
		}
	}
}

const coveredRemedy = "unmerge them and fill in every cell"

func coveredMessage(m officeio.Area) string {
	area := officeio.CellName(m.Top, m.Left) + ":" + officeio.CellName(m.Bottom, m.Right)
	return fmt.Sprintf("the cell belongs to the merged %s, whose content counts for row %d only", area, m.Top)
}
