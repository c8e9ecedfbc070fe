package run_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/io/store"
	"keyroster/io/store/storetest"
)

// endless is more calls than any process makes.
const endless = 1 << 30

// deathAt is the store call in which a process dies, and how.
type deathAt struct {
	call  int
	death storetest.Death
}

func (d deathAt) String() string {
	return fmt.Sprintf("%s call %d", []string{"before", "within", "after"}[d.death], d.call)
}

// deaths returns every death that a process can die if it makes this many calls.
func deaths(calls int, appends []int) (all []deathAt) {
	for call := range calls {
		all = append(all, deathAt{call, storetest.Before}, deathAt{call, storetest.After})
	}
	for _, call := range appends {
		all = append(all, deathAt{call, storetest.Torn})
	}
	return all
}

// diesIn has a process die in a call of the store, and takes from it what it held.
func (s *site) diesIn(d deathAt, live func(store.Store) error) (died bool) {
	s.Helper()
	faulty := storetest.Faulty(s.kept.Process(), d.call, d.death)
	err := live(faulty)
	died = faulty.Died()
	if buried := faulty.Bury(func(store.Tenant, store.Lock) { s.dies() }); buried != nil {
		s.Error(buried)
	}
	switch {
	case err == nil && died:
		// Only tidying may fail unnoticed, after the run is closed.
		if state := s.state(); state.OpenRun != "" || state.LastGood == nil {
			s.Errorf("the process died, and does not know: %+v", state)
		}
	case err != nil && !died:
		s.Error(err)
	case err != nil && !errors.Is(err, storetest.ErrDied):
		s.Errorf("the process died of %v", err)
	}
	return died
}

// nextProcess does what the next process does: it takes up an open run or begins a new one.
func nextProcess(s *site, st store.Store, resumes bool) error {
	ctx := context.Background()
	if open := s.state().OpenRun; resumes && open != "" {
		kept, err := st.Run(open)
		if err == nil && kept.Assess().Status == store.RunOpen {
			_, err = run.Resume(ctx, s.open(), st, kept, s.options)
			return err
		}
	}
	lines, _ := changes()
	_, err := run.Apply(ctx, s.open(), st, s.roster(lines...), time.Now(), s.options)
	return err
}

// TestDeathInEachCallOfTheStore: whichever call of its store a run dies in, and whether or not that
// call had its effect, the next process ends it: the account is as the roster says, and nothing was
// sent twice.
func TestDeathInEachCallOfTheStore(t *testing.T) {
	lines, after := changes()
	whole := newSite(t)
	immortal := storetest.Faulty(whole.kept.Process(), endless, storetest.Before)
	_, err := whole.applyIn(immortal, whole.roster(lines...))
	must(t, err)
	calls, appends := immortal.Calls()
	// How many lines share an append depends on the machine.
	if calls < 60 || len(appends) < 10 {
		t.Fatalf("a run makes %d calls, of which %d append to its journal", calls, len(appends))
	}
	stride := 1
	if testing.Short() {
		stride = 7
	}
	for n, d := range deaths(calls, appends) {
		if n%stride > 0 {
			continue
		}
		for _, resumes := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, resumes %v", d, resumes), func(t *testing.T) {
				t.Parallel()
				s := newSite(t)
				s.watch.may(columnBefore(), after)
				s.diesIn(d, func(st store.Store) error {
					_, err := s.applyIn(st, s.roster(lines...))
					return err
				})
				if resumes && s.state().OpenRun == "" {
					return // there is nothing to resume
				}
				if err := nextProcess(s, s.kept.Process(), resumes); err != nil {
					t.Fatal(err)
				}
				s.inOrder(after)
			})
		}
	}
}

// TestDeathWhileGoingOn: a run whose resumption dies can be resumed as well.
func TestDeathWhileGoingOn(t *testing.T) {
	lines, after := changes()
	whole := newSite(t)
	immortal := storetest.Faulty(whole.kept.Process(), endless, storetest.Before)
	_, err := whole.applyIn(immortal, whole.roster(lines...))
	must(t, err)
	all := deaths(immortal.Calls())
	pairs := 80
	if testing.Short() {
		pairs = 20
	}
	for n := range pairs {
		one := all[n*len(all)/pairs]
		two := deathAt{n * 13 % 160, []storetest.Death{storetest.Before, storetest.Torn, storetest.After}[n%3]}
		resumes := n%2 == 0
		t.Run(fmt.Sprintf("%s, then %s", one, two), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.watch.may(columnBefore(), after)
			s.diesIn(one, func(st store.Store) error {
				_, err := s.applyIn(st, s.roster(lines...))
				return err
			})
			s.diesIn(two, func(st store.Store) error { return nextProcess(s, st, resumes) })
			// A run that was being settled can end with rows that a new one has to send.
			if err := nextProcess(s, s.kept.Process(), !resumes); err != nil && failure.Of(err).Kind != failure.Partial {
				t.Fatal(err)
			}
			_, err := s.apply(s.roster(lines...))
			must(t, err)
			s.inOrder(after)
		})
	}
}
