package lookup_test

import (
	"context"
	"fmt"

	"keyroster/providers/lookup"
	"keyroster/reconcile"
)

// Three people are looked up. One whom the provider stumbles over blocks the row that names them; a
// login that is no good ends all look-ups.
func Example() {
	tally := lookup.Tally{Probe: func(context.Context) error { return nil }}
	refused := &reconcile.Failure{
		Class: reconcile.Refused, Reason: "odo: the name is too long", HTTPStatus: 400,
	}
	answers := []error{nil, refused, nil}
	verdicts := make([]*reconcile.Verdict, len(answers))
	ask := func(ctx context.Context, n int) error {
		failed, fatal := tally.Record(ctx, answers[n])
		if failed != nil {
			verdicts[n] = lookup.Verdict(failed)
		}
		return fatal
	}
	fmt.Println(lookup.Each(context.Background(), 2, len(answers), ask))
	for n, v := range verdicts {
		if v != nil {
			fmt.Printf("row %d is %s: %s\n", n, v.Situation, v.Reason)
		}
	}

	answers[0] = &reconcile.Failure{Class: reconcile.Denied, Reason: "the key is not good", HTTPStatus: 401}
	fmt.Println(lookup.Each(context.Background(), 1, len(answers), ask))
	// Output:
	// <nil>
	// row 1 is unreadable: could not be looked up: odo: the name is too long
	// the key is not good
}
