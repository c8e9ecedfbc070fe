// Package listing reads lists of APIs and proves that it read them whole: by numbered pages
// ([List.ByNumber]), by pages that link to the next ([List.ByLink]), or in one answer
// ([List.AtOnce]).
//
// A reading is proved by a declared total that equals the number of ids; by the end of the
// walk, if there is no doubt; or by readings that agree, if there are only mild doubts
// ([List.Prove]). Everything else is [reconcile.ErrIncomplete]. Elements are kept once, in
// the order of the pages, so that equal accounts give equal listings.
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
	// Restart drops all elements; Keep adds one. Keep is called once for each id, by one
	// goroutine at a time, in the order of the pages.
	Restart func()
	Keep    func(*T)
	// Progress receives how many elements were kept since the restart, and the total or -1.
	// It may be nil.
	Progress func(done, total int)
	// Unproved words why two doubtful readings prove nothing; nil takes the last doubt.
	Unproved func(last, before string) string
}

// Reading says how a list was read and what that proves.
type Reading struct {
	Evidence reconcile.Evidence
	// Total is what the server declares, or -1; Pages counts answers, Unique ids, and
	// Repeated ids that came again.
	Total, Pages, Unique, Repeated int
	Strategy, Why                  string
	// Objection is a reason to doubt completeness; empty for none. A mild one may be a
	// misunderstanding.
	Objection string
	Mild      bool

	// print is equal for two readings of the same ids, in any order.
	print uint64
}

// addObjection records a doubt and withdraws the evidence. The first doubt is kept, unless it is
// mild and this one grave.
func (r *Reading) addObjection(words string, mild bool) {
	if words != "" && (r.Objection == "" || r.Mild && !mild) {
		r.Objection, r.Mild, r.Evidence = words, mild, reconcile.EvidenceNone
	}
}

// agrees reports whether two readings that are not proved by themselves prove each other.
func (r *Reading) agrees(other *Reading) bool {
	return r.Mild && other.Mild && r.Unique == other.Unique && r.print == other.print
}

// Prove reads until a reading proves itself, or that many readings agree; two that disagree
// are [reconcile.ErrIncomplete]. try gets the number of the reading, from 1.
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
