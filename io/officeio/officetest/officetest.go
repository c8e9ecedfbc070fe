// Package officetest is what the tests of the readers of workbooks share: lines and cells to
// compare, and what an error must say.
package officetest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"keyroster/io/cellio"
)

// Line is a line as a test compares it.
type Line struct {
	Number int
	Hidden bool
	Cells  []cellio.Cell
	Struck bool
}

// Lines reads a table to its end. With an error come the lines before it.
func Lines(table cellio.Table) ([]Line, error) {
	var lines []Line
	for {
		l, err := table.Next()
		if err == io.EOF {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
		lines = append(lines, Line{l.Number, l.Hidden, slices.Clone(l.Cells), l.Struck})
	}
}

// Text is a cell with a text.
func Text(s string) cellio.Cell { return cellio.Cell{Kind: cellio.Text, Text: s} }

// Date is a cell with a date.
func Date(s string) cellio.Cell { return cellio.Cell{Kind: cellio.Date, Text: s} }

// Number is a cell with a number in a format, of that width where it pads.
func Number(s string, format cellio.Format, width int) cellio.Cell {
	return cellio.Cell{Kind: cellio.Number, Text: s, Format: format, Width: width}
}

// Formula is a cell whose content is the result of a formula.
func Formula(c cellio.Cell) cellio.Cell {
	c.Formula = true
	return c
}

// Secret is the content of refused cells: no error may hold it.
const Secret = "4827"

// InputError fails the test unless err says where and what to do, without the content of a
// cell.
func InputError(t *testing.T, err error) *cellio.InputError {
	t.Helper()
	e, ok := errors.AsType[*cellio.InputError](err)
	if !ok {
		t.Fatalf("error is %T, want *cellio.InputError: %v", err, err)
	}
	if e.File == "" || e.Kind == "" || e.Message == "" || e.Remedy == "" {
		t.Errorf("error says too little: %+v", e)
	}
	if strings.Contains(fmt.Sprintf("%+v", *e)+e.Error(), Secret) {
		t.Errorf("error holds the content of a cell: %v", e)
	}
	return e
}
