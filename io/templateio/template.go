// Package templateio writes rosters for people to fill in, empty ones or such as begin with
// given rows: a workbook whose identifier columns are text before anybody types into them,
// with what belongs into each column above the header, lists to choose from and example
// lines; or the same as CSV, which can hold no more than the header and the lines.
//
// It knows no provider: columns, help, words and example come from the schema,
// and what an account offers from the caller.
//
// # Invariants
//
//   - An empty template as it was written is a roster without rows: its example lines
//     are told by rosterio and ignored.
//   - A header is the name of its column as people write it, which a roster reads as the
//     name itself.
//   - Every cell that is not a time is formatted as text, to the last row, so that
//     no spreadsheet makes a number of a card or a date of 1-2.
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
	// Rows are what the template begins with, in place of the examples; nil for an empty one.
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
	// closed: nothing but the choices is right, whatever the account.
	closed bool
	// examples are the texts of the example lines.
	examples []string
}

// columns are those of a schema that a person fills in, and with rows the names of people.
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
		// Other examples are what the lines are told by.
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
			at = min(1, at) // whose row it is, where people begin to read
		}
		all = slices.Insert(all, at, col)
	}
	return all
}

// chooseExamples takes the examples from the choices: the first that is called so, else
// the first of all.
func (c *column) chooseExamples() {
	for i, word := range c.examples {
		at := slices.IndexFunc(c.choices, func(choice reconcile.Choice) bool {
			return strings.Contains(strings.ToLower(choice.Text), strings.ToLower(word))
		})
		c.examples[i] = c.choices[max(at, 0)].Text
	}
}

// text is the column's cell of a row: the choice that it means, where it means one.
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

// necessity says in a word how a column is used.
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
