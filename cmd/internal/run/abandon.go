package run

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"slices"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// Abandonment is a run that cannot go on and may be abandoned, with all that can be known of
// it. Nothing is changed yet.
type Abandonment struct {
	*Locked
	// run is nil if its files are gone.
	run   *store.Run
	found *Abandoned
}

// Abandoned returns what is known of the run.
func (g *Abandonment) Abandoned() *Abandoned { return g.found }

// Inspect finds out what can be known of a run to be abandoned: from its files, as far as they
// can be read, and from a listing of the account. run is nil if its files are gone. A run that
// is not open is refused.
func (l *Locked) Inspect(ctx context.Context, run *store.Run, id string) (*Abandonment, error) {
	if run == nil && id == l.known.OpenRun {
		var err error
		if run, err = history.OpenRun(l.store, l.known.Tenant, id); err != nil &&
			!errors.Is(err, fs.ErrNotExist) {
			return nil, failure.Wrap(failure.Stopped, err)
		}
	}
	st := history.Assess(run, id, l.known.Tenant, l.known.State)
	if !l.mayAbandon(run, &st) {
		return nil, failure.New(
			failure.Usage, st.NextStep(), "run %s is not open: there is nothing to abandon (%s)", id, st.Describe(),
		)
	}
	if err := l.sameTenant(run, id); err != nil {
		return nil, err
	}
	found, err := l.inspect(ctx, run, &st)
	if err != nil {
		return nil, err
	}
	return &Abandonment{Locked: l, run: run, found: found}, nil
}

// mayAbandon reports whether a run is open, according to what is remembered, or to its own
// files if that was lost.
func (l *Locked) mayAbandon(run *store.Run, st *history.RunStatus) bool {
	if l.known.OpenRun == st.ID || slices.Contains(l.known.LeftParked, st.ID) {
		return true
	}
	return run != nil && (st.Status == store.RunOpen || st.Status == store.RunDamaged)
}

// sameTenant refuses a run of another tenant: nothing that it left would be found in this one.
func (l *Locked) sameTenant(run *store.Run, id string) error {
	if run == nil {
		return nil
	}
	plan, err := history.PlanOf(run)
	if err != nil {
		return nil // a damaged run may be abandoned
	}
	defer plan.Close()
	if plan.RunID == id && plan.Tenant != "" && plan.Tenant != l.account.Tenant.ID {
		return failure.New(failure.Unsafe, "use the configuration that the run was made with",
			"run %s worked on tenant %s, but account %s opens %s", id, plan.Tenant, l.account.Config.Name, l.account.Tenant.ID)
	}
	return nil
}

func (l *Locked) inspect(ctx context.Context, run *store.Run, st *history.RunStatus) (*Abandoned, error) {
	listing, err := l.account.List(ctx, reconcile.Scope{}, func(int, int) {})
	if err != nil {
		return nil, failure.Of(err)
	}
	out := l.newAbandoned(st.ID)
	out.Nouns, out.Records = listing.Records.Schema(), listing.Records.Len()
	left, masked := leftoversOf([]string{st.ID}, &l.known.State, l.known.Key, listing.Records, nil)
	out.Masked = masked
	for _, one := range left {
		holder := one.record.Of(reconcile.HolderID)
		name, _ := l.account.OneLineNames(holder)
		out.Temporary = append(out.Temporary, AbandonedRecord{
			one.record.ID(), holder, cmp.Or(one.record.Of(reconcile.HolderName), name),
		})
	}
	partial := l.options.exitCode(failure.Shown(failure.Partial))
	if len(left) > 0 {
		out.ExitCode = partial
	}
	out.read(run, st)
	if len(out.Parked) > 0 && !knowsKeyOf(l.known, run) {
		out.ExitCode = partial // the listing cannot show which records are still parked
	} else {
		out.Parked = nil
	}
	return out, nil
}

// Abandon closes the run: it is no longer open, and the next run looks for what it may have
// left. Nothing is sent. The error is of kind Partial if records hold temporary values of the
// run, or may hold them.
func (g *Abandonment) Abandon() error {
	id := g.found.RunID
	if err := g.lock.Held(); err != nil {
		return failure.Wrap(failure.Stopped, err) // another process may abandon it
	}
	if g.run != nil {
		if err := g.run.Write(store.AbandonedFile, g.found.Write); err != nil {
			return failure.Wrap(failure.Stopped, err)
		}
	}
	err := g.updateMemory(func(m *store.State) {
		again := slices.Contains(m.LeftParked, id)
		m.LeftParked = slices.DeleteFunc(m.LeftParked, func(one string) bool { return one == id })
		if !again && len(g.found.Temporary) > 0 {
			m.LeftParked = append(m.LeftParked, id) // the next apply restores those with rows
		}
		m.SyncOwed = m.SyncOwed || !again // what was sent is unknown
		if m.OpenRun == id {
			m.OpenRun = ""
		}
	})
	if err != nil {
		return err
	}
	if g.run != nil {
		// Without this file the run cannot be resumed.
		if err := g.run.Unseal(); err != nil {
			return failure.Wrap(failure.Stopped, err)
		}
		// Its changes are unknown, so nothing can be undone.
		if err := g.run.Remove(store.UndoFile); err != nil {
			return failure.Wrap(failure.Stopped, err)
		}
	}
	if len(g.found.Temporary)+len(g.found.Parked) > 0 {
		return failure.Shown(failure.Partial)
	}
	return nil
}
