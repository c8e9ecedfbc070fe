package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/store"
)

// Settle puts in order what earlier runs left: a killed run is finished (what is in doubt is
// read back, what is parked is rolled back), and empty ones are deleted. A power cut never
// blocks the next night.
func (l *Locked) Settle(ctx context.Context) error {
	if err := l.settleOpen(ctx); err != nil {
		return err
	}
	l.discardEmpty()
	return nil
}

func (l *Locked) settleOpen(ctx context.Context) error {
	id := l.known.OpenRun
	if id == "" {
		return nil
	}
	run, err := history.OpenRun(l.store, l.known.Tenant, id)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return history.UnrecoverableError(id, fmt.Errorf("settle an interrupted run: %w", err))
	}
	st := history.Assess(run, id, l.known.Tenant, l.known.State)
	if over, err := l.closeUnsettleable(run, &st); over {
		return err
	}
	old := *l
	old.options = Options{
		Command: "apply", Operator: l.options.Operator, Tool: l.options.Tool, ExitCode: l.options.ExitCode,
		InFlight: l.options.InFlight, Append: l.options.Append, Sinks: l.options.Sinks,
	}
	(&startedRun{Locked: &old, run: run}).announce("settling an interrupted run")
	committed, err := old.reopen(ctx, run, true)
	if err != nil {
		return err
	}
	sent, err := committed.Send(ctx)
	if err != nil {
		return ending(err)
	}
	if _, err = sent.Close(ctx); len(sent.done.Parked) > 0 {
		return err // a new run would sync the temporary value to the doors
	}
	if !finished(err) {
		return err
	}
	return nil
}

// ending is the error of a stage without its outcome.
func ending(err error) error {
	if ended, ok := errors.AsType[*Ended](err); ok {
		return ended.Err
	}
	return err
}

// closeUnsettleable closes a run that was left open but cannot be settled, or does not need to
// be. It returns false if the run can be settled.
func (l *Locked) closeUnsettleable(run *store.Run, st *history.RunStatus) (bool, error) {
	switch st.Status {
	case store.RunEmpty:
		if _, err := run.DiscardEmpty(); err != nil {
			return true, failure.Wrap(failure.Stopped, err)
		}
	case store.RunClosed:
		return true, l.catchUp(run)
	case store.RunAbandoned:
		return true, l.markUnrecoverable(st.ID) // it may have been killed while being abandoned
	case store.RunOpen:
		if !st.Closing {
			return false, nil
		}
		if _, err := history.WriteMissingManifest(run, &st.Assessment); err != nil {
			return true, history.UnrecoverableError(st.Argument, err)
		}
		return true, l.catchUp(run)
	default:
		if !MayContinue(l.known, run, st) {
			return true, st.Refusal()
		}
		l.options.Sinks.Bare.Warn().Str("account", l.account.Config.Name).Str("run_id", st.ID).Err(st.Err).
			Msg("cannot settle an interrupted run; continuing from what the provider holds")
		if err := l.markUnrecoverable(st.ID); err != nil || run == nil {
			return true, err
		}
		return true, l.abandonSuperseded(run, st)
	}
	return true, l.updateMemory(func(m *store.State) { m.OpenRun = "" })
}

// closeMissing writes the manifest of a run that ended but was killed before writing it. The
// error is of kind Partial if its report says that not all was as desired.
func (l *Locked) closeMissing(run *store.Run, st *history.RunStatus) (Outcome, error) {
	code, err := history.WriteMissingManifest(run, &st.Assessment)
	if err != nil {
		return l.outcome(), history.UnrecoverableError(st.Argument, err)
	}
	if l.known.OpenRun == st.ID {
		err = l.catchUp(run)
	}
	if err == nil && code != 0 {
		err = failure.New(failure.Partial, "", "run %s ended with exit code %d, as its report says", st.ID, code)
	}
	out := l.outcome()
	out.Run, out.Settled = run, true
	return out, err
}

// MayContinue reports whether a new run may go on although a damaged one cannot be settled,
// because nothing that it left can be overlooked: listings show credentials on temporary
// values, as long as the key that made the values is known. run is nil if its files are gone.
func MayContinue(known *history.Known, run *store.Run, st *history.RunStatus) bool {
	switch st.Flaw {
	case store.FlawFolder, store.FlawSeal:
		return true
	case store.FlawKey:
		return !st.Parked() || knowsKeyOf(known, run)
	}
	return false
}

// knowsKeyOf reports whether a run's temporary values were made with the account's current key.
func knowsKeyOf(known *history.Known, run *store.Run) bool {
	plan, err := history.PlanOf(run)
	if err != nil {
		return false
	}
	defer plan.Close()
	return known.Marks.KeyID() == plan.KeyID
}

// markUnrecoverable closes a run that cannot be settled. From then on, every listing is
// searched for its temporary values, until none is found.
func (l *Locked) markUnrecoverable(id string) error {
	return l.updateMemory(func(m *store.State) {
		m.OpenRun = ""
		if !slices.Contains(m.LeftParked, id) {
			m.LeftParked = append(m.LeftParked, id)
		}
	})
}

// longAgo is how old a run's folder must be to count as killed, if it sent nothing and nothing
// remembers it.
const longAgo = 24 * time.Hour

// discardEmpty deletes runs that were killed before they could send anything: the previous lock
// holder's, and old ones.
func (l *Locked) discardEmpty() {
	log := l.options.Sinks.Log
	gone, err := store.DiscardEmpty(l.store, l.account.Config.Name, time.Now().Add(-longAgo))
	if errors.Is(err, fs.ErrNotExist) {
		return // there are no runs yet
	}
	if id := l.lock.Predecessor().RunID; id != "" {
		if run, openErr := l.store.Run(id); openErr == nil {
			done, discardErr := run.DiscardEmpty()
			err = errors.Join(err, discardErr)
			if done {
				gone = append(gone, id)
			}
		}
	}
	if err == nil {
		l.lock.ForgetPredecessor()
	} else {
		log.Warn().Err(err).Msg("could not delete the folders of runs that sent nothing")
	}
	for _, id := range gone {
		l.options.Sinks.Bare.Info().
			Str("account", l.account.Config.Name).
			Str("run_id", id).
			Msg("deleted the folder of a run that ended before its first write")
	}
}

// expire deletes the account's runs that are past their retention. It needs the lock, and must
// know the last good run: without that, nothing is deleted.
func (l *Locked) expire(own *store.Run) {
	config := l.account.Config
	if config.KeepRuns == 0 || l.known.LastGood == nil || l.lock.Held() != nil {
		return
	}
	keep := append([]string{l.known.OpenRun, l.known.LastGood.RunID}, l.known.LeftParked...)
	if own != nil {
		keep = append(keep, own.ID())
	}
	log := l.options.Sinks.Bare
	gone, err := store.Expire(l.store, config.Name, time.Now().Add(-config.KeepRuns), keep...)
	if err != nil {
		log.Error().Str("account", config.Name).Err(err).Msg("could not delete old run folders")
	}
	if len(gone) > 0 {
		log.Info().Str("account", config.Name).Int("runs", len(gone)).Msg("deleted old run folders")
	}
}
