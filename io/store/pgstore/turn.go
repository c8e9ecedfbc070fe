package pgstore

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Turn waits for a rate that all processes of the database share: the function returns when one
// of perSecond requests may be sent to a provider, or at once when its context ends. A process
// has one for each provider, for all its goroutines; it is nil for a rate of zero or less,
// which is no limit.
//
// A process reserves moments for its waiting callers, at most a second's worth in one
// statement, so one that dies wastes no more. A twentieth of the rate stays unused: a request
// that is delayed on its way arrives closer to the next one, and the provider counts arrivals.
func (s *Store) Turn(provider string, perSecond float64) func(context.Context) error {
	if perSecond <= 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	of := rated{provider, perSecond}
	if s.turns[of] == nil {
		s.turns[of] = newTurn(perSecond*19/20, s.lease, func(most int, gap, lead time.Duration) (time.Time, error) {
			return s.reserve(provider, most, gap, lead)
		})
	}
	return s.turns[of].wait
}

// rated is a provider, and its rate.
type rated struct {
	provider  string
	perSecond float64
}

// reserveMoments advances the next free moment, and returns how far from now the first reserved
// one is, and how long it took. A moment that is hours away comes from a clock that was set back.
const reserveMoments = `
INSERT INTO keyroster.rate AS r (provider, next)
VALUES ($1, clock_timestamp() + $3::interval + $2 * $4::interval)
ON CONFLICT (provider) DO UPDATE
SET next = greatest(
    CASE WHEN r.next < clock_timestamp() + interval '1 hour' THEN r.next END,
    clock_timestamp() + $3::interval
) + $2 * $4::interval
RETURNING next - $2 * $4::interval - clock_timestamp(), clock_timestamp() - statement_timestamp()`

// reserve reserves up to most moments, a gap apart, and returns the first, by the clock of this
// machine, assuming that the ways to the server and back take equally long. It is no earlier
// than lead from now.
func (s *Store) reserve(provider string, most int, gap, lead time.Duration) (time.Time, error) {
	var ahead, took time.Duration
	asked := time.Now()
	err := s.row(reserveMoments, []any{provider, most, lead, gap}, &ahead, &took)
	if err != nil {
		return time.Time{}, fmt.Errorf("wait for the rate of %s: %w", provider, withHint(err))
	}
	now := time.Now()
	return now.Add(ahead - max(0, now.Sub(asked)-took)/2), nil
}

// pacer hands out moments to waiting callers, in the order in which they came.
type pacer struct {
	gap     time.Duration
	most    int           // a second of moments
	give    time.Duration // how long a reservation is retried
	reserve func(most int, gap, lead time.Duration) (first time.Time, err error)

	mu      sync.Mutex
	queue   []chan moment
	free    []time.Time // moments without a caller, in order
	ahead   []time.Time // reserved moments that are not over, in order
	filling bool
	lead    time.Duration // how long an answer took
}

// moment is when a request may be sent, or why none may be.
type moment struct {
	at  time.Time
	err error
}

func newTurn(
	perSecond float64, give time.Duration,
	reserve func(most int, gap, lead time.Duration) (time.Time, error),
) *pacer {
	return &pacer{
		gap:  time.Duration(float64(time.Second) / perSecond),
		most: max(1, int(perSecond)), give: give, reserve: reserve,
	}
}

// wait returns when a request may be sent. A moment that passed a gap or more ago is void,
// since the next one is another caller's: then it waits for a new one.
func (t *pacer) wait(ctx context.Context) error {
	for {
		at, err := t.moment(ctx)
		if err != nil {
			return err
		}
		timer := time.NewTimer(time.Until(at))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			t.giveBack(at)
			return ctx.Err()
		}
		if elapsedSince(at) < t.gap {
			return nil
		}
	}
}

// moment is one for this caller alone.
func (t *pacer) moment(ctx context.Context) (time.Time, error) {
	if err := ctx.Err(); err != nil {
		return time.Time{}, err
	}
	mine := make(chan moment, 1)
	t.mu.Lock()
	t.queue = append(t.queue, mine)
	t.handOut()
	if len(t.queue) > 0 && !t.filling {
		t.filling = true
		go t.fill()
	}
	t.mu.Unlock()
	select {
	case m := <-mine:
		return m.at, m.err
	case <-ctx.Done():
	}
	t.mu.Lock()
	if i := slices.Index(t.queue, mine); i >= 0 {
		t.queue = slices.Delete(t.queue, i, i+1)
	}
	t.mu.Unlock()
	select {
	case m := <-mine: // it arrived meanwhile
		if m.err == nil {
			t.giveBack(m.at)
		}
	default:
	}
	return time.Time{}, ctx.Err()
}

// handOut gives free moments to waiting callers. The mutex is held.
func (t *pacer) handOut() {
	for len(t.queue) > 0 && len(t.free) > 0 {
		if at := t.free[0]; elapsedSince(at) < t.gap {
			t.queue[0] <- moment{at: at}
			t.queue = t.queue[1:]
		}
		t.free = t.free[1:]
	}
}

// giveBack returns a moment that is not used.
func (t *pacer) giveBack(at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i, _ := slices.BinarySearchFunc(t.free, at, time.Time.Compare)
	t.free = slices.Insert(t.free, i, at)
	t.handOut()
}

// fill reserves moments as long as a caller waits for one.
func (t *pacer) fill() {
	const soon = 100 * time.Millisecond
	began, pause := time.Now(), soon
	for {
		n, lead, later := t.needed()
		switch {
		case later > 0:
			time.Sleep(later)
			began = time.Now()
			continue
		case n == 0:
			return
		}
		asked := time.Now()
		first, err := t.reserve(n, t.gap, lead)
		if err != nil && time.Since(began)+pause < t.give {
			time.Sleep(pause)
			pause = min(2*pause, 20*soon)
			continue
		}
		if t.filled(n, first, time.Since(asked), err); err != nil {
			return
		}
		began, pause = time.Now(), soon
	}
}

// needed says how many moments to reserve now, or how much later to ask again; if neither, no
// caller waits. A process never has more than a second's worth of moments reserved.
func (t *pacer) needed() (n int, lead, later time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	over, _ := slices.BinarySearchFunc(t.ahead, time.Now(), time.Time.Compare)
	t.ahead = t.ahead[over:]
	n = min(len(t.queue), t.most-len(t.ahead))
	switch {
	case len(t.queue) == 0:
		t.filling = false
	case n <= 0: // reserving several at once takes fewer statements
		return 0, 0, max(1, time.Until(t.ahead[t.most/4]))
	}
	return n, t.lead, 0
}

// filled hands out reserved moments. An error goes to all waiting callers.
func (t *pacer) filled(n int, first time.Time, took time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		for _, waits := range t.queue {
			waits <- moment{err: err}
		}
		t.queue, t.filling = nil, false
		return
	}
	t.lead = min(took, time.Second)
	for i := range n {
		at := first.Add(time.Duration(i) * t.gap)
		t.ahead, t.free = append(t.ahead, at), append(t.free, at)
	}
	slices.SortFunc(t.ahead, time.Time.Compare)
	slices.SortFunc(t.free, time.Time.Compare)
	t.handOut()
}
