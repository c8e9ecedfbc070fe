package doorflow

import (
	"hash/maphash"
	"sync"
)

// collector puts the pages of one reading together. They may arrive in any
// order; elements are kept in the order of the pages, so that equal accounts
// give equal listings, and no more than the pages still ahead of their turn
// are held back.
//
// Ids are remembered by a hash of 64 bits. Two ids with one hash would count
// as a repeated one, which makes the reading unproved, never wrong.
type collector[T any] struct {
	list *lister[T]

	mu      sync.Mutex
	next    int
	waiting map[int][]T
	seen    map[uint64]struct{}
	total   int
	tally   tally
}

func newCollector[T any](l *lister[T]) *collector[T] {
	c := &collector[T]{list: l}
	c.restart()
	return c
}

func (c *collector[T]) restart() {
	c.next, c.waiting, c.seen = 1, map[int][]T{}, map[uint64]struct{}{}
	c.total, c.tally = -1, tally{}
	c.list.restart()
}

// put hands over one page with the total that it declares, and returns how
// many elements were kept since.
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
	c.tally.changed = c.tally.changed || c.total >= 0 && c.total != total
	c.total = total
}

// take keeps one element unless its id was there before.
func (c *collector[T]) take(element *T) {
	hash := c.hash(element)
	if _, repeated := c.seen[hash]; repeated {
		c.tally.repeated++
		return
	}
	c.seen[hash] = struct{}{}
	c.tally.print += hash
	c.list.keep(element)
}

func (c *collector[T]) hash(element *T) uint64 {
	return maphash.String(c.list.seed, c.list.id(element))
}

// known reports whether the id was read before.
func (c *collector[T]) known(element *T) bool {
	_, ok := c.seen[c.hash(element)]
	return ok
}

func (c *collector[T]) report() {
	if c.list.progress != nil {
		c.list.progress(len(c.seen), c.total)
	}
}

func (c *collector[T]) count() tally {
	c.tally.unique = len(c.seen)
	return c.tally
}
