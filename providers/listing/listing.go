// Package listing reads lists of APIs whole, and proves that it did: pages by their
// numbers ([List.ByNumber]), pages that lead to the next one ([List.ByLink]), or
// everything in one answer ([List.AtOnce]).
//
// What proves a reading: a declared total of as many ids; the end of the walk, where
// nothing speaks against it; or readings that agree, where nothing but a mild doubt
// does ([List.Prove]). Everything else is [reconcile.ErrIncomplete]. Elements are
// kept once, and in the order of the pages, so that equal accounts give equal
// listings.
package listing

import (
	"context"
	"fmt"

	"github.com/rs/zerolog"

	"keyroster/reconcile"
)

// MaxPages bounds a walk whose end the server does not declare.
const MaxPages = 100_000

// List is one list of an API. T is the element as the API gives it.
type List[T any] struct {
	// What names the elements in messages: "credentials".
	What string
	Log  zerolog.Logger
	// ID is the identity of an element.
	ID func(*T) string
	// Restart forgets all elements; Keep takes one. Keep is called once for each
	// id, by one goroutine at a time, in the order of the pages.
	Restart func()
	Keep    func(*T)
	// Progress is told how many elements were kept since the restart, and the total
	// or -1. nil is told nothing.
	Progress func(done, total int)
	// Unproved says of two doubts why nothing is proved; nil says the last one.
	Unproved func(last, before string) string
}

// Reading says how a list was read and what that proves.
type Reading struct {
	Evidence reconcile.Evidence
	// Total is what the server declares, or -1; Pages counts answers, Unique ids
	// and Repeated those that came again.
	Total, Pages, Unique, Repeated int
	Strategy, Why                  string
	// Objection is what speaks against completeness, empty for nothing. A mild one may
	// be a misunderstanding.
	Objection string
	Mild      bool

	// print is equal for two readings of the same ids, in whatever order.
	print uint64
}

// object notes a doubt, the first of which stays unless it is mild and this one
// grave, and takes the evidence away.
func (r *Reading) object(words string, mild bool) {
	if words != "" && (r.Objection == "" || r.Mild && !mild) {
		r.Objection, r.Mild, r.Evidence = words, mild, reconcile.EvidenceNone
	}
}

// agrees reports whether two readings, neither of which proves itself, prove each
// other.
func (r *Reading) agrees(other *Reading) bool {
	return r.Mild && other.Mild && r.Unique == other.Unique && r.print == other.print
}

// Prove reads until a reading proves itself, or so many of them agree: one that
// contradicts itself is made once more. try is given the number of the reading.
func (l *List[T]) Prove(
	ctx context.Context, readings int, try func(ctx context.Context, n int) (Reading, error),
) (Reading, error) {
	var before Reading
	for n := 1; ; n++ {
		r, err := try(ctx, n)
		r.Pages += before.Pages
		if err != nil || r.Objection == "" {
			return r, err
		}
		l.Log.Debug().Str("list", l.What).Str("doubt", r.Objection).Msg("the listing is not proved complete")
		switch {
		case n == 1:
		case !r.agrees(&before):
			doubt := r.Objection
			if l.Unproved != nil {
				doubt = l.Unproved(r.Objection, before.Objection)
			}
			return r, fmt.Errorf("list %s: %s: %w", l.What, doubt, reconcile.ErrIncomplete)
		case n == readings:
			r.Evidence = reconcile.EvidenceTwice
			return r, nil
		}
		before = r
	}
}
