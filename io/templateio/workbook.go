package templateio

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"keyroster/io/bookio"
	"keyroster/reconcile"
)

// The sheets of a template; the lists are hidden.
const (
	rosterSheet = "Roster"
	helpSheet   = "Help"
	listsSheet  = "Lists"
)

// The looks of a template. Dates are shown alike whatever the country of the computer,
// and without a clock: with one, a day that was typed alone would be read as its
// midnight.
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
	t := &template{
		Book:    bookio.New(bookio.Options{Title: title}),
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
	columns     []column
	noun, title string
}

// fillRoster writes the columns, the header and the example line.
func (t *template) fillRoster() {
	l := bookio.Layout{Name: rosterSheet, Landscape: true, Grid: true, Header: true, Cursor: "A3"}
	var header, example []bookio.Cell
	for i := range t.columns {
		c := &t.columns[i]
		look := text
		if c.Kind == reconcile.KindTime {
			look = date
		}
		l.Widths, l.Columns = append(l.Widths, width(c)), append(l.Columns, look)
		look.Italic, look.Ink = true, bookio.Muted
		header = append(header, bookio.Cell{Value: c.Name, Look: head})
		// Also a date is written as text here: what it becomes is the
		// business of whoever types the next one.
		shown := bookio.Cell{Look: look}
		if c.example != "" {
			shown.Value = c.example
		}
		example = append(example, shown)
	}
	s := t.Add(l)
	s.Add(22, header...)
	s.Add(0, example...)
	lists := 0
	for i := range t.columns {
		c := &t.columns[i]
		name, err := excelize.ColumnNumberToName(i + 1)
		if err == nil {
			err = t.comment(c, name+"1")
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

// width is the width of a column in characters.
func width(c *column) float64 {
	n := max(utf8.RuneCountInString(c.Name), utf8.RuneCountInString(c.example))
	for _, choice := range c.choices {
		n = max(n, utf8.RuneCountInString(choice.Text))
	}
	if c.Role == reconcile.RoleKey || c.Role == reconcile.RoleMatch || c.Kind == reconcile.KindTime {
		n = max(n, 18)
	}
	return float64(min(n, 40)) + 3
}

// comment puts the help on a header cell.
func (t *template) comment(c *column, cell string) error {
	lines := []string{c.help()}
	if len(c.Aliases) > 0 {
		lines = append(lines, "Also called "+strings.Join(c.Aliases, ", ")+".")
	}
	if c.Can&reconcile.CanClear != 0 {
		lines = append(lines, "Write "+reconcile.EmptyMarker+" to clear it.")
	}
	text := strings.Join(lines, "\n")
	return t.AddComment(rosterSheet, excelize.Comment{
		Cell: cell, Author: "keyroster", Width: 320, Height: uint(40 + 20*(len(text)/42+len(lines))),
		Paragraph: []excelize.RichTextRun{
			{Text: c.Name + "\n", Font: &excelize.Font{Bold: true, Size: 10, Family: bookio.FontName}},
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

// fillHelp writes one line about each column. Each is a sentence, so that no
// reader takes the sheet for another roster.
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
			Text: "One row says what one " + t.noun + " should be. The grey row is an example: keyroster ignores it as long as it stays as it is, and it may be deleted. " +
				"A blank cell changes nothing, and columns that you do not need may be deleted too. The cells are formatted as text, so that no leading zero is lost: paste values only.",
		},
	)
	for i := range t.columns {
		c := &t.columns[i]
		runs := []excelize.RichTextRun{
			{Text: c.Name, Font: &excelize.Font{Bold: true, Family: bookio.FontName, Size: 11}},
			{Text: " " + c.necessity() + ". " + c.Help},
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

// offer lists what can be chosen and what a person should know about it.
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
	dv.SetSqref(fmt.Sprintf("%s2:%s%d", name, name, excelize.TotalRows))
	dv.SetSqrefDropList(fmt.Sprintf("%s!$%s$1:$%s$%d", listsSheet, at, at, len(c.choices)))
	style, message := excelize.DataValidationErrorStyleWarning, "This is none of the known texts. Use it all the same?"
	if c.closed {
		style, message = excelize.DataValidationErrorStyleStop, "Choose one of the list, or leave the cell blank."
	}
	dv.SetError(style, c.Name, message)
	return t.AddDataValidation(rosterSheet, dv)
}
