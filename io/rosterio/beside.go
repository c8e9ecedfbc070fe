package rosterio

import (
	"fmt"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// A sheet may hold tables side by side, with a blank column between them. One that repeats a
// column of the roster's table is another roster, or a list of words; its cells belong to no row.

// block is a run of header cells between blank ones.
type block struct{ from, to int }

// blocks are the groups of adjacent titles in a header.
func (h *Header) blocks() []block {
	var all []block
	for i, title := range h.titles {
		switch {
		case title == "":
		case i > 0 && h.titles[i-1] != "":
			all[len(all)-1].to = i + 1
		default:
			all = append(all, block{i, i + 1})
		}
	}
	return all
}

// columns are the roster's columns that a block names.
func (h *Header) columns(b block) reconcile.Columns {
	var named reconcile.Columns
	for i := b.from; i < b.to; i++ {
		if target := h.targets[i]; target >= 0 && h.schema.Columns[target].Role != reconcile.RoleInfo {
			named = named.With(target)
			if h.kind(i) != "" {
				named = named.With(h.schema.At(reconcile.TypeID))
			}
		}
	}
	return named
}

// repeats reports whether a block names a column that is taken: in a wide table, values
// of another type do not count.
func (h *Header) repeats(b block, taken reconcile.Columns, kinds map[string]bool) bool {
	for i := b.from; i < b.to; i++ {
		target := h.targets[i]
		switch {
		case target < 0 || h.schema.Columns[target].Role == reconcile.RoleInfo:
		case h.kind(i) == "" && taken.Has(target),
			h.kind(i) != "" && (kinds[headerKey(h.kind(i))] || len(kinds) == 0 && taken.Has(target)):
			return true
		}
	}
	return false
}

// kindsOf adds the types of a block's values to kinds.
func (h *Header) kindsOf(b block, kinds map[string]bool) {
	for i := b.from; i < b.to; i++ {
		if kind := h.kind(i); kind != "" {
			kinds[headerKey(kind)] = true
		}
	}
}

// unbindOtherTables unbinds the blocks that repeat columns: the first that is a
// whole header is the roster's.
func (b *binder) unbindOtherTables(h *Header) {
	blocks := h.blocks()
	main := -1
	for i := range blocks {
		alone := &Header{schema: h.schema, Present: h.columns(blocks[i])}
		alone.Managed = alone.Present & h.schema.Managed()
		if alone.Whole() {
			main = i
			break
		}
	}
	if main < 0 || len(blocks) < 2 {
		return
	}
	taken, kinds := h.columns(blocks[main]), map[string]bool{}
	h.kindsOf(blocks[main], kinds)
	for i, other := range blocks {
		if i == main || !h.repeats(other, taken, kinds) {
			taken |= h.columns(other)
			h.kindsOf(other, kinds)
			continue
		}
		b.leaveBlock(h, other)
	}
	h.Present = 0
	for _, target := range h.targets {
		if target >= 0 {
			h.Present = h.Present.With(target)
		}
	}
	if h.kinds != nil {
		h.Present = h.Present.With(h.schema.At(reconcile.TypeID))
	}
	h.Managed = h.Present & h.schema.Managed()
}

// leaveBlock takes a table out of the header and reports it: another roster counts
// as unread, a list of words beside it needs no attention.
func (b *binder) leaveBlock(h *Header, other block) {
	alone := &Header{schema: h.schema, Present: h.columns(other)}
	alone.Managed = alone.Present & h.schema.Managed()
	for i := other.from; i < other.to; i++ {
		h.targets[i] = aside
	}
	p := b.problem(h, other.from, reconcile.Problem{
		Kind: KindSecondTable,
		Message: fmt.Sprintf(
			"another table is beside the first, in columns %d to %d; it is not read",
			other.from+1, other.to,
		),
		Remedy: "move it to its own sheet or file, or remove it",
	})
	if alone.identifies() {
		h.unread = append(h.unread, p)
		return
	}
	p.Severity = reconcile.SeverityWarning
	h.Problems = append(h.Problems, p)
}

// findEdges finds where the roster's table begins and ends among blank columns.
func (h *Header) findEdges() {
	blocks := h.blocks()
	first, last := -1, -1
	for i, b := range blocks {
		if h.columns(b) != 0 {
			if last = i; first < 0 {
				first = i
			}
		}
	}
	if first < 0 {
		return
	}
	h.left, h.right = blocks[first].from, blocks[last].to
	h.apart = first > 0 || last < len(blocks)-1
}

// isBeside reports whether all content of a line is outside of the table, beyond a blank column.
func (d *decoder) isBeside(line *cellio.Line) bool {
	h := d.header
	if !h.apart {
		return false
	}
	for i := h.left; i < min(h.right, len(line.Cells)); i++ {
		if !blank(&line.Cells[i]) {
			return false
		}
	}
	return true
}
