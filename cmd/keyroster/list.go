package main

import (
	"context"

	"keyroster/reconcile"
)

// list lists an account. A listing that is not proved whole is an error,
// [reconcile.ErrIncomplete], and is returned beside it.
func (o *account) list(ctx context.Context, scope reconcile.Scope, progress func(done, total int)) (*reconcile.Listing, error) {
	listing, err := o.recent.List(ctx, o.provider, scope, progress)
	if err == nil && !listing.Complete() {
		err = reconcile.ErrIncomplete
	}
	return listing, err
}

// sentinels refuses a listing that does not show the records which it must.
func (o *account) sentinels(listing *reconcile.Listing) error {
	missing := map[string]bool{}
	for _, id := range o.config.Sentinels {
		missing[id] = true
	}
	for n := 0; n < listing.Records.Len() && len(missing) > 0; n++ {
		delete(missing, listing.Records.Record(n).ID())
	}
	for _, id := range o.config.Sentinels {
		if missing[id] {
			return fail(exitUnsafe, "look whether the login sees the whole account; the configuration's sentinels name what must be listed",
				"the listing does not show sentinel %s", id)
		}
	}
	return nil
}
