package listing

import (
	"fmt"
	"hash/maphash"
	"sync"
)

// seed makes the fingerprints of all readings comparable.
var seed = maphash.MakeSeed()

// collector puts the pages of one reading together. They may arrive in any order; only
// pages that are ahead of their turn are held back.
//
// Ids are remembered by a 64-bit hash. A collision would count as a repeated id, which
// makes the reading unproved, never wrong.
type collector[T any] struct {
	list *List[T]

	mu      sync.Mutex
	next    int
	waiting map[int][]T
	seen    map[uint64]struct{}
	// total is the last one declared, or -1; changed: there were different ones.
	total    int
	changed  bool
	repeated int
	print    uint64
}

func (l *List[T]) collect() *collector[T] {
	c := &collector[T]{list: l}
	c.restart()
	return c
}

func (c *collector[T]) restart() {
	c.next, c.waiting, c.seen = 1, map[int][]T{}, map[uint64]struct{}{}
	c.total, c.changed, c.repeated, c.print = -1, false, 0, 0
	c.list.Restart()
}

// put adds one page with the total that it declares, and returns how many elements were
// new.
func (c *collector[T]) put(number int, rows []T, total int) (fresh int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.declare(total)
	before := len(c.seen)
	c.waiting[number] = rows
	for {
		rows, ready := c.waiting[c.next]
		if !ready {
			break
		}
		delete(c.waiting, c.next)
		c.next++
		for i := range rows {
			c.take(&rows[i])
		}
	}
	c.report()
	return len(c.seen) - before
}

func (c *collector[T]) declare(total int) {
	if total < 0 {
		return
	}
	c.changed = c.changed || c.total >= 0 && c.total != total
	c.total = total
}

// take keeps one element unless its id was there before.
func (c *collector[T]) take(element *T) {
	hash := c.hash(element)
	if _, repeated := c.seen[hash]; repeated {
		c.repeated++
		return
	}
	c.seen[hash] = struct{}{}
	c.print += hash
	c.list.Keep(element)
}

func (c *collector[T]) hash(element *T) uint64 { return maphash.String(seed, c.list.ID(element)) }

// known reports whether the id was read before.
func (c *collector[T]) known(element *T) bool {
	_, ok := c.seen[c.hash(element)]
	return ok
}

func (c *collector[T]) report() {
	if c.list.Progress != nil {
		c.list.Progress(len(c.seen), c.total)
	}
}

// String returns what was read, in words.
func (c *collector[T]) String() string {
	if c.repeated == 0 {
		return fmt.Sprintf("%d unique ids read", len(c.seen))
	}
	return fmt.Sprintf("%d unique ids read, %d of them twice", len(c.seen), c.repeated)
}

// count records in a reading how much was read.
func (c *collector[T]) count(r *Reading) {
	r.Unique, r.Repeated, r.print = len(c.seen), c.repeated, c.print
}
