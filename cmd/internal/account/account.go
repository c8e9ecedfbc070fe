// Package account opens the accounts of the configuration: it finds them by name,
// makes the client of their provider, and proves that they are the tenant that is
// expected.
//
// Invariants:
//
//   - An opened account does not change. What may be said of it later are the run
//     that its log lines name and what is asked before its writes, each atomically.
//   - An account that was opened for reading alone sends no write: its transport
//     refuses. One that was opened for writing sends none before [Account.Guard].
package account

import (
	"context"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// Account is one configured account, opened: its provider answers, and it is the
// tenant that the configuration expects. Its methods may be called by several
// goroutines, and its members are not to be changed.
type Account struct {
	Config *configio.Account
	Spec   *providers.Spec
	// Provider is nil for an account that nothing is asked of: see [Opener.Offline].
	Provider reconcile.Provider
	// Features are what the provider can do beyond; none where it is nil.
	providers.Features
	Tenant reconcile.Tenant
	// Recent knows what was written to the account a short while ago.
	Recent *engine.RecentWrites

	getenv func(string) string
	run    *RunMark
	fence  *fence
	// ends end the client's connections and the embedded sandbox, in that order.
	ends []func()
}

// Close ends what serves the account within this process, and its idle connections.
func (a *Account) Close() {
	for _, end := range a.ends {
		end()
	}
}

// Guard says what to ask before each write of the account: whether the lock is held
// under which the account is worked on. It must be quick, and is asked by several
// goroutines at once; an error keeps the write back. The last one that was said is
// asked. An account that was opened for reading alone needs none.
func (a *Account) Guard(held func() error) { a.fence.held.Store(&held) }

// SetRun says which run the log lines of the account's calls name from now on.
func (a *Account) SetRun(runID string) { a.run.id.Store(&runID) }

// List lists the account. A listing that is not proved whole is an error,
// [reconcile.ErrIncomplete], and is returned beside it. progress may be nil.
func (a *Account) List(
	ctx context.Context, scope reconcile.Scope, progress func(done, total int),
) (*reconcile.Listing, error) {
	listing, err := a.Recent.List(ctx, a.Provider, scope, progress)
	if err == nil && !listing.Complete() {
		err = reconcile.ErrIncomplete
	}
	return listing, err
}

// Sentinels refuses a listing that does not show the records which it must.
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
