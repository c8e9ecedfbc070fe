package bookio

import (
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"keyroster/io/termio"
)

// Layout is what a sheet looks like apart from its cells.
type Layout struct {
	// Name is the sheet's, Tab the colour of its tab.
	Name, Tab string
	Landscape bool
	// Grid shows lines between the cells.
	Grid   bool
	Widths []float64
	// Columns are the looks of whole columns, also of cells that are blank.
	Columns []Look
	// Folded has a bit for each column that is grouped and folded away.
	Folded uint64
	// Header freezes the first row and the Above rows over it, and repeats them on each
	// printed page; Cursor is the cell below them in which a person begins to type.
	Header bool
	Above  int
	Cursor string
}

// Sheet is a sheet being written, row by row.
type Sheet struct {
	// Name is the sheet's, Row the number of the last row, from 1.
	Name string
	Row  int

	book   *Book
	stream *excelize.StreamWriter
	widths []float64
	row    []excelize.Cell
	values []any
}

// Cell is a cell of a row.
type Cell struct {
	Value any
	Look  Look
	// Span is over how many columns the cell goes; 0 is one.
	Span int
}

// Add appends a sheet, or fills the hidden one of that name.
func (b *Book) Add(l Layout) *Sheet {
	s := &Sheet{Name: l.Name, book: b, widths: l.Widths}
	b.Name(l.Name)
	b.fail("lay out sheet "+l.Name, b.layOut(l)...)
	var err error
	if s.stream, err = b.NewStreamWriter(l.Name); err != nil {
		b.fail("add sheet "+l.Name, err)
		return s
	}
	for i, width := range l.Widths {
		err = errors.Join(err, s.stream.SetColWidth(i+1, i+1, width))
		if i < len(l.Columns) {
			err = errors.Join(err, s.stream.SetColStyle(i+1, i+1, b.Style(l.Columns[i])))
		}
		if l.Folded>>i&1 == 1 {
			err = errors.Join(err, s.stream.SetColOutlineLevel(i+1, 1), s.stream.SetColVisible(i+1, i+1, false))
		}
	}
	if l.Header {
		panes := &excelize.Panes{
			Freeze: true, YSplit: 1 + l.Above, TopLeftCell: reference(0, 2+l.Above), ActivePane: "bottomLeft",
		}
		if l.Cursor != "" {
			panes.Selection = []excelize.Selection{{SQRef: l.Cursor, ActiveCell: l.Cursor, Pane: "bottomLeft"}}
		}
		err = errors.Join(err, s.stream.SetPanes(panes))
	}
	b.fail("lay out sheet "+l.Name, err)
	return s
}

// layOut sets what precedes the cells in the part of a sheet.
func (b *Book) layOut(l Layout) []error {
	a4, orientation, one, tall := 9, "portrait", 1, 0 // one page wide, and as many as it takes
	if l.Landscape {
		orientation = "landscape"
	}
	yes, narrow, deep := true, 0.4, 0.6
	props := &excelize.SheetPropsOptions{FitToPage: &yes}
	if l.Tab != "" {
		props.TabColorRGB = &l.Tab
	}
	errs := []error{
		// A dimension written before the rows would be wrong, and some
		// readers believe it.
		b.SetSheetDimension(l.Name, ""),
		b.SetSheetProps(l.Name, props),
		b.SetSheetView(l.Name, -1, &excelize.ViewOptions{ShowGridLines: &l.Grid}),
		b.SetPageLayout(
			l.Name,
			&excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation, FitToWidth: &one, FitToHeight: &tall},
		),
	}
	if b.options.Footer != nil {
		errs = append(
			errs,
			b.SetPageMargins(
				l.Name,
				&excelize.PageLayoutMarginsOptions{
					Left:   &narrow,
					Right:  &narrow,
					Top:    &narrow,
					Bottom: &deep,
				},
			),
			b.SetHeaderFooter(l.Name, b.footer(l.Name)),
		)
	}
	if l.Header {
		errs = append(errs, b.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$1:$%d", l.Name, 1+l.Above), Scope: l.Name,
		}))
	}
	return errs
}

// Add writes one row. Texts are written as text, never as numbers. A height of 0
// fits the texts that wrap.
func (s *Sheet) Add(height float64, cells ...Cell) {
	row, lines := s.row[:0], 0
	for _, c := range cells {
		first := excelize.Cell{Value: c.Value, StyleID: s.book.Style(c.Look)}
		from, width := len(row), 0.0
		row = append(row, first)
		for range c.Span - 1 {
			row = append(row, excelize.Cell{StyleID: first.StyleID})
		}
		for i := from; i < min(len(row), len(s.widths)); i++ {
			width += s.widths[i]
		}
		if text, ok := c.Value.(string); ok {
			text, err := s.book.text(s.Name, text)
			s.book.Fail(err)
			row[from].Value = text
			if c.Look.Wrap {
				lines = max(lines, Lines(text, width))
			}
		}
		if c.Span > 1 && s.book.err == nil {
			s.book.fail(
				"write sheet "+s.Name,
				s.stream.MergeCell(reference(from, s.Row+1), reference(len(row)-1, s.Row+1)),
			)
		}
	}
	if height == 0 && lines > 0 {
		height = Height(lines)
	}
	s.row = row
	s.Put(height, row)
}

func (b *Book) text(sheet, text string) (string, error) {
	if b.options.Text == nil {
		return WorkbookSafe(text), nil
	}
	return b.options.Text(sheet, text)
}

// Put writes one row as it is: its texts must fit into cells. The cells are copied.
func (s *Sheet) Put(height float64, cells []excelize.Cell) {
	if s.book.err != nil {
		return
	}
	s.Row++
	s.values = s.values[:0]
	for i := range cells {
		s.values = append(s.values, &cells[i])
	}
	if err := s.stream.SetRow(reference(0, s.Row), s.values, excelize.RowOpts{Height: height}); err != nil {
		s.book.Fail(fmt.Errorf("write row %d of sheet %s: %w", s.Row, s.Name, err))
	}
}

// End closes the sheet.
func (s *Sheet) End() {
	if s.book.err == nil {
		s.book.fail("write sheet "+s.Name, s.stream.Flush())
	}
}

// reference is what a cell is called; columns are counted from 0.
func reference(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column+1, row) // within the bounds of every sheet
	return name
}

// perWidth is how many characters of running text in the font of the cells fit in
// the width of one digit of the workbook's default font.
const perWidth = 1.1

// Lines is how many lines a text takes in a cell of a width in digits, broken between
// words as spreadsheets do. It errs on the high side: too few would hide text.
func Lines(text string, width float64) int {
	room := max(int(width*perWidth)-1, 1)
	if len(text) <= room && strings.IndexByte(text, '\n') < 0 {
		return 1
	}
	n := 0
	for part := range strings.SplitSeq(text, "\n") {
		at := 0
		n++
		for word := range strings.SplitSeq(part, " ") {
			wide := termio.Width(word)
			if at > 0 && at+1+wide > room {
				n, at = n+1, 0
			} else if at > 0 {
				at++
			}
			at += wide
			n, at = n+max(at-1, 0)/room, max(at-1, 0)%room+min(at, 1)
		}
	}
	return n
}

// Height is the height in points of a row of so many lines.
func Height(lines int) float64 { return min(3+13.5*float64(lines), excelize.MaxRowHeight) }
