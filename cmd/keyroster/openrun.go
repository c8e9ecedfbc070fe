package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"keyroster/io/atomicio"
	"keyroster/io/journalio"
	"keyroster/io/rundir"
	"keyroster/io/statedir"
)

// openRunFile names the folder of the open run, in the state folder.
const openRunFile = "open_run.path"

// begun marks the run as open in the state folder, and notes where it is: the
// next one may begin in another folder.
func (s *session) begun() error {
	path, err := filepath.Abs(s.dir.Path(""))
	if err == nil {
		err = atomicio.WriteFile(filepath.Join(s.state.Path(), openRunFile), 0o600, func(w io.Writer) error {
			_, err := io.WriteString(w, path)
			return err
		})
	}
	if err != nil {
		return &failure{code: exitError, err: fmt.Errorf("note the run's folder: %w", err)}
	}
	return s.remember(func(m *statedir.State) { m.OpenRun = s.dir.ID })
}

// openRun opens the folder of a run that was left open: below the runs folder,
// else where it was begun. The error is fs.ErrNotExist only when it is gone
// from both.
func (a *app) openRun(state *statedir.Dir, id string) (*rundir.Dir, error) {
	dir, err := rundir.Open(filepath.Join(a.runs, id))
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return dir, err
	}
	path, noteErr := os.ReadFile(filepath.Join(state.Path(), openRunFile))
	if noteErr != nil || filepath.Base(string(path)) != id {
		return nil, err
	}
	return rundir.Open(string(path))
}

// recall reads what is remembered of a tenant. Where state.json is gone, as its
// own error advises when it is damaged, the run that was begun last may be open
// and the doors may be behind: both are looked after by acting as if they were.
func (a *app) recall(state *statedir.Dir) (statedir.State, error) {
	memory, err := state.State()
	if err != nil || state.Saved() {
		return memory, err
	}
	path, err := os.ReadFile(filepath.Join(state.Path(), openRunFile))
	if err != nil {
		return memory, nil // nothing was ever begun
	}
	memory.OpenRun, memory.SyncOwed = filepath.Base(string(path)), true
	a.log.Warn().Str("run_id", memory.OpenRun).Msg("the state folder has no state.json any more: the run that was begun last is taken for open, and a sync for owed")
	return memory, nil
}

// lookBack opens what is remembered of an account for a command that only
// looks, and warns of a run that was left open.
func (a *app) lookBack(ctx context.Context, acc *account) (*statedir.Dir, statedir.State, error) {
	state, err := a.openState(acc)
	if err != nil {
		return nil, statedir.State{}, err
	}
	memory, err := a.recall(state)
	if err != nil {
		return nil, statedir.State{}, &failure{code: exitError, err: err}
	}
	a.sayOpenRun(state, memory)
	acc.written, err = a.openWritten(ctx, acc, state)
	return state, memory, err
}

// openRunAdvice is what a person is told of a run that was left open: what is
// the matter, and what to do. Both are empty when nothing was.
func (a *app) openRunAdvice(state *statedir.Dir, memory statedir.State) (says, remedy string) {
	switch id := memory.OpenRun; {
	case id != "":
		dir, err := a.openRun(state, id)
		if err != nil {
			return "run " + id + " was not finished, and its folder cannot be opened", "the next apply looks for what it left"
		}
		return "run " + id + " is open: it was interrupted, or is at work", "keyroster resume " + dir.Path("") + " finishes it; the next apply settles it first"
	case len(memory.LeftParked) > 0:
		return fmt.Sprintf("run %s may have left credentials on temporary values", memory.LeftParked[0]), "the next apply names them, and gives them the values of their rows"
	}
	return "", ""
}

// sayOpenRun warns of a run that was left open, before something is planned
// that does not know how it will end.
func (a *app) sayOpenRun(state *statedir.Dir, memory statedir.State) {
	if says, remedy := a.openRunAdvice(state, memory); says != "" {
		a.log.Warn().Str("hint", remedy).Msg(says)
	}
}

// settleOpen brings a run that was killed to an end before a new one begins:
// what was in doubt is read back, what is parked is rolled back, and the new
// run plans afresh. One power cut never blocks the next night.
func (s *session) settleOpen(ctx context.Context) error {
	id := s.memory.OpenRun
	if id == "" {
		return nil
	}
	dir, err := s.app.openRun(s.state, id)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.app.log.Warn().Str("run_id", id).Msg("an interrupted run cannot be settled, since its folder is neither in the runs folder nor where it was; going on with what the provider holds")
		return s.lose(id)
	case err != nil:
		return beyond(id, fmt.Errorf("settle an interrupted run: %w", err))
	}
	old := &session{app: s.app, command: "apply", config: s.config, spec: s.spec, traffic: s.traffic, flags: &planFlags{}, acc: s.acc, state: s.state, memory: s.memory, dir: dir, settleOnly: true}
	old.announce("settling an interrupted run")
	if _, err := os.Stat(dir.Path(rundir.SealedFile)); errors.Is(err, fs.ErrNotExist) {
		if endedOrNeverBegan(dir) {
			return s.remember(func(m *statedir.State) { m.OpenRun = "" })
		}
		s.app.log.Warn().Str("run_id", id).Msg("an interrupted run cannot be settled, since its sealed copy is gone; going on with what the provider holds")
		return s.lose(id)
	}
	if err := old.reopen(ctx); err != nil {
		return err
	}
	err = old.finish(old.execute(ctx, true))
	s.memory = old.memory
	if old.run != nil && len(old.run.Parked) > 0 {
		return err // a new run would let the doors take the temporary value over
	}
	if code := exitOf(err); code != exitOK && code != exitPartial {
		return err
	}
	return nil
}

// endedOrNeverBegan tells whether a run without a sealed copy has nothing to be
// settled: it sent nothing, or was killed while it closed its folder.
func endedOrNeverBegan(dir *rundir.Dir) bool {
	said, err := journalio.Read(dir.Path(rundir.JournalFile))
	return errors.Is(err, fs.ErrNotExist) || err == nil && said.Ended
}

// lose closes a run that cannot be settled. What it may have left on temporary
// values is looked for in every listing from now on, until none is found.
func (s *session) lose(id string) error {
	return s.remember(func(m *statedir.State) {
		m.OpenRun = ""
		if !slices.Contains(m.LeftParked, id) {
			m.LeftParked = append(m.LeftParked, id)
		}
	})
}

// beyond is the error about a run whose files do not say any more what it did.
func beyond(run string, err error) error {
	return &failure{code: exitError, err: err, hint: "restore the run folder from a backup; if there is none, this tells what the run may have left, and lets the next apply plan afresh: keyroster resume " + run + " --abandon"}
}
