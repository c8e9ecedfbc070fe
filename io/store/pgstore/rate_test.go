//go:build postgres

package pgstore_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// TestReservedMoments: no two callers reserve the same moment.
func TestReservedMoments(t *testing.T) {
	pool := connect(t, database)
	schema := place(t, pool)
	const gap = 50 * time.Millisecond
	first, err := process(t, pool, schema, long).Reserve("doorflow", 1, gap, time.Minute)
	must(t, err)
	near := func(what string, got, want time.Time) {
		t.Helper()
		if got.Sub(want).Abs() > 10*time.Second {
			t.Errorf("%s: %v from now, want %v", what, time.Until(got), time.Until(want))
		}
	}
	near("the first", first, time.Now().Add(time.Minute))
	var all errgroup.Group
	for range 4 {
		s := process(t, pool, schema, long)
		all.Go(func() error {
			for range 60 {
				if _, err := s.Reserve("doorflow", 20, gap, 0); err != nil {
					return err
				}
			}
			return nil
		})
	}
	must(t, all.Wait())
	s := process(t, pool, schema, long)
	last, err := s.Reserve("doorflow", 1, gap, 0)
	must(t, err)
	near("the last", last, first.Add(4801*gap))
	other, err := s.Reserve("seam", 20, gap, 0)
	must(t, err)
	near("another provider's", other, time.Now())
	must(t, s.Exec("UPDATE keyroster.rate SET next = clock_timestamp() + interval '1 day'"))
	back, err := s.Reserve("doorflow", 1, gap, 0)
	must(t, err)
	near("after the clock was set back", back, time.Now())
}

func TestTurnIsOneOfAProcess(t *testing.T) {
	pool := connect(t, database)
	s := process(t, pool, place(t, pool), long)
	if s.Turn("doorflow", 0) != nil {
		t.Error("no rate is a limit")
	}
	must(t, s.Turn("doorflow", 100)(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Turn("doorflow", 100)(ctx); err == nil {
		t.Error("it does not end with its context")
	}
}

// BenchmarkTurns shares a rate of 20 a second among three processes.
func BenchmarkTurns(b *testing.B) {
	pool := connect(b, database)
	schema := place(b, pool)
	w := &witness{}
	ctx, cancel := context.WithTimeout(b.Context(), 10*time.Second)
	defer cancel()
	var all sync.WaitGroup
	for range 3 {
		w.send(ctx, &all, 8, process(b, pool, schema, long).Turn("doorflow", 20), 30*time.Millisecond)
	}
	all.Wait()
	b.ReportMetric(float64(len(w.at))/10, "requests/s")
	b.ReportMetric(float64(w.busiest()), "within-a-second")
}
