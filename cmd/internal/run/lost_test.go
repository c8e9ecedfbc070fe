package run_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// inFlight is how many writes are in flight when the lock is lost.
const inFlight = 4

// renumbered returns a roster that gives each card another number, and what the account holds
// afterwards.
func renumbered() ([]string, held) {
	after := columnBefore()
	var lines []string
	for n := 1; n < people-1; n++ {
		value := fmt.Sprintf("00200000%02d", n)
		after = after.with(fmt.Sprintf("card of %d", 500+n), value)
		lines = append(lines, fmt.Sprintf("K%d,%d,card,%s,", n, 500+n, value))
	}
	return lines, after
}

// loss is a run whose lock is taken away while writes are in flight.
type loss struct {
	*site
	// taken is the lock of the process that took it; kept is what the store held at that moment.
	taken store.Lock
	kept  map[string]string
	out   run.Outcome
	err   error
}

// blind is a store whose locks never learn that they were lost.
type blind struct{ store.Store }

func (b blind) Tenant(provider, id string) (store.Tenant, error) {
	of, err := b.Store.Tenant(provider, id)
	return blindTenant{of}, err
}

type blindTenant struct{ store.Tenant }

func (b blindTenant) Lock(holder store.Holder) (store.Lock, error) {
	lock, err := b.Tenant.Lock(holder)
	return blindLock{lock}, err
}

type blindLock struct{ store.Lock }

func (blindLock) Held() error { return nil }

// lose has a run lose its lock; from returns the store as the run's process sees it.
func lose(t *testing.T, from func(store.Store) store.Store) *loss {
	t.Helper()
	l := &loss{site: newSite(t, fmt.Sprintf("    concurrency: %d\n", inFlight))}
	var arrived sync.WaitGroup
	arrived.Add(inFlight)
	var first sync.Mutex
	n := 0
	l.watch.arrive = func(*http.Request) {
		first.Lock()
		n++
		early, last := n <= inFlight, n == inFlight
		if last {
			l.steal()
		}
		first.Unlock()
		if early {
			arrived.Done()
			arrived.Wait()
		}
	}
	locked := l.lockIn(from(l.site.kept.Process()))
	defer locked.Unlock()
	lines, _ := renumbered()
	planned, err := locked.Plan(t.Context(), l.roster(lines...), time.Now())
	must(t, err)
	committed, err := planned.Commit(t.Context())
	must(t, err)
	sent, err := committed.Send(t.Context())
	must(t, err)
	l.out, l.err = sent.Close(t.Context())
	l.watch.arrive = nil
	return l
}

// steal takes the lock away, as if its lease had run out, and gives it to another process.
func (l *loss) steal() {
	l.dies()
	of, err := l.site.kept.Process().Tenant("doorflow", tenant)
	if err == nil {
		l.taken, err = of.Lock(store.Holder{})
	}
	if err != nil {
		l.Error(err)
	}
	l.kept = l.stored()
}

// stored returns all that the store holds of the account and its runs.
func (s *site) stored() map[string]string {
	s.Helper()
	out := map[string]string{}
	for _, name := range []store.Document{store.StateDocument, store.ValuesDocument, store.UnlistedDocument} {
		if text, err := s.tenant().Document(name); err == nil {
			out[string(name)] = string(text)
		}
	}
	ids, err := s.kept.Runs()
	if err != nil {
		s.Error(err)
	}
	for _, id := range ids {
		kept, err := s.kept.Run(id)
		if err != nil {
			s.Error(err)
			continue
		}
		list, err := kept.List()
		if err != nil {
			s.Error(err)
		}
		for _, e := range list {
			f, err := kept.Open(e.Name)
			if err != nil {
				s.Error(err)
				continue
			}
			text, _ := io.ReadAll(f)
			out[id+"/"+e.Name] = string(text)
		}
	}
	return out
}

// settled returns what the store holds, without what was on its way to the journal when the lock
// was lost: as many appends as there are writes in flight may have checked the lock before that.
// The mark follows the journal. then is what the store held at that moment, nil for that moment
// itself.
func settled(held, then map[string]string) map[string]string {
	out := map[string]string{}
	for name, text := range held {
		switch {
		case strings.HasSuffix(name, store.MarkFile):
			continue
		case strings.HasSuffix(name, store.JournalFile) && strings.HasPrefix(text, then[name]) && then != nil:
			more := strings.TrimPrefix(text, then[name])
			appends := map[string]bool{}
			for line := range strings.Lines(more) {
				_, at, _ := strings.Cut(line, `"at":"`)
				at, _, _ = strings.Cut(at, `"`)
				appends[at] = true
			}
			if len(appends) <= inFlight {
				text = then[name]
			}
		}
		out[name] = text
	}
	return out
}

// TestLostLock: a run that loses its lock sends nothing more, stores nothing more, and says what it
// did; whoever has the lock now takes the run up and ends it.
func TestLostLock(t *testing.T) {
	for _, resumes := range []bool{false, true} {
		t.Run(fmt.Sprintf("resumes %v", resumes), func(t *testing.T) {
			l := lose(t, func(s store.Store) store.Store { return s })
			if len(l.watch.arrived) != inFlight || l.watch.told > 0 {
				t.Errorf("%d writes arrived, %d of them in flight, and %d syncs", len(l.watch.arrived), inFlight, l.watch.told)
			}
			wants(t, l.err, failure.Stopped, "the run stopped", "keyroster resume")
			s := l.out.Report.Summary
			if s.NotAttempted != people-2-inFlight || s.Applied+s.Unknown != inFlight || l.out.Report.Converged || len(l.out.Files) > 0 {
				t.Errorf("%+v, files %v", s, l.out.Files)
			}
			for line, err := range l.out.Report.Lines {
				must(t, err)
				if line.Outcome == reconcile.NotAttempted && line.Reason == "" {
					t.Errorf("%s was not attempted, and nothing says why", line.CredentialID)
				}
			}
			if diff := cmp.Diff(settled(l.kept, nil), settled(l.stored(), l.kept)); diff != "" {
				t.Errorf("who lost the lock stored more:\n%s", diff)
			}
			must(t, l.taken.Held())
			must(t, l.taken.Close())
			l.nextProcess(t, resumes)
		})
	}
}

// nextProcess has the next process end the run.
func (l *loss) nextProcess(t *testing.T, resumes bool) {
	t.Helper()
	lines, after := renumbered()
	l.watch.may(columnBefore(), after)
	if resumes {
		must(t, l.resume(l.state().OpenRun))
	} else {
		_, err := l.apply(l.roster(lines...))
		must(t, err)
	}
	l.inOrder(after)
}

// TestLostLockHasTeeth: a run that is not told of its loss goes on writing, so it is the gate and
// the journal that bring about what TestLostLock finds.
func TestLostLockHasTeeth(t *testing.T) {
	l := lose(t, func(s store.Store) store.Store { return blind{s} })
	if len(l.watch.arrived) != people-2 || cmp.Equal(l.kept, l.stored()) {
		t.Errorf("%d writes arrived, and nothing was stored", len(l.watch.arrived))
	}
	must(t, l.taken.Close())
}

// TestLostLockBetweenStages: losing the lock between any two stages ends the run there.
func TestLostLockBetweenStages(t *testing.T) {
	for n, stage := range stages[:len(stages)-1] {
		t.Run(stage.name, func(t *testing.T) {
			s := newSite(t)
			p := &process{site: s}
			for _, earlier := range stages[:n+1] {
				must(t, earlier.do(p))
			}
			s.dies()
			stored, wrote, told := s.stored(), len(s.wrote()), s.watch.told
			var err error
			for _, next := range stages[n+1:] {
				if err = next.do(p); err != nil {
					break
				}
			}
			wants(t, err, failure.Stopped, "the lock is not held", "")
			if diff := cmp.Diff(stored, s.stored()); diff != "" {
				t.Errorf("who lost the lock stored more:\n%s", diff)
			}
			if len(s.wrote()) != wrote || s.watch.told != told {
				t.Errorf("who lost the lock wrote %v", s.wrote()[wrote:])
			}
			lines, after := changes()
			_, err = s.apply(s.roster(lines...))
			must(t, err)
			s.inOrder(after)
		})
	}
}
