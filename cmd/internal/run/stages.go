package run

import (
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/history"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// Locked is an account whose tenant's lock is held, with what is remembered of it. Its provider
// accepts writes as long as the lock is held.
type Locked struct {
	account *account.Account
	store   store.Store
	lock    store.Lock
	// known is what is remembered; its State equals the store's, except for a change that could
	// not be saved.
	known   *history.Known
	options Options
}

// startedRun is a run that has a place for its files.
type startedRun struct {
	*Locked
	run *store.Run
	// marks make the fingerprints in the run's files; nil until it has a plan to save.
	marks *reportio.HMAC
}

// Planned is a run whose plan is made, checked against all safety rules, and saved. Nothing has
// been sent.
type Planned struct {
	*startedRun
	draft *draft.Draft
	// digest identifies the plan.
	digest string
	left   leftovers
	// moved is set for a transfer.
	moved *Moved
}

// Committed is a durable run: whatever happens to the process, [Reopen] can restore it. A run
// without changes has nothing to restore, and keeps no journal.
type Committed struct {
	*Planned
	// journal is nil for a run without changes.
	journal *runJournal
	parking *engine.Parking
	// earlier is what earlier attempts at the run left.
	earlier attempts
	// owed: an earlier run left a sync to be sent.
	owed bool
	// settleOnly: the run is finished without sending its remaining changes.
	settleOnly bool
}

// attempts are earlier attempts at a run; the zero value is none.
type attempts struct {
	// prior returns what they left of a line; nil for none.
	prior func(line int) engine.Prior
	// last is the time of the journal's last line.
	last time.Time
}

// resumed reports whether there were earlier attempts at the run.
func (c *Committed) resumed() bool { return c.earlier.prior != nil }

// Sent is a run whose changes were sent as far as possible, made effective, and proved by
// another listing.
type Sent struct {
	*Committed
	done *engine.Run
	// proved is the listing that verified the run; nil for none.
	proved *reconcile.Listing
	// unsaved is why the memory could not be saved after the writes.
	unsaved error
	// cause is how the work ended; nil if all is as desired.
	cause error
}

// stillParked returns the records that earlier runs left on temporary values and that this one
// did not change.
func (s *Sent) stillParked() []leftover { return s.left.stillParked(s.draft.Plan, s.done) }

// Changes reports whether the plan has changes.
func (p *Planned) Changes() bool { return len(p.draft.Plan.Chains) > 0 }

// Draft is the plan with everything it was made from.
func (p *Planned) Draft() *draft.Draft { return p.draft }

// ID is the run's id.
func (p *Planned) ID() string { return p.run.ID() }
