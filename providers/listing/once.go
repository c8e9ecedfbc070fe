package listing

import (
	"context"
	"fmt"
)

// Streamed reads everything in one answer, element by element. begin is called at the start
// of every attempt, since a broken answer is asked for again. It returns the number of
// elements and the total that the answer declares, or -1.
type Streamed[T any] func(ctx context.Context, begin func(), take func(*T)) (rows, total int, err error)

// AtOnce reads the list in one answer. If that declares no total, one more call asks for
// the total alone; if there is none either, the page that follows as many elements must
// hold nothing new: a server that ignores the parameter would otherwise pass its first page
// for everything.
func (l *List[T]) AtOnce(ctx context.Context, all Streamed[T], get Numbered[T], size int) (Reading, error) {
	c := l.collect()
	r := Reading{Why: "configured: everything in one answer", Pages: 1}
	rows, total, err := all(ctx, c.restart, func(element *T) {
		c.take(element)
		if len(c.seen)%1000 == 0 {
			c.report()
		}
	})
	if err != nil {
		return r, err
	}
	c.declare(total)
	c.report()
	cut := false
	if r.Total = total; r.Total < 0 {
		count, err := get(ctx, 1, 1)
		if err != nil {
			return r, err
		}
		r.Total, r.Pages = count.Total, 2
	}
	if r.Total < 0 {
		second, err := get(ctx, 2, max(1, min(rows, size)))
		if err != nil {
			return r, err
		}
		fresh := 0
		for i := range second.Rows {
			if !c.known(&second.Rows[i]) {
				fresh++
			}
		}
		r.Pages = 3
		if cut = fresh > 0; cut {
			r.Objection = fmt.Sprintf("the single answer holds %d, but page 2 has %d more", rows, fresh)
		}
	}
	c.assess(&r, false, cut)
	return r, nil
}
