package annotateio

import (
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strings"

	"keyroster/io/tableio"
	"keyroster/io/xlsxio"
)

// book is what the proving reader found in a workbook. Of the cells it keeps
// digests alone.
type book struct {
	order  []string
	sheets map[string]*sheet
}

// sheet is one sheet of a workbook.
type sheet struct {
	// rows are the numbers of the rows with content.
	rows []int
	// cells has the digest of each cell with content.
	cells map[[2]int]uint64
	// width is the last column with content, from 1.
	width  int
	first  map[int]int
	titles map[int]map[string]int
}

var seed = maphash.MakeSeed()

// readBook reads all sheets of a workbook, hidden ones included.
func readBook(name string, data []byte) (*book, error) {
	w, err := xlsxio.OpenReader(bytes.NewReader(data), int64(len(data)), name, xlsxio.Options{})
	if err != nil {
		return nil, err
	}
	defer w.Close()
	b := &book{sheets: map[string]*sheet{}}
	for _, s := range w.Sheets() {
		b.order = append(b.order, s.Name)
		if b.sheets[s.Name], err = readSheet(w, s.Name); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// titleRows is how many rows may be a header.
const titleRows = 64

func readSheet(w *xlsxio.Workbook, name string) (*sheet, error) {
	table, err := w.Table(name)
	if err != nil {
		return nil, err
	}
	defer table.Close()
	s := &sheet{cells: map[[2]int]uint64{}, first: map[int]int{}, titles: map[int]map[string]int{}}
	for {
		line, err := table.Next()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		s.add(line)
	}
}

func (s *sheet) add(line *tableio.Line) {
	s.rows = append(s.rows, line.Number)
	for i := range line.Cells {
		c := &line.Cells[i]
		if c.Kind == tableio.Blank && !c.Formula {
			continue
		}
		col := i + 1
		s.cells[[2]int{line.Number, col}] = digest(c, line.Hidden)
		s.width = max(s.width, col)
		if s.first[line.Number] == 0 {
			s.first[line.Number] = col
		}
		if len(s.rows) <= titleRows && c.Kind == tableio.Text {
			if s.titles[line.Number] == nil {
				s.titles[line.Number] = map[string]int{}
			}
			s.titles[line.Number][strings.Clone(c.Text)] = col
		}
	}
}

// digest is over everything that the reader knows of a cell.
func digest(c *tableio.Cell, hidden bool) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	fmt.Fprintf(&h, "%d %d %d %t %t ", c.Kind, c.Format, c.Width, c.Formula, hidden)
	_, _ = h.WriteString(c.Text)
	return h.Sum64()
}

// columnOf is the column of a header, from 1, or 0.
func (s *sheet) columnOf(row int, title string) int { return s.titles[row][title] }

// firstCol is the first column of a row that has content, or 0.
func (s *sheet) firstCol(row int) int { return s.first[row] }

func (s *sheet) has(row, col int) bool { _, ok := s.cells[[2]int{row, col}]; return ok }

// prove reads the copy and holds every cell of it against the original.
func (e *editor) prove(name string, copied []byte) error {
	after, err := readBook(name, copied)
	if err != nil {
		return &UnsafeError{Reason: fmt.Sprintf("the copy of %s would be damaged", name)}
	}
	if !slices.Equal(after.order, e.book.order) {
		return &UnsafeError{Reason: fmt.Sprintf("the copy of %s would have other sheets", name)}
	}
	for _, sheet := range e.book.order {
		if cell := e.differs(sheet, e.book.sheets[sheet], after.sheets[sheet]); cell != "" {
			return &UnsafeError{Reason: fmt.Sprintf("the copy of %s would differ at %s of sheet %q", name, cell, sheet)}
		}
	}
	file, err := open(copied)
	if err != nil {
		return &UnsafeError{Reason: fmt.Sprintf("the copy of %s would be damaged", name)}
	}
	defer file.Close()
	return e.proveComments(name, file)
}

// differs is the first difference between a sheet and its copy, apart from the
// cells that were added.
func (e *editor) differs(name string, before, after *sheet) string {
	for at, want := range before.cells {
		if e.added[place{name, at[0], at[1]}] {
			continue
		}
		if got, ok := after.cells[at]; !ok || got != want {
			return fmt.Sprintf("row %d, column %d", at[0], at[1])
		}
	}
	for at := range after.cells {
		if _, ok := before.cells[at]; !ok && !e.added[place{name, at[0], at[1]}] {
			return fmt.Sprintf("row %d, column %d", at[0], at[1])
		}
	}
	return ""
}
