package memory

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"keyroster/io/store"
)

// board implements [store.Board].
type board struct{ store *Store }

// Board is the board that all processes of the memory share. Its clock is the machine's.
func (s *Store) Board() store.Board { return board{s} }

// with changes what is on the board, under the mutex.
func (b board) with(do func(all *memory, now time.Time)) error {
	if err := b.store.enter(); err != nil {
		return fmt.Errorf("ask the board: %w", err)
	}
	defer b.store.unlock()
	do(b.store.all, time.Now())
	return nil
}

// Add implements [store.Board].
func (b board) Add(nights []store.Night) (added []store.NightKey, err error) {
	err = b.with(func(all *memory, now time.Time) {
		maps.DeleteFunc(all.nights, func(_ store.NightKey, n *store.Night) bool { return outdated(n, now) })
		first := map[string]string{} // the earliest date of an account
		for key := range all.nights {
			if date, ok := first[key.Account]; !ok || key.Date < date {
				first[key.Account] = key.Date
			}
		}
		for _, n := range nights {
			n = store.Night{
				NightKey: n.NightKey, Provider: n.Provider, Due: n.Due, Until: n.Until,
				State: store.NightWaiting, Next: n.Due,
			}
			if n.Due.IsZero() {
				n.Next = now
			}
			if late(&n, now) {
				if date, ok := first[n.Account]; !ok || date >= n.Date {
					continue
				}
				miss(&n)
			}
			if all.nights[n.NightKey] == nil {
				all.nights[n.NightKey] = &n
				added = append(added, n.NightKey)
			}
		}
	})
	return added, err
}

// outdated reports whether a night ended longer ago than nights are kept.
func outdated(n *store.Night, now time.Time) bool {
	over := n.Due
	if n.Last != nil {
		over = n.Last.At
	}
	is := n.State == store.NightEnded || n.State == store.NightMissed
	return is && !over.IsZero() && now.Sub(over) > store.NightsKept
}

// late reports whether a night should have begun before now.
func late(n *store.Night, now time.Time) bool {
	return n.Generation == 0 && !n.Until.IsZero() && !n.Until.After(now)
}

func miss(n *store.Night) { n.State, n.Next = store.NightMissed, time.Time{} }

// wait lets a night be taken from a time on.
func wait(n *store.Night, from time.Time) {
	n.State, n.Next, n.Expires = store.NightWaiting, from, time.Time{}
}

// Again implements [store.Board].
func (b board) Again(keys []store.NightKey) (again []store.NightKey, err error) {
	err = b.with(func(all *memory, now time.Time) {
		for _, key := range keys {
			n := all.nights[key]
			if n == nil || n.State != store.NightMissed &&
				(n.State != store.NightEnded || n.Last.ExitCode == 0) {
				continue
			}
			n.Until, n.Tries = time.Time{}, 0
			wait(n, now)
			again = append(again, key)
		}
	})
	return again, err
}

// overdue reports whether a night may be taken, and since when.
func overdue(n *store.Night, now time.Time) (since time.Time, is bool) {
	switch n.State {
	case store.NightWaiting:
		since = n.Next
	case store.NightRunning:
		since = n.Expires
	default:
		return since, false
	}
	return since, !since.After(now)
}

// Ready implements [store.Board].
func (b board) Ready(most int) (ready []store.Night, err error) {
	err = b.with(func(all *memory, now time.Time) {
		for _, n := range all.nights {
			if _, is := overdue(n, now); is {
				ready = append(ready, shown(n))
			}
		}
		slices.SortFunc(ready, func(a, b store.Night) int {
			since, other := cmp.Or(a.Next, a.Expires), cmp.Or(b.Next, b.Expires)
			return cmp.Or(
				strings.Compare(string(a.State), string(b.State)), // running, waiting
				since.Compare(other), byAccount(a, b),
			)
		})
		ready = ready[:min(most, len(ready))]
	})
	return ready, err
}

// byAccount sorts nights by account, and the latest of an account first.
func byAccount(a, b store.Night) int {
	return cmp.Or(strings.Compare(a.Account, b.Account), strings.Compare(b.Date, a.Date))
}

// shown is a night as callers get it.
func shown(n *store.Night) store.Night {
	copied := *n
	copied.Lost = slices.Clone(n.Lost)
	if n.Last != nil {
		last := *n.Last
		copied.Last = &last
	}
	return copied
}

// Take implements [store.Board].
func (b board) Take(
	key store.NightKey, worker string, most time.Duration,
) (taken *store.Night, err error) {
	err = b.with(func(all *memory, now time.Time) {
		n := all.nights[key]
		if n == nil {
			return
		}
		if _, is := overdue(n, now); !is {
			return
		}
		if late(n, now) {
			miss(n)
			return
		}
		if n.State == store.NightRunning {
			n.Lost = append(n.Lost, n.Worker)
		}
		n.State, n.Next, n.Done, n.Total = store.NightRunning, time.Time{}, 0, 0
		n.Generation++
		n.Worker, n.Began, n.Expires = worker, now, now.Add(most)
		copied := shown(n)
		taken = &copied
	})
	return taken, err
}

// Renew implements [store.Board].
func (b board) Renew(
	worker store.Worker, nights []store.Night, most time.Duration,
) (lost []store.NightKey, err error) {
	err = b.with(func(all *memory, now time.Time) {
		before := all.workers[worker.Name]
		worker.Started, worker.Seen = before.Started, now
		if before.PID != worker.PID || before.Host != worker.Host || before.Started.IsZero() {
			worker.Started = now
		}
		all.workers[worker.Name] = worker
		for _, mine := range nights {
			n := all.nights[mine.NightKey]
			if n == nil || n.State != store.NightRunning || n.Worker != worker.Name ||
				n.Generation != mine.Generation || !n.Expires.After(now) {
				lost = append(lost, mine.NightKey)
				continue
			}
			n.Expires, n.Done, n.Total = now.Add(most), mine.Done, mine.Total
		}
	})
	return lost, err
}

// End implements [store.Board].
func (b board) End(night *store.Night, end store.Ending) error {
	var stale error
	err := b.with(func(all *memory, now time.Time) {
		n := all.nights[night.NightKey]
		if n == nil || n.State != store.NightRunning || n.Generation != night.Generation {
			stale = fmt.Errorf("end the night %s of %s: it is another's by now: %w",
				night.Date, night.Account, store.ErrNotLocked)
			return
		}
		end.At = now
		n.Last, n.Done, n.Total = &end, night.Done, night.Total
		if !end.Again && !end.Handed {
			n.State, n.Expires = store.NightEnded, time.Time{}
			return
		}
		if !end.Handed {
			n.Tries++
		}
		wait(n, now.Add(end.After))
	})
	return cmp.Or(err, stale)
}

// Nights implements [store.Board].
func (b board) Nights(q store.NightQuery) (nights []store.Night, err error) {
	err = b.with(func(all *memory, _ time.Time) {
		for _, n := range all.nights {
			if (q.Date == "" || n.Date == q.Date) && n.Date >= q.Since &&
				(q.State == "" || n.State == q.State) {
				nights = append(nights, shown(n))
			}
		}
	})
	slices.SortFunc(nights, byAccount)
	if q == (store.NightQuery{}) {
		nights = slices.CompactFunc(nights, func(a, b store.Night) bool { return a.Account == b.Account })
	}
	return nights, err
}

// Workers implements [store.Board].
func (b board) Workers() (workers []store.Worker, err error) {
	err = b.with(func(all *memory, now time.Time) {
		for _, w := range all.workers {
			if now.Sub(w.Seen) < 24*time.Hour {
				workers = append(workers, w)
			}
		}
	})
	slices.SortFunc(workers, func(a, b store.Worker) int { return strings.Compare(a.Name, b.Name) })
	return workers, err
}

// Leave implements [store.Board].
func (b board) Leave(worker string) error {
	return b.with(func(all *memory, now time.Time) {
		delete(all.workers, worker)
		for _, n := range all.nights {
			if n.State == store.NightRunning && n.Worker == worker {
				wait(n, now)
			}
		}
	})
}
