package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/sink"
	"keyroster/io/sealio"
	"keyroster/io/store"
	"keyroster/reconcile"
	"keyroster/reconcile/inverse"
)

// keep seals the present state of the records that the run will change, so that it can be
// undone later. An account with undo_for 0 keeps nothing.
func (c *Committed) keep(ctx context.Context) error {
	if c.account.Config.UndoFor == 0 {
		return nil
	}
	whole, err := c.wholeRecords(ctx)
	if err != nil {
		return failure.Of(fmt.Errorf("read what an undo needs: %w", err))
	}
	return c.startedRun.writeKept(inverse.Begin(c.draft.Plan, whole, c.run.ID(), keptFile(c.run)))
}

// keptFile is the source file that the rows of an undo name.
func keptFile(run *store.Run) string { return run.ID() + "/" + store.UndoFile }

// wholeRecords returns the records that the run deletes or replaces, by line, including columns
// that listings lack.
func (c *Committed) wholeRecords(ctx context.Context) (map[int]reconcile.Record, error) {
	plan := c.draft.Plan
	if c.account.Complete == nil {
		return nil, nil
	}
	set, lines := reconcile.NewSet(plan.Have.Schema(), 0), []int(nil)
	for i := range plan.Lines {
		l := &plan.Lines[i]
		if l.Sends() && (l.Action == reconcile.Delete || l.Action == reconcile.Replace) {
			set.Add(plan.HaveRecord(i).Cells(nil))
			lines = append(lines, i)
		}
	}
	if len(lines) == 0 {
		return nil, nil
	}
	read, notes, err := c.account.Complete(ctx, set)
	if err != nil {
		return nil, err
	}
	for _, note := range notes {
		c.options.Sinks.Log.Warn().Str("why", note).Msg("undo cannot restore all of these records")
	}
	whole := map[int]reconcile.Record{}
	for n, line := range lines {
		if len(notes) == 0 { // otherwise a blank cell may be one that could not be read
			read.Put(n, emptied(read.Record(n)))
		}
		whole[line] = read.Record(n)
	}
	return whole, nil
}

// emptied returns the cells of a record that was read whole: those still unset are known to be empty.
func emptied(r reconcile.Record) []reconcile.Cell {
	cells := r.Cells(nil)
	for col := range cells {
		if r.Schema().Columns[col].Can&reconcile.ReadApart != 0 && cells[col].State() == reconcile.Unset {
			cells[col] = reconcile.EmptyCell()
		}
	}
	return cells
}

// writeKept writes what is kept into the run.
func (b *startedRun) writeKept(kept inverse.Kept) error {
	_, recipient, err := store.SealKeyOf(b.known.Tenant)
	if err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	for name, value := range map[string]string{
		history.MetaProvider: b.account.Spec.Name, history.MetaAccount: b.account.Config.Name,
		history.MetaTenant: b.account.Tenant.ID,
	} {
		kept.Meta[name] = value
	}
	var sealed bytes.Buffer
	if err := sealio.Seal(&sealed, recipient, kept.Snapshot); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	err = b.run.Write(store.UndoFile, func(w io.Writer) error { _, err := sealed.WriteTo(w); return err })
	if err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return nil
}

// closeKept updates what is kept to how the run ended; if it changed nothing, nothing is kept.
// If nothing was kept, or it cannot be read, or the account keeps nothing by now, the run
// closes anyway but cannot be undone.
func (r *record) closeKept() error {
	if r.journal == nil || r.done == nil || r.account.Config.UndoFor == 0 {
		return r.run.Remove(store.UndoFile)
	}
	kept, err := history.Kept(r.run, r.known.Tenant)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		r.options.Sinks.Log.Error().Err(err).Msg("cannot read the run's old values: it cannot be undone")
		return r.run.Remove(store.UndoFile)
	}
	end := kept.End(func(line int) inverse.Result {
		if res := r.done.Result(line); res != nil {
			return inverse.Result{Outcome: res.Outcome, NewID: res.NewID}
		}
		return inverse.Result{Outcome: reconcile.NotAttempted}
	}, r.proved)
	if len(end.Plan.Lines) == 0 {
		return r.run.Remove(store.UndoFile)
	}
	return r.writeKept(end)
}

// wipe deletes the old values of runs whose undo period is over.
func (l *Locked) wipe() {
	config, log := l.account.Config, l.options.Sinks.Bare
	wiped, err := store.WipeUndo(l.store, config.Name, time.Now().Add(-config.UndoFor))
	if err != nil {
		log.Error().Str("account", config.Name).Err(err).Msg("could not delete old values")
	}
	if len(wiped) > 0 {
		log.Info().Str("account", config.Name).Int("runs", len(wiped)).
			Msg("deleted old values: these runs can no longer be undone")
	}
}

// Wipe deletes the old values of runs whose undo period is over, if there are any and the
// tenant's lock is free. It does not wait, and only logs errors.
func Wipe(acc *account.Account, st store.Store, sinks sink.Sinks) {
	config := acc.Config
	if !store.HasUndo(st, config.Name, time.Now().Add(-config.UndoFor)) {
		return
	}
	tenant, err := acc.OpenTenant(st)
	if err != nil {
		return // the next writing command reports it
	}
	lock, err := tenant.Lock(store.Holder{StartedAt: time.Now()})
	if err != nil {
		return // the lock's holder wipes them
	}
	l := &Locked{account: acc, store: st, lock: lock, options: Options{Sinks: sinks}}
	defer l.Unlock()
	l.wipe()
}
