// Package templateio writes rosters for people to fill in, empty or with given rows: a workbook
// whose identifier columns are formatted as text from the start, with a note above each header
// on what belongs in the column, drop-down lists and example lines; or CSV with only the header
// and the lines.
//
// It knows no provider: columns, help, words and example come from the schema,
// and what an account offers from the caller.
//
// # Invariants
//
//   - An unchanged empty template is a roster without rows: rosterio recognises its example
//     lines and ignores them.
//   - A header is the name of its column as people write it, which a roster reads as the
//     name itself.
//   - Every cell that is not a time is formatted as text, to the last row, so that no
//     spreadsheet turns a card number into a number or 1-2 into a date.
//   - No cell of the help can be taken for the header of a roster.
package templateio

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"keyroster/io/csvio"
	"keyroster/reconcile"
)

// Options say what a template offers.
type Options struct {
	// Title names the provider in sentences.
	Title string
	// Choices has, by the name of a column, what an account offers for it.
	// They go before the column's own words, and the examples are among them.
	Choices map[string][]reconcile.Choice
	// Rows are the first rows of the template, in place of the examples; nil for an empty template.
	Rows Rows
}

// Rows are rows of a roster: texts by the number of their column in the schema.
type Rows iter.Seq2[[]string, error]

// column is one column of a template.
type column struct {
	*reconcile.Column
	// number is that of the column in the schema.
	number  int
	choices []reconcile.Choice
	// closed: only the choices are valid, in every account.
	closed bool
	// examples are the texts of the example lines.
	examples []string
}

// columns are those of a schema that a person fills in, and if there are rows the names of people.
func columns(schema *reconcile.Schema, o Options) []column {
	var all []column
	lines := schema.ExampleLines()
	for i := range schema.Columns {
		c := &schema.Columns[i]
		if c.Role == reconcile.RoleInfo && (o.Rows == nil || c.Means != reconcile.HolderName) {
			continue
		}
		col := column{Column: c, number: i, choices: o.Choices[c.Name], examples: make([]string, lines)}
		if own := c.Examples(); len(own) > 0 {
			for n := range lines {
				col.examples[n] = own[min(n, len(own)-1)]
			}
		}
		// rosterio recognises the lines by the other examples.
		if len(col.choices) > 0 && c.Example != "" && c.Role == reconcile.RoleMatch {
			col.chooseExamples()
		}
		if len(col.choices) == 0 {
			for _, word := range c.Words {
				col.choices = append(col.choices, reconcile.Choice{Text: word})
			}
			col.closed = c.Role == reconcile.RoleState
		}
		at := len(all)
		if c.Means == reconcile.HolderName {
			at = min(1, at) // the holder's name, where people begin to read
		}
		all = slices.Insert(all, at, col)
	}
	return all
}

// chooseExamples takes the examples from the choices: the first with the name of the example,
// else the first.
func (c *column) chooseExamples() {
	for i, word := range c.examples {
		at := slices.IndexFunc(c.choices, func(choice reconcile.Choice) bool {
			return strings.Contains(strings.ToLower(choice.Text), strings.ToLower(word))
		})
		c.examples[i] = c.choices[max(at, 0)].Text
	}
}

// text is the column's cell of a row: as a choice, if it means one.
func (c *column) text(row []string) string {
	for _, choice := range c.choices {
		if choice.ID != "" && choice.ID == row[c.number] {
			return choice.Text
		}
	}
	return row[c.number]
}

// body yields the lines below the header, valid until the next one: the rows, else the
// examples.
func body(all []column, o Options) Rows {
	return func(yield func([]string, error) bool) {
		line := make([]string, len(all))
		if o.Rows == nil {
			for n := range all[0].examples {
				for i := range all {
					line[i] = all[i].examples[n]
				}
				if !yield(line, nil) {
					return
				}
			}
			return
		}
		for row, err := range o.Rows {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range all {
				line[i] = all[i].text(row)
			}
			if !yield(line, nil) {
				return
			}
		}
	}
}

// WriteCSV writes the header, and the rows or the example lines.
func WriteCSV(w io.Writer, schema *reconcile.Schema, o Options) error {
	out := csvio.NewWriter(w)
	all := columns(schema, o)
	var header []string
	for _, c := range all {
		header = append(header, c.Name)
	}
	if err := out.Write(header); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	for line, err := range body(all, o) {
		if err == nil {
			err = out.Write(line)
		}
		if err != nil {
			return fmt.Errorf("write template: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	return nil
}

// necessity says in a word whether a column is needed.
func (c *column) necessity() string {
	switch {
	case c.Role == reconcile.RoleInfo:
		return "shows whose row it is; what you write here changes nothing"
	case c.Role == reconcile.RoleKey:
		return "identifies the record"
	case c.Role == reconcile.RoleMatch:
		return "finds the record"
	case c.Role == reconcile.RoleState:
		return "says whether it should exist"
	case c.Can&reconcile.CanUpdate == 0:
		return "is set at creation"
	}
	return "is kept in sync; a blank cell changes nothing"
}
