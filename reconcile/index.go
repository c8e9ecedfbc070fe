package reconcile

import (
	"hash/maphash"
)

// index finds records by the exact texts of some columns. It is an
// open-addressing table of numbers, with records of equal key chained in their
// order: 12 bytes a record, against about 56 for a map of strings.
type index struct {
	set   *Set
	cols  []int
	seed  maphash.Seed
	slots []int32 // number of the first record of a key, plus one
	next  []int32 // number of the next record of the same key, plus one
	last  []int32 // number of the last record of the key, by its first; nil after building
}

// newIndex indexes the records whose key columns are all filled; skip, if not
// nil, leaves records out.
func newIndex(set *Set, cols []int, skip func(n int) bool) *index {
	size := 8
	for size*3 < set.Len()*4 {
		size *= 2
	}
	x := &index{
		set:   set,
		cols:  cols,
		seed:  maphash.MakeSeed(),
		slots: make([]int32, size),
		next:  make([]int32, set.Len()),
		last:  make([]int32, set.Len()),
	}
	for n := range set.Len() {
		if skip != nil && skip(n) || !x.keyed(set.Record(n)) {
			continue
		}
		x.add(n)
	}
	x.last = nil
	return x
}

func (x *index) keyed(r Record) bool {
	for _, col := range x.cols {
		if !r.Cell(col).Filled() {
			return false
		}
	}
	return true
}

func (x *index) add(n int) {
	r := x.set.Record(n)
	slot := x.find(r, x.cols)
	first := x.slots[slot]
	if first == 0 {
		x.slots[slot] = int32(n) + 1
		x.last[n] = int32(n)
		return
	}
	tail := x.last[first-1]
	x.next[tail] = int32(n) + 1
	x.last[first-1] = int32(n)
}

// find returns the slot of r's key, which may be free. cols are the numbers of
// the key columns in r's schema.
func (x *index) find(r Record, cols []int) int {
	var h maphash.Hash
	h.SetSeed(x.seed)
	for _, col := range cols {
		_, _ = h.WriteString(r.Cell(col).Text())
		_ = h.WriteByte(0)
	}
	mask := len(x.slots) - 1
	for slot := int(h.Sum64()) & mask; ; slot = (slot + 1) & mask {
		first := x.slots[slot]
		if first == 0 || x.same(r, cols, x.set.Record(int(first-1))) {
			return slot
		}
	}
}

func (x *index) same(r Record, cols []int, other Record) bool {
	for i, col := range x.cols {
		if r.Cell(cols[i]).Text() != other.Cell(col).Text() {
			return false
		}
	}
	return true
}

// first is the number of the first record with r's key, or -1.
func (x *index) first(r Record) int {
	if !x.keyed(r) {
		return -1
	}
	return int(x.slots[x.find(r, x.cols)]) - 1
}

// named is the number of the record whose key, of one column, is a text, or -1.
func (x *index) named(text string) int {
	probe := NewSet(x.set.schema, 1)
	cells := make([]Cell, len(x.set.schema.Columns))
	cells[x.cols[0]] = TextCell(text)
	return x.first(probe.Record(probe.Add(cells)))
}

// all appends the numbers of all records with r's key to dst.
func (x *index) all(dst []int32, r Record) []int32 {
	for n := x.first(r); n >= 0; n = int(x.next[n]) - 1 {
		dst = append(dst, int32(n))
	}
	return dst
}
