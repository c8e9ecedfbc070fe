package record

import (
	"sync"
	"sync/atomic"
	"time"
)

// Store holds an API's state, which nobody touches but within [Store.Read] and
// [Store.Write]. It is safe for concurrent use.
type Store[T any] struct {
	fresh func() (T, error)

	// due is when the next accepted change takes effect, in Unix nanoseconds; 0
	// is never. It spares requests the lock.
	due atomic.Int64

	mu    sync.RWMutex
	state T
}

// Settler is a state whose changes take effect some time after they are
// accepted. The [Store] sees to it that nobody sees one late.
type Settler interface {
	// Settle lets the changes take effect whose time has come, and says when
	// the next one is due; the zero time is never.
	Settle(now time.Time) (due time.Time)
}

// NewStore holds the state that fresh makes. It makes another one for every
// [Store.Reset], and must succeed then if it did at first.
func NewStore[T any](fresh func() (T, error)) (*Store[T], error) {
	state, err := fresh()
	if err != nil {
		return nil, err
	}
	return &Store[T]{fresh: fresh, state: state}, nil
}

// Reset goes back to the first state.
func (s *Store[T]) Reset() {
	state, err := s.fresh()
	if err != nil {
		panic("rebuild a state that was good before: " + err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = state
	s.due.Store(0)
}

// Read calls look with the state, which it must not change nor keep. Others may
// read at the same time.
func (s *Store[T]) Read(look func(T)) {
	if due := s.due.Load(); due != 0 && time.Now().UnixNano() >= due {
		s.Write(func(T) {})
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	look(s.state)
}

// Write calls change with the state, which it must not keep. Nobody else reads
// or writes meanwhile.
func (s *Store[T]) Write(change func(T)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	change(s.state)
	s.settle()
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
