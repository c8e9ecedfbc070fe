package rosterio

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// A wide table has a line for each person, and columns of values, each with the type that the
// map of columns gives it: PIN, Card. Each filled cell of these becomes a row of that type, as
// in a long table; a blank one says nothing. The line is not copied: the field of the value
// moves from cell to cell.

// TypeMark separates the column of values and their type in a map of columns.
const TypeMark = ":"

// untyped reports whether the map cannot give a type to the values below a header, and why.
func (b *binder) untyped(header, name string, to target) (message, remedy string, wrong bool) {
	value, kind := b.schema.Value(), b.schema.At(reconcile.TypeID)
	switch {
	case value < 0 || kind < 0:
		return fmt.Sprintf("the map of columns gives the header %q a type, but %s rosters have no values with types",
			header, b.schema.Provider), "name only the column", true
	case to.col != value:
		return fmt.Sprintf("the map of columns gives the header %q a type, but %s is not a column of values", header, name),
			fmt.Sprintf("only %s takes one: columns: {%q: {column: %[1]s, type: TYPE}}",
				b.schema.Columns[value].Name, header), true
	case to.kind == "":
		return fmt.Sprintf("the map of columns names no type for the values below %q", header),
			"add one, such as " + name + TypeMark + "pin", true
	}
	return "", "", false
}

func (h *Header) setKind(i int, kind string) {
	if h.kinds == nil {
		h.kinds = make([]string, len(h.titles))
	}
	h.kinds[i] = kind
	h.Present = h.Present.With(h.schema.At(reconcile.TypeID))
}

// kind is the type of the values below header i, empty where each row has its own.
func (h *Header) kind(i int) string {
	if h.kinds == nil || i < 0 || i >= len(h.kinds) {
		return ""
	}
	return h.kinds[i]
}

// has reports whether a header of the table means a target of the map: in a wide
// table, values of its type.
func (h *Header) has(to target) bool {
	if to.kind == "" || h.kinds == nil {
		return h.Present.Has(to.col)
	}
	return slices.ContainsFunc(h.kinds, func(kind string) bool { return headerKey(kind) == headerKey(to.kind) })
}

// distinct reports whether some headers of values have types that all differ.
func (h *Header) distinct(at []int) bool {
	seen := map[string]bool{}
	for _, i := range at {
		kind := headerKey(h.kind(i))
		if kind == "" || seen[kind] {
			return false
		}
		seen[kind] = true
	}
	return true
}

// doubledValues is the problem of several headers of values that have no type or the same type.
func (b *binder) doubledValues(h *Header, at []int) reconcile.Problem {
	byKind := map[string][]reconcile.WideColumn{}
	for _, i := range at {
		byKind[headerKey(h.kind(i))] = append(byKind[headerKey(h.kind(i))], h.wideColumn(i))
	}
	if plain := byKind[""]; plain != nil {
		var titles []string
		for _, c := range plain {
			titles = append(titles, strconv.Quote(c.Header))
		}
		return reconcile.Problem{
			Source: reconcile.Source{File: b.options.File, Sheet: plain[0].Sheet, Line: h.Line},
			Cell:   plain[0].Cell(),
			Column: b.schema.Columns[b.schema.Value()].Name, Kind: KindDuplicateColumn,
			Message: fmt.Sprintf("the map of columns gives a type to the values below some headers, but not to those below %s",
				sentence("and", titles)),
			Remedy: fmt.Sprintf("give it one too, or ignore it: columns: {%s: %q}", titles[0], IgnoreColumn),
		}
	}
	for _, i := range at {
		if same := byKind[headerKey(h.kind(i))]; len(same) > 1 {
			return OneType(b.schema, b.options.File, h.kind(i), same)
		}
	}
	panic("no two of these columns have the same type")
}

// wideColumn is a column of values of the header.
func (h *Header) wideColumn(i int) reconcile.WideColumn {
	return reconcile.WideColumn{
		Header: shortTitle(h.titles[i]), Type: h.kind(i),
		Letters: strings.TrimSuffix(h.table.CellName(1, i), "1"), Sheet: h.options.Sheet, Line: h.Line,
	}
}

// OneType is the problem of two or more columns of a wide table whose types are the same one,
// which people know by a name.
func OneType(
	schema *reconcile.Schema, file, name string, columns []reconcile.WideColumn,
) reconcile.Problem {
	var titles []string
	for _, c := range columns {
		title := strconv.Quote(c.Header)
		var more []string
		if cell := c.Cell(); cell != "" {
			more = append(more, "cell "+cell)
		}
		if headerKey(c.Type) != headerKey(name) {
			more = append(more, "type "+c.Type)
		}
		if more != nil {
			title += " (" + strings.Join(more, ", ") + ")"
		}
		titles = append(titles, title)
	}
	last := &columns[1]
	p := reconcile.Problem{
		Source: reconcile.Source{File: file, Sheet: last.Sheet, Line: last.Line},
		Cell:   last.Cell(), Column: last.Header, Kind: KindDuplicateColumn,
		Message: fmt.Sprintf("%d headers hold values of the type %s: %s", len(columns), name, sentence("and", titles)),
		Remedy:  fmt.Sprintf("give each its own type, or ignore one: columns: {%q: %q}", last.Header, IgnoreColumn),
	}
	switch {
	case headerKey(columns[0].Header) == headerKey(last.Header):
		p.Remedy = "give one of them a header of its own in the file: a map of columns cannot tell them apart"
	case !schema.OneEach:
		p.Remedy += "; a further " + schema.Noun + " of the type goes on a line of its own"
	}
	return p
}

// reportMixed refuses and unbinds what contradicts a wide table: a column of types and,
// where a line is several rows, the id of a single record.
func (b *binder) reportMixed(h *Header) {
	first, wide := -1, 0
	for i := range h.kinds {
		if h.kinds[i] != "" && h.targets[i] >= 0 {
			if wide++; wide == 1 {
				first = i
			}
		}
	}
	for i, col := range h.targets {
		if col < 0 || wide == 0 {
			continue
		}
		p := reconcile.Problem{Column: b.schema.Columns[col].Name, Kind: KindWideTable}
		switch {
		case col == b.schema.At(reconcile.TypeID):
			p.Message = fmt.Sprintf("the header %q has the type of each row, "+
				"but the map of columns gives the values below %q the type %s",
				shortTitle(h.titles[i]), shortTitle(h.titles[first]), h.kinds[first])
			p.Remedy = fmt.Sprintf("ignore one of them: columns: {%q: %q}", shortTitle(h.titles[i]), IgnoreColumn)
		case col == b.schema.Key() && wide > 1:
			p.Message = fmt.Sprintf("the header %q has the id of one %s, but a line of this table has %d of them",
				shortTitle(h.titles[i]), b.schema.Noun, wide)
			p.Remedy = fmt.Sprintf("ignore it: columns: {%q: %q}; they are found by %s and type",
				shortTitle(h.titles[i]), IgnoreColumn, b.schema.Holder)
		default:
			continue
		}
		h.targets[i] = doubled
		h.Problems = append(h.Problems, b.problem(h, i, p))
	}
}

// wide is what a decoder knows about a wide table.
type wide struct {
	// columns are those of values, in the order of the table; value and kind are the
	// indexes of the fields for the value and its type.
	columns     []wideColumn
	value, kind int
	// left are the filled columns of the line that are not read yet; at is the current
	// one, nil for none.
	left []wideColumn
	at   *wideColumn
	// first is the number of problems before the line; ofTypes are the problems
	// with the types of the columns.
	first   int
	ofTypes []int
}

// wideColumn is a column of values: its place, its type, and its number in the file's
// Wide, from 1.
type wideColumn struct {
	at     int
	kind   string
	number int
}

// newWide makes d read the table as wide.
func (d *decoder) newWide() {
	h := d.header
	w := &wide{}
	d.read = nil
	for _, f := range d.fields {
		if h.kind(f.at) == "" {
			d.read = append(d.read, f)
			continue
		}
		d.file.Wide = append(d.file.Wide, h.wideColumn(f.at))
		w.columns = append(w.columns, wideColumn{f.at, h.kinds[f.at], len(d.file.Wide)})
		if len(w.columns) == 1 {
			w.value = len(d.read)
			d.read = append(d.read, f)
		}
	}
	if len(w.columns) == 0 {
		d.read = d.fields // an error of the header took them all
		return
	}
	kind := h.schema.At(reconcile.TypeID)
	w.kind = len(d.read)
	d.read = append(d.read, field{at: -1, target: kind, class: classID, column: &h.schema.Columns[kind]})
	d.wide = w
}

// open finds the cells of a line that are rows. A line that does not fit the header
// always counts as a row, since one would be missing.
func (w *wide) open(line *cellio.Line, ragged bool) {
	w.left = w.left[:0]
	for _, c := range w.columns {
		if c.at < len(line.Cells) && !blank(&line.Cells[c.at]) {
			w.left = append(w.left, c)
		}
	}
	if len(w.left) == 0 && ragged {
		w.left = append(w.left, wideColumn{at: w.columns[0].at})
	}
}

// removesNothing reports an absent line without a cell that says what the person loses: if it
// were silently ignored, a leaver would keep it.
func (d *decoder) removesNothing(line *cellio.Line) {
	if len(d.wide.left) > 0 || !d.leaves(line) {
		return
	}
	p := d.problem(line.Number, d.stateAt(), &d.header.schema.Columns[d.header.schema.State()], &fault{
		kind:    KindRemovesNothing,
		message: "the line is to be absent, and no value says what: nothing is removed",
		remedy:  "write * into each cell of what the person is to lose, or the value itself",
	})
	d.roster.ReportUnread(p)
}

// step moves the field of the value to the next cell, if there is one.
func (d *decoder) step() bool {
	w := d.wide
	if len(w.left) == 0 {
		return false
	}
	w.at = &w.left[0]
	w.left = w.left[1:]
	d.read[w.value].at = w.at.at
	return true
}

// report is the roster's Report, but in a wide table a problem of a line, or of a
// column's type, is reported once for all the rows that have it.
func (d *decoder) report(row int, p reconcile.Problem) {
	w, all := d.wide, d.roster.Problems
	if w != nil {
		for i := w.first; i < len(all); i++ {
			if all[i] == p {
				d.roster.ReportAgain(row, i)
				return
			}
		}
	}
	d.roster.Report(row, p)
}

// reportType reports, once and at the header, what is wrong with the type of the
// current column of values.
func (d *decoder) reportType(row int, p reconcile.Problem) {
	w, h := d.wide, d.header
	p.Line, p.Cell = h.Line, h.table.CellName(h.Line, w.at.at)
	p.Column = shortTitle(h.titles[w.at.at])
	p.Message = fmt.Sprintf("the map of columns gives the values below %q the type %s: %s",
		p.Column, w.at.kind, p.Message)
	for _, i := range w.ofTypes {
		if d.roster.Problems[i] == p {
			d.roster.ReportAgain(row, i)
			return
		}
	}
	w.ofTypes = append(w.ofTypes, len(d.roster.Problems))
	d.roster.Report(row, p)
}

// noCells is the fault of a wide table whose lines have no filled cell.
func (d *decoder) noCells() *fault {
	var titles []string
	for _, c := range d.wide.columns {
		titles = append(titles, fmt.Sprintf("%q", shortTitle(d.header.titles[c.at])))
	}
	return &fault{
		kind: KindNoRows, message: "no cell is filled below " + sentence("or", titles) + ", so the table has no row",
		remedy: "check that the map of columns names the columns of values",
	}
}
