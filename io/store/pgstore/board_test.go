//go:build postgres

package pgstore_test

import (
	"fmt"
	"testing"
	"time"

	"keyroster/io/store"
	"keyroster/io/store/storetest"

	_ "keyroster/reconcile/fixedseed"
)

func TestBoard(t *testing.T) {
	pool := connect(t, database)
	storetest.Board(t, func(t *testing.T, law func(*testing.T, storetest.BoardWorld)) {
		schema := place(t, pool)
		s := process(t, pool, schema, long)
		law(t, storetest.BoardWorld{
			Open: func() store.Board { return process(t, pool, schema, long).Board() },
			Pass: func(d time.Duration) { // what happened is now longer ago
				must(t, s.Exec(`UPDATE keyroster.night SET due = due - $1::interval, until = until - $1::interval,
					free = free - $1::interval, began = began - $1::interval, ended = ended - $1::interval`, d))
				must(t, s.Exec("UPDATE keyroster.worker SET started = started - $1::interval, seen = seen - $1::interval", d))
			},
		})
	})
}

// BenchmarkBoard has a thousand accounts with forty nights each.
func BenchmarkBoard(b *testing.B) {
	pool := connect(b, database)
	s := process(b, pool, place(b, pool), long)
	board := s.Board()
	var nights []store.Night
	for account := range 1000 {
		nights = append(nights, store.Night{
			NightKey: store.NightKey{Account: fmt.Sprintf("site-%04d", account)}, Provider: "doorflow",
		})
	}
	of := func(day int) []store.Night {
		for i := range nights {
			nights[i].Date = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, day).Format(time.DateOnly)
		}
		return nights
	}
	for day := range 39 {
		_, err := board.Add(of(day))
		must(b, err)
	}
	must(b, s.Exec("UPDATE keyroster.night SET state = 'ended', free = NULL, ended = clock_timestamp(), generation = 1"))
	_, err := board.Add(of(39))
	must(b, err)
	for _, n := range nights[:20] {
		taken, err := board.Take(n.NightKey, "one", long)
		must(b, err)
		must(b, board.End(taken, store.Ending{ExitCode: 3, Reason: "1 of 40 failed", Hint: "keyroster runs"}))
	}
	must(b, s.Exec("ANALYZE keyroster.night"))
	count := func(b *testing.B, do func() (int, error)) {
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			got, err := do()
			must(b, err)
			n = got
		}
		b.ReportMetric(float64(n), "nights")
	}
	b.Run("nights", func(b *testing.B) {
		count(b, func() (int, error) {
			got, err := board.Nights(store.NightQuery{Since: "2026-01-01"})
			return len(got), err
		})
	})
	b.Run("latest", func(b *testing.B) {
		count(b, func() (int, error) { got, err := board.Nights(store.NightQuery{}); return len(got), err })
	})
	b.Run("ready", func(b *testing.B) {
		count(b, func() (int, error) { got, err := board.Ready(24); return len(got), err })
	})
	day := 40
	b.Run("add", func(b *testing.B) {
		count(b, func() (int, error) { day++; got, err := board.Add(of(day)); return len(got), err })
	})
	b.Run("add again", func(b *testing.B) {
		count(b, func() (int, error) { got, err := board.Add(of(day)); return len(got), err })
	})
	b.Run("renew", func(b *testing.B) {
		count(b, func() (int, error) {
			got, err := board.Renew(store.Worker{Name: "one"}, nights[:24], long)
			return len(got), err
		})
	})
}
