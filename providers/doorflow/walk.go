package doorflow

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"golang.org/x/sync/errgroup"

	"keyroster/reconcile/rescue"
)

// paged reads the list by pages: side by side when the first one declares how
// many there are, else one after the other.
func (l *lister[T]) paged(ctx context.Context, c *collector[T]) (proof, error) {
	first, _, err := l.fetchPage(ctx, c, 1)
	if err != nil {
		return proof{}, err
	}
	p := proof{strategy: listPages, total: first.total, pages: 1}
	if first.total < 0 {
		p.why = "the first page declares no total: pages are read one after the other, up to an empty one"
		return p, l.walk(ctx, c, first.rows, &p)
	}
	size := first.size(l.size)
	if first.perPage < 0 && first.rows > 0 && first.rows < min(size, first.total) {
		// The server gives smaller pages than asked for and does not say so.
		size = first.rows
	}
	// One page more than the total fills, when it fills its last one: a total
	// that is too low would pass unnoticed.
	last := first.total/size + 1
	if last > maxPages {
		return p, fmt.Errorf("list %s: %d pages are declared, and the limit is %d", l.what, last, maxPages)
	}
	if last == 1 {
		p.why = fmt.Sprintf("the first page holds all %d that are declared", first.total)
		return p, nil
	}
	p.why = fmt.Sprintf("the first page declares %d in pages of %d: the other %d are read side by side", first.total, size, last-1)
	p.pages = last
	return p, l.sideBySide(ctx, c, last)
}

func (l *lister[T]) sideBySide(ctx context.Context, c *collector[T], last int) error {
	g, ctx := errgroup.WithContext(ctx)
	// The client bounds what is in flight; half of these decode meanwhile.
	g.SetLimit(2 * l.client.concurrency)
	for number := 2; number <= last && ctx.Err() == nil; number++ {
		g.Go(rescue.Guarded(func() error {
			_, _, err := l.fetchPage(ctx, c, number)
			return err
		}))
	}
	return g.Wait()
}

// walk reads pages from the second on, up to an empty one. A short page is not
// taken for the end: a server may give smaller pages than asked for.
func (l *lister[T]) walk(ctx context.Context, c *collector[T], full int, p *proof) error {
	p.ended = true
	for number, rows := 2, full; rows > 0; number++ {
		if number > maxPages {
			return fmt.Errorf("list %s: no end after %d pages", l.what, maxPages)
		}
		next, fresh, err := l.fetchPage(ctx, c, number)
		if err != nil {
			return err
		}
		p.pages++
		if next.rows > 0 && fresh == 0 {
			p.doubt = fmt.Sprintf("page %d only repeats what was read", number)
			return nil
		}
		if next.rows > full || next.rows > 0 && rows != full {
			p.ended = false
		}
		rows = next.rows
	}
	return nil
}

// unpaged reads the list in one answer. Without a total in it, one more call
// asks for the total alone; without one there either, the second page after as
// many elements must hold nothing new: a server that ignores the parameter
// would otherwise pass its first page for everything.
func (l *lister[T]) unpaged(ctx context.Context, c *collector[T]) (proof, error) {
	p := proof{strategy: listUnpaged, why: "configured: everything in one answer"}
	all, err := l.stream(ctx, "", url.Values{"skip_pagination": {"true"}}, func() func(*T) error {
		c.restart()
		return func(element *T) error {
			c.take(element)
			if len(c.seen)%1000 == 0 {
				c.report()
			}
			return nil
		}
	})
	if err != nil {
		return p, err
	}
	c.declare(all.total)
	c.report()
	p.total, p.pages = all.total, 1
	if p.total < 0 {
		count, _, err := l.readPage(ctx, ": the total", pageQuery(1, 1))
		if err != nil {
			return p, err
		}
		p.total, p.pages = count.total, p.pages+1
	}
	if p.total >= 0 {
		return p, nil
	}
	_, second, err := l.readPage(ctx, " page 2", pageQuery(2, max(1, min(all.rows, l.size))))
	fresh := 0
	for i := range second {
		if !c.known(&second[i]) {
			fresh++
		}
	}
	p.pages++
	if fresh > 0 {
		p.cut, p.doubt = true, fmt.Sprintf("the answer with everything holds %d, and page 2 has %d more", all.rows, fresh)
	}
	return p, err
}

func pageQuery(number, size int) url.Values {
	return url.Values{"per_page": {strconv.Itoa(size)}, "page": {strconv.Itoa(number)}}
}
