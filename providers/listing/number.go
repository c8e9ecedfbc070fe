package listing

import (
	"context"
	"fmt"

	"keyroster/providers/lookup"
	"keyroster/reconcile"
)

// Page is one answer about a list. Numbers that it does not declare are -1.
type Page[T any] struct {
	Rows []T
	// Total is that of the whole list, Size how many elements a page holds, and Number
	// which page this is.
	Total, Size, Number int
}

// Numbered gets a page of the requested size. Pages beyond the end may be empty. It is safe
// for concurrent use.
type Numbered[T any] func(ctx context.Context, number, size int) (Page[T], error)

// ByNumber reads the list by pages: up to atATime at once if the first page declares how
// many there are, else one after the other.
func (l *List[T]) ByNumber(ctx context.Context, get Numbered[T], size, atATime int) (Reading, error) {
	c := l.collect()
	first, _, err := c.fetch(ctx, get, 1, size)
	r := Reading{Total: first.Total, Pages: 1}
	if err != nil {
		return r, err
	}
	if r.Total < 0 {
		r.Why = "the first page declares no total: reading page after page until an empty one"
		ended, err := c.walk(ctx, get, len(first.Rows), size, &r)
		c.assess(&r, ended, false)
		return r, err
	}
	effective := size
	switch rows := len(first.Rows); {
	case first.Size > 0:
		effective = first.Size
	case rows > 0 && rows < min(size, r.Total):
		// The server gives smaller pages than asked for and does not say so.
		effective = rows
	}
	// If the last page is full, one more is read: a total that is too low would go
	// unnoticed.
	last := r.Total/effective + 1
	switch {
	case last > MaxPages:
		return r, fmt.Errorf("list %s: %d pages are declared, but the limit is %d", l.What, last, MaxPages)
	case last == 1:
		r.Why = fmt.Sprintf("the first page holds all %d that are declared", r.Total)
	default:
		r.Why = fmt.Sprintf(
			"the first page declares %d in pages of %d: reading the other %d in parallel",
			r.Total, effective, last-1,
		)
		r.Pages = last
		err = lookup.Each(ctx, atATime, last-1, func(ctx context.Context, i int) error {
			_, _, err := c.fetch(ctx, get, i+2, size)
			return err
		})
	}
	c.assess(&r, false, false)
	return r, err
}

// fetch gets one page and collects it; fresh is how many elements were new.
func (c *collector[T]) fetch(
	ctx context.Context, get Numbered[T], number, size int,
) (got Page[T], fresh int, err error) {
	if got, err = get(ctx, number, size); err != nil {
		return got, 0, err
	}
	if got.Number > 0 && got.Number != number {
		return got, 0, &reconcile.Failure{
			Class:  reconcile.Unreachable,
			Reason: fmt.Sprintf("list %s page %d: the answer says that it is page %d", c.list.What, number, got.Number),
		}
	}
	return got, c.put(number, got.Rows, got.Total), nil
}

// walk reads pages from the second on, up to an empty one. A short page is not taken for
// the end, since a server may give smaller pages than asked for. ended reports whether all
// pages but the last had as many elements as the first.
func (c *collector[T]) walk(ctx context.Context, get Numbered[T], full, size int, r *Reading) (ended bool, err error) {
	ended = true
	for number, rows := 2, full; rows > 0; number++ {
		if number > MaxPages {
			return false, fmt.Errorf("list %s: no end after %d pages", c.list.What, MaxPages)
		}
		page, fresh, err := c.fetch(ctx, get, number, size)
		if err != nil {
			return false, err
		}
		r.Pages++
		next := len(page.Rows)
		if next > 0 && fresh == 0 {
			r.Objection = fmt.Sprintf("page %d only repeats earlier pages", number)
			return false, nil
		}
		if next > full || next > 0 && rows != full {
			ended = false
		}
		rows = next
	}
	return ended, nil
}

// assess decides what a reading proves. A declared total proves a reading with as many ids.
// A walk without a total is proved by its end, unless an id was repeated. Anything else is
// left to a second reading. cut: this reading left out elements that were seen.
func (c *collector[T]) assess(r *Reading, ended, cut bool) {
	c.count(r)
	switch {
	case r.Objection != "":
		r.Objection += " (" + c.String() + ")"
	case c.changed:
		r.Objection = "the declared total changed while the list was read (" + c.String() + ")"
	case r.Total >= 0 && r.Total != r.Unique:
		r.Objection = fmt.Sprintf("%d declared, %s", r.Total, c)
	case r.Total >= 0:
		r.Evidence = reconcile.EvidenceDeclared
	case ended && c.repeated == 0:
		r.Evidence = reconcile.EvidenceTerminated
	default:
		r.Objection = "no total declared, " + c.String()
	}
	r.Mild = r.Total < 0 && c.repeated == 0 && !cut
}
