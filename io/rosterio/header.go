package rosterio

import (
	"errors"
	"io"
	"slices"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// headerLines is how many lines that are not blank are searched for a header.
const headerLines = 50

// IgnoreColumn is the target in a map of columns for a header that is known and
// means nothing to keyroster.
const IgnoreColumn = "-"

// BindOptions say where a table comes from and what the customer calls things.
type BindOptions struct {
	// File and Sheet name the table in problems.
	File, Sheet string
	// Columns maps the customer's own headers to names of columns, or to [IgnoreColumn].
	// It takes precedence over names and aliases; headers match as loosely as
	// everywhere. With a type after the name of the column of values (value:pin) the
	// table is wide: each filled cell below such a header is a row of that type.
	Columns map[string]string
	// Types are as in [Options].
	Types func() []string
	// FillDown are headers: blank cells below them take the cell above.
	FillDown []string
}

// Header is a table's header, bound to the columns of a schema.
type Header struct {
	// Line is the line or row of the header.
	Line int
	// Known: some cell of the line names a column. Nothing can be decoded below an unknown header.
	Known bool
	// Present are the columns that the header names; Managed those of them
	// that the roster decides. A column that is absent is not managed.
	Present, Managed reconcile.Columns
	// Unknown are the headers that mean no column, as written.
	Unknown []string
	// Problems of the header, errors and warnings.
	Problems []reconcile.Problem

	schema  *reconcile.Schema
	options BindOptions
	table   cellio.Table
	binder  *binder
	// end is the physical line on which the header ends.
	end int
	// titles are the header's cells as written, targets the columns they mean, or
	// unknown or doubled.
	titles  []string
	targets []int
	// kinds has, in a wide table, the type of the values below each header, empty for
	// other columns; nil in a long one.
	kinds []string
	// fill are the columns whose blank cells take the cell above.
	fill []fillColumn
	// unread are the tables beside the roster's.
	unread []reconcile.Problem
	// left and right are where the table begins and ends; apart: there are others beside it.
	left, right int
	apart       bool
	// width is the number of fields that a CSV row must have.
	width int
	// broken are the lines up to and including the header whose quoted cells hold line breaks.
	broken []*cellio.Line
	// above are the lines above the header.
	above []*cellio.Line
	// later are lines below the header that were read in search of a better one.
	later []*cellio.Line
	// suggestion is the likely meaning of headers that do not make a roster as they are, or nil.
	suggestion *suggestion
	// searched is how many lines were searched for a header in vain.
	searched int
}

// Bind finds the header of a table and binds it to the columns of a schema. It is
// the first line, among the first 50 that are not blank, that identifies rows and
// has something to decide; if there is none, the line that names the most columns,
// with its problems. Headers match without regard to case, spaces and punctuation.
//
// The error is the table's own (see [cellio.Table]), or a [*cellio.InputError] of
// [cellio.KindEmptyFile] for a table without any content. All else is in
// Header.Problems.
func Bind(table cellio.Table, schema *reconcile.Schema, options BindOptions) (*Header, error) {
	b := newBinder(table, schema, options)
	var best *Header
	var first *cellio.Line
	var seen, above, broken []*cellio.Line
	size := 0
	for range headerLines {
		line, err := table.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		h := b.bind(line)
		if len(line.Spans) > 0 {
			broken = append(broken, keepLine(line))
		}
		if h.Known && h.Whole() {
			h.broken, h.above = broken, above
			return b.finish(h), nil
		}
		text, at := lineText(line)
		if size += text; size > headerText {
			return nil, (*budget)(nil).tooMuch(table, options.File, options.Sheet, line.Number, at)
		}
		kept := keepLine(line)
		if first == nil {
			first = kept
		}
		if h.Known && (best == nil || h.known() > best.known()) {
			best, seen = h, nil
			best.above = slices.Clone(above)
		} else {
			seen = append(seen, kept)
		}
		above = append(above, kept)
	}
	switch {
	case first == nil:
		return nil, &cellio.InputError{
			File: options.File, Sheet: options.Sheet, Kind: cellio.KindEmptyFile,
			Message: "there is no content", Remedy: "give a roster with a header line and rows",
		}
	case best != nil:
		best.suggestion = b.suggestFor(best, seen)
	}
	if found := b.suggest(above); found != nil && (best == nil || found.whole) {
		best, seen = b.bind(above[found.at]), above[found.at+1:]
		best.above, best.suggestion = slices.Clone(above[:found.at]), found
	}
	if best == nil {
		h := b.noHeader(first, len(above))
		h.broken, h.above = broken, above
		b.reportSwallowed(h)
		return h, nil
	}
	best.later, best.broken, best.searched = seen, broken, len(above)
	return b.finish(best), nil
}

// Whole reports whether the header says which records the rows are about and
// something to decide about them.
func (h *Header) Whole() bool { return h.decides() && h.identifies() }

// decides reports whether the header has anything to manage.
func (h *Header) decides() bool {
	return h.Managed != 0 || h.schema.State() >= 0 && h.Present.Has(h.schema.State())
}

// identifies reports whether a row can name its record: by its id, or by a
// holder and what else pairs rows with records.
func (h *Header) identifies() bool {
	if h.Present.Has(h.schema.Key()) {
		return true
	}
	holders, others, needed := matchColumns(h.schema)
	if needed >= 0 && !h.Present.Has(needed) {
		return false
	}
	if len(holders) == 0 {
		holders = others
	}
	return slices.ContainsFunc(holders, func(col int) bool { return h.Present.Has(col) })
}

func (h *Header) known() int {
	n := 0
	for col := range h.schema.Columns {
		if h.Present.Has(col) {
			n++
		}
	}
	return n
}

// errors reports whether the header rules the whole table out.
func (h *Header) errors() bool {
	return slices.ContainsFunc(h.Problems, func(p reconcile.Problem) bool { return p.Severity == reconcile.SeverityError })
}

// next is the next line below the header.
func (h *Header) next() (*cellio.Line, error) {
	if len(h.later) > 0 {
		line := h.later[0]
		h.later = h.later[1:]
		return line, nil
	}
	return h.table.Next()
}

// keepLine copies a line, which is valid only until the next is read.
func keepLine(line *cellio.Line) *cellio.Line {
	kept := *line
	kept.Cells, kept.Spans = slices.Clone(line.Cells), slices.Clone(line.Spans)
	for i := range kept.Cells {
		kept.Cells[i].Text = string([]byte(kept.Cells[i].Text))
	}
	return &kept
}

// Place is the position, from 0, of the cells of a column, by its name or by
// its title as the header has it; -1 for none.
func (h *Header) Place(column string) int {
	for i, target := range h.targets {
		if target >= 0 && h.kind(i) == "" && h.schema.Columns[target].Name == column {
			return i
		}
	}
	return slices.IndexFunc(h.titles, func(title string) bool { return title != "" && shortTitle(title) == column })
}
