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

// Targets of header cells without a column.
const (
	unknown = -1
	doubled = -2
	aside   = -3
)

// target is what a customer's own header means: a column, -1 for none, and the type of
// the values below it in a wide table.
type target struct {
	col  int
	kind string
}

// binder binds lines to the columns of a schema.
type binder struct {
	table   cellio.Table
	schema  *reconcile.Schema
	options BindOptions
	names   *names
	// mapped has the customer's own headers, folded.
	mapped map[string]target
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
		mapped:  map[string]target{},
	}
	for _, header := range slices.Sorted(maps.Keys(options.Columns)) {
		b.addMapping(header, options.Columns[header])
	}
	return b
}

func (b *binder) addMapping(header, text string) {
	wrong := func(message, likely, remedy string) {
		b.mapping = append(b.mapping, b.problem(nil, -1, reconcile.Problem{
			Column: header, Kind: KindColumnMap, Likely: likely, Message: message, Remedy: remedy,
		}))
	}
	key := headerKey(header)
	name, kind, typed := strings.Cut(text, TypeMark)
	to := target{b.names.find(headerKey(name)), strings.TrimSpace(kind)}
	switch {
	case text == IgnoreColumn:
		to.col = -1
	case to.col < 0 && (!typed || b.schema.Value() >= 0):
		likely := ""
		if n := b.names.nearest(headerKey(name), max(near, len(name)/2)); n >= 0 {
			likely = b.schema.Columns[n].Name
		}
		wrong(fmt.Sprintf("the map of columns maps %q to %q, but there is no such column", header, name), likely,
			"name one of "+b.list("or", func(c *reconcile.Column) bool { return c.Role != reconcile.RoleInfo }))
		return
	case typed:
		if message, remedy, untyped := b.untyped(header, name, to); untyped {
			wrong(message, "", remedy)
			return
		}
	}
	if other, twice := b.mapped[key]; twice && other != to {
		wrong(fmt.Sprintf("the map of columns maps the header %q twice, to different columns", header), "",
			"keep one of the two")
		return
	}
	b.mapped[key] = to
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
		to := b.target(h.titles[i])
		col := to.col
		if col < 0 {
			continue
		}
		h.targets[i] = col
		h.Present = h.Present.With(col)
		if to.kind != "" {
			h.setKind(i, to.kind)
		}
		if b.schema.Columns[col].Role != reconcile.RoleInfo {
			h.Known = true
		}
	}
	b.acceptEmail(h)
	h.Managed = h.Present & b.schema.Managed()
	return h
}

// column is the column that a header means, or -1.
func (b *binder) column(title string) int { return b.target(title).col }

func (b *binder) target(title string) target {
	key := headerKey(title)
	if to, ok := b.mapped[key]; ok {
		return to
	}
	return target{col: b.names.find(key)}
}

// finish adds the header's problems.
func (b *binder) finish(h *Header) *Header {
	h.Problems = append(h.Problems, b.mapping...)
	b.unbindOtherTables(h)
	b.reportMixed(h)
	b.reportDoubles(h)
	h.findEdges()
	b.reportUnknown(h)
	b.reportUnusedMap(h)
	b.findFill(h)
	b.reportSwallowed(h)
	b.reportUnfit(h)
	return h
}

// ReasonColumn is the column in which a run's failed.csv says what is wrong with a row. In a roster
// it only shows that the roster is such a file: part of a roster, to be corrected and applied.
const ReasonColumn = "keyroster_reason"

// ignored reports whether a header means nothing: by the customer's map, or because
// keyroster wrote it for people to read.
func (b *binder) ignored(title string) bool {
	if strings.HasPrefix(title, "keyroster_") {
		return true
	}
	to, ok := b.mapped[headerKey(title)]
	return ok && to.col < 0
}

// reportDoubles reports headers that mean the same column, and unbinds them all: a
// program must not guess which is meant. Columns that are not read may occur twice.
func (b *binder) reportDoubles(h *Header) {
	places := make([][]int, len(b.schema.Columns))
	for i, col := range h.targets {
		if col >= 0 && b.schema.Columns[col].Role != reconcile.RoleInfo {
			places[col] = append(places[col], i)
		}
	}
	for col, at := range places {
		if len(at) < 2 || col == b.schema.Value() && h.distinct(at) {
			continue
		}
		titles := make([]string, len(at))
		for n, i := range at {
			titles[n] = strconv.Quote(h.titles[i])
			h.targets[i] = doubled
		}
		name := b.schema.Columns[col].Name
		if h.kinds != nil && col == b.schema.Value() {
			h.Problems = append(h.Problems, b.doubledValues(h, at))
			continue
		}
		p := reconcile.Problem{
			Column: name, Kind: KindDuplicateColumn,
			Message: fmt.Sprintf("%d headers mean the column %s: %s", len(at), name, strings.Join(titles, ", ")),
			Remedy: fmt.Sprintf(
				"keep one of them, or rename the others and map them: columns: {\"…\": %q}",
				IgnoreColumn,
			),
		}
		if wide := b.wideSettings(h, at); col == b.schema.Value() && wide != "" {
			p.Remedy, p.Settings = "if each has values of a different type, add this to the configuration", wide
		}
		h.Problems = append(h.Problems, b.problem(h, at[1], p))
	}
}

// bare is the column that a header without a noun, such as ID, most likely means.
// It is no column's alias, since each system uses it for its own id.
func (b *binder) bare(key string) string {
	switch key {
	case "id":
		return b.schema.Columns[b.schema.Key()].Name
	case "systemid":
		return b.schema.NameOf(reconcile.HolderRef)
	}
	return ""
}

// reportUnusedMap warns of mapped headers that the table does not have, unless it
// has another header for their column.
func (b *binder) reportUnusedMap(h *Header) {
	have := map[string]bool{}
	for _, title := range h.titles {
		have[headerKey(title)] = true
	}
	for _, header := range slices.Sorted(maps.Keys(b.options.Columns)) {
		to, ok := b.mapped[headerKey(header)]
		if !ok || to.col < 0 || have[headerKey(header)] || h.has(to) {
			continue
		}
		h.Problems = append(h.Problems, b.problem(h, -1, reconcile.Problem{
			Column: header, Kind: KindColumnMap, Severity: reconcile.SeverityWarning,
			Message: fmt.Sprintf("the map of columns names the header %q, but the table does not have it", header),
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
