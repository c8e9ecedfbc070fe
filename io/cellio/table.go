// Package cellio is what readers of tables give: cells in lines with their true
// places, and errors that say where a file is wrong and what to do. The readers (csvio,
// xlsxio, odsio) turn bytes into cells and prove that they read everything; what is known of
// headers, damage and rows is in rosterio.
package cellio

// NotesSheet begins the names of the sheets on which annotated copies list remarks;
// they are not part of a roster.
const NotesSheet = "keyroster problems"

// FindingsHeader is the header of the list of findings in an export; the list is not part of a
// roster.
var FindingsHeader = [...]string{"Account", "Rule", "Finding", "Credentials", "Holders", "Masked values"}

// Kind is the type of a cell as the file stores it.
type Kind uint8

const (
	// Blank has no content.
	Blank Kind = iota
	// Text is text, exactly as stored. All cells of a CSV file are text.
	Text
	// Number is a number; Cell.Text is the digits as stored (12345,
	// 4.5678901234567891E+15) and Cell.Format says how it was shown.
	Number
	// Date is a date or time, without a zone but for the rare cell that has one
	// (2026-01-05T08:00:00+01:00, an instant); Cell.Text is 2026-01-05 or
	// 2026-01-05T08:30:00, rounded to the second.
	Date
	// Bool is TRUE or FALSE.
	Bool
	// Error is a spreadsheet error such as #N/A.
	Error
	// Broken is a cell whose content makes no sense; Cell.Text says why and shows none of it.
	Broken
)

// Format is what a number's format says about the text a person saw.
type Format uint8

const (
	// FormatGeneral is no particular format.
	FormatGeneral Format = iota
	// FormatText is @: the cell was declared text, but holds a number.
	FormatText
	// FormatPad is a row of zeros: shown with leading zeros up to Cell.Width.
	FormatPad
	// FormatOther is anything else (thousands, percent, currency): what the
	// person saw is not known.
	FormatOther
	// FormatTime shows days and their fractions as a time of day or a
	// duration, without a date.
	FormatTime
	// FormatMonth is of a [Date] and shows no day: Jan 2026.
	FormatMonth
)

// Cell is one cell of a line.
type Cell struct {
	Text   string
	Kind   Kind
	Format Format
	// Width is the number of digits of FormatPad.
	Width int
	// Formula: the cell holds a formula and Text is its cached result; with
	// Kind Blank, nothing was cached.
	Formula bool
	// From1904: the workbook counts the days of dates from 1904 on. Set for numbers.
	From1904 bool
}

// Line is one line of a table with its true number: the physical line on which
// a CSV record starts, or the row number of a sheet.
type Line struct {
	Number int
	Cells  []Cell
	// Hidden: the row is hidden in the workbook. Struck: the text of a cell is crossed out.
	Hidden, Struck bool
	// Last is the physical line on which a CSV record of several lines ends; else 0.
	Last int
	// Spans are the quoted cells of a CSV record that hold line breaks.
	Spans []Span
}

// Span is a quoted cell that spans several physical lines.
type Span struct{ Column, First, Last int }

// End is the physical line on which the line ends.
func (l *Line) End() int { return max(l.Number, l.Last) }

// HasContent reports whether a row holds more than empty results of formulas.
func HasContent(cells []Cell) bool {
	for i := range cells {
		if c := &cells[i]; c.Kind == Blank && c.Formula || c.Kind != Blank && c.Text != "" {
			return true
		}
	}
	return false
}

// Table is a stream of lines of one sheet or CSV file.
type Table interface {
	// Next returns the next line that is not wholly blank. The line and its
	// cells are valid until the following call. The error is io.EOF only
	// when the input was proved read to its end; any other error means that
	// the table is damaged and nothing of it may be used. It is an
	// [*InputError] wherever a place in the file is known.
	Next() (*Line, error)
	// CellName is the name of a cell for messages: C7 in a workbook, empty
	// in a CSV file. col counts from 0.
	CellName(line, col int) string
}

// Separated is also implemented by a [Table] whose lines are text with a separator
// between the cells.
type Separated interface{ Separator() rune }

// Totals is also implemented by a [Table] that can have a row of totals.
type Totals interface {
	// TotalsRow is the row that the file itself declares as the totals of the table
	// whose header is in the given row and which spans at least the columns from
	// left to right, counted from 0. 0: there is none.
	TotalsRow(header, left, right int) int
}

// InputError says that a file cannot be used, where, and what to do.
type InputError struct {
	File, Sheet string
	// Line is the physical line or row, 0 when not known; Cell its name.
	Line int
	Cell string
	// LastLine is the last line of the fault, 0 for Line itself.
	LastLine int
	// Kind is a stable word for scripts, as in reconcile.Problem.
	Kind    string
	Message string
	Remedy  string
}
