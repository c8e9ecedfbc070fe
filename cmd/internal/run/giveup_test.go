package run_test

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// known is what should be known of a run that is given up, and what becomes of the run.
type known struct {
	journal             string // how it begins
	damaged             bool
	doubt, unaccounted  int
	temporary           []string
	code                int
	refused, hint       string // if it cannot be given up
	kind                failure.Kind
	left, owed, stillIs bool
}

// givings are runs to give up.
var givings = map[string]struct {
	leave func(s *site) *store.Run
	known known
}{
	"with a card on a temporary value": {
		func(s *site) *store.Run { return s.parked(time.Now()) },
		known{journal: "complete, ", doubt: 1, temporary: []string{"K1"}, code: 1, left: true, owed: true},
	},
	"in doubt": {
		func(s *site) *store.Run { return s.interrupted(time.Now(), journalio.KindIntent, first(renumbered())) },
		known{journal: "complete, ", doubt: 4, owed: true},
	},
	"with a damaged journal": {
		func(s *site) *store.Run {
			kept := s.interrupted(time.Now(), journalio.KindIntent, first(renumbered()))
			damage(s, kept)
			return kept
		},
		known{journal: "line ", damaged: true, doubt: -1, unaccounted: -1, owed: true},
	},
	"without its journal": {
		func(s *site) *store.Run {
			kept := s.parked(time.Now())
			must(s, kept.Remove(store.JournalFile))
			must(s, kept.Remove(store.MarkFile))
			return kept
		},
		known{journal: "there is no journal", temporary: []string{"K1"}, code: 1, left: true, owed: true},
	},
	"that is gone": {
		func(s *site) *store.Run {
			kept := s.parked(time.Now())
			must(s, kept.Discard())
			return kept
		},
		known{journal: "the run folder is gone", temporary: []string{"K1"}, code: 1, left: true, owed: true},
	},
	"that is closed": {
		func(s *site) *store.Run {
			out, err := s.apply(s.roster(first(cycle())...))
			must(s, err)
			return out.Run
		},
		known{
			refused: "is not open: there is nothing to abandon",
			hint:    "keyroster apply makes a new plan", kind: failure.Usage,
		},
	},
	"of another tenant": {
		func(s *site) *store.Run {
			kept := s.parked(time.Now())
			plan, err := history.PlanOf(kept)
			must(s, err)
			defer plan.Close()
			plan.Tenant, plan.Lines = "other", func(func(*reportio.PlanLine, error) bool) {}
			must(s, kept.Write(store.PlanFile, func(w io.Writer) error { return reportio.WritePlan(w, plan.PlanFile) }))
			return kept
		},
		known{refused: "worked on tenant other", hint: "use the configuration", kind: failure.Unsafe, stillIs: true},
	},
}

// TestGiveUp: what can be known of a run is said before anything is changed; giving the run up
// sends nothing, and no process takes it up again.
func TestGiveUp(t *testing.T) {
	for name, c := range givings {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			kept := c.leave(s)
			stored, wrote, told := s.stored(), len(s.wrote()), s.watch.told
			locked := s.lock()
			found, _ := s.kept.Run(kept.ID()) // nil if it is gone
			giving, err := locked.Inspect(t.Context(), found, kept.ID())
			if diff := cmp.Diff(stored, s.stored()); diff != "" {
				t.Errorf("looking changed the store:\n%s", diff)
			}
			if c.known.refused != "" {
				wants(t, err, c.known.kind, c.known.refused, c.known.hint)
				if open := s.state().OpenRun; (open == kept.ID()) != c.known.stillIs {
					t.Errorf("run %q is open", open)
				}
				if locked.Unlock(); c.known.stillIs {
					_, err := run.Resume(t.Context(), s.open(), s.kept.Process(), kept, s.options)
					wants(t, err, c.known.kind, c.known.refused, c.known.hint)
				}
				return
			}
			must(t, err)
			c.known.compare(t, giving.Abandoned())
			err = giving.Abandon()
			if c.known.code == 0 {
				must(t, err)
			} else if f := failure.Of(err); f.Kind != failure.Partial || !f.Shown {
				t.Errorf("%+v", f)
			}
			state := s.state()
			if state.OpenRun != "" || state.SyncOwed != c.known.owed || slices.Contains(state.LeftParked, kept.ID()) != c.known.left {
				t.Errorf("the state says %+v", state)
			}
			if len(s.wrote()) != wrote || s.watch.told != told {
				t.Errorf("giving up wrote %v, and told the doors %d times", s.wrote()[wrote:], s.watch.told-told)
			}
			if found != nil {
				s.givenUp(kept.ID(), giving.Abandoned())
			}
			locked.Unlock()
			_, after := cycle()
			_, err = s.apply(s.roster(first(cycle())...))
			must(t, err)
			s.holds(after)
			if state := s.state(); len(state.LeftParked) > 0 || state.SyncOwed {
				t.Errorf("after the next run the state says %+v", state)
			}
		})
	}
}

// compare compares what is known with what Inspect found.
func (k known) compare(t *testing.T, d *run.Abandoned) {
	t.Helper()
	var temporary []string
	for _, r := range d.Temporary {
		temporary = append(temporary, r.CredentialID)
	}
	if !strings.HasPrefix(d.Journal, k.journal) || (d.DamagedLine != nil) != k.damaged || !slices.Equal(temporary, k.temporary) || d.ExitCode != k.code {
		t.Errorf("%+v", d)
	}
	if k.doubt >= 0 && len(d.InDoubt) != k.doubt || k.unaccounted >= 0 && d.Unaccounted != k.unaccounted || k.damaged && d.Unaccounted+len(d.InDoubt) == 0 {
		t.Errorf("%d in doubt, %d unaccounted for", len(d.InDoubt), d.Unaccounted)
	}
}

// givenUp checks that a run was recorded as Inspect described it, and that it is closed for good.
func (s *site) givenUp(id string, said *run.Abandoned) {
	s.Helper()
	kept := s.runOf(id)
	if kept.Assess().Status != store.RunAbandoned || kept.Has(store.SealedFile) {
		s.Errorf("it stands as %s, and has its sealed copy: %v", kept.Assess().Status, kept.Has(store.SealedFile))
	}
	f, err := kept.Open(store.AbandonedFile)
	must(s, err)
	var written run.Abandoned
	must(s, json.NewDecoder(f).Decode(&written))
	if written.RunID != id || written.ExitCode != said.ExitCode || len(written.Temporary) != len(said.Temporary) {
		s.Errorf("abandoned.json says %+v", written)
	}
	_, err = run.Resume(s.Context(), s.open(), s.kept.Process(), kept, s.options)
	if err == nil || failure.Of(err).Kind != failure.Locked && failure.Of(err).Kind != failure.Usage {
		s.Errorf("it was resumed: %v", err)
	}
}

// TestGiveUpWithoutTheLock: without the lock, no run is given up: it may be at work elsewhere.
func TestGiveUpWithoutTheLock(t *testing.T) {
	s := newSite(t)
	kept := s.parked(time.Now())
	giving, err := s.lock().Inspect(t.Context(), kept, kept.ID())
	must(t, err)
	s.dies()
	stored := s.stored()
	wants(t, giving.Abandon(), failure.Stopped, "the lock is not held", "")
	if diff := cmp.Diff(stored, s.stored()); diff != "" {
		t.Errorf("it was given up:\n%s", diff)
	}
}

// TestLeftOnATemporaryValue: each run names a holder whom no run gives a value of their own, until
// the run that left them is given up again.
func TestLeftOnATemporaryValue(t *testing.T) {
	s := newSite(t)
	kept := s.parked(time.Now())
	must(t, kept.Unseal())
	lines, _ := cycle()
	for range 2 {
		out, err := s.apply(s.roster(lines[1:]...))
		wants(t, err, failure.Partial, "is on a temporary value left by run "+kept.ID(),
			"keyroster resume "+kept.ID()+" --abandon")
		lead := strings.Join(out.Report.Lead, "; ")
		if state := s.state(); !slices.Equal(state.LeftParked, []string{kept.ID()}) || !state.SyncOwed || s.watch.told > 0 || !strings.Contains(lead, kept.ID()) {
			t.Errorf("%+v, told %d times: %s", state, s.watch.told, lead)
		}
	}
	locked := s.lock()
	giving, err := locked.Inspect(t.Context(), s.runOf(kept.ID()), kept.ID())
	must(t, err)
	if err := giving.Abandon(); failure.Of(err).Kind != failure.Partial {
		t.Error(err)
	}
	locked.Unlock()
	if state := s.state(); len(state.LeftParked) > 0 || !state.SyncOwed {
		t.Errorf("%+v", state)
	}
	_, err = s.apply(s.roster(lines[1:]...))
	must(t, err)
	if s.watch.told == 0 {
		t.Error("the doors were not told")
	}
}
