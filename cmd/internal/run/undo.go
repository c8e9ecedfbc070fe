package run

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/sealio"
	"keyroster/io/store"
	"keyroster/reconcile/inverse"
)

// Undo reverts what a run did, in the way that [Apply] applies a roster. acc is the run's
// account, open for writing; undone is a run that passes [Undoable]. A record that another
// client has changed since ends in conflict.
func Undo(
	ctx context.Context, acc *account.Account, st store.Store, undone *store.Run, began time.Time, o Options,
) (Outcome, error) {
	locked, err := Lock(ctx, acc, st, o)
	if err != nil {
		return Outcome{}, err
	}
	return locked.maintain(ctx, nil, func(ctx context.Context) (Outcome, error) {
		// Under the lock no other command can delete it.
		kept, err := locked.kept(undone)
		if err != nil {
			return locked.outcome(), err
		}
		locked.options.Draft.Undo = &draft.Undo{Run: undone.ID(), Kept: kept}
		return locked.apply(ctx, nil, began)
	})
}

// kept is what a run of the tenant kept for its undo.
func (l *Locked) kept(undone *store.Run) (inverse.Kept, error) {
	if err := l.sameTenant(undone, undone.ID()); err != nil {
		return inverse.Kept{}, err // the key does not open it
	}
	kept, err := history.Kept(undone, l.known.Tenant)
	if errors.Is(err, fs.ErrNotExist) {
		return kept, l.nothingKept(undone)
	}
	if errors.Is(err, sealio.ErrKey) {
		return kept, failure.New(failure.Stopped, "name the run's state folder with --state",
			"the key to the %s of run %s is not in the state folder %s",
			store.UndoFile, undone.ID(), l.known.Tenant.Place())
	}
	if err != nil {
		return kept, err
	}
	if tenant := kept.Meta[history.MetaTenant]; kept.Run() != undone.ID() || tenant != l.account.Tenant.ID {
		return kept, failure.New(failure.Unsafe, "use the configuration that the run was made with",
			"%s is what run %s changed in tenant %s, but account %s opens %s",
			undone.Path(store.UndoFile), kept.Run(), tenant, l.account.Config.Name, l.account.Tenant.ID)
	}
	return kept, nil
}

// nothingKept is why a run that kept nothing cannot be undone.
func (l *Locked) nothingKept(undone *store.Run) error {
	if head, err := history.Head(undone); err == nil && head.Summary.Applied+head.Summary.Unknown == 0 {
		return failure.New(failure.Usage, "", "run %s changed nothing: there is nothing to undo", undone.ID())
	}
	hint := "undo_for sets how long old values are kept; a backup made with backup_to can be applied as a roster"
	if l.account.Config.UndoFor == 0 {
		return failure.New(failure.Usage, hint, "account %s keeps no old values (undo_for: 0), so run %s cannot be undone",
			l.account.Config.Name, undone.ID())
	}
	return failure.New(failure.Usage, hint,
		"run %s has no old values, so it cannot be undone: undo_for is %s, or the run is from a version that kept none",
		undone.ID(), failure.DurationText(l.account.Config.UndoFor))
}

// Undoable refuses to undo a run that did not finish: what it did is unknown, or it can still
// be resumed.
func Undoable(stands *history.RunStatus) error {
	switch stands.Status {
	case store.RunClosed:
		return nil
	case store.RunOpen:
		return failure.New(failure.Usage, stands.NextStep(), "%s: only a finished run can be undone", stands.Describe())
	}
	return failure.New(failure.Usage, stands.NextStep(), "there is nothing to undo: %s", stands.Describe())
}
