package reconcile

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// Set is a list of rows or records of one schema, packed: about the size of the text plus
// one byte per column and four per record, without pointers for the garbage collector to
// follow. One goroutine adds records; once none adds or puts, any number may read.
type Set struct {
	schema *Schema
	// Two pointers, so that no verb prints the cells of a struct that holds a Set in an
	// unexported field (see Secret).
	data **slab
}

type slab struct {
	chunks  [][]byte
	offsets []uint32 // chunk number << chunkBits | position
	first   int      // size of the first chunk: a set of one record stays small
	// base, in a revised set, has what its records do not hold themselves, by their number:
	// each begins with the set of columns that it holds.
	base *Set
	keys *Index // built on first use, dropped when a record is added
}

const (
	chunkBits = 18
	chunkSize = 1 << chunkBits
	minChunk  = 1 << 12 // of those after the first, which double
	maxChunks = 1 << (32 - chunkBits)
)

// NewSet returns an empty set. capacity is a hint, in records.
func NewSet(schema *Schema, capacity int) *Set {
	d := &slab{offsets: make([]uint32, 0, max(capacity, 0)), first: min(64*max(capacity, 0), chunkSize)}
	return &Set{schema: schema, data: &d}
}

// Schema returns the schema of the set's records.
func (s *Set) Schema() *Schema { return s.schema }

// Len returns the number of records.
func (s *Set) Len() int { return len((*s.data).offsets) }

// Format implements [fmt.Formatter]: a set prints its size, never its cells.
func (s *Set) Format(f fmt.State, _ rune) {
	if s == nil {
		_, _ = f.Write([]byte("no set"))
		return
	}
	_, _ = fmt.Fprintf(f, "set of %d", s.Len())
}

// Add packs one record and returns its number. cells has one cell for each column of the
// schema; their text is copied.
func (s *Set) Add(cells []Cell) int {
	if len(cells) != len(s.schema.Columns) {
		panic(fmt.Sprintf("record of %d cells in a schema of %d columns", len(cells), len(s.schema.Columns)))
	}
	return s.pack(cells, 1<<len(cells)-1)
}

// pack packs the given columns of a record.
func (s *Set) pack(cells []Cell, own Columns) int {
	size := binary.MaxVarintLen64
	for i := range cells {
		if own.Has(i) {
			size += binary.MaxVarintLen32 + cells[i].size
		}
	}
	d := *s.data
	chunk := d.reserve(size)
	start := len(*chunk)
	if d.base != nil {
		*chunk = binary.AppendUvarint(*chunk, uint64(own))
	}
	for i := range cells {
		if !own.Has(i) {
			continue
		}
		code := uint64(cells[i].state)
		if cells[i].state == Filled {
			code += uint64(cells[i].size)
		}
		*chunk = binary.AppendUvarint(*chunk, code)
		*chunk = append(*chunk, cells[i].Text()...)
	}
	d.offsets = append(d.offsets, uint32(len(d.chunks)-1)<<chunkBits|uint32(start))
	d.keys = nil
	return len(d.offsets) - 1
}

// Blank empties dst and returns it with an unset cell for each column.
func (s *Schema) Blank(dst []Cell) []Cell {
	return append(dst[:0], make([]Cell, len(s.Columns))...)
}

// Record packs one record into a set of its own.
func (s *Schema) Record(cells []Cell) Record {
	set := NewSet(s, 1)
	return set.Record(set.Add(cells))
}

// Revised returns a set, whose schema has the same columns, of the records with their cells
// as change leaves them. Only changed cells take memory again, so no record of s may be
// replaced any more.
func (s *Set) Revised(schema *Schema, change func(n int, cells []Cell)) *Set {
	revised := NewSet(schema, s.Len())
	(*revised.data).base = s
	var cells, before []Cell
	for n := range s.Len() {
		before = s.Record(n).Cells(before[:0])
		cells = append(cells[:0], before...)
		change(n, cells)
		var own Columns
		for col := range cells {
			if cells[col].state != before[col].state || cells[col].Text() != before[col].Text() {
				own = own.With(col)
			}
		}
		revised.pack(cells, own)
	}
	return revised
}

// plain returns the set, or for a revised one, a copy that holds all of its cells.
func (s *Set) plain() *Set {
	if (*s.data).base == nil {
		return s
	}
	copied := NewSet(s.schema, s.Len())
	var cells []Cell
	for n := range s.Len() {
		cells = s.Record(n).Cells(cells[:0])
		copied.Add(cells)
	}
	return copied
}

// Put replaces a record. Views of the old one stay valid, and its memory is not reused.
func (s *Set) Put(n int, cells []Cell) {
	last := s.Add(cells)
	d := *s.data
	d.offsets[n], d.offsets = d.offsets[last], d.offsets[:last]
}

// reserve returns the last chunk, with room for size more bytes. A chunk never grows beyond
// the capacity it was made with, so views of its bytes stay valid.
func (d *slab) reserve(size int) *[]byte {
	if n := len(d.chunks); n > 0 {
		last := &d.chunks[n-1]
		if cap(*last)-len(*last) >= size && len(*last) < chunkSize {
			return last
		}
	}
	if len(d.chunks) == maxChunks {
		panic("a set holds at most 4 GiB of text")
	}
	next := d.first
	if n := len(d.chunks); n > 0 {
		next = min(max(2*cap(d.chunks[n-1]), minChunk), chunkSize)
	}
	d.chunks = append(d.chunks, make([]byte, 0, max(size, next)))
	return &d.chunks[len(d.chunks)-1]
}

// rosterChunks is how many chunks a roster may fill: the rows made from it take as many
// again.
const rosterChunks = maxChunks / 2

// Fits reports whether a roster may take another row. Readers check it, since the content
// of a file must never end the program.
func (s *Set) Fits() bool { return len((*s.data).chunks) < rosterChunks }

// FitsAll reports whether a roster may take the rows of another.
func (s *Set) FitsAll(other *Set) bool {
	return len((*s.data).chunks)+len((*other.data).chunks) < rosterChunks
}

// Record returns the handle of record n.
func (s *Set) Record(n int) Record { return Record{set: s, n: int32(n)} }

// Record is a handle on one row or record of a set. It prints nothing of its cells. The
// zero value is no record.
type Record struct {
	set *Set
	n   int32
}

// Valid reports whether the handle names a record.
func (r Record) Valid() bool { return r.set != nil }

// Number returns the record's number in its set.
func (r Record) Number() int { return int(r.n) }

// Schema returns the schema of the record.
func (r Record) Schema() *Schema { return r.set.schema }

// Format implements [fmt.Formatter]: a record prints its number in its set.
func (r Record) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "record %d", r.n) }

// MarshalText implements encoding.TextMarshaler: it marshals no cell.
func (r Record) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "record %d", r.n), nil }

// Cell returns column col of the record, unset if its schema has fewer: a run that an
// earlier version began has the columns of that version. Its text is a view into the set
// and keeps the set alive.
func (r Record) Cell(col int) Cell {
	if col >= len(r.set.schema.Columns) {
		return Cell{}
	}
	b, at, before := r.packed(), 0, col
	if base := (*r.set.data).base; base != nil {
		own, size := binary.Uvarint(b)
		if !Columns(own).Has(col) {
			return base.Record(int(r.n)).Cell(col)
		}
		at, before = size, bits.OnesCount64(own&(1<<col-1))
	}
	for range before {
		code, n := uint64(b[at]), 1
		if code >= 0x80 {
			code, n = binary.Uvarint(b[at:])
		}
		at += n + max(int(code)-int(Filled), 0)
	}
	c, _ := nextCell(b[at:])
	return c
}

// Cells appends all cells of the record to dst, in the order of the columns.
func (r Record) Cells(dst []Cell) []Cell {
	b, base, columns := r.packed(), (*r.set.data).base, len(r.set.schema.Columns)
	own := uint64(1)<<columns - 1
	begin := len(dst)
	if base != nil {
		var size int
		own, size = binary.Uvarint(b)
		b = b[size:]
	}
	if base != nil && int(r.n) < base.Len() {
		dst = base.Record(int(r.n)).Cells(dst)
	} else {
		dst = append(dst, make([]Cell, columns)...)
	}
	for ; own != 0; own &= own - 1 {
		dst[begin+bits.TrailingZeros64(own)], b = nextCell(b)
	}
	return dst
}

// Text returns the text of the column with that canonical name: empty if the cell is not
// filled or the schema has no such column.
func (r Record) Text(name string) string {
	if r.set == nil {
		return ""
	}
	col := r.set.schema.Index(name)
	if col < 0 {
		return ""
	}
	return r.Cell(col).Text()
}

// Describe names a record and its holder for people: "credential 7 of person 3".
func (r Record) Describe() string { return r.Schema().Describe(r.ID(), r.Of(HolderID)) }

// ID returns the text of the key column.
func (r Record) ID() string {
	if r.set == nil {
		return ""
	}
	return r.Cell(r.set.schema.key).Text()
}

func (r Record) packed() []byte {
	d := *r.set.data
	at := d.offsets[r.n]
	return d.chunks[at>>chunkBits][at&(chunkSize-1):]
}

// prefetchCount is how many records are loaded at a time.
const prefetchCount = 64

// prefetch loads records that will soon be used into the processor's cache: loading many takes
// no longer than one, and a record in main memory costs more than all other work on it. The
// result only keeps the compiler from dropping the reads.
//
//go:noinline
func (s *Set) prefetch(numbers []int32) (sum byte) {
	for _, n := range numbers {
		if n >= 0 {
			sum += s.Record(int(n)).packed()[0]
		}
	}
	return sum
}

func nextCell(b []byte) (Cell, []byte) {
	code, n := uint64(b[0]), 1
	if code >= 0x80 {
		code, n = binary.Uvarint(b)
	}
	if code <= uint64(Masked) {
		return Cell{state: CellState(code)}, b[n:]
	}
	end := n + int(code) - int(Filled)
	// The bytes of a chunk are written once, before their handle exists.
	return Cell{state: Filled, size: end - n, text: &b[n]}, b[end:]
}
