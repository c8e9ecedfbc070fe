package exportio

import (
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// layout is what a sheet looks like apart from its cells.
type layout struct {
	name, tab string
	landscape bool
	widths    []float64
	// header freezes the first row and repeats it on each printed page.
	header bool
}

// sheet is a sheet being written, row by row.
type sheet struct {
	book   *book
	name   string
	wide   int
	stream *excelize.StreamWriter
	row    int
	values []any
}

// addSheet appends a sheet. What stands before the cells in the part is set
// here, before its first row.
func (b *book) addSheet(l layout) (*sheet, error) {
	s := &sheet{book: b, name: l.name, wide: len(l.widths)}
	err := b.nameSheet(l.name)
	if err == nil {
		err = b.layOut(l)
	}
	if err == nil {
		s.stream, err = b.file.NewStreamWriter(l.name)
	}
	if err != nil {
		return nil, fmt.Errorf("add sheet %s: %w", l.name, err)
	}
	for i, width := range l.widths {
		err = errors.Join(err, s.stream.SetColWidth(i+1, i+1, width))
	}
	if l.header {
		err = errors.Join(err, s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	}
	if err != nil {
		return nil, fmt.Errorf("lay out sheet %s: %w", l.name, err)
	}
	return s, nil
}

// nameSheet appends a sheet, unless newBook made it.
func (b *book) nameSheet(name string) error {
	if index, err := b.file.GetSheetIndex(name); err != nil || index >= 0 {
		return err
	}
	_, err := b.file.NewSheet(name)
	return err
}

func (b *book) layOut(l layout) error {
	f := b.file
	a4, orientation, one, tall := 9, "portrait", 1, 0
	if l.landscape {
		orientation = "landscape"
	}
	yes, no, narrow, deep := true, false, 0.4, 0.6
	errs := []error{
		// A dimension written before the rows would be wrong, and some
		// readers believe it.
		f.SetSheetDimension(l.name, ""),
		f.SetSheetProps(l.name, &excelize.SheetPropsOptions{FitToPage: &yes, TabColorRGB: &l.tab}),
		f.SetSheetView(l.name, -1, &excelize.ViewOptions{ShowGridLines: &no}),
		f.SetPageLayout(l.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation, FitToWidth: &one, FitToHeight: &tall}),
		f.SetPageMargins(l.name, &excelize.PageLayoutMarginsOptions{Left: &narrow, Right: &narrow, Top: &narrow, Bottom: &deep}),
		f.SetHeaderFooter(l.name, &excelize.HeaderFooterOptions{OddFooter: b.footer(l.name)}),
	}
	if l.header {
		errs = append(errs, f.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", RefersTo: "'" + l.name + "'!$1:$1", Scope: l.name,
		}))
	}
	return errors.Join(errs...)
}

// footer names the export on every printed page. Ampersands are commands there.
func (b *book) footer(sheet string) string {
	mask := "Values are masked"
	for _, a := range b.export.Accounts {
		if a.Revealed {
			mask = "CONFIDENTIAL: holds card numbers and PINs"
		}
	}
	at := b.export.CreatedAt.UTC().Format("2006-01-02 15:04 UTC")
	return "&L&8 keyroster export · " + strings.ReplaceAll(sheet, "&", "&&") + " · " + at + "&C&8 " + mask + "&R&8 Page &P of &N"
}

// add writes one row of cells. Texts must fit into a cell.
func (s *sheet) add(height float64, cells ...excelize.Cell) error {
	s.values = s.values[:0]
	for i := range cells {
		if text, ok := cells[i].Value.(string); ok && !fits(text) {
			return fmt.Errorf("write row %d of sheet %s: cell %d is longer than any cell can hold", s.row+1, s.name, i+1)
		}
		s.values = append(s.values, &cells[i])
	}
	return s.set(height)
}

func (s *sheet) set(height float64) error {
	s.row++
	name, err := excelize.CoordinatesToCellName(1, s.row)
	if err == nil {
		err = s.stream.SetRow(name, s.values, excelize.RowOpts{Height: height})
	}
	if err != nil {
		return fmt.Errorf("write row %d of sheet %s: %w", s.row, s.name, err)
	}
	return nil
}

// across writes one text over the whole width. It runs over the cells beside
// it: readers of rosters warn of merged ones.
func (s *sheet) across(text string, style int, height float64) error {
	cells := make([]excelize.Cell, s.wide)
	for i := range cells {
		cells[i].StyleID = style
	}
	cells[0].Value = s.book.aside(text)
	return s.add(height, cells...)
}

// end closes the sheet; a list gets a filter over its rows.
func (s *sheet) end(list bool) error {
	var err error
	if list {
		last, e := excelize.CoordinatesToCellName(s.wide, s.row)
		err = errors.Join(e, s.book.file.AutoFilter(s.name, "A1:"+last, nil))
		if s.row > 1 {
			// Ids that consist of digits are text on purpose.
			err = errors.Join(err, s.book.file.AddIgnoredErrors(s.name, "A2:"+last, excelize.IgnoredErrorsNumberStoredAsText))
		}
	}
	if err = errors.Join(err, s.stream.Flush()); err != nil {
		return fmt.Errorf("end sheet %s: %w", s.name, err)
	}
	return nil
}

// heightOf is the height in points of a row whose texts wrap in cells of some
// widths in digits.
func heightOf(texts []string, widths []float64) float64 {
	// Running text in the font of the cells is narrower than digits.
	const perWidth = 1.15
	lines := 1
	for i, text := range texts {
		n, room := 0, int(widths[i]*perWidth)
		for part := range strings.SplitSeq(text, "\n") {
			n += max(1, (len([]rune(part))+room-1)/room)
		}
		lines = max(lines, n)
	}
	return min(3+13.5*float64(lines), excelize.MaxRowHeight)
}
