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

// Locked is an account whose tenant's lock is held, with what is remembered of it.
// From here on its provider takes writes, as long as the lock is held.
type Locked struct {
	account *account.Account
	store   store.Store
	lock    store.Lock
	// known is what is remembered; its State is what the store has, but for a change
	// that could not be saved.
	known   *history.Known
	options Options
}

// startedRun is a run that has a place for its files.
type startedRun struct {
	*Locked
	run *store.Run
	// marks make the fingerprints of the run's files; nil until it has a plan to save.
	marks *reportio.HMAC
}

// Planned is a run whose plan is made, held against all safety rules, and saved.
// Nothing was sent yet.
type Planned struct {
	*startedRun
	draft *draft.Draft
	// digest names the plan.
	digest string
	left   leftovers
	// moved is set for a transfer.
	moved *Moved
}

// Committed is a run that is durable: whatever becomes of the process, [Reopen] finds
// it here again. A run without changes has nothing to be found, and keeps no journal.
type Committed struct {
	*Planned
	// journal is nil for a run without changes.
	journal *runJournal
	parking *engine.Parking
	// earlier is what earlier attempts at the run left.
	earlier attempts
	// owed: an earlier run left a sync to be sent.
	owed bool
	// settleOnly: the run is brought to its end without sending its changes.
	settleOnly bool
}

// attempts are earlier attempts at a run; the zero value is none.
type attempts struct {
	// prior tells what they left of a line; nil for none.
	prior func(line int) engine.Prior
	// last is when they wrote the journal's last line.
	last time.Time
}

// resumed reports whether an earlier attempt at the run went before.
func (c *Committed) resumed() bool { return c.earlier.prior != nil }

// Sent is a run whose changes were sent as far as they were, made effective, and
// proved by another listing.
type Sent struct {
	*Committed
	done *engine.Run
	// proved is the listing that the run was proved by; nil for none.
	proved *reconcile.Listing
	// unsaved is why what is remembered could not be saved after the writes.
	unsaved error
	// cause is how the work ended; nil when all is as desired.
	cause error
}

// stillParked are the records that earlier runs left on temporary values and that this
// one did not give another.
func (s *Sent) stillParked() []leftover { return s.left.stillParked(s.draft.Plan, s.done) }

// Changes reports whether the plan has any.
func (p *Planned) Changes() bool { return len(p.draft.Plan.Chains) > 0 }

// Draft is the plan with all that it was made from.
func (p *Planned) Draft() *draft.Draft { return p.draft }

// ID is the run's id.
func (p *Planned) ID() string { return p.run.ID() }
