package pgstore

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Turn is the wait for a rate that all processes of the database share: it returns when a
// request may be sent to a provider, of so many a second. It ends at once with its context.
// A process has one for each provider, for all its goroutines; it is nil where the rate is
// no limit, as it is not above zero.
//
// A process reserves moments for those that wait, at most a second of them in one
// statement; one that dies loses no more. A twentieth of the rate stays unused: what is
// delayed on its way comes closer to what follows it, and the provider counts then.
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

// reserveMoments moves the next free moment on, and says how far from now the first of
// those is that it passed, and how long it took. A moment that is hours away is of a clock
// that was set back.
const reserveMoments = `
INSERT INTO keyroster.rate AS r (provider, next)
VALUES ($1, clock_timestamp() + $3::interval + $2 * $4::interval)
ON CONFLICT (provider) DO UPDATE
SET next = greatest(
    CASE WHEN r.next < clock_timestamp() + interval '1 hour' THEN r.next END,
    clock_timestamp() + $3::interval
) + $2 * $4::interval
RETURNING next - $2 * $4::interval - clock_timestamp(), clock_timestamp() - statement_timestamp()`

// reserve reserves so many moments, a gap apart, and returns the first, by the clock of
// this machine: the way to the server and back are taken to be of one length. It is no
// earlier than the lead from now.
func (s *Store) reserve(provider string, most int, gap, lead time.Duration) (time.Time, error) {
	var ahead, took time.Duration
	asked := time.Now()
	err := s.row(reserveMoments, []any{provider, most, lead, gap}, &ahead, &took)
	if err != nil {
		return time.Time{}, fmt.Errorf("wait for the rate of %s: %w", provider, hinted(err))
	}
	now := time.Now()
	return now.Add(ahead - max(0, now.Sub(asked)-took)/2), nil
}

// turn hands out moments to those that wait, in the order in which they came.
type turn struct {
	gap     time.Duration
	most    int           // a second of moments
	give    time.Duration // for how long a reservation is tried again
	reserve func(most int, gap, lead time.Duration) (first time.Time, err error)

	mu      sync.Mutex
	queue   []chan moment
	free    []time.Time // what no caller waits for any more, in order
	ahead   []time.Time // what was reserved and is not over, in order
	filling bool
	lead    time.Duration // how long an answer took
}

// moment is when a request may be sent, or why there is none.
type moment struct {
	at  time.Time
	err error
}

func newTurn(
	perSecond float64, give time.Duration,
	reserve func(most int, gap, lead time.Duration) (time.Time, error),
) *turn {
	return &turn{
		gap:  time.Duration(float64(time.Second) / perSecond),
		most: max(1, int(perSecond)), give: give, reserve: reserve,
	}
}

// wait returns when a request may be sent. A moment that is over by a gap or more is void,
// since others have theirs: another is waited for.
func (t *turn) wait(ctx context.Context) error {
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
			t.back(at)
			return ctx.Err()
		}
		if sinceThen(at) < t.gap {
			return nil
		}
	}
}

// moment is one for this caller alone.
func (t *turn) moment(ctx context.Context) (time.Time, error) {
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
	case m := <-mine: // it came meanwhile
		if m.err == nil {
			t.back(m.at)
		}
	default:
	}
	return time.Time{}, ctx.Err()
}

// handOut gives free moments to those that wait. The mutex is held.
func (t *turn) handOut() {
	for len(t.queue) > 0 && len(t.free) > 0 {
		if at := t.free[0]; sinceThen(at) < t.gap {
			t.queue[0] <- moment{at: at}
			t.queue = t.queue[1:]
		}
		t.free = t.free[1:]
	}
}

// back gives back a moment that is not used.
func (t *turn) back(at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i, _ := slices.BinarySearchFunc(t.free, at, time.Time.Compare)
	t.free = slices.Insert(t.free, i, at)
	t.handOut()
}

// fill reserves moments as long as a caller waits for one.
func (t *turn) fill() {
	const soon = 100 * time.Millisecond
	began, pause := time.Now(), soon
	for {
		n, lead, later := t.want()
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

// want says how many moments are to be reserved now, or how much later some are; else there
// is no more to be filled. What this process has reserved is a second of moments at most.
func (t *turn) want() (n int, lead, later time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	over, _ := slices.BinarySearchFunc(t.ahead, time.Now(), time.Time.Compare)
	t.ahead = t.ahead[over:]
	n = min(len(t.queue), t.most-len(t.ahead))
	switch {
	case len(t.queue) == 0:
		t.filling = false
	case n <= 0: // some at once are fewer statements
		return 0, 0, max(1, time.Until(t.ahead[t.most/4]))
	}
	return n, t.lead, 0
}

// filled hands out what was reserved. After an error no caller waits any more.
func (t *turn) filled(n int, first time.Time, took time.Duration, err error) {
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
