package listing

import (
	"context"
	"fmt"

	"keyroster/reconcile"
)

// Link is one page of a list in which each page links to the next.
type Link[T any] struct {
	Rows []T
	// Next leads to the next page, unless this is the last one.
	Next string
	Last bool
	// Objection says why the page is doubtful; empty if it is not.
	Objection string
	Mild      bool
}

// Linked gets the page that next leads to; an empty next is the first page. number counts
// pages from 1.
type Linked[T any] func(ctx context.Context, next string, number int) (Link[T], error)

// ByLink reads the list by following links. even is for servers that fill all pages but the
// last: with it, a shorter page in the middle is a mild doubt, as if an element had been
// dropped, and a page without anything new a grave one.
func (l *List[T]) ByLink(ctx context.Context, get Linked[T], even bool) (Reading, error) {
	c := l.collect()
	r := Reading{Evidence: reconcile.EvidenceTerminated, Total: -1}
	for next, full := "", 0; ; {
		page, err := get(ctx, next, r.Pages+1)
		if err != nil {
			return r, err
		}
		r.Pages++
		fresh := c.put(r.Pages, page.Rows, -1)
		switch {
		case r.Pages == 1 || !even:
		case len(page.Rows) > 0 && fresh == 0:
			r.addObjection(fmt.Sprintf("page %d only repeats earlier pages", r.Pages), false)
			page.Last = true
		case fresh > full, !page.Last && fresh < full:
			r.addObjection("a page in the middle is shorter than the others", true)
		}
		r.addObjection(page.Objection, page.Mild)
		if !page.Last && (page.Next == "" || page.Next == next) {
			r.addObjection(fmt.Sprintf("page %d is not the last but has no next page", r.Pages), false)
			page.Last = true
		} else if !page.Last && r.Pages == MaxPages {
			r.addObjection(fmt.Sprintf("no end after %d pages", MaxPages), false)
			page.Last = true
		}
		if page.Last {
			c.count(&r)
			return r, nil
		}
		next, full = page.Next, max(full, fresh)
	}
}
