package rosterio

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// Targets of header cells that stand for no column.
const (
	unknown = -1
	doubled = -2
	aside   = -3
)

// binder binds lines to the columns of a schema.
type binder struct {
	table   cellio.Table
	schema  *reconcile.Schema
	options BindOptions
	names   *names
	// mapped has the customer's own headers, folded; ignored maps to -1.
	mapped map[string]int
	// mapping are the problems of the map itself.
	mapping []reconcile.Problem
}

func newBinder(table cellio.Table, schema *reconcile.Schema, options BindOptions) *binder {
	columns := make([]string, len(schema.Columns))
	aliases := make([][]string, len(schema.Columns))
	for i := range schema.Columns {
		columns[i], aliases[i] = schema.Columns[i].Name, schema.Columns[i].Aliases
	}
	b := &binder{
		table:   table,
		schema:  schema,
		options: options,
		names:   newNames(columns, aliases),
		mapped:  map[string]int{},
	}
	for _, header := range slices.Sorted(maps.Keys(options.Columns)) {
		b.addMapping(header, options.Columns[header])
	}
	return b
}

func (b *binder) addMapping(header, target string) {
	key := fold(header)
	col := b.names.find(fold(target))
	if target == IgnoreColumn {
		col = -1
	} else if col < 0 {
		likely := ""
		if n := b.names.nearest(fold(target), max(near, len(target)/2)); n >= 0 {
			likely = b.schema.Columns[n].Name
		}
		b.mapping = append(b.mapping, b.problem(nil, -1, reconcile.Problem{
			Column: header, Kind: KindColumnMap, Likely: likely,
			Message: fmt.Sprintf("the map of columns sends %q to %q, and there is no such column", header, target),
			Remedy:  "name one of " + b.list("or", func(c *reconcile.Column) bool { return c.Role != reconcile.RoleInfo }),
		}))
		return
	}
	if other, twice := b.mapped[key]; twice && other != col {
		b.mapping = append(b.mapping, b.problem(nil, -1, reconcile.Problem{
			Column: header, Kind: KindColumnMap,
			Message: fmt.Sprintf("the map of columns names the header %q twice, with different columns", header),
			Remedy:  "keep one of the two",
		}))
		return
	}
	b.mapped[key] = col
}

// bind reads a line as a header, without problems.
func (b *binder) bind(line *cellio.Line) *Header {
	h := &Header{
		Line: line.Number, end: line.End(), schema: b.schema, options: b.options, table: b.table, binder: b,
		titles: make([]string, len(line.Cells)), targets: make([]int, len(line.Cells)),
	}
	for i := range line.Cells {
		h.targets[i] = unknown
		if line.Cells[i].Kind != cellio.Broken {
			h.titles[i] = trimInvisible(string([]byte(longTitle(line.Cells[i].Text))))
		}
		if h.titles[i] == "" {
			continue
		}
		h.width = i + 1
		col := b.column(h.titles[i])
		if col < 0 {
			continue
		}
		h.targets[i] = col
		h.Present = h.Present.With(col)
		if b.schema.Columns[col].Role != reconcile.RoleInfo {
			h.Known = true
		}
	}
	h.Managed = h.Present & b.schema.Managed()
	return h
}

// column is the column that a header stands for, or -1.
func (b *binder) column(title string) int {
	key := fold(title)
	if col, ok := b.mapped[key]; ok {
		return col
	}
	return b.names.find(key)
}

// finish adds the problems of a header.
func (b *binder) finish(h *Header) *Header {
	h.Problems = append(h.Problems, b.mapping...)
	b.setAside(h)
	b.reportDoubles(h)
	h.findEdges()
	for i, title := range h.titles {
		if title != "" && h.targets[i] == unknown && !b.ignored(title) {
			h.Unknown = append(h.Unknown, shortTitle(title))
			h.Problems = append(h.Problems, b.unknown(h, i))
		}
	}
	b.reportUnusedMap(h)
	b.reportSwallowed(h)
	if !h.decides() {
		h.Problems = append(h.Problems, b.problem(h, -1, reconcile.Problem{
			Kind:    KindNothingManaged,
			Message: "no column says what the " + b.schema.Noun + "s should be",
			Remedy: "add " + b.list("or", func(c *reconcile.Column) bool {
				return c.Role == reconcile.RoleManaged || c.Role == reconcile.RoleState
			}),
		}))
	}
	if !h.identifies() {
		h.Problems = append(h.Problems, b.problem(h, -1, reconcile.Problem{
			Kind:    KindNoKey,
			Message: "no column says which " + b.schema.Noun + " a row is about", Remedy: "add " + b.wayToIdentify(),
		}))
	}
	return h
}

// ReasonColumn is the column in which a run's failed.csv says what is wrong
// with a row. It means nothing in a roster but that the roster is such a file:
// a part of one, made to be mended and applied.
const ReasonColumn = "keyroster_reason"

// ignored reports whether a header means nothing: the customer's map says so, or
// keyroster wrote it for people to read.
func (b *binder) ignored(title string) bool {
	if strings.HasPrefix(title, "keyroster_") {
		return true
	}
	col, ok := b.mapped[fold(title)]
	return ok && col < 0
}

// reportDoubles finds headers that stand for one column, and unbinds them all:
// which of them is meant is not for a program to guess. Columns that are not
// read may stand twice.
func (b *binder) reportDoubles(h *Header) {
	places := make([][]int, len(b.schema.Columns))
	for i, col := range h.targets {
		if col >= 0 && b.schema.Columns[col].Role != reconcile.RoleInfo {
			places[col] = append(places[col], i)
		}
	}
	for col, at := range places {
		if len(at) < 2 {
			continue
		}
		titles := make([]string, len(at))
		for n, i := range at {
			titles[n] = strconv.Quote(h.titles[i])
			h.targets[i] = doubled
		}
		name := b.schema.Columns[col].Name
		h.Problems = append(h.Problems, b.problem(h, at[1], reconcile.Problem{
			Column: name, Kind: KindDuplicateColumn,
			Message: fmt.Sprintf("%d headers stand for the column %s: %s", len(at), name, strings.Join(titles, ", ")),
			Remedy: fmt.Sprintf(
				"keep one of them, or give the others a name of their own and map it: columns: {\"…\": %q}",
				IgnoreColumn,
			),
		}))
	}
}

// unknown is the problem of a header that stands for no column.
func (b *binder) unknown(h *Header, i int) reconcile.Problem {
	key, title := fold(h.titles[i]), shortTitle(h.titles[i])
	if col := b.bare(key); col != "" {
		return b.problem(h, i, reconcile.Problem{
			Column: title, Kind: KindAmbiguousColumn, Severity: reconcile.SeverityWarning,
			Message: fmt.Sprintf("the header %q could mean several ids; the column is not read", title),
			Remedy:  fmt.Sprintf("if it is the %s, put this in the configuration: columns: {%q: %s}", col, title, col),
		})
	}
	n := b.names.misspelt(key)
	if n >= 0 && b.schema.Columns[n].Role != reconcile.RoleInfo {
		name := b.schema.Columns[n].Name
		return b.problem(h, i, reconcile.Problem{
			Column: title, Kind: KindMisspeltColumn, Likely: name,
			Message: fmt.Sprintf("the header %q is no known column and looks like %s misspelt", title, name),
			Remedy: fmt.Sprintf(
				"name it %s, or put this in the configuration: columns: {%q: %s}; or columns: {%q: %q} if it is another matter",
				name, title, name, title, IgnoreColumn,
			),
		})
	}
	if b.endless(key) {
		return b.problem(h, i, reconcile.Problem{
			Column: title, Kind: KindUnknownColumn, Severity: reconcile.SeverityWarning,
			Message: fmt.Sprintf("the header %q is no known column: a %s has no dates of its own there; "+
				"the column is not read", title, b.schema.Noun),
			Remedy: fmt.Sprintf("set the dates of the %s in the provider's console; "+
				"to pass over the column in silence: columns: {%q: %q}", b.schema.Holder, title, IgnoreColumn),
		})
	}
	p := reconcile.Problem{
		Column: title, Kind: KindUnknownColumn, Severity: reconcile.SeverityWarning,
		Message: fmt.Sprintf("the header %q is no known column; the column is not read", title),
		Remedy:  fmt.Sprintf("if it is one, put this in the configuration: columns: {%q: NAME}", title),
	}
	if name := b.synonym(key); name != "" && !h.Present.Has(b.schema.Index(name)) {
		p.Likely = name
		p.Remedy = fmt.Sprintf("if it is the %s, put this in the configuration: columns: {%q: %s}", name, title, name)
	}
	return b.problem(h, i, p)
}

// bare is the column that a header without a noun most likely means. It is
// no column's alias, since each system calls its own id so.
func (b *binder) bare(key string) string {
	switch key {
	case "id":
		return b.schema.Columns[b.schema.Key()].Name
	case "systemid":
		return b.schema.NameOf(reconcile.HolderRef)
	}
	return ""
}

// reportUnusedMap warns of mapped headers that the table does not have, unless
// it names their column in another way.
func (b *binder) reportUnusedMap(h *Header) {
	have := map[string]bool{}
	for _, title := range h.titles {
		have[fold(title)] = true
	}
	for _, header := range slices.Sorted(maps.Keys(b.options.Columns)) {
		col, ok := b.mapped[fold(header)]
		if !ok || col < 0 || have[fold(header)] || h.Present.Has(col) {
			continue
		}
		h.Problems = append(h.Problems, b.problem(h, -1, reconcile.Problem{
			Column: header, Kind: KindColumnMap, Severity: reconcile.SeverityWarning,
			Message: fmt.Sprintf("the map of columns names the header %q, which the table does not have", header),
			Remedy:  "correct the map or the header",
		}))
	}
}

// problem adds the place to a problem; i is the header's cell, or -1.
func (b *binder) problem(h *Header, i int, p reconcile.Problem) reconcile.Problem {
	p.File, p.Sheet = b.options.File, b.options.Sheet
	if h != nil {
		p.Line = h.Line
	}
	if i >= 0 {
		p.Cell = b.table.CellName(h.Line, i)
	}
	return p
}
