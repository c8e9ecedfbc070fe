package reconcile

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Severity ranks a problem.
type Severity uint8

const (
	// SeverityError makes its row invalid or, without a row, its file.
	SeverityError Severity = iota
	// SeverityWarning is shown and changes nothing.
	SeverityWarning
)

// String is the severity's name in reports.
func (s Severity) String() string {
	if s == SeverityWarning {
		return "warning"
	}
	return "error"
}

// MarshalText implements encoding.TextMarshaler with the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Severity) UnmarshalText(text []byte) error {
	return parseName(s, []string{SeverityError: "error", SeverityWarning: "warning"}, text, "severity")
}

// Source is the true place of a row: the physical line of a CSV file, or the
// row number of a sheet. The zero Line means the file as a whole.
type Source struct {
	File  string `json:"file"`
	Sheet string `json:"sheet,omitempty"`
	Line  int    `json:"line"`
	// Header and Cell say which cell of the line the row is, in a wide table: what heads
	// it, and in a workbook its name (G13).
	Header string `json:"header,omitempty"`
	Cell   string `json:"cell,omitempty"`
}

// At is the place in its file or sheet, short: the line, or the cell of it that the
// row is.
func (s Source) At() string {
	switch {
	case s.Cell != "":
		return s.Cell
	case s.Header != "":
		return fmt.Sprintf("%d (%s)", s.Line, s.Header)
	}
	return strconv.Itoa(s.Line)
}

// Within is the place in its file or sheet, as a person would say it: line 7, or cell C7.
func (s Source) Within() string {
	if s.Cell != "" {
		return "cell " + s.Cell
	}
	return "line " + s.At()
}

// String is the place as a person would say it.
func (s Source) String() string {
	text := s.File
	if s.Sheet != "" {
		text += fmt.Sprintf(", sheet %q", s.Sheet)
	}
	if s.Cell != "" || s.Line > 0 {
		text += ", " + s.Within()
	}
	return text
}

// Problem is one thing wrong with a roster, said so that the person who keeps
// the file can mend it. It holds no secret.
type Problem struct {
	Source
	// LastLine is the line to which it reaches, where that is another than Line.
	LastLine int `json:"last_line,omitempty"`
	// Cell is the name of the cell (C7) in a workbook, empty in a CSV file.
	Cell string `json:"cell,omitempty"`
	// Column is the canonical name, or the header as written if unknown.
	Column string `json:"column,omitempty"`
	// Kind is a stable word for scripts: see the Kind… constants of cellio and rosterio.
	Kind     string   `json:"kind"`
	Severity Severity `json:"severity"`
	// Message says what is wrong, Read what the cell holds (shortened, with what
	// cannot be seen spelt out), Likely what was probably meant, Remedy what to
	// do. Of secrets, Read and Likely say only
	// what they are like: 8 digits.
	Message string `json:"message"`
	Read    string `json:"read,omitempty"`
	Likely  string `json:"likely,omitempty"`
	// Expected is how many digits the value should have, where others of its type show
	// that; 0 where they do not.
	Expected int    `json:"expected_digits,omitempty"`
	Remedy   string `json:"remedy,omitempty"`
	// Settings are the lines that do it in the configuration of an account, ready to
	// be pasted there: one line, or a block when that is long.
	Settings string `json:"settings,omitempty"`
}

// locate makes the cell of a row of a wide table the problem's own, if it is about the
// value in it.
func (p *Problem) locate(schema *Schema) {
	if own := p.Source; own.Header != "" {
		if schema.value >= 0 && p.Column == schema.Columns[schema.value].Name {
			p.Column, p.Cell = own.Header, cmp.Or(p.Cell, own.Cell)
		}
		p.Source.Header, p.Source.Cell = "", ""
	}
}

// Place is where the problem is, as a person would say it.
func (p Problem) Place() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Sheet != "" {
		fmt.Fprintf(&b, ", sheet %q", p.Sheet)
	}
	switch {
	case p.Cell != "":
		fmt.Fprintf(&b, ", cell %s", p.Cell)
	case p.Line > 0 && p.LastLine > p.Line:
		fmt.Fprintf(&b, ", lines %d to %d", p.Line, p.LastLine)
	case p.Line > 0:
		fmt.Fprintf(&b, ", line %d", p.Line)
	}
	if p.Column != "" {
		fmt.Fprintf(&b, ", column %s", p.Column)
	}
	return b.String()
}

// String is the whole problem on one line.
func (p Problem) String() string {
	s := p.Place() + ": " + p.Message
	if p.Read != "" && p.Read != Dots {
		s += "; read " + p.Read
	}
	if p.Likely != "" {
		s += "; likely " + p.Likely
	}
	if advice := p.Advice(); advice != "" {
		s += "; " + advice
	}
	return s
}

// Advice is the remedy in one line, with its settings where those are one.
func (p Problem) Advice() string {
	switch {
	case p.Settings == "":
		return p.Remedy
	case strings.Contains(p.Settings, "\n"):
		return p.Remedy + " (keyroster check prints the lines)"
	}
	return p.Remedy + ": " + p.Settings
}

// Finding is what a provider's row check says about one row: the reader adds
// the place. Kind, Message, Likely and Remedy are as in [Problem].
type Finding struct {
	Column   string
	Kind     string
	Severity Severity
	Message  string
	Likely   string
	Remedy   string
}
