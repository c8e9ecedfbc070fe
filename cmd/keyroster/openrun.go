package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/io/statedir"
)

// begun marks the run as open in the state folder, and notes where it is: the
// next one may begin in another folder.
func (s *session) begun() error {
	if err := s.state.NoteRun(s.dir.Path("")); err != nil {
		return &failure{code: exitError, err: err}
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
	path, noteErr := state.NotedRun()
	if noteErr != nil || filepath.Base(path) != id {
		return nil, err
	}
	return rundir.Open(path)
}

// lookBack opens what is remembered of an account for a command that only
// looks, and warns of a run that was left open.
func (a *app) lookBack(ctx context.Context, acc *account) (*statedir.Dir, recollection, error) {
	state, err := a.openState(acc)
	if err != nil {
		return nil, recollection{}, err
	}
	memory, err := a.recall(state, acc.config.Name)
	if err != nil {
		return nil, recollection{}, &failure{code: exitError, err: err}
	}
	acc.replaced, acc.memory = memory.Replaced, &memory.basis
	a.sayOpenRun(state, memory.State)
	acc.written, err = a.openWritten(ctx, acc, state)
	return state, memory, err
}

// openRunAdvice is what a person is told of a run that was left open: what is
// the matter, and what to do. Both are empty when nothing was.
func (a *app) openRunAdvice(state *statedir.Dir, memory statedir.State) (says, remedy string) {
	switch id := memory.OpenRun; {
	case id != "":
		st := a.judgeOpen(state, memory)
		switch st.Standing {
		case rundir.StandsClosed, rundir.StandsEmpty, rundir.StandsAbandoned:
			return "", "" // the next apply takes note of it
		}
		return st.says(), st.next()
	case len(memory.LeftParked) > 0:
		return fmt.Sprintf("run %s may have left credentials on temporary values", memory.LeftParked[0]), "the next apply names them, and gives them the values of their rows"
	}
	return "", ""
}

// unfinished are the sentences about what earlier runs left undone: equal records
// alone are not what the roster wants.
func (a *app) unfinished(state *statedir.Dir, memory statedir.State) []string {
	var out []string
	if says, _ := a.openRunAdvice(state, memory); says != "" {
		out = append(out, says)
	}
	if memory.SyncOwed {
		out = append(out, doorsBehind)
	}
	return out
}

// doorsBehind is what is said of an account that owes a sync.
const doorsBehind = "the doors have not been told of all changes"

// judgeOpen says how the run stands that is remembered as open.
func (a *app) judgeOpen(state *statedir.Dir, memory statedir.State) standing {
	dir, err := a.openRun(state, memory.OpenRun)
	st := judge(dir, memory.OpenRun, state, memory)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		st.Err = err
	}
	return st
}

// sayOpenRun warns of a run that was left open, before something is planned
// that does not know how it will end.
func (a *app) sayOpenRun(state *statedir.Dir, memory statedir.State) {
	if says, remedy := a.openRunAdvice(state, memory); says != "" {
		a.log.Warn().Str("hint", remedy).Msg(says)
	}
}

// settleEarlier puts in order what runs before this one left.
func (s *session) settleEarlier(ctx context.Context) error {
	if err := s.settleOpen(ctx); err != nil {
		return err
	}
	s.discardEmpty()
	return nil
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
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return beyond(id, fmt.Errorf("settle an interrupted run: %w", err))
	}
	st := judge(dir, id, s.state, s.memory.State)
	if over, err := s.over(dir, &st); over {
		return err
	}
	old := &session{app: s.app, command: "apply", config: s.config, spec: s.spec, traffic: s.traffic, flags: &planFlags{}, acc: s.acc, state: s.state, memory: s.memory, dir: dir, settleOnly: true}
	old.announce("settling an interrupted run")
	if err := old.reopen(ctx); err != nil {
		return err
	}
	err = old.finish(old.guarded(func() error { return old.execute(ctx, true) }))
	s.memory = old.memory
	if old.run != nil && len(old.run.Parked) > 0 {
		return err // a new run would let the doors take the temporary value over
	}
	if code := exitOf(err); code != exitOK && code != exitPartial {
		return err
	}
	return nil
}

// over closes a run that was left open and has nothing to be settled, or cannot
// be. It is false for one that can.
func (s *session) over(dir *rundir.Dir, st *standing) (bool, error) {
	switch st.Standing {
	case rundir.StandsEmpty:
		if _, err := dir.Discard(); err != nil {
			return true, &failure{code: exitError, err: err}
		}
	case rundir.StandsClosed:
	case rundir.StandsAbandoned:
		return true, s.lose(st.id) // it may have been killed while it was given up
	case rundir.StandsOpen:
		if !st.Closing {
			return false, nil
		}
		if _, err := closeFolder(dir, &st.Judgement); err != nil {
			return true, beyond(st.path, err)
		}
	default:
		if !s.mayLose(dir, st) {
			return true, st.refusal()
		}
		s.app.log.Warn().Str("run_id", st.id).Err(st.Err).Msg("an interrupted run cannot be settled; going on with what the provider holds")
		if err := s.lose(st.id); err != nil || dir == nil {
			return true, err
		}
		return true, s.shut(dir, st)
	}
	return true, s.remember(func(m *statedir.State) { m.OpenRun = "" })
}

// mayLose reports whether a new run may go on although a damaged one cannot be
// settled: nothing that it left can be overlooked. Credentials on temporary
// values are found in listings, as long as the key is known that made the values.
func (s *session) mayLose(dir *rundir.Dir, st *standing) bool {
	switch st.Flaw {
	case rundir.FlawFolder, rundir.FlawSeal:
		return true
	case rundir.FlawKey:
		return !st.Parked() || s.knowsKeyOf(dir)
	}
	return false
}

// knowsKeyOf reports whether a run's temporary values were made with the key
// that the account has now.
func (s *session) knowsKeyOf(dir *rundir.Dir) bool {
	plan, err := planOf(dir)
	if err != nil {
		return false
	}
	defer plan.close()
	key, err := s.app.fingerprintKey(context.Background(), s.acc, s.state)
	if err != nil {
		return false
	}
	marks, err := reportio.NewHMAC(key)
	return err == nil && marks.KeyID() == plan.KeyID
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
func beyond(run string, err error) *failure {
	return &failure{code: exitError, err: err, hint: "restore the run folder from a backup; if there is none, this tells what the run may have left, and lets the next apply plan afresh: keyroster resume " + run + " --abandon"}
}
