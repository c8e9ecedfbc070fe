package sandbox

import (
	"sync"
	"sync/atomic"
	"time"
)

// Store holds an API's state, which is only used within [Store.Read] and [Store.Write]. It
// is safe for concurrent use.
type Store[T any] struct {
	fresh func() (T, error)
	// again makes a copy of a state that shares nothing with it.
	again func(T) T

	// due is when the next accepted change takes effect, in Unix nanoseconds; 0 is never.
	// With it, requests need no lock to check.
	due atomic.Int64

	mu    sync.RWMutex
	state T
	// lag is how long [Store.Serve] does not show a write, and past has the states before
	// the writes of that time, the oldest first.
	lag  time.Duration
	past []past[T]
}

// past is a state as it was before a write, which is shown until a time.
type past[T any] struct {
	state T
	until time.Time
}

// maxPast bounds the states that are kept: if more writes fall into one lag, the last state
// is shown for them, for longer.
const maxPast = 32

// Settler is a state whose changes take effect some time after they are accepted. The
// [Store] makes sure that no request sees one late.
type Settler interface {
	// Settle applies the changes that are due, and returns when the next one is; the zero
	// time is never.
	Settle(now time.Time) (due time.Time)
}

// NewStore holds the state that fresh makes. It makes another one for every [Store.Reset],
// and must then succeed if it did at first. again makes a copy of a state, for [Store.Lag],
// that shares nothing with it.
func NewStore[T any](fresh func() (T, error), again func(T) T) (*Store[T], error) {
	state, err := fresh()
	if err != nil {
		return nil, err
	}
	return &Store[T]{fresh: fresh, again: again, state: state}, nil
}

// Reset restores the first state.
func (s *Store[T]) Reset() {
	state, err := s.fresh()
	if err != nil {
		panic("rebuild a state that was good before: " + err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.past = state, nil
	s.due.Store(0)
}

// Lag makes [Store.Serve] show each write only after this time, like a read replica that
// lags behind. 0 is at once.
func (s *Store[T]) Lag(lag time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag = lag
}

// Serve calls look with the state that clients are shown: see [Store.Lag].
func (s *Store[T]) Serve(look func(T)) {
	s.mu.RLock()
	now := time.Now()
	for i := range s.past {
		if s.past[i].until.After(now) {
			defer s.mu.RUnlock()
			look(s.past[i].state)
			return
		}
	}
	s.mu.RUnlock()
	s.Read(look)
}

// Read calls look with the state, which it must neither change nor keep. Others may read at
// the same time.
func (s *Store[T]) Read(look func(T)) {
	if due := s.due.Load(); due != 0 && time.Now().UnixNano() >= due {
		s.mu.Lock()
		s.settle()
		s.mu.Unlock()
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	look(s.state)
}

// Write calls change with the state, which it must not keep. No other request reads or
// writes meanwhile.
func (s *Store[T]) Write(change func(T)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	s.keep(time.Now())
	change(s.state)
	s.settle()
}

// keep keeps a copy of the state before a write.
func (s *Store[T]) keep(now time.Time) {
	if s.lag <= 0 {
		return
	}
	for len(s.past) > 0 && !s.past[0].until.After(now) {
		s.past = s.past[1:]
	}
	if len(s.past) == maxPast {
		s.past[maxPast-1].until = now.Add(s.lag)
		return
	}
	s.past = append(s.past, past[T]{s.again(s.state), now.Add(s.lag)})
}

func (s *Store[T]) settle() {
	settler, ok := any(s.state).(Settler)
	if !ok {
		return
	}
	due := int64(0)
	if next := settler.Settle(time.Now()); !next.IsZero() {
		due = next.UnixNano()
	}
	s.due.Store(due)
}
