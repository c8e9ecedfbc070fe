package reconcile

import "hash/maphash"

// Index finds records of a set by the texts of one or more columns. It is an
// open-addressing table of numbers with parts of their hashes, so that hardly any record is
// touched except the one looked for: 8 to 16 bytes a record, compared with about 56 for a
// map of strings. It does not change once made, and any number may read it.
type Index struct {
	set   *Set
	by    By
	seed  maphash.Seed
	slots []slot
	// next has, plus one, the number of the next record with the same key; nil if all keys
	// are different. last has, by the first record, that of the last one, while the index
	// is built.
	next, last []int32
	unlike     bool
}

// slot is the first record of a key, by its number plus one; 0 is free.
type slot struct {
	tag   uint32
	first int32
}

// By says what an index is made of.
type By struct {
	// Columns form the key. A record in which one is not filled is left out.
	Columns []int
	// Normalize makes texts of the key comparable; nil compares them exactly.
	Normalize func(string) string
	// Apart, unless nil, are further columns: of the records of a key that are equal in
	// these too, only the first is kept. A record in which one is not filled is left out.
	Apart []int
	// Alike are the columns that [Index.Alike] compares.
	Alike []int
	// Skip leaves records out, unless it is nil.
	Skip func(n int) bool
}

// NewIndex makes an index of a set to which nothing is added while the index is used.
func NewIndex(set *Set, by By) *Index {
	count := set.Len()
	if by.Skip != nil {
		count = 0
		for n := range set.Len() {
			if !by.Skip(n) {
				count++
			}
		}
	}
	size := 8
	for size*3 < count*4 {
		size *= 2
	}
	x := &Index{set: set, by: by, seed: maphash.MakeSeed(), slots: make([]slot, size)}
	var key [4]string
	for n := range set.Len() {
		if by.Skip != nil && by.Skip(n) {
			continue
		}
		r := set.Record(n)
		if texts, whole := x.key(key[:0], r); whole && filledAll(r, by.Apart) {
			x.add(n, texts)
		}
	}
	x.last = nil
	return x
}

// Keys returns the index of a set's records by their own key. It is built on first use, and
// again after a change: one goroutine at a time may call it, any number may use the index.
func (s *Set) Keys() *Index {
	d := *s.data
	if d.keys == nil {
		d.keys = NewIndex(s, By{Columns: []int{s.schema.key}})
	}
	return d.keys
}

// key appends the texts of a record's key, and reports whether all are filled.
func (x *Index) key(dst []string, r Record) (texts []string, whole bool) {
	for _, col := range x.by.Columns {
		cell := r.Cell(col)
		if !cell.Filled() {
			return nil, false
		}
		dst = append(dst, x.folded(cell.Text()))
	}
	return dst, true
}

func filledAll(r Record, columns []int) bool {
	for _, col := range columns {
		if !r.Cell(col).Filled() {
			return false
		}
	}
	return true
}

func (x *Index) folded(text string) string {
	if x.by.Normalize == nil {
		return text
	}
	return x.by.Normalize(text)
}

func (x *Index) add(n int, texts []string) {
	at, tag := x.find(texts)
	first := x.slots[at].first
	if first == 0 {
		x.slots[at] = slot{tag, int32(n) + 1}
		return
	}
	if x.by.Apart != nil {
		for other := int(first) - 1; other >= 0; other = x.Next(other) {
			if a, b := x.set.Record(n), x.set.Record(other); equalIn(x.by.Apart, a, b) {
				x.unlike = x.unlike || !equalIn(x.by.Alike, a, b)
				return
			}
		}
	}
	if x.next == nil {
		x.next, x.last = make([]int32, x.set.Len()), make([]int32, x.set.Len())
	}
	tail := first
	if last := x.last[first-1]; last > 0 {
		tail = last
	}
	x.next[tail-1], x.last[first-1] = int32(n)+1, int32(n)+1
}

func equalIn(columns []int, a, b Record) bool {
	for _, col := range columns {
		if a.Cell(col).Text() != b.Cell(col).Text() {
			return false
		}
	}
	return true
}

// find returns the slot of a key, which may be free, and the part of its hash.
func (x *Index) find(texts []string) (at int, tag uint32) {
	var hash uint64
	for _, text := range texts {
		hash = (hash ^ maphash.String(x.seed, text)) * 0x9e3779b97f4a7c15
	}
	tag = uint32(hash >> 32)
	mask := len(x.slots) - 1
	for at = int(hash>>7) & mask; ; at = (at + 1) & mask {
		if s := x.slots[at]; s.first == 0 || s.tag == tag && x.same(texts, x.set.Record(int(s.first-1))) {
			return at, tag
		}
	}
}

func (x *Index) same(texts []string, r Record) bool {
	for i, col := range x.by.Columns {
		if x.folded(r.Cell(col).Text()) != texts[i] {
			return false
		}
	}
	return true
}

// Find returns the number of the first record of a key, or -1. The texts must be
// normalized. A nil index has no records.
func (x *Index) Find(texts ...string) int {
	if x == nil {
		return -1
	}
	at, _ := x.find(texts)
	return int(x.slots[at].first) - 1
}

// Single reports whether all records of the index have different keys.
func (x *Index) Single() bool { return x.next == nil }

// Alike reports whether the records that were left out as equal to others in By.Apart are
// also equal to them in By.Alike.
func (x *Index) Alike() bool { return !x.unlike }

// Next returns the number of the next record with the same key, or -1.
func (x *Index) Next(n int) int {
	if x.next == nil {
		return -1
	}
	return int(x.next[n]) - 1
}

// first returns the number of the first record with r's key, or -1.
func (x *Index) first(r Record) int {
	var key [4]string
	texts, whole := x.key(key[:0], r)
	if !whole {
		return -1
	}
	return x.Find(texts...)
}

// all appends the numbers of all records with r's key to dst.
func (x *Index) all(dst []int32, r Record) []int32 {
	for n := x.first(r); n >= 0; n = x.Next(n) {
		dst = append(dst, int32(n))
	}
	return dst
}
