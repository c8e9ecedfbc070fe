package store

import (
	"errors"
	"fmt"
	"time"
)

// ErrNotLocked means that something was to be changed without holding the lock.
var ErrNotLocked = errors.New("the lock is not held")

// Holder says who holds a lock.
type Holder struct {
	PID       int       `json:"pid"`
	Host      string    `json:"host"`
	StartedAt time.Time `json:"started_at"`
	RunID     string    `json:"run_id"`
}

// LockedError says that another process works on the tenant. Holder is zero while that process
// has not recorded who it is.
type LockedError struct {
	// Place is where the tenant is remembered.
	Place string
	Holder
	// Until is when the lock ends unless renewed, by the clock of this machine; zero where it
	// ends with its process.
	Until time.Time
}

// Error names the holder.
func (e *LockedError) Error() string {
	if e.Holder == (Holder{}) {
		return fmt.Sprintf("lock %s: another run holds it", e.Place)
	}
	run := "run " + e.RunID
	if e.RunID == "" { // it has not begun yet
		run = "another run"
	}
	return fmt.Sprintf("lock %s: %s holds it (pid %d on %s, since %s)",
		e.Place, run, e.PID, e.Host, e.StartedAt.Format(time.RFC3339))
}
