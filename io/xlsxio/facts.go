package xlsxio

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/ooxml"
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

// area is a range of cells: columns from 0, rows from 1, all inclusive.
type area struct{ left, top, right, bottom int }

// sheetFacts gathers what a person should know about a sheet whose cells were
// all read.
type sheetFacts struct {
	// used spans all cells with content.
	used area
	// cells and firstCol describe the row being read, loneRow has the rows
	// among the first 64 with one cell only: titles.
	at       int
	inRow    int
	loneRows uint64
	// hidden are the hidden columns, seen those of them with content.
	hidden []area
	seen   []bool
	merged []area
	more   int // merged ranges not remembered
	// covered are the first cells with content that a merged one hides, of so
	// many.
	covered []string
	hides   int
}

// maxCovered is how many hidden cells a warning names.
const maxCovered = 5

// saw notes a cell with content.
func (f *sheetFacts) saw(row, col int) {
	if row != f.at {
		if f.at == 0 {
			f.used = area{col, row, col, row}
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
	f.used.left = min(f.used.left, col)
	f.used.right = max(f.used.right, col)
	f.used.bottom = row
	for i := range f.hidden {
		if col >= f.hidden[i].left && col <= f.hidden[i].right {
			f.seen[i] = true
		}
	}
}

// readColumns notes the hidden columns.
func (s *scanner) readColumns() error {
	for {
		more, err := s.child("col")
		if err != nil || !more {
			return err
		}
		from, _ := ooxml.ParseIndex(s.xml.Attr("min"))
		to, _ := ooxml.ParseIndex(s.xml.Attr("max"))
		hidden := ooxml.Flag(string(s.xml.Attr("hidden")))
		if hidden && from >= 1 && to >= from && len(s.facts.hidden) < maxFacts {
			s.facts.hidden = append(s.facts.hidden, area{left: from - 1, right: to - 1})
			s.facts.seen = append(s.facts.seen, false)
		}
		if err := s.xml.Skip(); err != nil {
			return err
		}
	}
}

// readMerges notes the merged ranges that lie among the cells with content.
func (s *scanner) readMerges() error {
	for {
		more, err := s.child("mergeCell")
		if err != nil || !more {
			return err
		}
		s.facts.merge(s.xml.Attr("ref"))
		if err := s.xml.Skip(); err != nil {
			return err
		}
	}
}

// merge notes one range, unless it is a title above the table: a single row
// whose only content it is.
func (f *sheetFacts) merge(ref []byte) {
	first, last, _ := bytes.Cut(ref, []byte(":"))
	left, top, ok := ooxml.ParseCell(first)
	right, bottom, ok2 := ooxml.ParseCell(last)
	if !ok || !ok2 || f.at == 0 {
		return
	}
	if left > f.used.right || right < f.used.left || top > f.used.bottom || bottom < f.used.top {
		return
	}
	if top == bottom && top <= 64 && f.loneRows>>(top-1)&1 == 1 {
		return
	}
	if len(f.merged) == maxFacts {
		f.more++
		return
	}
	f.merged = append(f.merged, area{left, top, right, bottom})
}

// lookUnder reads the rows once more, up to the last merged one, for what merged
// cells hide: they are declared behind the rows.
func (t *Table) lookUnder() error {
	facts := &t.scan.facts
	if len(facts.merged) == 0 {
		return nil
	}
	src, err := t.book.zip.Open(t.part)
	if err != nil {
		return err
	}
	defer src.Close()
	last := slices.MaxFunc(facts.merged, func(a, b area) int { return a.bottom - b.bottom }).bottom
	s := &scanner{textReader: textReader{xml: ooxml.NewScanner(src)}, texts: t.book.texts, styles: t.book.styles}
	for s.row < last {
		if more, err := s.next(); err != nil || !more {
			return err
		}
		facts.under(s)
	}
	return nil
}

// under notes the cells of a row that lie in a merged one and are not its first.
func (f *sheetFacts) under(s *scanner) {
	for _, m := range f.merged {
		if s.row < m.top || s.row > m.bottom {
			continue
		}
		for col := m.left; col <= m.right && col < len(s.cells); col++ {
			if s.cells[col].Kind == cellio.Blank || s.row == m.top && col == m.left {
				continue
			}
			if f.hides++; f.hides <= maxCovered {
				f.covered = append(f.covered, ooxml.CellName(s.row, col))
			}
		}
	}
}

// warnings says what was noted, once the sheet was read to its end.
func (f *sheetFacts) warnings(file, sheet string) []reconcile.Problem {
	var found []reconcile.Problem
	var columns []string
	for i, h := range f.hidden {
		if !f.seen[i] {
			continue
		}
		name := ooxml.ColumnName(h.left)
		if h.right > h.left {
			name += " to " + ooxml.ColumnName(min(h.right, ooxml.MaxColumns-1))
		}
		columns = append(columns, name)
	}
	if len(columns) > 0 {
		found = append(found, reconcile.Problem{
			Source: reconcile.Source{File: file, Sheet: sheet}, Kind: KindHiddenColumns, Severity: reconcile.SeverityWarning,
			Message: "hidden columns hold content, which is read like any other: " + strings.Join(columns, ", "),
			Remedy:  "show them to see what is in them, or delete them",
		})
	}
	if len(f.merged) > 0 {
		first := f.merged[0]
		text := ooxml.CellName(first.top, first.left) + ":" + ooxml.CellName(first.bottom, first.right)
		if n := len(f.merged) - 1 + f.more; n > 0 {
			text += fmt.Sprintf(" and %d more", n)
		}
		found = append(found, reconcile.Problem{
			Source: reconcile.Source{File: file, Sheet: sheet, Line: first.top}, Cell: ooxml.CellName(first.top, first.left),
			Kind: KindMergedCells, Severity: reconcile.SeverityWarning,
			Message: "merged cells: " + text + f.underMerged(), Remedy: "unmerge them and fill in every cell",
		})
	}
	return found
}

// underMerged says what is read of merged cells.
func (f *sheetFacts) underMerged() string {
	if f.hides == 0 {
		return "; the value is read in the first cell of each, the others are blank"
	}
	cells := strings.Join(f.covered, ", ")
	if f.hides > len(f.covered) {
		cells += " and others"
	}
	return "; values that the first cell of each hides are read like all others: " + cells
}
