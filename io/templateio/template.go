// Package templateio writes empty rosters for people to fill in: a workbook
// whose identifier columns are text before anybody types into them, with a
// comment on each header, lists to choose from and one example line; or the
// same as CSV, which can hold no more than the header and the example.
//
// It knows no provider: columns, help, words and example come from the schema,
// and what an account offers from the caller.
//
// # Invariants
//
//   - A template as it was written is a roster without rows: its example line
//     is told by rosterio and ignored.
//   - Every cell that is not a time is formatted as text, to the last row, so that
//     no spreadsheet makes a number of a card or a date of 1-2.
//   - No cell of the help can be taken for the header of a roster.
package templateio

import (
	"fmt"
	"io"

	"keyroster/io/csvio"
	"keyroster/reconcile"
)

// Options say what a template offers.
type Options struct {
	// Title names the provider in sentences.
	Title string
	// Choices has, by the name of a column, what an account offers for it.
	// They go before the column's own words, and the example takes the first.
	Choices map[string][]reconcile.Choice
}

// column is one column of a template.
type column struct {
	*reconcile.Column
	choices []reconcile.Choice
	// closed: nothing but the choices is right, whatever the account.
	closed  bool
	example string
}

// columns are those of a schema that a person fills in.
func columns(schema *reconcile.Schema, o Options) []column {
	var all []column
	for i := range schema.Columns {
		c := &schema.Columns[i]
		if c.Role == reconcile.RoleInfo {
			continue
		}
		col := column{Column: c, choices: o.Choices[c.Name], example: c.Example}
		// Other examples are what the line is told by.
		if len(col.choices) > 0 && col.example != "" && c.Role == reconcile.RoleMatch {
			col.example = col.choices[0].Text
		}
		if len(col.choices) == 0 {
			for _, word := range c.Words {
				col.choices = append(col.choices, reconcile.Choice{Text: word})
			}
			col.closed = c.Role == reconcile.RoleState
		}
		all = append(all, col)
	}
	return all
}

// WriteCSV writes the header and the example line.
func WriteCSV(w io.Writer, schema *reconcile.Schema, o Options) error {
	out := csvio.NewWriter(w)
	var header, example []string
	for _, c := range columns(schema, o) {
		header, example = append(header, c.Name), append(example, c.example)
	}
	for _, record := range [][]string{header, example} {
		if err := out.Write(record); err != nil {
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
	case c.Role == reconcile.RoleKey:
		return "names the record"
	case c.Role == reconcile.RoleMatch:
		return "finds the record"
	case c.Role == reconcile.RoleState:
		return "says whether it should exist"
	case c.Can&reconcile.CanUpdate == 0:
		return "is given at creation"
	}
	return "is kept equal; a blank cell changes nothing"
}
