package memory

import (
	"errors"
	"os"
	"time"
)

// errCut is the error of a call that cannot reach the memory.
var errCut = errors.New("the memory does not answer")

// Process is the handle of another process on the same memory, with a pid of its own and none
// of the locks.
func (s *Store) Process() *Store {
	s.all.mu.Lock()
	defer s.all.mu.Unlock()
	host, _ := os.Hostname()
	p := &Store{all: s.all, pid: os.Getpid() + s.all.processes, host: host, locks: map[owner]*lock{}}
	s.all.processes++
	return p
}

// Pause stops the process of the handle, as SIGSTOP does: all calls to the memory, its locks
// and the board wait until [Store.Resume], and no lease is renewed.
func (s *Store) Pause() {
	s.all.mu.Lock()
	defer s.all.mu.Unlock()
	if s.stopped == nil {
		s.stopped = make(chan struct{})
	}
}

// Resume lets a paused process go on.
func (s *Store) Resume() {
	s.all.mu.Lock()
	defer s.all.mu.Unlock()
	if s.stopped != nil {
		close(s.stopped)
		s.stopped = nil
	}
}

// Cut disconnects the process of the handle from the memory: each call is an error and does
// nothing, and no lease is renewed. [Lock.Held] is still answered, by the clock. A process that
// is cut and not mended is as good as killed.
func (s *Store) Cut() { s.cutOff(true) }

// Mend ends a cut.
func (s *Store) Mend() { s.cutOff(false) }

func (s *Store) cutOff(cut bool) {
	s.all.mu.Lock()
	defer s.all.mu.Unlock()
	s.cut = cut
}

// lock takes the mutex, once the process is not paused.
func (s *Store) lock() {
	for {
		s.all.mu.Lock()
		stopped := s.stopped
		if stopped == nil {
			return
		}
		s.all.mu.Unlock()
		<-stopped
	}
}

func (s *Store) unlock() { s.all.mu.Unlock() }

// enter takes the mutex, or returns an error without it.
func (s *Store) enter() error {
	s.lock()
	if s.cut {
		s.unlock()
		return errCut
	}
	return nil
}

// leased reports whether locks are leases.
func (s *Store) leased() bool { return s.all.lease > 0 }

// elapsedSince is the time since then, by whichever clock shows more.
func elapsedSince(at time.Time) time.Duration {
	now := time.Now()
	return max(now.Sub(at), now.Round(0).Sub(at.Round(0)))
}
