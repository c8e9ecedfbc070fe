package run_test

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/io/journalio"
	"keyroster/io/store"
)

// stopsAfter returns an append that takes nothing more after a line of this kind.
func stopsAfter(kind journalio.Kind) run.Append {
	var mu sync.Mutex
	stopped := false
	return func(j *journalio.Journal, sync bool, entries ...journalio.Entry) error {
		mu.Lock()
		defer mu.Unlock()
		if stopped {
			return errFull
		}
		stopped = entries[0].Kind == kind
		return j.Append(sync, entries...)
	}
}

// cycle returns a roster with three cards in a cycle and nothing else, and what the account holds
// afterwards.
func cycle() ([]string, held) {
	lines, _ := changes()
	lines = lines[:3]
	for n := 4; n < people-1; n++ {
		lines = append(lines, columnBefore().row(n))
	}
	after := columnBefore().
		with("card of 501", "0010000002").
		with("card of 502", "0010000003").
		with("card of 503", "0010000001")
	return append(lines, "P1,513,pin,481057,"), after
}

// interrupted leaves a run of this roster whose process died after a line of this kind, and returns
// it.
func (s *site) interrupted(began time.Time, kind journalio.Kind, lines []string) *store.Run {
	s.Helper()
	options := s.options
	options.Append = stopsAfter(kind)
	out, err := run.Apply(s.Context(), s.open(), s.kept.Process(), s.roster(lines...), began, options)
	if !errors.Is(err, errFull) {
		s.Fatalf("the run ended with %v", err)
	}
	s.dies()
	return s.runOf(out.Run.ID())
}

// parked leaves a run that put a card on a temporary value.
func (s *site) parked(began time.Time) *store.Run {
	s.Helper()
	lines, _ := cycle()
	return s.interrupted(began, journalio.KindPark, lines)
}

// damage changes a byte in the middle of a journal.
func damage(t testing.TB, kept *store.Run) {
	t.Helper()
	f, err := kept.Open(store.JournalFile)
	must(t, err)
	text, err := io.ReadAll(f)
	must(t, err)
	text[len(text)/2] ^= 1
	must(t, kept.Write(store.JournalFile, func(w io.Writer) error { _, err := w.Write(text); return err }))
}

func nothing(io.Writer) error { return nil }

// keyless is a store that has lost the key to its sealed copies.
type keyless struct{ store.Store }

func (k keyless) Tenant(provider, id string) (store.Tenant, error) {
	of, err := k.Store.Tenant(provider, id)
	return keylessTenant{of}, err
}

type keylessTenant struct{ store.Tenant }

func (k keylessTenant) HasKey(name store.Key) bool {
	return name != store.SealKey && k.Tenant.HasKey(name)
}

func (k keylessTenant) Key(name store.Key, fresh func() ([]byte, error)) ([]byte, error) {
	if name == store.SealKey {
		return nil, fs.ErrNotExist
	}
	return k.Tenant.Key(name, fresh)
}

// settlings are runs that were left behind, and what becomes of them.
var settlings = map[string]struct {
	leave func(s *site) *store.Run
	lost  bool // the key to the sealed copy is gone
	// How the run stands in the end, empty if it is gone, and whether listings are searched for it
	// from now on; open: nothing was changed.
	stands    store.RunStatus
	left      bool
	open      bool
	kind      failure.Kind
	text      string // of the error, empty for none
	hint, log string
}{
	"closed": {
		leave: func(s *site) *store.Run {
			lines, _ := cycle()
			out, err := s.apply(s.roster(lines...))
			must(s, err)
			return out.Run
		},
		stands: store.RunClosed,
	},
	"closed but for its manifest": {
		leave: func(s *site) *store.Run {
			lines, _ := cycle()
			out, err := s.apply(s.roster(lines...))
			must(s, err)
			must(s, out.Run.Remove(store.ManifestFile))
			return out.Run
		},
		stands: store.RunClosed,
	},
	"empty": {
		leave: func(s *site) *store.Run {
			kept := s.parked(time.Now())
			for _, name := range []string{store.JournalFile, store.MarkFile, store.SealedFile} {
				must(s, kept.Remove(name))
			}
			return kept
		},
	},
	"given up": {
		leave: func(s *site) *store.Run {
			kept := s.parked(time.Now())
			must(s, kept.Write(store.AbandonedFile, nothing))
			return kept
		},
		stands: store.RunAbandoned, left: true,
	},
	"open": {
		leave:  func(s *site) *store.Run { return s.interrupted(time.Now(), journalio.KindIntent, first(renumbered())) },
		stands: store.RunClosed, log: "settling an interrupted run",
	},
	"open, with a card on a temporary value": {
		leave:  func(s *site) *store.Run { return s.parked(time.Now()) },
		stands: store.RunClosed, log: "settling an interrupted run",
	},
	"with a damaged journal": {
		leave: func(s *site) *store.Run {
			kept := s.parked(time.Now())
			damage(s, kept)
			return kept
		},
		stands: store.RunDamaged, open: true, kind: failure.Stopped, text: "read journal", hint: "--abandon",
	},
	"without its sealed copy": {
		leave: func(s *site) *store.Run {
			kept := s.parked(time.Now())
			must(s, kept.Unseal())
			return kept
		},
		stands: store.RunAbandoned, left: true, log: "continuing from what the provider holds",
	},
	"gone": {
		leave: func(s *site) *store.Run {
			kept := s.parked(time.Now())
			must(s, kept.Discard())
			return kept
		},
		left: true, log: "continuing from what the provider holds",
	},
	"with a lost key": {
		leave: func(s *site) *store.Run { return s.parked(time.Now()) },
		lost:  true, stands: store.RunAbandoned, left: true, log: "continuing from what the provider holds",
	},
	"with another run's journal": {
		leave: func(s *site) *store.Run {
			kept := s.parked(time.Now())
			must(s, kept.Remove(store.JournalFile))
			must(s, kept.Remove(store.MarkFile))
			journal, err := kept.StartJournal()
			must(s, err)
			must(s, journal.Append(true, journalio.Entry{Kind: journalio.KindRun, Line: journalio.NoLine, Op: "apply", Note: "another"}))
			must(s, journal.Close())
			return kept
		},
		stands: store.RunDamaged, open: true, kind: failure.Unsafe, text: "is of run another", hint: "--abandon",
	},
}

// TestSettle: what an earlier run left is put in order before another begins, or nothing is done at
// all.
func TestSettle(t *testing.T) {
	for name, c := range settlings {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			kept := c.leave(s)
			s.remember(func(m *store.State) { m.OpenRun = kept.ID() })
			wrote := len(s.wrote())
			st := store.Store(s.kept.Process())
			if c.lost {
				st = keyless{st}
			}
			err := s.lockIn(st).Settle(t.Context())
			if c.text != "" {
				wants(t, err, c.kind, c.text, c.hint)
			} else {
				must(t, err)
			}
			want := store.State{}
			if c.open {
				want.OpenRun = kept.ID()
			}
			if c.left {
				want.LeftParked = []string{kept.ID()}
			}
			state := s.state()
			if diff := cmp.Diff(want, store.State{OpenRun: state.OpenRun, LeftParked: state.LeftParked}); diff != "" {
				t.Error(diff)
			}
			stands := store.RunStatus("")
			if again, err := s.kept.Run(kept.ID()); err == nil {
				stands = again.Assess().Status
			}
			if stands != c.stands || !strings.Contains(s.said(), c.log) {
				t.Errorf("it stands as %q, want %q; log: %s", stands, c.stands, s.said())
			}
			if c.text != "" && len(s.wrote()) != wrote {
				t.Errorf("what could not be settled wrote %v", s.wrote()[wrote:])
			}
		})
	}
}

// remember changes what is remembered, as if a process had died before it could do so.
func (s *site) remember(change func(*store.State)) {
	s.Helper()
	of, err := s.kept.Process().Tenant("doorflow", tenant)
	must(s, err)
	lock, err := of.Lock(store.Holder{})
	must(s, err)
	state, err := store.ReadState(of)
	must(s, err)
	change(&state)
	must(s, store.SaveState(of, lock, state))
	must(s, lock.Close())
}
