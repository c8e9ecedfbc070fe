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
	// Add writes nights down that the board does not have, waiting, and returns those. One
	// that should have begun before now is written down as missed, and only where the
	// account had a night of an earlier date: nobody misses what was before the fleet.
	Add(nights []Night) ([]NightKey, error)
	// Again lets nights begin once more, from now on, that have ended otherwise than with
	// exit code 0, or were missed; it returns those.
	Again(keys []NightKey) ([]NightKey, error)
	// Ready are the nights that may be taken now: they wait and it is time, or they were
	// lost by their worker. Those are first, then the longest overdue; there are at most
	// so many.
	Ready(most int) ([]Night, error)
	// Take makes a night a worker's own for so long, as the next generation of it. It is
	// nil where the night may not be taken; one that waited beyond its Until becomes
	// missed.
	Take(key NightKey, worker string, most time.Duration) (*Night, error)
	// Renew writes down that a worker lives, and makes its nights its own for so long
	// from now. It returns those that are another's by now, or nobody's.
	Renew(worker Worker, nights []Night, most time.Duration) (lost []NightKey, err error)
	// End writes down how an attempt ended, if the night is still of its generation; the
	// error wraps [ErrNotLocked] where it is not.
	End(night *Night, end Ending) error
	// Nights are those of a query, by account, and of an account the latest first.
	Nights(q NightQuery) ([]Night, error)
	// Workers are those that were seen within the last day, by name.
	Workers() ([]Worker, error)
	// Leave takes a worker off that ends, and lets go of nights that it still has.
	Leave(worker string) error
}

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
	// NightMissed: nobody was there to begin it in time.
	NightMissed NightState = "missed"
)

// Night is the work on an account that a date asks for.
type Night struct {
	NightKey
	Provider string
	// Due is when it may begin, Until when it must have begun; zero for no such time.
	Due, Until time.Time
	State      NightState
	// Generation counts the attempts, those that were lost too.
	Generation int64
	// Tries counts the attempts that ended and did not end the night; Next is when the
	// next may begin, at a night that waits.
	Tries int
	Next  time.Time
	// Worker is at work on it, or was last, from Began on; at one that runs, Expires is
	// when it is lost, and Done of Total lines were sent.
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
	// Again: the night waits, for so long, and is tried again. Handed: the attempt was no
	// try that counts, since its worker ended.
	Again  bool
	After  time.Duration
	Handed bool
}

// NightQuery says which nights are asked for: those of one date, or those from a date on;
// empty for the latest of each account.
type NightQuery struct{ Date, Since string }

// Worker is a process that works on nights.
type Worker struct {
	Name, Host string
	PID, Slots int
	// Started and Seen are filled in by the board.
	Started, Seen time.Time
}
