package templateio

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"keyroster/io/bookio"
	"keyroster/io/termio"
	"keyroster/reconcile"
)

// The sheets of a template; the lists are hidden.
const (
	rosterSheet = "Roster"
	helpSheet   = "Help"
	listsSheet  = "Lists"
)

// The looks of a template. Dates are shown the same in every country, and without a time: with
// one, a date that was typed alone would be read as its midnight.
var (
	head = bookio.Look{
		Size:   11,
		Bold:   true,
		Fill:   bookio.PaleHead,
		Middle: true,
		Loose:  true,
		Line:   bookio.Under,
		Format: bookio.TextFormat,
	}
	prompt    = bookio.Look{Size: 9, Ink: bookio.Muted, Loose: true, Wrap: true, Format: bookio.TextFormat}
	text      = bookio.Look{Size: 11, Loose: true, Format: bookio.TextFormat}
	date      = bookio.Look{Size: 11, Loose: true, Custom: "yyyy-mm-dd"}
	helpTitle = bookio.Look{Size: 14, Bold: true, Loose: true}
	helpText  = bookio.Look{Size: 11, Loose: true, Wrap: true, Line: bookio.Rule, Format: bookio.TextFormat}
	howTo     = bookio.Look{Size: 11, Ink: bookio.Muted, Loose: true, Wrap: true}
)

// WriteXLSX writes the workbook: the sheet Roster to fill in, the sheet Help,
// and the hidden sheet Lists when there is anything to choose from.
func WriteXLSX(w io.Writer, schema *reconcile.Schema, o Options) error {
	title := "Roster of " + o.Title + " " + schema.Noun + "s"
	options := bookio.Options{Title: title}
	if o.Rows != nil {
		options.TempDir = bookio.InMemory // values are on disk only in the template itself
	}
	t := &template{
		Book:    bookio.New(options),
		options: o,
		columns: columns(schema, o),
		noun:    schema.Noun,
		title:   o.Title,
	}
	t.fillRoster()
	t.fillHelp()
	t.fillLists()
	if err := t.Write(w); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	return nil
}

// template is a workbook being written.
type template struct {
	*bookio.Book
	options     Options
	columns     []column
	noun, title string
}

// headerRow is the row of the header; the notes on the columns are above it.
const headerRow = 2

// fillRoster writes the columns, the notes on them, the header and the lines below.
func (t *template) fillRoster() {
	l := bookio.Layout{Name: rosterSheet, Landscape: true, Grid: true, Header: true, Above: headerRow - 1}
	l.Cursor = fmt.Sprint("A", headerRow+1)
	if t.options.Rows == nil {
		l.Cursor = fmt.Sprint("A", headerRow+1+len(t.columns[0].examples))
	}
	var above, header, line []bookio.Cell
	for i := range t.columns {
		c := &t.columns[i]
		look := text
		if c.Kind == reconcile.KindTime {
			look = date
		}
		l.Columns = append(l.Columns, look)
		if t.options.Rows == nil {
			look.Italic, look.Ink = true, bookio.Muted
		}
		above = append(above, bookio.Cell{Value: t.plain(c.help()), Look: prompt})
		header = append(header, bookio.Cell{Value: c.heading(), Look: head})
		line = append(line, bookio.Cell{Look: look})
	}
	next, stop := iter.Pull2(iter.Seq2[[]string, error](body(t.columns, t.options)))
	defer stop()
	first, err := firstOf(next)
	l.Widths = t.widths(first)
	s := t.Add(l)
	s.Add(0, above...)
	s.Add(22, header...)
	if err == nil {
		err = addRows(s, line, first, next)
	}
	t.Fail(err)
	lists := 0
	for i := range t.columns {
		c := &t.columns[i]
		name, err := excelize.ColumnNumberToName(i + 1)
		if err == nil {
			err = t.comment(c, fmt.Sprint(name, headerRow))
		}
		if err == nil && len(c.choices) > 0 {
			lists++
			err = t.dropDown(c, name, lists)
		}
		if err != nil {
			t.Fail(fmt.Errorf("column %s: %w", c.Name, err))
		}
	}
	s.End()
}

// addRows adds the first lines and those after them, in the looks of line.
func addRows(
	s *bookio.Sheet, line []bookio.Cell, first [][]string, next func() ([]string, error, bool),
) error {
	for {
		var texts []string
		if len(first) > 0 {
			texts, first = first[0], first[1:]
		} else {
			var err error
			var more bool
			if texts, err, more = next(); err != nil || !more {
				return err
			}
		}
		// A date is written as text too; only what a person types becomes a date.
		for i, text := range texts {
			if line[i].Value = nil; text != "" {
				line[i].Value = text
			}
		}
		s.Add(0, line...)
	}
}

// measured is how many lines determine the widths of columns, and widest the most characters
// that a column shows: longer texts are still complete in the cell.
const measured, widest = 1000, 60

// firstOf are the first lines, which determine the widths.
func firstOf(next func() ([]string, error, bool)) (lines [][]string, err error) {
	for len(lines) < measured {
		texts, err, more := next()
		if err != nil || !more {
			return lines, err
		}
		lines = append(lines, slices.Clone(texts))
	}
	return lines, nil
}

// widths are the widths of the columns in characters, for their choices and for lines.
func (t *template) widths(lines [][]string) []float64 {
	widths := make([]float64, len(t.columns))
	for i := range t.columns {
		c := &t.columns[i]
		n := 15
		for _, text := range append([]string{c.heading()}, c.examples...) {
			n = max(n, termio.Width(text))
		}
		for _, choice := range c.choices {
			n = max(n, termio.Width(choice.Text))
		}
		n = min(n, 40)
		for _, line := range lines {
			n = max(n, min(termio.Width(line[i]), widest))
		}
		widths[i] = float64(n + 3)
	}
	return widths
}

// spelled are the parts of names that people spell differently.
var spelled = map[string]string{"id": "ID", "email": "e-mail", "acs": "ACS"}

// heading is the name of the column as people write it. Rosters read it as the name, since they
// ignore case, spaces and punctuation.
func (c *column) heading() string {
	words := strings.FieldsFunc(c.Name, func(r rune) bool { return r == '_' || r == '.' })
	for i, word := range words {
		words[i] = cmp.Or(spelled[word], word)
	}
	text := strings.Join(words, " ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// plain replaces the names of columns in a text with their headers.
func (t *template) plain(text string) string {
	var names []string
	for i := range t.columns {
		if c := &t.columns[i]; strings.ContainsAny(c.Name, "_.") {
			names = append(names, c.Name, c.heading())
		}
	}
	return strings.NewReplacer(names...).Replace(text)
}

// comment puts the help on a header cell.
func (t *template) comment(c *column, cell string) error {
	lines := []string{t.plain(c.help()), "Also called " + strings.Join(append([]string{c.Name}, c.Aliases...), ", ") + "."}
	if c.Can&reconcile.CanClear != 0 {
		lines = append(lines, "Write "+reconcile.EmptyMarker+" to clear it.")
	}
	text := strings.Join(lines, "\n")
	return t.AddComment(rosterSheet, excelize.Comment{
		Cell: cell, Author: "keyroster", Width: 320, Height: uint(40 + 20*(len(text)/42+len(lines))),
		Paragraph: []excelize.RichTextRun{
			{Text: c.heading() + "\n", Font: &excelize.Font{Bold: true, Size: 10, Family: bookio.FontName}},
			{Text: text, Font: &excelize.Font{Size: 10, Family: bookio.FontName}},
		},
	})
}

// help is what the column says about itself.
func (c *column) help() string {
	if c.Help != "" {
		return c.Help
	}
	return "This column " + c.necessity() + "."
}

// fillHelp writes one line about each column. Each line is a sentence, so that no reader takes
// the sheet for another roster.
func (t *template) fillHelp() {
	s := t.Add(bookio.Layout{Name: helpSheet, Landscape: true, Grid: true, Widths: []float64{110}})
	add := func(look bookio.Look, runs ...excelize.RichTextRun) {
		length := 0
		for _, run := range runs {
			length += utf8.RuneCountInString(run.Text)
		}
		s.Add(float64(20+15*(length/105)), bookio.Cell{Value: runs, Look: look})
	}
	add(helpTitle, excelize.RichTextRun{Text: fmt.Sprintf("How to fill in this roster of %s %ss", t.title, t.noun)})
	add(
		howTo,
		excelize.RichTextRun{
			Text: "One row says what one " + t.noun + " should be. The grey rows are examples: keyroster ignores them " +
				"while they are unchanged, and you can delete them. " +
				"A blank cell changes nothing, and you can delete columns that you do not need. The cells are formatted as " +
				"text, so that leading zeros are kept: paste values only.",
		},
	)
	for i := range t.columns {
		c := &t.columns[i]
		runs := []excelize.RichTextRun{
			{Text: c.heading(), Font: &excelize.Font{Bold: true, Family: bookio.FontName, Size: 11}},
			{Text: " " + c.necessity() + ". " + t.plain(c.Help)},
		}
		if offer := c.offer(); offer != "" {
			runs = append(runs, excelize.RichTextRun{Text: " " + offer})
		}
		add(helpText, runs...)
	}
	s.End()
}

// mostOffered is how many choices the help spells out.
const mostOffered = 40

// offer lists the choices with what a person should know about them.
func (c *column) offer() string {
	if len(c.choices) == 0 {
		return ""
	}
	var words []string
	for _, choice := range c.choices[:min(len(c.choices), mostOffered)] {
		word := choice.Text
		if choice.Help != "" {
			word += " (" + choice.Help + ")"
		}
		words = append(words, word)
	}
	if n := len(c.choices) - mostOffered; n > 0 {
		words = append(words, fmt.Sprintf("and %d more", n))
	}
	return "Choose from: " + strings.Join(words, "; ") + "."
}

// fillLists writes the choices where the drop-downs find them, a column each.
func (t *template) fillLists() {
	l := bookio.Layout{Name: listsSheet, Grid: true}
	var rows [][]bookio.Cell
	for i := range t.columns {
		choices := t.columns[i].choices
		if len(choices) == 0 {
			continue
		}
		for n, choice := range choices {
			if n == len(rows) {
				rows = append(rows, nil)
			}
			for len(rows[n]) < len(l.Columns) {
				rows[n] = append(rows[n], bookio.Cell{Look: text})
			}
			rows[n] = append(rows[n], bookio.Cell{Value: choice.Text, Look: text})
		}
		l.Widths, l.Columns = append(l.Widths, 20), append(l.Columns, text)
	}
	if len(l.Columns) == 0 {
		return
	}
	s := t.Add(l)
	for _, row := range rows {
		s.Add(0, row...)
	}
	s.End()
	t.Fail(t.SetSheetVisible(listsSheet, false))
}

// dropDown offers a list, a column of the sheet Lists, in a column of the roster, from
// the first row below the header.
func (t *template) dropDown(c *column, name string, list int) error {
	at, err := excelize.ColumnNumberToName(list)
	if err != nil {
		return err
	}
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(fmt.Sprintf("%s%d:%s%d", name, headerRow+1, name, excelize.TotalRows))
	dv.SetSqrefDropList(fmt.Sprintf("%s!$%s$1:$%s$%d", listsSheet, at, at, len(c.choices)))
	style, message := excelize.DataValidationErrorStyleWarning, "This value is not in the list. Use it anyway?"
	if c.closed {
		style, message = excelize.DataValidationErrorStyleStop, "Choose a value from the list, or leave the cell blank."
	}
	dv.SetError(style, c.heading(), message)
	return t.AddDataValidation(rosterSheet, dv)
}
