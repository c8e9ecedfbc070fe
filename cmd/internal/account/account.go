// Package account opens the accounts of the configuration: it finds them by name, makes the
// client of their provider, and proves that they are the expected tenant.
//
// Invariants:
//
//   - An opened account does not change, except for the run that its log lines name and the
//     check made before each write; both are set atomically.
//   - An account opened read-only sends no write: its transport refuses. One opened for writing
//     sends none before [Account.Guard].
package account

import (
	"context"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// Account is an opened account: its provider answers, and it is the tenant that the configuration
// expects. Its methods are safe for concurrent use; its fields must not be changed.
type Account struct {
	Config *configio.Account
	Spec   *providers.Spec
	// Provider is nil for an account that is never queried: see [Opener.Offline].
	Provider reconcile.Provider
	// Features are the optional functions of the provider; none if Provider is nil.
	providers.Features
	Tenant reconcile.Tenant
	// Recent holds what was written to the account a short while ago.
	Recent *engine.RecentWrites

	getenv func(string) string
	run    *RunMark
	fence  *fence
	// ends close the client's connections and the embedded sandbox, in that order.
	ends []func()
}

// Close stops the embedded sandbox, if any, and closes idle connections.
func (a *Account) Close() {
	for _, end := range a.ends {
		end()
	}
}

// Guard sets the check that runs before each write of the account: whether its lock is still
// held. The check must be fast and safe for concurrent use; an error from it prevents the
// write. The last one set applies. An account opened read-only needs none.
func (a *Account) Guard(held func() error) { a.fence.held.Store(&held) }

// SetRun sets the run that log lines of the account's calls name from now on.
func (a *Account) SetRun(runID string) { a.run.id.Store(&runID) }

// List lists the account. A listing not proved complete is returned with the error
// [reconcile.ErrIncomplete]. progress may be nil.
func (a *Account) List(
	ctx context.Context, scope reconcile.Scope, progress func(done, total int),
) (*reconcile.Listing, error) {
	listing, err := a.Recent.List(ctx, a.Provider, scope, progress)
	if err == nil && !listing.Complete() {
		err = reconcile.ErrIncomplete
	}
	return listing, err
}

// Sentinels refuses a listing in which a configured sentinel record is missing.
func (a *Account) Sentinels(listing *reconcile.Listing) error {
	missing := map[string]bool{}
	for _, id := range a.Config.Sentinels {
		missing[id] = true
	}
	for n := 0; n < listing.Records.Len() && len(missing) > 0; n++ {
		delete(missing, listing.Records.Record(n).ID())
	}
	for _, id := range a.Config.Sentinels {
		if missing[id] {
			return failure.New(failure.Unsafe,
				"check that the login can see the whole account; every listing must include the records in sentinels",
				"sentinel %s is missing from the listing", id)
		}
	}
	return nil
}
