package run

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/journalio"
	"keyroster/io/store"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// Commit makes the run durable before its first write: it becomes its tenant's open run, what a
// resume needs is sealed, the journal begins, and a sync is owed. An error is an [*Ended].
func (p *Planned) Commit(ctx context.Context) (*Committed, error) {
	c := &Committed{Planned: p}
	if !p.Changes() {
		return c, nil
	}
	if err := guarded(p.run, func() error { return c.commit(ctx) }); err != nil {
		return nil, c.end(nil, err)
	}
	return c, nil
}

func (c *Committed) commit(ctx context.Context) error {
	// This comes first: whenever the process dies, a run that can be resumed is known to be open.
	if err := c.markOpen(); err != nil {
		return err
	}
	if err := c.backUp(); err != nil {
		return err
	}
	if err := c.keep(ctx); err != nil {
		return err
	}
	if err := c.seal(); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	journal, err := c.run.StartJournal()
	if err == nil {
		c.journal = newJournal(journal, c.options.Append, c.lock.Held)
		err = c.journal.begin(c.options.Command, c.run.ID())
	}
	if err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	c.parking = c.newParking()
	c.owed = c.known.SyncOwed
	// The doors are behind from the first write until a sync is answered.
	return c.updateMemory(func(m *store.State) { m.SyncOwed = true })
}

// markOpen records the run as its tenant's open one, with its place: the next run may start elsewhere.
// The records that it may park are remembered first, in case nothing else of the run survives.
func (c *Committed) markOpen() error {
	if err := c.lock.Begin(c.run); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return c.updateMemory(func(m *store.State) {
		m.OpenRun = c.run.ID()
		if m.MayPark == nil {
			m.MayPark = map[string][]string{}
		}
		m.MayPark[m.OpenRun] = c.draft.Plan.ParkedIDs()
	})
}

func (c *Committed) newParking() *engine.Parking {
	return &engine.Parking{Key: c.known.Key, RunID: c.run.ID()}
}

// Reopen resumes a run that was interrupted after its commit, from its sealed copy and journal.
// It waits for requests still in transit. On error, the run is left unchanged.
func (l *Locked) Reopen(ctx context.Context, run *store.Run) (*Committed, error) {
	return l.reopen(ctx, run, false)
}

func (l *Locked) reopen(ctx context.Context, run *store.Run, settleOnly bool) (c *Committed, err error) {
	err = guarded(run, func() (err error) {
		b := &startedRun{Locked: l, run: run, marks: l.known.Marks}
		c, err = b.recommit(ctx, settleOnly)
		return err
	})
	return c, err
}

func (b *startedRun) recommit(ctx context.Context, settleOnly bool) (*Committed, error) {
	p, err := b.openSeal()
	if err != nil {
		return nil, err
	}
	log := b.options.Sinks.Log
	p.draft.Offered, _ = b.account.OwnTypes(ctx) // the report can do without
	if p.draft.Mask, err = b.account.Masker(ctx, log); err != nil {
		return nil, err
	}
	protect, err := b.account.Protections(ctx, log)
	if err != nil {
		return nil, err
	}
	p.draft.FlagUnlisted(protect)
	p.draft.NameWritten(ctx, log)
	p.draft.NameUnlisted(ctx, log)
	if err := p.copyResumed(); err != nil {
		return nil, err
	}
	if p.left, err = b.lookForLeft(ctx, p.draft, false); err != nil {
		return nil, err
	}
	c := &Committed{Planned: p, settleOnly: settleOnly}
	if err := c.reopenJournal(ctx, protect); err != nil {
		return nil, err
	}
	return c, nil
}

// reopenJournal opens the journal for appending, unless changes to come are of what is protected.
func (c *Committed) reopenJournal(ctx context.Context, protect []reconcile.Protection) error {
	journal, replay, err := c.replay()
	if damage, ok := errors.AsType[*journalio.DamageError](err); ok {
		return history.UnrecoverableError(c.run.Argument(), damage)
	}
	if err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	c.journal = newJournal(journal, c.options.Append, c.lock.Held)
	c.earlier = attempts{prior: priorOf(replay), last: replay.Last}
	c.parking = c.newParking()
	err = guarded(c.run, func() error {
		if err := c.refuseProtected(protect); err != nil {
			return err
		}
		return c.resumeRun(ctx, replay)
	})
	if err != nil {
		_ = c.journal.file.Close() // the other error is more important
	}
	return err
}

// refuseProtected refuses changes to come of what the account protects now, but did not when the
// run was planned. To settle is allowed: it gives back a parked record's own value.
func (c *Committed) refuseProtected(protect []reconcile.Protection) error {
	plan := c.draft.Plan
	for i := range plan.Lines {
		want, have := plan.WantRow(i), plan.HaveRecord(i)
		if plan.Lines[i].Outcome == reconcile.Planned && !c.settleOnly && !c.earlier.prior(i).Recorded &&
			reconcile.Protects(protect, plan.Want.Schema(), want, have) {
			return failure.New(failure.Unsafe, "the next apply settles the run and makes a new plan",
				"run %s still has to change %s, which the account's configuration protects now",
				c.run.ID(), cmp.Or(have, want).Describe())
		}
	}
	return nil
}

// resumeRun marks the run as open again, once none of its requests can be in transit.
func (c *Committed) resumeRun(ctx context.Context, replay *journalio.Replay) error {
	if err := c.awaitArrivals(ctx, replay); err != nil {
		return err
	}
	if err := c.journal.begin(c.options.Command, c.run.ID()); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	if err := c.markOpen(); err != nil {
		return err
	}
	return c.updateMemory(func(m *store.State) { m.SyncOwed = true })
}

// replay opens the journal. A run killed between sealing and starting its journal sent nothing.
func (c *Committed) replay() (*journalio.Journal, *journalio.Replay, error) {
	journal, replay, err := c.run.ResumeJournal()
	if errors.Is(err, fs.ErrNotExist) {
		journal, err = c.run.StartJournal()
		return journal, &journalio.Replay{}, err
	}
	if err == nil && replay.Torn > 0 {
		c.options.Sinks.Log.Warn().Int64("bytes", replay.Torn).
			Msg("the journal ended mid-line; the partial line was removed and recorded")
	}
	return journal, replay, err
}

// inFlight is how long a dead process's request may still arrive. One that arrives after its
// record was read back would have been sent twice.
const inFlight = 5 * time.Second

// awaitArrivals waits until a dead process's last requests have arrived, if any of them is in
// doubt. If it died long enough ago, there is no wait.
func (c *Committed) awaitArrivals(ctx context.Context, replay *journalio.Replay) error {
	if len(replay.InDoubt()) == 0 {
		return nil
	}
	most := inFlight
	if c.options.InFlight != 0 {
		most = c.options.InFlight
	}
	// A last line in the future means that the clock was set back.
	last := replay.Last
	if freed := c.lock.FreedAt(); freed.After(last) {
		last = freed // a stalled process may have written until then
	}
	wait := min(time.Until(last.Add(most)), most)
	if wait <= 0 {
		return nil
	}
	c.options.Sinks.Log.Info().Int("in_doubt", len(replay.InDoubt())).Int64("wait_ms", wait.Milliseconds()).
		Msg("waiting until requests of the interrupted run must have reached the provider")
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return failure.Of(context.Cause(ctx))
	}
}
