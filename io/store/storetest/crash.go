package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"keyroster/io/store"
)

var crashLaws = []law{
	{"in whatever call a process dies, the next one settles its run", dyingOnce},
	{"a run is settled even after a second process died while settling it", dyingAgain},
}

// atOnce bounds the worlds that are tried in parallel: a disk is slow for each call.
const atOnce = 16

// deathAt is the call in which a process dies, from 0, and how.
type deathAt struct {
	call  int
	death Death
}

// deaths are all possible ones in the calls of a process. One after a call leaves the same as
// one before the next call, and is left out where calls are slow.
func (w World) deaths(of *FaultyStore) []deathAt {
	calls, appends := of.Calls()
	var all []deathAt
	for call := range calls {
		all = append(all, deathAt{call, Before})
		if w.Fast {
			all = append(all, deathAt{call, After})
		}
	}
	for _, call := range appends {
		all = append(all, deathAt{call, Torn})
	}
	return all
}

// endless is more calls than any process makes.
const endless = 1 << 30

func dyingOnce(t *testing.T, open open) {
	w := open(t)
	immortal := Faulty(w.Open(), endless, Before)
	whole := &night{s: immortal}
	if done, err := whole.takeSteps(); err != nil || done != len(steps) {
		t.Fatalf("nobody dies, and %d steps are done: %v", done, err)
	}
	must(t, checkEnd(w, len(steps)))
	var all errgroup.Group
	all.SetLimit(atOnce)
	for _, d := range w.deaths(immortal) {
		all.Go(func() error {
			w := open(t)
			done, err := runUntilDeath(w, d, (*night).takeSteps)
			if err == nil {
				err = AfterNight(w.Open, done)
			}
			if err != nil {
				t.Errorf(
					"died in call %d, after %d steps (%s the call): %v", d.call, done,
					[...]string{"before", "within", "after"}[d.death], err,
				)
			}
			return nil
		})
	}
	_ = all.Wait() // failures were reported
}

// runUntilDeath runs a process until it dies, and releases what it held, as the system does.
func runUntilDeath(w World, d deathAt, live func(*night) (int, error)) (done int, err error) {
	faulty := Faulty(w.Open(), d.call, d.death)
	n := &night{s: faulty}
	done, err = live(n)
	died := faulty.Died()
	buried := faulty.Bury(w.Kill)
	if n.j != nil {
		_ = n.j.Close() // to end its goroutine; the file is gone
	}
	switch {
	case buried != nil:
		return done, buried
	case err == nil && died:
		return done, errors.New("the process died, and does not know")
	case err != nil && !errors.Is(err, ErrDied):
		return done, err
	}
	return done, nil
}

// checkLeft checks, without changes, what a process left that died in the step after those done.
func checkLeft(w World, done int) error {
	s := w.Open()
	of, err := s.Tenant("doorflow", "abc123")
	if err != nil {
		return err
	}
	l, err := of.Lock(holder(2, ""))
	if err != nil {
		return fmt.Errorf("the lock of a process that died is not free: %w", err)
	}
	left := l.Predecessor().PID
	if err := l.Close(); err != nil {
		return err
	}
	if was, may := done > 1 && done < len(steps)-1, done > 0; was && left != 1 || left != 0 && !may {
		return fmt.Errorf("the lock was left by the process %d", left)
	}
	runBefore, before := expectedAfter(done)
	runAfter, afterwards := expectedAfter(min(done+1, len(steps)))
	state, err := store.ReadState(of)
	if err != nil {
		return err
	}
	if is := (remembered{state.OpenRun != "", state.SyncOwed, state.LastGood != nil}); is != before &&
		is != afterwards {
		return fmt.Errorf("the state says %+v, neither %+v nor %+v", is, before, afterwards)
	}
	run, err := onlyRun(s)
	if err != nil {
		return err
	}
	stands := noRun
	if run != nil {
		if stands, err = statusOf(run); err != nil {
			return err
		}
		if err := checkWhole(run); err != nil {
			return err
		}
	}
	if stands != runBefore && stands != runAfter {
		return fmt.Errorf("the run stands as %s, neither %s nor %s", stands, runBefore, runAfter)
	}
	return nil
}

// onlyRun is the only run that is kept, nil for none.
func onlyRun(s store.Store) (*store.Run, error) {
	ids, err := s.Runs()
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	if len(ids) > 1 {
		return nil, fmt.Errorf("there are the runs %q", ids)
	}
	return s.Run(ids[0])
}

// checkWhole fails if a file of a run is incomplete. What an unfinished write leaves has
// another name.
func checkWhole(run *store.Run) error {
	list, err := run.List()
	if err != nil {
		return err
	}
	for _, e := range list {
		switch {
		case e.Name == store.JournalFile,
			e.Name == store.MarkFile,
			e.Name == store.ManifestFile,
			strings.HasPrefix(e.Name, "."):
			continue
		}
		got, err := content(run, e.Name)
		if want, known := bodies[e.Name]; err != nil || !known || got != want {
			return fmt.Errorf("file %s holds %q, want %q (%w)", e.Name, got, want, err)
		}
	}
	return nil
}

// checkEnd checks a run that was settled after its process died, with done steps: it is closed,
// or gone if it had sent nothing, and no sync is owed.
func checkEnd(w World, done int) error {
	s := w.Open()
	of, err := s.Tenant("doorflow", "abc123")
	if err != nil {
		return err
	}
	l, err := of.Lock(holder(3, ""))
	if err != nil {
		return err
	}
	left := l.Predecessor()
	if err := l.Close(); err != nil {
		return err
	}
	if left != (store.Holder{}) {
		return fmt.Errorf("the lock was left by %+v, which was looked after", left)
	}
	state, err := store.ReadState(of)
	if err != nil {
		return err
	}
	run, err := onlyRun(s)
	if err != nil {
		return err
	}
	sealed, _ := expectedAfter(done)
	switch {
	case state.OpenRun != "" || state.SyncOwed:
		return fmt.Errorf("in the end the state says %+v", state)
	case run == nil && (sealed == noRun || sealed == empty):
		return nil
	case run == nil:
		return errors.New("a run that may have sent something is gone")
	case state.LastGood == nil || state.LastGood.RunID != run.ID():
		return fmt.Errorf("in the end the state says %+v", state)
	}
	v, err := run.Verify() // only a closed run has a manifest
	if err == nil && !v.OK() {
		err = fmt.Errorf("in the end the run is not what its manifest says: %+v", v)
	}
	return errors.Join(err, checkWhole(run))
}

// Night takes a run through a store, from taking the lock to releasing it, and calls between
// after each step. It is for tests that kill the process.
func Night(s store.Store, between func()) error {
	n := &night{s: s}
	for _, s := range steps {
		if err := s.do(n); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		between()
	}
	return nil
}

// Steps is how many steps a [Night] has.
func Steps() int { return len(steps) }

// AfterNight lets another process check what a [Night] left whose process died in the step
// after those done, and settle it. open makes the handle of a process.
func AfterNight(open func() store.Store, done int) error {
	w := World{Open: open}
	if err := checkLeft(w, done); err != nil {
		return err
	}
	if err := (&night{s: open()}).nextProcess(); err != nil {
		return err
	}
	return checkEnd(w, done)
}

// dyingAgain lets two processes die one after the other, the second while it settles the run:
// in as many of all pairs of calls as time allows.
func dyingAgain(t *testing.T, open open) {
	w := open(t)
	immortal := Faulty(w.Open(), endless, Before)
	_, err := (&night{s: immortal}).takeSteps()
	must(t, err)
	all := w.deaths(immortal)
	pairs := 40
	if w.Fast {
		pairs = len(all)
	}
	var tried errgroup.Group
	tried.SetLimit(atOnce)
	for i := range pairs {
		one, two := all[i*len(all)/pairs], deathAt{i * 7 % 50, []Death{Before, Torn, After}[i%3]}
		tried.Go(func() error {
			w := open(t)
			done, err := runUntilDeath(w, one, (*night).takeSteps)
			if err == nil {
				_, err = runUntilDeath(w, two, func(n *night) (int, error) { return 0, n.nextProcess() })
			}
			if err == nil {
				err = (&night{s: w.Open()}).nextProcess()
			}
			if err == nil {
				err = checkEnd(w, done)
			}
			if err != nil {
				t.Errorf("died in call %d, and again in call %d of going on: %v", one.call, two.call, err)
			}
			return nil
		})
	}
	_ = tried.Wait()
}
