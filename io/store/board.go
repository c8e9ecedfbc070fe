package store

import "time"

// Board is where the workers of a fleet meet: it says which nights there are, who is at
// work on which, and how they ended. It has one clock, its own, for all of them. Its
// methods may be called by several goroutines.
//
// Who works on a night renews it, and has lost it once it was not renewed for as long as
// it was taken for: then another may take it. That says who is alive, and fences nothing:
// what fences writes is the [Lock] of the tenant.
type Board interface {
	// Add writes nights down that the board does not have, waiting, and returns those. Of
	// a night its key, Provider, Due and Until count. One that should have begun before
	// now is written down as missed, and only where the board has a night of an earlier
	// date of the account already: no account misses what was before the fleet.
	Add(nights []Night) ([]NightKey, error)
	// Again lets nights begin once more, from now on and without an Until, that have ended
	// otherwise than with exit code 0, or were missed; it returns those. Their tries are
	// counted anew.
	Again(keys []NightKey) ([]NightKey, error)
	// Ready are the nights that may be taken now, at most so many. Those that were lost by
	// their worker come first, as half of what they do may be done; then those that wait
	// and whose time has come. Of each the longest overdue is first.
	Ready(most int) ([]Night, error)
	// Take makes a night a worker's own for so long, as the next generation of it. It is
	// nil where the night may not be taken, as the board has it not, or it is another's,
	// or not yet due. One that never began and waited until its Until becomes missed.
	Take(key NightKey, worker string, most time.Duration) (*Night, error)
	// Renew writes down that a worker lives, and makes its nights its own for so long
	// from now, with their Done and Total. It returns those that another worker has by
	// now, or that none has: it was too late for them, or they were let go of, or have
	// ended.
	Renew(worker Worker, nights []Night, most time.Duration) (lost []NightKey, err error)
	// End writes down how an attempt ended, and its Done and Total, if the night still runs
	// and is of its generation, be it lost by now; the error wraps [ErrNotLocked] where it
	// is not.
	End(night *Night, end Ending) error
	// Nights are those of a query, by account, and of an account the latest first.
	Nights(q NightQuery) ([]Night, error)
	// Workers are those that were seen within the last day, by name.
	Workers() ([]Worker, error)
	// Leave takes a worker off that ends, and lets go of nights that it still has: they
	// wait from now on, and no try is counted.
	Leave(worker string) error
}

// NightsKept is how long a night is kept that is over; [Board.Add] forgets it then.
const NightsKept = 400 * 24 * time.Hour

// NightKey names a night: an account of the configuration, and a date (2006-01-02) in the
// account's time zone.
type NightKey struct{ Account, Date string }

// NightState says how far a night is.
type NightState string

// The states of nights.
const (
	NightWaiting NightState = "waiting"
	NightRunning NightState = "running"
	NightEnded   NightState = "ended"
	// NightMissed: no worker was there to begin it in time.
	NightMissed NightState = "missed"
)

// Night is the work on an account that a date asks for.
type Night struct {
	NightKey
	Provider string
	// Due is when it may begin, Until when it must have begun for the first time; zero for
	// no such time.
	Due, Until time.Time
	State      NightState
	// Generation counts the attempts, those that were lost too.
	Generation int64
	// Tries counts the attempts that ended and did not end the night; Next is when the
	// next may begin, at a night that waits, and zero at others.
	Tries int
	Next  time.Time
	// Worker is at work on it, or was last, from Began on, and Done of Total lines were
	// sent; Expires is when one that runs is lost, and zero at others.
	Worker         string
	Began, Expires time.Time
	Done, Total    int
	// Lost are the workers whose attempts others took over, the latest last, each as often
	// as it was.
	Lost []string
	// Last is how the last attempt ended that did, at a time, nil for none.
	Last *Ending
}

// Ending is how an attempt at a night ended.
type Ending struct {
	At time.Time // filled in by the board
	// ExitCode is that of the run.
	ExitCode int
	// RunID is empty where no run was begun.
	RunID string
	// Fenced: the attempt lost the tenant's lock to another.
	Fenced bool
	// Reason and Hint are for people; empty where all is well.
	Reason, Hint string
	// Again: the night waits, for so long, and is tried again. Handed: so it is, but the
	// attempt was no try that counts, since its worker ended.
	Again  bool
	After  time.Duration
	Handed bool
}

// NightQuery says which nights are asked for: those of one date, those from a date on, those
// in a state; empty for the one of the latest date of each account.
type NightQuery struct {
	Date, Since string
	State       NightState
}

// Worker is a process that works on nights. Its name is its own among those alive.
type Worker struct {
	Name, Host string
	PID, Slots int
	// Started and Seen are filled in by the board: when a process of this PID on this host
	// was first seen under the name, and when last.
	Started, Seen time.Time
}
