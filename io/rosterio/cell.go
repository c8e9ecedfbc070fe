package rosterio

import (
	"strconv"
	"strings"
	"unicode"

	"keyroster/io/cellio"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// class says how strictly the cells of a column are checked.
type class uint8

const (
	// classText is prose for people: titles, descriptions, documents.
	classText class = iota
	// classID is compared exactly and shown: ids, references, type names.
	classID
	// classSecret is compared exactly, never shown, and may begin with zeros.
	classSecret
	// classColor may begin with zeros too.
	classColor
	classEmail
	classTime
	classState
	classInt
	classBool
	classJSON
)

func classOf(col *reconcile.Column) class {
	if col.Role == reconcile.RoleState {
		return classState
	}
	switch col.Kind {
	case reconcile.KindSecret:
		return classSecret
	case reconcile.KindColor:
		return classColor
	case reconcile.KindEmail:
		return classEmail
	case reconcile.KindTime:
		return classTime
	case reconcile.KindInt:
		return classInt
	case reconcile.KindBool:
		return classBool
	case reconcile.KindJSON:
		return classJSON
	}
	if col.Kind == reconcile.KindText && (col.Role == reconcile.RoleKey || col.Role == reconcile.RoleMatch) {
		return classID
	}
	return classText
}

// code reports whether the cells are codes: every character counts, and what a
// spreadsheet adds is wrong.
func (c class) code() bool { return c == classID || c == classSecret || c == classColor }

// fault is what is wrong with a cell. It holds no secret.
type fault struct{ kind, message, likely, remedy string }

// readCellText reads one cell of a column: its text, or why it is refused. It never
// repairs: a text is accepted exactly as the file holds it, or not at all.
func readCellText(c class, col *reconcile.Column, cell *cellio.Cell) (string, *fault) {
	switch cell.Kind {
	case cellio.Blank:
		if cell.Formula {
			return "", &fault{
				kind: KindNoResult, message: "the cell holds a formula without a stored result",
				remedy: "open the file in a spreadsheet and save it, or replace the formulas by their values",
			}
		}
		return "", nil
	case cellio.Text:
		return readText(c, col, cell.Text)
	case cellio.Number:
		if c == classBool {
			return readTruth(cell.Text)
		}
		return readNumber(c, cell)
	case cellio.Date:
		switch {
		case c == classTime && cell.Format == cellio.FormatMonth && strings.HasSuffix(cell.Text, "-01"):
			return "", &fault{
				kind:    KindNotDate,
				message: "the cell shows a month without a day; spreadsheets turn Jan 2026 into its first day",
				remedy:  "format the cell as a date with its day, and enter the day that is meant",
			}
		case c == classTime:
			return cell.Text, nil
		}
		return "", dateFault(c, cell.Text)
	case cellio.Bool:
		if c == classBool || c == classJSON {
			return strings.ToLower(cell.Text), nil
		}
		if c == classTime {
			return "", &fault{
				kind:    KindNotDate,
				message: "the cell holds TRUE or FALSE where a date is expected",
				remedy:  "enter a date",
			}
		}
		return "", &fault{
			kind:    KindBool,
			message: "the cell holds TRUE or FALSE where text is expected",
			remedy:  remedyText,
		}
	case cellio.Broken:
		return "", &fault{kind: KindBrokenCell, message: "the cell " + cell.Text, remedy: remedyText}
	}
	return "", sheetErrorFault(cell.Text)
}

// Remedies that several faults share.
const (
	remedyText   = "format the column as text and enter the values again, or export it as text"
	remedyRetype = "enter the value again as text"
)

func sheetErrorFault(text string) *fault {
	message := "the cell holds a spreadsheet error"
	if _, known := sheetErrors[text]; known {
		message += ", " + text
	}
	return &fault{
		kind:    KindSheetError,
		message: message,
		remedy:  "fix the formula that it comes from, or enter the value",
	}
}

// dateFault: text is 2026-01-02 or 2026-01-02T08:30:00, perhaps with a zone.
func dateFault(c class, text string) *fault {
	f := &fault{
		kind:    KindDate,
		message: "the cell holds a date where text is expected; spreadsheets turn 1-2 into a date",
		remedy:  remedyText,
	}
	if day, _, timed := strings.Cut(text, "T"); !timed && c != classSecret && len(day) == len("2006-01-02") {
		month, d := strings.TrimPrefix(day[5:7], "0"), strings.TrimPrefix(day[8:], "0")
		f.likely = month + "-" + d + " or " + d + "-" + month
	}
	return f
}

// readLimit is how many characters problems show of a cell.
const readLimit = 60

// sideLimit is how many bytes problems show of the likely correct content.
const sideLimit = 400

// shown is a cell's content as problems may show it: texts in quotes, with invisible
// characters as \u00a0, all else as the file stores it. It shares no memory with the cell.
func shown(c class, cell *cellio.Cell) string {
	switch {
	case cell.Text == "", cell.Kind == cellio.Broken:
		return ""
	case c == classSecret:
		return describe(cell)
	case c != classID && cell.Kind != cellio.Date && misplaced(cell.Text) && !(c == classTime && likeTime(cell.Text)):
		return reconcile.Dots
	}
	text, more, n := cell.Text, "", 0
	for i := range cell.Text {
		if n == readLimit {
			text, more = cell.Text[:i], "…"
			break
		}
		n++
	}
	if cell.Kind == cellio.Text {
		return strconv.Quote(text) + more
	}
	return strings.Clone(text) + more
}

// misplaced reports whether a text is only digits where words are expected: a card
// number or a PIN that slipped into another column must not be shown either.
func misplaced(text string) bool {
	return strings.ContainsFunc(text, unicode.IsDigit) && !strings.ContainsFunc(text, unicode.IsLetter)
}

// describe says what a secret cell is like, without its content.
func describe(cell *cellio.Cell) string {
	switch {
	case cell.Kind == cellio.Date:
		return "a date"
	case cell.Kind == cellio.Bool:
		return "TRUE or FALSE"
	case exponentText(cell.Text):
		return "a number in exponent form"
	case isoDay(cell.Text), localDay(cell.Text):
		return "a date"
	case checkLostContent(cell.Text) != nil:
		return "" // the message says it
	}
	return shape.Describe(cell.Text)
}

// guess is a likely original as problems may show it.
func guess(c class, text string) string {
	if c == classSecret {
		return shape.Describe(text) // a cell does not show whether it is a card number
	}
	return text
}

// shortLikely is a likely original as problems show it, without the cell's memory.
func shortLikely(text string) string {
	if len(text) <= sideLimit {
		return strings.Clone(text)
	}
	return strings.ToValidUTF8(text[:sideLimit], "") + "…"
}

func wholeBlank(line *cellio.Line) bool {
	for i := range line.Cells {
		if !blank(&line.Cells[i]) {
			return false
		}
	}
	return true
}

func blank(cell *cellio.Cell) bool {
	if cell.Text != "" && cell.Text[0] > ' ' && cell.Text[0] <= '~' {
		return false // the usual case, found quickly
	}
	return cell.Kind == cellio.Blank && !cell.Formula || cell.Kind == cellio.Text && trimInvisible(cell.Text) == ""
}
