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

// String returns the severity's name in reports.
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

// Source is the true place of a row: the physical line of a CSV file, or the row number of
// a sheet. The zero Line means the whole file.
type Source struct {
	File  string `json:"file"`
	Sheet string `json:"sheet,omitempty"`
	Line  int    `json:"line"`
	// Header and Cell identify the row's cell in the line of a wide table: its header, and
	// in a workbook its name (G13).
	Header string `json:"header,omitempty"`
	Cell   string `json:"cell,omitempty"`
}

// At returns the short place in its file or sheet: the line, or the row's cell in it.
func (s Source) At() string {
	switch {
	case s.Cell != "":
		return s.Cell
	case s.Header != "":
		return fmt.Sprintf("%d (%s)", s.Line, s.Header)
	}
	return strconv.Itoa(s.Line)
}

// Within returns the place in its file or sheet, in words: line 7, or cell C7.
func (s Source) Within() string {
	if s.Cell != "" {
		return "cell " + s.Cell
	}
	return "line " + s.At()
}

// String returns the place in words.
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

// Problem is one thing wrong with a roster, worded so that the person who keeps the file
// can fix it. It holds no secret.
type Problem struct {
	Source
	// LastLine is the last line that it concerns, if that is not Line.
	LastLine int `json:"last_line,omitempty"`
	// Cell is the name of the cell (C7) in a workbook, empty in a CSV file.
	Cell string `json:"cell,omitempty"`
	// Column is the canonical name, or the header as written if unknown.
	Column string `json:"column,omitempty"`
	// Kind is a stable word for scripts: see the Kind… constants of cellio and rosterio.
	Kind     string   `json:"kind"`
	Severity Severity `json:"severity"`
	// Message says what is wrong, Read what the cell holds (shortened, with invisible
	// characters spelt out), Likely what was probably meant, Remedy what to do. Read and
	// Likely only describe secrets: 8 digits.
	Message string `json:"message"`
	Read    string `json:"read,omitempty"`
	Likely  string `json:"likely,omitempty"`
	// Expected is how many digits the value should have, if others of its type show that;
	// else 0.
	Expected int    `json:"expected_digits,omitempty"`
	Remedy   string `json:"remedy,omitempty"`
	// Settings are the configuration lines of an account that fix it, ready to be pasted:
	// one line, or a block if that is long.
	Settings string `json:"settings,omitempty"`
}

// locate makes the cell of a wide table's row the problem's own, if the problem is about
// its value.
func (p *Problem) locate(schema *Schema) {
	if own := p.Source; own.Header != "" {
		if schema.value >= 0 && p.Column == schema.Columns[schema.value].Name {
			p.Column, p.Cell = own.Header, cmp.Or(p.Cell, own.Cell)
		}
		p.Source.Header, p.Source.Cell = "", ""
	}
}

// Place is where the problem is, in words.
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

// String returns the whole problem on one line.
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

// Advice returns the remedy in one line, with its settings if those are one line.
func (p Problem) Advice() string {
	switch {
	case p.Settings == "":
		return p.Remedy
	case strings.Contains(p.Settings, "\n"):
		return p.Remedy + " (keyroster check prints the lines)"
	}
	return p.Remedy + ": " + p.Settings
}

// Finding is what a provider's row check reports about one row: the reader adds the place.
// Kind, Message, Likely and Remedy are as in [Problem].
type Finding struct {
	Column   string
	Kind     string
	Severity Severity
	Message  string
	Likely   string
	Remedy   string
}
