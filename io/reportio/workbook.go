package reportio

import (
	"io"

	"keyroster/io/bookio"
	"keyroster/reconcile"
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

// WriteXLSX writes the workbook: the sheets Summary, Changes and Problems (if there
// are any), Lines and Run. More than 1,048,575 lines continue on Lines 2 and so on.
// Memory does not grow with the lines.
func WriteXLSX(w io.Writer, r *Report, o XLSXOptions) error {
	if err := r.Tally(); err != nil {
		return err
	}
	b := newBook(r.local(), o)
	b.fill()
	return b.WriteSorted(w)
}

// book is a workbook being written.
type book struct {
	*bookio.Book
	report *Report
	side   SideFile
}

func newBook(r *Report, o XLSXOptions) *book {
	return &book{report: r, side: o.SideFile, Book: bookio.New(bookio.Options{
		TempDir: o.TempDir, Title: "keyroster report", Subject: r.Account, At: r.FinishedAt, Instead: "use the CSV or JSON report",
		Text: func(sheet, text string) (string, error) {
			return o.SideFile.cellText(-1, sheet, bookio.WorkbookSafe(text))
		},
		Footer: func(string) (left, middle string) {
			return JoinFilled(" · ", "keyroster", r.Account, r.RunID), "Secrets are masked"
		},
	})}
}

// fill writes the sheets.
func (b *book) fill() {
	b.writeSummary()
	b.writeChanges()
	b.writeLines()
	b.writeProblems()
	b.writeRun()
}

// The looks that only this workbook has.
var (
	title    = bookio.Look{Ink: bookio.Muted, Loose: true}
	headline = bookio.Look{Size: 16, Bold: true, Middle: true, Wrap: true}
	share    = bookio.Look{Ink: bookio.Muted, Right: true, Line: bookio.Rule}
	meaning  = bookio.Look{Ink: bookio.Muted, Wrap: true, Line: bookio.Rule}
	note     = bookio.Look{Size: 9, Ink: bookio.Muted, Wrap: true}
	number   = bookio.Look{Right: true, Line: bookio.Rule, Format: 1}
)

// outcomeLook is how the word of an outcome looks.
func outcomeLook(o reconcile.Outcome) bookio.Look {
	look := bookio.Text.In(outcomes[o].ink, outcomes[o].fill)
	look.Bold = o != reconcile.Unchanged && o != reconcile.LeftUnlisted
	return look
}
