package templateio

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"keyroster/reconcile"
)

// The sheets of a template; the lists are hidden.
const (
	rosterSheet = "Roster"
	helpSheet   = "Help"
	listsSheet  = "Lists"
)

// lastRow is the last row of a sheet.
const lastRow = 1 << 20

// dateFormat shows dates alike whatever the country of the computer. It shows no
// clock: with one, a day that was typed alone would be read as its midnight.
const dateFormat = "yyyy-mm-dd"

// WriteXLSX writes the workbook: the sheet Roster to fill in, the sheet Help,
// and the hidden sheet Lists when there is anything to choose from.
func WriteXLSX(w io.Writer, schema *reconcile.Schema, o Options) (err error) {
	file := excelize.NewFile()
	defer func() { err = errors.Join(err, file.Close()) }()
	t := &template{file: file, columns: columns(schema, o), noun: schema.Noun, title: o.Title}
	for _, step := range []func() error{t.makeStyles, t.addSheets, t.fillRoster, t.fillHelp, t.fillLists} {
		if err := step(); err != nil {
			return fmt.Errorf("write template: %w", err)
		}
	}
	if err := file.Write(w); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	return nil
}

// template is a workbook being written.
type template struct {
	file        *excelize.File
	columns     []column
	noun, title string

	head, text, date           int
	exampleText, exampleDate   int
	helpTitle, helpText, legal int
}

func (t *template) makeStyles() error {
	const ink, muted, pale, rule = "1F2933", "5F6B76", "E6EBEF", "D5DBE0"
	format := dateFormat
	var failed error
	add := func(s excelize.Style) int {
		id, err := t.file.NewStyle(&s)
		failed = errors.Join(failed, err)
		return id
	}
	font := func(size float64, bold, italic bool, color string) *excelize.Font {
		return &excelize.Font{Family: "Calibri", Size: size, Bold: bold, Italic: italic, Color: color}
	}
	const asText = 49 // the number format @
	t.head = add(excelize.Style{
		Font: font(11, true, false, ink), NumFmt: asText, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{pale}},
		Border: []excelize.Border{{Type: "bottom", Color: muted, Style: 1}}, Alignment: &excelize.Alignment{Vertical: "center"},
	})
	t.text = add(excelize.Style{Font: font(11, false, false, ink), NumFmt: asText})
	t.date = add(excelize.Style{Font: font(11, false, false, ink), CustomNumFmt: &format})
	t.exampleText = add(excelize.Style{Font: font(11, false, true, muted), NumFmt: asText})
	t.exampleDate = add(excelize.Style{Font: font(11, false, true, muted), CustomNumFmt: &format})
	t.helpTitle = add(excelize.Style{Font: font(14, true, false, ink)})
	wrap := &excelize.Alignment{WrapText: true, Vertical: "top"}
	t.helpText = add(excelize.Style{
		Font: font(11, false, false, ink), NumFmt: asText, Alignment: wrap, Border: []excelize.Border{{Type: "bottom", Color: rule, Style: 1}},
	})
	t.legal = add(excelize.Style{Font: font(11, false, false, muted), Alignment: wrap})
	return failed
}

func (t *template) addSheets() error {
	f := t.file
	_, err := f.NewSheet(helpSheet)
	yes, one, many, landscape, a4 := true, 1, 0, "landscape", 9
	page := &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &one, FitToHeight: &many}
	return errors.Join(
		f.SetSheetName("Sheet1", rosterSheet), err,
		f.SetDefaultFont("Calibri"),
		f.SetDocProps(&excelize.DocProperties{Title: "Roster of " + t.title + " " + t.noun + "s", Creator: "keyroster", LastModifiedBy: "keyroster"}),
		f.SetAppProps(&excelize.AppProperties{Application: "keyroster"}),
		f.SetSheetProps(rosterSheet, &excelize.SheetPropsOptions{FitToPage: &yes}), f.SetPageLayout(rosterSheet, page),
		f.SetSheetProps(helpSheet, &excelize.SheetPropsOptions{FitToPage: &yes}), f.SetPageLayout(helpSheet, page),
	)
}

// fillRoster writes the columns, the header and the example line.
func (t *template) fillRoster() error {
	f := t.file
	for i := range t.columns {
		c := &t.columns[i]
		name, _ := excelize.ColumnNumberToName(i + 1) // there are at most 64
		style, example := t.text, t.exampleText
		if c.Kind == reconcile.KindTime {
			style, example = t.date, t.exampleDate
		}
		err := errors.Join(
			f.SetColWidth(rosterSheet, name, name, width(c)),
			f.SetColStyle(rosterSheet, name, style),
			f.SetCellStr(rosterSheet, name+"1", c.Name),
			f.SetCellStyle(rosterSheet, name+"1", name+"1", t.head),
			f.SetCellStyle(rosterSheet, name+"2", name+"2", example),
			t.comment(c, name+"1"),
		)
		if c.example != "" {
			// Also a date is written as text here: what it becomes is the
			// business of whoever types the next one.
			err = errors.Join(err, f.SetCellStr(rosterSheet, name+"2", c.example))
		}
		if err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return errors.Join(
		f.SetRowHeight(rosterSheet, 1, 22),
		f.SetPanes(rosterSheet, &excelize.Panes{
			Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft",
			Selection: []excelize.Selection{{SQRef: "A3", ActiveCell: "A3", Pane: "bottomLeft"}},
		}),
	)
}

// width is the width of a column in characters.
func width(c *column) float64 {
	n := max(utf8.RuneCountInString(c.Name), utf8.RuneCountInString(c.example))
	for _, choice := range c.choices {
		n = max(n, utf8.RuneCountInString(choice.Text))
	}
	switch {
	case c.Role == reconcile.RoleKey || c.Role == reconcile.RoleMatch:
		n = max(n, 18)
	case c.Kind == reconcile.KindTime:
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
	return t.file.AddComment(rosterSheet, excelize.Comment{
		Cell: cell, Author: "keyroster", Width: 320, Height: uint(40 + 20*(len(text)/42+len(lines))),
		Paragraph: []excelize.RichTextRun{
			{Text: c.Name + "\n", Font: &excelize.Font{Bold: true, Size: 10, Family: "Calibri"}},
			{Text: text, Font: &excelize.Font{Size: 10, Family: "Calibri"}},
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
func (t *template) fillHelp() error {
	f := t.file
	lines := []struct {
		text  []excelize.RichTextRun
		style int
	}{
		{[]excelize.RichTextRun{{Text: fmt.Sprintf("How to fill in this roster of %s %ss", t.title, t.noun)}}, t.helpTitle},
		{[]excelize.RichTextRun{{Text: "One row says what one " + t.noun + " should be. The grey row is an example: keyroster ignores it as long as it stays as it is, and it may be deleted. " +
			"A blank cell changes nothing, and columns that you do not need may be deleted too. The cells are formatted as text, so that no leading zero is lost: paste values only."}}, t.legal},
	}
	for i := range t.columns {
		c := &t.columns[i]
		runs := []excelize.RichTextRun{
			{Text: c.Name, Font: &excelize.Font{Bold: true, Family: "Calibri", Size: 11}},
			{Text: " " + c.necessity() + ". " + c.Help},
		}
		if offer := c.offer(); offer != "" {
			runs = append(runs, excelize.RichTextRun{Text: " " + offer})
		}
		lines = append(lines, struct {
			text  []excelize.RichTextRun
			style int
		}{runs, t.helpText})
	}
	err := f.SetColWidth(helpSheet, "A", "A", 110)
	for i, line := range lines {
		cell := fmt.Sprint("A", i+1)
		length := 0
		for _, run := range line.text {
			length += utf8.RuneCountInString(run.Text)
		}
		err = errors.Join(err, f.SetCellRichText(helpSheet, cell, line.text), f.SetCellStyle(helpSheet, cell, cell, line.style),
			f.SetRowHeight(helpSheet, i+1, float64(20+15*(length/105))))
	}
	return err
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

// fillLists writes the choices where the drop-downs find them.
func (t *template) fillLists() error {
	f := t.file
	lists := 0
	for i := range t.columns {
		c := &t.columns[i]
		if len(c.choices) == 0 {
			continue
		}
		if lists == 0 {
			if _, err := f.NewSheet(listsSheet); err != nil {
				return err
			}
		}
		lists++
		at, _ := excelize.ColumnNumberToName(lists)
		if err := f.SetColStyle(listsSheet, at, t.text); err != nil {
			return err
		}
		for n, choice := range c.choices {
			if err := f.SetCellStr(listsSheet, fmt.Sprint(at, n+1), choice.Text); err != nil {
				return err
			}
		}
		if err := t.dropDown(c, i+1, fmt.Sprintf("%s!$%s$1:$%s$%d", listsSheet, at, at, len(c.choices))); err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	if lists == 0 {
		return nil
	}
	return f.SetSheetVisible(listsSheet, false)
}

// dropDown offers a list in a column, from the first row below the header.
func (t *template) dropDown(c *column, number int, source string) error {
	name, err := excelize.ColumnNumberToName(number)
	if err != nil {
		return err
	}
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(fmt.Sprintf("%s2:%s%d", name, name, lastRow))
	dv.SetSqrefDropList(source)
	style, message := excelize.DataValidationErrorStyleWarning, "This is none of the known texts. Use it all the same?"
	if c.closed {
		style, message = excelize.DataValidationErrorStyleStop, "Choose one of the list, or leave the cell blank."
	}
	dv.SetError(style, c.Name, message)
	return t.file.AddDataValidation(rosterSheet, dv)
}
