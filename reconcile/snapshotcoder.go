package reconcile

import (
	"cmp"
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"slices"
)

// coder goes through a snapshot in one direction: it writes the values that it
// is pointed to, or reads them. One description of each type serves both, so
// that they cannot drift apart. After an error it does nothing more.
type coder struct {
	write func([]byte) error
	read  func([]byte) (int, error)
	// buf has what is not written yet, or what was read and not used yet.
	buf   []byte
	space []byte // what buf is a part of when reading
	err   error
	// version is that of the encoding.
	version int

	schemas []*Schema
	sets    []*Set
	cells   []Cell
	scratch []byte
}

const coderBuffer = 64 << 10

type integer interface {
	~int | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

var (
	errShort = errors.New("it ends too early")
	errLong  = errors.New("it goes on after its end")
	errRange = errors.New("a number is out of range")
	// errHeader also stands for the bytes of another version.
	errHeader = errors.New("it is not a snapshot as this program writes them")
)

func (c *coder) writing() bool { return c.write != nil }

func (c *coder) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// put takes bytes to be written. The buffer grows only for what is larger than
// it, which is at most one record.
func put[B ~[]byte | ~string](c *coder, b B) {
	if len(c.buf)+len(b) > coderBuffer {
		c.flush()
	}
	c.buf = append(c.buf, b...)
}

func (c *coder) flush() {
	c.send(c.buf)
	c.buf = c.buf[:0]
}

func (c *coder) send(b []byte) {
	if c.err == nil && len(b) > 0 {
		c.err = c.write(b)
	}
}

// fill gets more bytes when none is left, and reports whether there are any.
func (c *coder) fill() bool {
	if len(c.buf) > 0 || c.err != nil {
		return c.err == nil
	}
	if c.space == nil {
		c.space = make([]byte, coderBuffer)
	}
	n, err := c.read(c.space)
	if err != nil {
		c.fail(err)
		return false
	}
	c.buf = c.space[:n]
	return n > 0
}

// end wants the source to be at its end.
func (c *coder) end() {
	if c.fill() {
		c.fail(errLong)
	}
}

// take appends the next n bytes to dst. What n claims is only believed as far
// as bytes arrive.
func (c *coder) take(dst []byte, n uint64) []byte {
	for n > 0 {
		if !c.fill() {
			c.fail(errShort)
			return dst
		}
		part := c.buf[:min(n, uint64(len(c.buf)))]
		dst = append(dst, part...)
		c.buf = c.buf[len(part):]
		n -= uint64(len(part))
	}
	return dst
}

func (c *coder) takeUvarint() uint64 {
	var v uint64
	for shift := 0; ; shift += 7 {
		if !c.fill() {
			c.fail(errShort)
			return 0
		}
		b := c.buf[0]
		c.buf = c.buf[1:]
		if shift == 63 && b > 1 {
			c.fail(errRange)
			return 0
		}
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
}

// uint codes a number; every other number goes through it.
func (c *coder) uint(v *uint64) {
	if !c.writing() {
		*v = c.takeUvarint()
		return
	}
	var b [binary.MaxVarintLen64]byte
	put(c, b[:binary.PutUvarint(b[:], *v)])
}

// number codes an integer of any type, small ones of either sign in one byte.
func number[T integer](c *coder, v *T) {
	if c.writing() {
		n := int64(*v)
		u := uint64(n)<<1 ^ uint64(n>>63)
		c.uint(&u)
		return
	}
	u := c.takeUvarint()
	n := int64(u>>1) ^ -int64(u&1)
	if *v = T(n); int64(*v) != n {
		c.fail(errRange)
	}
}

func (c *coder) bool(v *bool) {
	var u uint64
	if *v {
		u = 1
	}
	c.uint(&u)
	if c.writing() {
		return // what is encoded may be shared, as schemas are
	}
	if u > 1 {
		c.fail(errRange)
	}
	*v = u == 1
}

func (c *coder) text(v *string) {
	n := uint64(len(*v))
	c.uint(&n)
	if c.writing() {
		put(c, *v)
		return
	}
	if n > math.MaxInt32 {
		c.fail(errRange)
		return
	}
	c.scratch = c.take(c.scratch[:0], n)
	*v = string(c.scratch)
}

// list codes a slice. Its length is not believed: it grows as elements arrive.
func list[E any](c *coder, l *[]E, each func(*E)) {
	n := uint64(len(*l))
	c.uint(&n)
	if c.writing() {
		for i := range *l {
			each(&(*l)[i])
		}
		return
	}
	var zero E
	for ; n > 0 && c.err == nil; n-- {
		*l = append(*l, zero)
		each(&(*l)[len(*l)-1])
	}
}

// table codes a map in the order of its keys.
func table[K cmp.Ordered, V any](c *coder, m *map[K]V, key func(*K), value func(*V)) {
	n := uint64(len(*m))
	c.uint(&n)
	if c.writing() {
		for _, k := range slices.Sorted(maps.Keys(*m)) {
			v := (*m)[k]
			key(&k)
			value(&v)
		}
		return
	}
	for ; n > 0 && c.err == nil; n-- {
		var k K
		var v V
		key(&k)
		value(&v)
		if *m == nil {
			*m = map[K]V{}
		}
		(*m)[k] = v
	}
}

// numbers codes the elements of a list, or the keys or values of a table.
func numbers[T integer](c *coder) func(*T) { return func(v *T) { number(c, v) } }

// set codes records as the slab packs them.
func (c *coder) set(s **Set) {
	if c.writing() {
		c.writeSet(*s)
		return
	}
	*s = c.readSet()
}

func (c *coder) writeSet(s *Set) {
	schema := slices.Index(c.schemas, s.schema)
	number(c, &schema)
	n := uint64(s.Len())
	c.uint(&n)
	for i := range s.Len() {
		packed := s.Record(i).packed()
		rest := packed
		for range s.schema.Columns {
			_, rest = nextCell(rest)
		}
		put(c, packed[:len(packed)-len(rest)])
	}
}

func (c *coder) readSet() *Set {
	var schema int
	number(c, &schema)
	n := c.takeUvarint()
	if !within(schema, len(c.schemas)) {
		c.fail(errRange)
		return nil
	}
	s := NewSet(c.schemas[schema], int(min(n, 4096)))
	for ; n > 0 && c.err == nil; n-- {
		c.readCells(len(s.schema.Columns))
		if c.err == nil && len((*s.data).chunks) == maxChunks {
			c.fail(errors.New("a set is too large"))
		}
		if c.err == nil {
			s.Add(c.cells)
		}
	}
	return s
}

// readCells reads one record's cells. Their texts are views into scratch,
// which is not touched before they are added to a set.
func (c *coder) readCells(columns int) {
	c.cells = c.cells[:0]
	c.scratch = c.scratch[:0]
	for range columns {
		code := c.takeUvarint()
		if code <= uint64(Masked) {
			c.cells = append(c.cells, Cell{state: CellState(code)})
			continue
		}
		size := code - uint64(Filled)
		if size == 0 || size > math.MaxInt32 {
			c.fail(errRange)
			return
		}
		start := len(c.scratch)
		c.scratch = c.take(c.scratch, size)
		if c.err != nil {
			return
		}
		c.cells = append(c.cells, Cell{state: Filled, size: int(size), text: &c.scratch[start]})
	}
}
