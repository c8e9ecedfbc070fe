package bookio

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"keyroster/io/cellio"
)

// Options say what a workbook is like as a whole.
type Options struct {
	// TempDir is where sheets above 16 MiB wait, in plain text, until they are packed:
	// a folder that no other user can read (0700). Empty means the system's, and
	// [InMemory] none.
	TempDir string
	// Title and Subject are properties of the file.
	Title, Subject string
	// At is when the workbook was made; zero leaves it out.
	At time.Time
	// Footer is what each printed page of a sheet shows at the left and in the middle;
	// nil prints no footer.
	Footer func(sheet string) (left, middle string)
	// Text makes a text fit for a cell; nil writes [WorkbookSafe] texts as they are.
	Text func(sheet, text string) (string, error)
	// Instead is the advice when a workbook gets too large.
	Instead string
}

// InMemory is a folder that cannot exist: sheets are kept in memory then.
const InMemory = "\x00"

// Book is a workbook being written. It is not safe for concurrent use.
type Book struct {
	*excelize.File
	// Rows is how many rows a sheet of a list holds, its header included.
	Rows int

	options Options
	styles  map[Look]int
	err     error
}

// New begins a workbook, which [Book.Write] or [Book.WriteSorted] ends.
func New(o Options) *Book {
	b := &Book{
		File: excelize.NewFile(excelize.Options{TmpDir: o.TempDir}),
		Rows: excelize.TotalRows, options: o, styles: map[Look]int{},
	}
	props := &excelize.DocProperties{
		Title:          o.Title,
		Subject:        WorkbookSafe(o.Subject),
		Creator:        "keyroster",
		LastModifiedBy: "keyroster",
	}
	if !o.At.IsZero() {
		props.Created = o.At.UTC().Format(time.RFC3339)
		props.Modified = props.Created
	}
	b.fail(
		"make workbook", b.SetDocProps(props),
		b.SetAppProps(&excelize.AppProperties{Application: "keyroster"}),
		b.SetDefaultFont(FontName),
	)
	return b
}

// Fail keeps an error for [Book.Write] to return; the first one wins.
func (b *Book) Fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// Err is the first error so far.
func (b *Book) Err() error { return b.err }

func (b *Book) fail(doing string, errs ...error) {
	if err := errors.Join(errs...); err != nil {
		b.Fail(fmt.Errorf("%s: %w", doing, err))
	}
}

// Style is the number of the style that a look has in the workbook.
func (b *Book) Style(l Look) int {
	id, known := b.styles[l]
	if !known {
		var err error
		id, err = b.NewStyle(l.style())
		b.fail("make workbook styles", err)
		b.styles[l] = id
	}
	return id
}

// Write packs the workbook straight into w, its sheets in an order that differs each
// time, and ends the book. It must be called exactly once, even after an error.
func (b *Book) Write(w io.Writer) (err error) {
	defer b.end(&err)
	return b.pack(w)
}

func (b *Book) end(err *error) {
	if e := b.Close(); *err == nil && e != nil {
		*err = fmt.Errorf("close workbook: %w", e)
	}
}

func (b *Book) pack(w io.Writer) error {
	if b.err != nil {
		return b.err
	}
	b.SetZipWriter(func(io.Writer) excelize.ZipWriter { return newArchive(w, b.options.Instead) })
	if err := b.File.Write(io.Discard); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// AddHidden appends a sheet that is not shown, while the workbook has no row yet:
// hiding one makes excelize parse all others.
func (b *Book) AddHidden(name string) {
	b.Name(name)
	b.fail("add sheet "+name, b.SetSheetVisible(name, false, true))
}

// Name makes a sheet, unless there is one of that name. The first replaces the sheet
// that every new workbook has.
func (b *Book) Name(name string) {
	at, err := b.GetSheetIndex(name)
	if err == nil && at < 0 {
		if first := b.GetSheetList()[0]; first == "Sheet1" {
			err = b.SetSheetName(first, name)
		} else {
			_, err = b.NewSheet(name)
		}
	}
	b.fail("add sheet "+name, err)
}

// footer is what each printed page of a sheet shows. Ampersands are commands there.
func (b *Book) footer(sheet string) *excelize.HeaderFooterOptions {
	left, middle := b.options.Footer(sheet)
	left = strings.ReplaceAll(WorkbookSafe(left), "&", "&&")
	if cellio.Units(left) > 150 {
		left = "keyroster"
	}
	return &excelize.HeaderFooterOptions{OddFooter: "&L&8 " + left + "&C&8 " + middle + "&R&8 Page &P of &N"}
}
