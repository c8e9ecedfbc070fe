package officeio

import (
	"fmt"
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// Kinds of warnings, beside those of cellio.
const (
	// KindHiddenColumns: hidden columns hold content, which is read.
	KindHiddenColumns = "hidden_columns"
	// KindMergedCells: merged cells lie among the rows. What they hide is read.
	KindMergedCells = "merged_cells"
	// KindMacros: the workbook carries macros, which are never run.
	KindMacros = "macros"
)

// maxFacts bounds what is remembered of merged and hidden cells; a sheet may
// declare any number.
const maxFacts = 1024

// MaxMerges bounds the merged ranges of a sheet that are looked at.
const MaxMerges = 1 << 18

// Area is a range of cells: columns from 0, rows from 1, all inclusive.
type Area struct{ Left, Top, Right, Bottom int }

// Facts collects what a person should know about a sheet whose cells were all read.
type Facts struct {
	// used spans all cells with content.
	used Area
	// at is the row being read, inRow how many cells it has; loneRows has the rows
	// among the first 64 with one cell only: titles.
	at       int
	inRow    int
	loneRows uint64
	// hidden are the hidden columns, seen those of them with content.
	hidden []Area
	seen   []bool
	merged []Area
	// tall are those of TallMerges.
	tall []Area
	more int // merged ranges not remembered
	// above and columns are as in KnowMerges.
	above   int
	columns []int
	// covered are the first cells with content that a merged one hides; the number
	// of all of them follows.
	covered []string
	hides   int
}

// maxCovered is how many hidden cells a warning names.
const maxCovered = 5

// Saw notes a cell with content, in the order of the sheet.
func (f *Facts) Saw(row, col int) {
	if row != f.at {
		if f.at == 0 {
			f.used = Area{col, row, col, row}
		}
		f.at, f.inRow = row, 0
	}
	f.inRow++
	if row <= 64 {
		bit := uint64(1) << (row - 1)
		f.loneRows &^= bit
		if f.inRow == 1 {
			f.loneRows |= bit
		}
	}
	f.used.Left = min(f.used.Left, col)
	f.used.Right = max(f.used.Right, col)
	f.used.Bottom = row
	for i := range f.hidden {
		if col >= f.hidden[i].Left && col <= f.hidden[i].Right {
			f.seen[i] = true
		}
	}
}

// Hide notes that columns are hidden, before their cells are seen.
func (f *Facts) Hide(left, right int) {
	if len(f.hidden) < maxFacts {
		f.hidden, f.seen = append(f.hidden, Area{Left: left, Right: right}), append(f.seen, false)
	}
}

// Merge notes a merged range once all cells were seen, unless it is a title above the
// table: in a single row, as its only content.
func (f *Facts) Merge(m Area) {
	if f.at == 0 || m.Left > f.used.Right || m.Right < f.used.Left || m.Top > f.used.Bottom || m.Bottom < f.used.Top {
		return
	}
	if m.Bottom > m.Top && m.Top > f.above && !slices.Contains(f.columns, m.Left) && len(f.tall) < MaxMerges {
		f.tall = append(f.tall, m)
	}
	switch {
	case m.Top == m.Bottom && m.Top <= 64 && f.loneRows>>(m.Top-1)&1 == 1:
	case len(f.merged) == maxFacts:
		f.more++
	default:
		f.merged = append(f.merged, m)
	}
}

// KnowMerges says which merged ranges need no warning if they hide nothing: those above the
// header's row, and those below it within one of columns, where a blank cell takes the cell above.
func (f *Facts) KnowMerges(above int, columns []int) { f.above, f.columns = above, columns }

// doubtful are the merged ranges that need a warning.
func (f *Facts) doubtful() []Area {
	if f.hides > 0 || f.more > 0 {
		return f.merged
	}
	return slices.DeleteFunc(slices.Clone(f.merged), func(m Area) bool {
		return m.Bottom < f.above || m.Top > f.above && m.Left == m.Right && slices.Contains(f.columns, m.Left)
	})
}

// TallMerges are the merged ranges of several rows below the row and outside of the columns that
// KnowMerges names, once all cells were seen.
func (f *Facts) TallMerges() []Area { return f.tall }

// LastMerged is the last row with merged cells, 0 for none.
func (f *Facts) LastMerged() int {
	last := 0
	for _, m := range f.merged {
		last = max(last, m.Bottom)
	}
	return last
}

// Under notes what merged ranges hide in a row: cells with content that are not the first
// of a range.
func (f *Facts) Under(row int, cells []cellio.Cell) {
	for _, m := range f.merged {
		if row < m.Top || row > m.Bottom {
			continue
		}
		for col := m.Left; col <= m.Right && col < len(cells); col++ {
			if cells[col].Kind == cellio.Blank || row == m.Top && col == m.Left {
				continue
			}
			if f.hides++; f.hides <= maxCovered {
				f.covered = append(f.covered, CellName(row, col))
			}
		}
	}
}

// Warnings says what was noted, once the sheet was read to its end.
func (f *Facts) Warnings(file, sheet string) []reconcile.Problem {
	var found []reconcile.Problem
	var columns []string
	for i, h := range f.hidden {
		if !f.seen[i] {
			continue
		}
		name := ColumnName(h.Left)
		if h.Right > h.Left {
			name += " to " + ColumnName(min(h.Right, MaxColumns-1))
		}
		columns = append(columns, name)
	}
	if len(columns) > 0 {
		found = append(found, reconcile.Problem{
			Source: reconcile.Source{File: file, Sheet: sheet}, Kind: KindHiddenColumns, Severity: reconcile.SeverityWarning,
			Message: "hidden columns have content, which is read like any other: " + strings.Join(columns, ", "),
			Remedy:  "show them to see what is in them, or delete them",
		})
	}
	if merged := f.doubtful(); len(merged) > 0 {
		first := merged[0]
		text := CellName(first.Top, first.Left) + ":" + CellName(first.Bottom, first.Right)
		if n := len(merged) - 1 + f.more; n > 0 {
			text += fmt.Sprintf(" and %d more", n)
		}
		found = append(found, reconcile.Problem{
			Source: reconcile.Source{File: file, Sheet: sheet, Line: first.Top}, Cell: CellName(first.Top, first.Left),
			Kind: KindMergedCells, Severity: reconcile.SeverityWarning,
			Message: "merged cells: " + text + f.underMerged(), Remedy: "unmerge them and fill in every cell",
		})
	}
	return found
}

// underMerged says how merged cells were read.
func (f *Facts) underMerged() string {
	if f.hides == 0 {
		return "; each has its value in the first cell only, the others are read as blank"
	}
	cells := strings.Join(f.covered, ", ")
	if f.hides > len(f.covered) {
		cells += " and others"
	}
	return "; values hidden behind the first cell are read like all others: " + cells
}
