package run_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/run"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// TestLastGood: a run is a measure for the next if it came to its end on the whole account and the
// whole roster, even if some rows are not as desired.
func TestLastGood(t *testing.T) {
	lines, _ := changes()
	good := store.LastGood{Records: people - 1, Rows: people - 1}
	for name, c := range map[string]struct {
		lines  []string
		change func(s *site, o *run.Options)
		want   *store.LastGood
		unlist bool
	}{
		"all as desired": {lines, nil, &good, true},
		"nothing to do":  {[]string{"P1,513,pin,481057,"}, func(_ *site, o *run.Options) { o.Draft.ShrunkenRoster = "a test" }, &store.LastGood{Records: people - 1, Rows: 1}, true},
		"a row is blocked": {
			append(slices.Clone(lines), "K99,501,card,0010000099,"), nil, &store.LastGood{Records: people - 1, Rows: people}, true,
		},
		"limited to some people": {lines, func(_ *site, o *run.Options) { o.Draft.Holders = []string{"513"} }, nil, false},
		"refused":                {lines, func(s *site, _ *run.Options) { s.config.Limits[reconcile.LimitDelete] = reconcile.Limit{} }, nil, false},
		"stopped":                {lines, func(_ *site, o *run.Options) { o.Deadline = time.Now() }, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			options := s.options
			if c.change != nil {
				c.change(s, &options)
			}
			out, err := run.Apply(t.Context(), s.open(), s.kept.Process(), s.roster(c.lines...), time.Now(), options)
			got := s.state().LastGood
			if got != nil {
				if got.RunID != out.Run.ID() || !got.At.Equal(out.Report.FinishedAt) {
					t.Errorf("%+v is not run %s", got, out.Run.ID())
				}
				got = &store.LastGood{Records: got.Records, Rows: got.Rows}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (%v)", diff, err)
			}
			if unlisted := store.ReadUnlisted(s.tenant()); (unlisted.RunID == out.Run.ID()) != c.unlist {
				t.Errorf("who is in no row: %+v", unlisted)
			}
		})
	}
}

// TestExpire: at its end, a run deletes runs that are older than they are to be kept, except those
// that are still needed.
func TestExpire(t *testing.T) {
	var other []string
	for n := 1; n < people-1; n++ {
		other = append(other, columnBefore().row(n))
	}
	long := func(days int) time.Time { return time.Now().AddDate(0, 0, -days) }
	for name, c := range map[string]struct {
		keep   time.Duration
		before func(s *site)
		fourth []string // the roster of today's run, nil for that of all runs
		lost   bool
		want   string // which of the four are kept
	}{
		"for ever":           {want: "1234"},
		"a day":              {keep: 24 * time.Hour, want: "4"},
		"thirty days":        {keep: 720 * time.Hour, want: "1234"},
		"the last good one":  {keep: 24 * time.Hour, before: func(s *site) { s.config.Limits[reconcile.LimitUpdate] = reconcile.Limit{} }, fourth: other, want: "34"},
		"without the memory": {keep: 24 * time.Hour, before: func(s *site) { s.remember(func(m *store.State) { m.LastGood = nil }) }, want: "4"},
		"the lock was lost":  {keep: 24 * time.Hour, fourth: other, lost: true, want: "1234"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			same := slices.Concat(first(renumbered()), []string{"P1,513,pin,481057,"})
			var ids []string
			apply := func(began time.Time, lines []string) {
				out, err := run.Apply(t.Context(), s.open(), s.kept.Process(), s.roster(lines...), began, s.options)
				if out.Run == nil {
					t.Fatal(err)
				}
				ids = append(ids, out.Run.ID())
			}
			for _, days := range []int{10, 9, 8} {
				apply(long(days), same)
			}
			s.config.KeepRuns = c.keep
			if c.before != nil {
				c.before(s)
			}
			if c.fourth == nil {
				c.fourth = same
			}
			if c.lost {
				var once atomic.Bool
				s.watch.arrive = func(*http.Request) {
					if once.CompareAndSwap(false, true) {
						s.dies()
					}
				}
			}
			apply(time.Now(), c.fourth)
			kept, err := s.kept.Runs()
			must(t, err)
			got := ""
			for _, id := range kept {
				got += string("1234"[slices.Index(ids, id)])
			}
			if got != c.want {
				t.Errorf("kept are %s, want %s", got, c.want)
			}
		})
	}
}

// TestExpireKeepsWhatIsLookedFor: a run that may have left a person on a temporary value is kept as
// long as listings are searched for that value.
func TestExpireKeepsWhatIsLookedFor(t *testing.T) {
	s := newSite(t)
	kept := s.parked(time.Now().AddDate(0, 0, -10))
	must(t, kept.Unseal())
	s.config.KeepRuns = 24 * time.Hour
	lines, after := cycle()
	for _, c := range []struct {
		lines []string
		kept  bool
	}{{lines[1:], true}, {lines[1:], true}, {lines, false}} {
		_, err := s.apply(s.roster(c.lines...))
		if _, gone := s.kept.Run(kept.ID()); (gone == nil) != c.kept {
			t.Errorf("kept: %v, want %v (%v)", gone == nil, c.kept, err)
		}
	}
	s.holds(after)
}

// TestInterrupted: an interrupted run finishes what is in flight, stays open and says how to go on,
// even if its machine's clock was set back after it began.
func TestInterrupted(t *testing.T) {
	for name, began := range map[string]time.Time{
		"a clock that goes right":  time.Now(),
		"a clock that is set back": time.Now().Add(time.Hour),
	} {
		t.Run(name, func(t *testing.T) { interruptedThen(t, began) })
	}
}

func interruptedThen(t *testing.T, began time.Time) {
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.watch.arrive = func(*http.Request) { cancel() }
	lines, after := changes()
	out, err := run.Apply(ctx, s.open(), s.kept.Process(), s.roster(lines...), began, s.options)
	if err == nil || !strings.Contains(err.Error(), "interrupted") || out.Report.Summary.NotAttempted == 0 || s.state().OpenRun != out.Run.ID() {
		t.Errorf("%v, %+v", err, out.Report.Summary)
	}
	s.watch.arrive = nil
	journal, readErr := out.Run.ReadJournal()
	must(t, readErr)
	if journal.Ended || len(journal.InDoubt()) > 0 {
		t.Errorf("the journal ended: %v; in doubt: %v", journal.Ended, journal.InDoubt())
	}
	must(t, s.resume(out.Run.ID()))
	s.inOrder(after)
}
