package store

import "time"

// Board coordinates the workers of a fleet: it has the nights, who works on which, and how they
// ended. It has a clock of its own for all of them. Its methods may be called by several
// goroutines.
//
// A worker renews the night that it works on, and loses it if it does not for as long as it
// took it for: then another may take it. This shows who is alive and fences nothing: writes are
// fenced by the tenant's [Lock].
type Board interface {
	// Add records nights that the board does not have, as waiting, and returns their keys. Of a
	// night it uses the key, Provider, Due and Until. One that should have begun before now is
	// recorded as missed, but only if the board has a night of the account with an earlier
	// date: no account misses nights from before the fleet.
	Add(nights []Night) ([]NightKey, error)
	// Again lets nights begin again, from now on and without an Until, if they were missed or
	// ended with an exit code other than 0; it returns those. Their tries are counted from zero.
	Again(keys []NightKey) ([]NightKey, error)
	// Ready are the nights that may be taken now, at most that many. Those that their worker
	// lost come first, since their work may be half done; then those that wait and are due.
	// Within each group, the longest overdue is first.
	Ready(most int) ([]Night, error)
	// Take gives a night to a worker for that long, as its next generation. It returns nil
	// where the night may not be taken, since the board does not have it, another worker has
	// it, or it is not yet due. One that never began and waited until its Until becomes missed.
	Take(key NightKey, worker string, most time.Duration) (*Night, error)
	// Renew records that a worker is alive, and extends its hold on its nights to that long
	// from now, with their Done and Total. It returns those that the worker does not have any
	// more: another took them, it was too late for them, they were released, or have ended.
	Renew(worker Worker, nights []Night, most time.Duration) (lost []NightKey, err error)
	// End records how an attempt ended, and its Done and Total, if the night still runs in that
	// generation, even if it is lost by now; else the error wraps [ErrNotLocked].
	End(night *Night, end Ending) error
	// Nights are those that a query asks for, by account, and the latest of an account first.
	Nights(q NightQuery) ([]Night, error)
	// Workers are those that were seen within the last day, by name.
	Workers() ([]Worker, error)
	// Leave removes a worker that ends, and releases the nights that it still has: they wait
	// from now on, and no try is counted.
	Leave(worker string) error
}

// NightsKept is how long a night is kept after its end; then [Board.Add] deletes it.
const NightsKept = 400 * 24 * time.Hour

// NightKey names a night: an account of the configuration, and a date (2006-01-02) in the
// account's time zone.
type NightKey struct{ Account, Date string }

// NightState is the state of a night.
type NightState string

// The states of nights.
const (
	NightWaiting NightState = "waiting"
	NightRunning NightState = "running"
	NightEnded   NightState = "ended"
	// NightMissed: no worker was there to begin it in time.
	NightMissed NightState = "missed"
)

// Night is the work on an account for a date.
type Night struct {
	NightKey
	Provider string
	// Due is when it may begin, Until when it must have begun for the first time; zero for
	// no such time.
	Due, Until time.Time
	State      NightState
	// Generation counts the attempts, including lost ones.
	Generation int64
	// Tries counts the attempts that ended without ending the night; Next is when the next may
	// begin, zero unless the night waits.
	Tries int
	Next  time.Time
	// Worker works on it, or was the last to, from Began on, and Done of Total lines were sent;
	// Expires is when a running night is lost, zero for others.
	Worker         string
	Began, Expires time.Time
	Done, Total    int
	// Lost are the workers whose attempts others took over, the latest last, once per attempt.
	Lost []string
	// Last is how the last finished attempt ended, nil for none.
	Last *Ending
}

// Ending is how an attempt at a night ended.
type Ending struct {
	At time.Time // filled in by the board
	// ExitCode is that of the run.
	ExitCode int
	// RunID is empty where no run was begun.
	RunID string
	// Fenced: the attempt lost the tenant's lock to another process.
	Fenced bool
	// Reason and Hint are for people; empty where all is well.
	Reason, Hint string
	// Again: the night waits for After and is tried again. Handed: it does so too, but the
	// attempt does not count as a try, since its worker ended.
	Again  bool
	After  time.Duration
	Handed bool
}

// NightQuery selects nights: those of one date, from a date on, or in a state; empty for the
// latest of each account.
type NightQuery struct {
	Date, Since string
	State       NightState
}

// Worker is a process that works on nights. Its name is unique among those alive.
type Worker struct {
	Name, Host string
	PID, Slots int
	// Started and Seen are filled in by the board: when a process of this PID on this host
	// was first seen under the name, and when last.
	Started, Seen time.Time
}
