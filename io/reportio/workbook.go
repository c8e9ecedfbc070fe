package reportio

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// XLSXOptions say how the workbook is written.
type XLSXOptions struct {
	// SideFile takes the texts that no cell can hold; with nil, such a text
	// is an error.
	SideFile SideFile
	// TempDir is where sheets above 16 MiB and the packed parts wait. They
	// hold names and masked values, so it should be private (0700). Empty
	// means the system's.
	TempDir string
}

// WriteXLSX writes the workbook: the sheets Summary, Lines, Problems (if there
// are any) and Run. Sheets of more than 1,048,575 lines go on in Lines 2 and so
// on. Memory does not grow with the lines.
func WriteXLSX(w io.Writer, r *Report, o XLSXOptions) (err error) {
	if err := r.Settle(); err != nil {
		return err
	}
	b, err := newBook(r, o)
	if err != nil {
		return err
	}
	defer func() {
		if e := b.file.Close(); err == nil && e != nil {
			err = fmt.Errorf("close workbook: %w", e)
		}
	}()
	for _, write := range []func() error{b.writeSummary, b.writeLines, b.writeProblems, b.writeRun} {
		if err := write(); err != nil {
			return err
		}
	}
	return b.save(w)
}

// sheetRows is the number of rows that a sheet holds, its header included.
const sheetRows = 1 << 20

// book is a workbook being written.
type book struct {
	file   *excelize.File
	report *Report
	side   SideFile
	temp   string
	styles *styles
	// rows is sheetRows; tests lower it.
	rows int
}

func newBook(r *Report, o XLSXOptions) (*book, error) {
	file := excelize.NewFile(excelize.Options{TmpDir: o.TempDir})
	b := &book{file: file, report: r, side: o.SideFile, temp: o.TempDir, rows: sheetRows}
	at := r.FinishedAt.UTC().Format(time.RFC3339)
	if err := errors.Join(
		file.SetDocProps(&excelize.DocProperties{
			Title: "keyroster report", Subject: xmlText(r.Account), Creator: "keyroster", LastModifiedBy: "keyroster", Created: at, Modified: at,
		}),
		file.SetAppProps(&excelize.AppProperties{Application: "keyroster"}),
		file.SetDefaultFont(fontName),
	); err != nil {
		return nil, fmt.Errorf("make workbook: %w", err)
	}
	var err error
	if b.styles, err = newStyles(file); err != nil {
		return nil, fmt.Errorf("make workbook styles: %w", err)
	}
	return b, nil
}

// layout is what a sheet looks like apart from its cells.
type layout struct {
	name      string
	tab       string
	landscape bool
	// onePage prints the sheet on one page; else it is one page wide.
	onePage bool
	grid    bool
	widths  []float64
	// folded has a bit for each column that is grouped and folded away.
	folded uint64
	// header freezes the first row and repeats it on each printed page.
	header bool
}

// sheet is a sheet being written, row by row.
type sheet struct {
	book   *book
	name   string
	stream *excelize.StreamWriter
	row    int
	cells  []excelize.Cell
	values []any
}

// addSheet appends a sheet. Everything that stands before the cells in the
// part must be set here, before its first row.
func (b *book) addSheet(l layout) (*sheet, error) {
	s := &sheet{book: b, name: l.name}
	if err := b.nameSheet(l.name); err != nil {
		return nil, fmt.Errorf("add sheet %s: %w", l.name, err)
	}
	if err := b.layOut(l); err != nil {
		return nil, fmt.Errorf("lay out sheet %s: %w", l.name, err)
	}
	var err error
	if s.stream, err = b.file.NewStreamWriter(l.name); err != nil {
		return nil, fmt.Errorf("add sheet %s: %w", l.name, err)
	}
	for i, width := range l.widths {
		err = errors.Join(err, s.stream.SetColWidth(i+1, i+1, width))
		if l.folded>>i&1 == 1 {
			err = errors.Join(err, s.stream.SetColOutlineLevel(i+1, 1), s.stream.SetColVisible(i+1, i+1, false))
		}
	}
	if l.header {
		err = errors.Join(err, s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	}
	if err != nil {
		return nil, fmt.Errorf("lay out sheet %s: %w", l.name, err)
	}
	return s, nil
}

// nameSheet appends a sheet; the first takes the place of the one that every
// new workbook has.
func (b *book) nameSheet(name string) error {
	if first := b.file.GetSheetList()[0]; first == "Sheet1" {
		return b.file.SetSheetName(first, name)
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
	if l.onePage {
		tall = 1
	}
	yes, narrow, deep := true, 0.4, 0.6
	errs := []error{
		// A dimension written before the rows would be wrong, and some
		// readers believe it.
		f.SetSheetDimension(l.name, ""),
		f.SetSheetProps(l.name, &excelize.SheetPropsOptions{FitToPage: &yes, TabColorRGB: &l.tab}),
		f.SetSheetView(l.name, -1, &excelize.ViewOptions{ShowGridLines: &l.grid}),
		f.SetPageLayout(l.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation, FitToWidth: &one, FitToHeight: &tall}),
		f.SetPageMargins(l.name, &excelize.PageLayoutMarginsOptions{Left: &narrow, Right: &narrow, Top: &narrow, Bottom: &deep, Horizontally: &l.onePage}),
		f.SetHeaderFooter(l.name, &excelize.HeaderFooterOptions{OddFooter: b.footer()}),
	}
	if l.header {
		errs = append(errs, f.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", RefersTo: "'" + l.name + "'!$1:$1", Scope: l.name,
		}))
	}
	return errors.Join(errs...)
}

// footer names the run on every printed page. Ampersands are commands there.
func (b *book) footer() string {
	run := strings.ReplaceAll(xmlText(joinFilled(" · ", "keyroster", b.report.Account, b.report.RunID)), "&", "&&")
	if utf16Len(run) > 150 {
		run = "keyroster"
	}
	return "&L&8 " + run + "&C&8 Secrets are masked&R&8 Page &P of &N"
}

// add writes one row. Texts are written as text, never as numbers.
func (s *sheet) add(height float64, cells ...excelize.Cell) error {
	s.row++
	s.values = s.values[:0]
	for i := range cells {
		text, isText := cells[i].Value.(string)
		if isText {
			short, err := s.book.side.cellText(-1, s.name, xmlText(text))
			if err != nil {
				return err
			}
			cells[i].Value = short
		}
		s.values = append(s.values, &cells[i])
	}
	return s.set(height)
}

func (s *sheet) set(height float64) error {
	name, err := excelize.CoordinatesToCellName(1, s.row)
	if err == nil {
		err = s.stream.SetRow(name, s.values, excelize.RowOpts{Height: height})
	}
	if err != nil {
		return fmt.Errorf("write row %d of sheet %s: %w", s.row, s.name, err)
	}
	return nil
}

// merge joins the cells of the last row from one column to another.
func (s *sheet) merge(from, to string) error {
	return s.stream.MergeCell(fmt.Sprint(from, s.row), fmt.Sprint(to, s.row))
}

// flush ends the sheet.
func (s *sheet) flush() error {
	if err := s.stream.Flush(); err != nil {
		return fmt.Errorf("write sheet %s: %w", s.name, err)
	}
	return nil
}
