package lookup

import (
	"context"

	"golang.org/x/sync/errgroup"

	"keyroster/reconcile/rescue"
)

// Each runs f for the numbers below n, up to atATime at once, until one fails. A panic
// counts as a failure of its number.
func Each(ctx context.Context, atATime, n int, f func(ctx context.Context, i int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atATime)
	for i := range n {
		g.Go(rescue.Guarded(func() error { return f(ctx, i) }))
	}
	return g.Wait()
}
