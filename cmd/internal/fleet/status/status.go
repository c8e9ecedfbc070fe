package status

import (
	"slices"
	"strings"
	"time"

	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// Schema is the schema name of a [Status].
const Schema = "keyroster/fleet/1"

// Query is a question about a fleet.
type Query struct {
	// Night is a date, such as 2026-01-31; empty for the latest night of each account.
	Night string
	// Accounts are those of the configuration.
	Accounts []Configured
	// Lease is the configured one: a worker not seen for two leases is gone.
	Lease time.Duration
	// Now is the current time, in the zone of the person who asks.
	Now time.Time
	// Flags are those that the next commands take over from this one, empty for none.
	Flags string
}

// Status is the state of a fleet, and the JSON document of the command: members may be added,
// never renamed.
type Status struct {
	Schema string    `json:"schema"`
	At     time.Time `json:"at"`
	// Night is the date that was asked for, empty for the latest night of each account.
	Night    string `json:"night"`
	ExitCode int    `json:"exit_code"`
	Counts   Counts `json:"counts"`
	// Unattended: nights are waiting or still to come, and no worker is alive.
	Unattended bool `json:"unattended"`
	// OldestWaiting is how long the longest-waiting night has been ready to start, in seconds.
	OldestWaiting float64 `json:"oldest_waiting_seconds"`
	// Accounts are those that have the night, by name, and Workers all those seen within the last day.
	Accounts []Account `json:"accounts"`
	Workers  []Worker  `json:"workers"`
	// OtherNights are running nights that are not in Accounts.
	OtherNights []Account `json:"other_nights"`
	// Disabled are the accounts disabled in the configuration, and WithoutNight those with a
	// schedule that lack the night.
	Disabled     []string `json:"disabled"`
	WithoutNight []string `json:"without_night"`

	lease time.Duration
	flags string
	// nights are those of the accounts.
	nights []store.Night
	// newest is the latest date of a night.
	newest string
}

// Counts are the numbers of accounts by outcome.
type Counts struct {
	Accounts    int `json:"accounts"`
	NeedsPerson int `json:"needs_person"`
	// Outcomes has every outcome; the numbers add up to Accounts.
	Outcomes map[Outcome]int `json:"outcomes"`
}

// Worker is a worker of the fleet.
type Worker struct {
	Name  string `json:"name"`
	Host  string `json:"host"`
	PID   int    `json:"pid"`
	Slots int    `json:"slots"`
	// Busy is the number of slots in use.
	Busy    int       `json:"busy"`
	Started time.Time `json:"started"`
	Seen    time.Time `json:"seen"`
	// Gone: not seen for two leases.
	Gone bool `json:"gone"`
}

// Read asks the board for the state of the fleet.
func Read(board store.Board, q *Query) (*Status, error) {
	if _, err := time.Parse(time.DateOnly, q.Night); q.Night != "" && err != nil {
		return nil, failure.New(failure.Usage, "give the date of a night, as --night 2026-01-31",
			"%q is not a date", q.Night)
	}
	latest, err := board.Nights(store.NightQuery{})
	if err != nil {
		return nil, err
	}
	nights := latest
	if q.Night != "" {
		if nights, err = board.Nights(store.NightQuery{Date: q.Night}); err != nil {
			return nil, err
		}
	}
	atWork, err := board.Nights(store.NightQuery{State: store.NightRunning})
	if err != nil {
		return nil, err
	}
	workers, err := board.Workers()
	if err != nil {
		return nil, err
	}
	s := &Status{
		Schema: Schema, At: q.Now, Night: q.Night, Accounts: []Account{}, Workers: []Worker{},
		OtherNights: []Account{}, Disabled: []string{}, WithoutNight: []string{}, lease: q.Lease, nights: nights,
		flags: q.Flags,
	}
	s.addAccounts(nights, q)
	s.addOthers(atWork)
	s.addWorkers(workers, atWork)
	for _, some := range [][]Account{s.Accounts, s.OtherNights} {
		for i := range some {
			some[i].findGone(workers)
		}
	}
	s.Unattended = !s.hasLiveWorker() && (len(atWork) > 0 || slices.ContainsFunc(latest, isOpen) ||
		slices.ContainsFunc(q.Accounts, func(c Configured) bool { return c.Scheduled && !c.Disabled }))
	s.count()
	return s, nil
}

// isOpen reports whether a night still needs a worker.
func isOpen(n store.Night) bool {
	return n.State == store.NightWaiting || n.State == store.NightRunning
}

// forgottenAfter is how long the latest night of an account still counts after the account was
// removed from the configuration.
const forgottenAfter = 7 * 24 * time.Hour

func (s *Status) addAccounts(nights []store.Night, q *Query) {
	configured := map[string]*Configured{}
	for i := range q.Accounts {
		configured[q.Accounts[i].Name] = &q.Accounts[i]
	}
	has := map[string]bool{}
	forgotten := q.Now.Add(-forgottenAfter).Format(time.DateOnly)
	for i := range nights {
		n := &nights[i]
		if configured[n.Account] == nil && q.Night == "" && n.Date < forgotten {
			continue
		}
		has[n.Account], s.newest = true, max(s.newest, n.Date)
		one := accountOf(n, configured[n.Account])
		if one.Next != "" {
			one.Next = reportio.JoinFilled(" ", one.Next, q.Flags)
		}
		s.Accounts = append(s.Accounts, one)
		if n.State == store.NightWaiting && !n.Next.IsZero() {
			s.OldestWaiting = max(s.OldestWaiting, q.Now.Sub(n.Next).Seconds())
		}
	}
	for i := range q.Accounts {
		switch c := &q.Accounts[i]; {
		case c.Disabled:
			s.Disabled = append(s.Disabled, c.Name)
		case c.Scheduled && !has[c.Name]:
			s.WithoutNight = append(s.WithoutNight, c.Name)
		}
	}
	slices.Sort(s.Disabled)
	slices.Sort(s.WithoutNight)
	slices.SortStableFunc(s.Accounts, func(a, b Account) int { return strings.Compare(a.Account, b.Account) })
}

// addOthers adds the running nights that are not listed yet.
func (s *Status) addOthers(atWork []store.Night) {
	for i := range atWork {
		key := atWork[i].NightKey
		told := func(a Account) bool { return a.Account == key.Account && a.Night == key.Date }
		if !slices.ContainsFunc(s.Accounts, told) {
			s.OtherNights = append(s.OtherNights, accountOf(&atWork[i], nil))
		}
	}
}

// addWorkers adds the workers, with the number of nights that each has.
func (s *Status) addWorkers(workers []store.Worker, nights []store.Night) {
	busy := map[string]int{}
	for i := range nights {
		if n := &nights[i]; n.State == store.NightRunning && n.Expires.After(s.At) {
			busy[n.Worker]++
		}
	}
	for _, w := range workers {
		s.Workers = append(s.Workers, Worker{
			Name: w.Name, Host: w.Host, PID: w.PID, Slots: w.Slots, Busy: busy[w.Name],
			Started: w.Started.UTC(), Seen: w.Seen.UTC(), Gone: s.At.Sub(w.Seen) > 2*s.lease,
		})
	}
}

// hasLiveWorker reports whether a worker is alive.
func (s *Status) hasLiveWorker() bool {
	return slices.ContainsFunc(s.Workers, func(w Worker) bool { return !w.Gone })
}

// count counts the accounts by outcome, and sets the exit code.
func (s *Status) count() {
	s.Counts = Counts{Accounts: len(s.Accounts), Outcomes: map[Outcome]int{}}
	for _, o := range outcomes {
		s.Counts.Outcomes[o] = 0
	}
	codes := []int{exit.OK}
	for i := range s.Accounts {
		a := &s.Accounts[i]
		s.Counts.Outcomes[a.Outcome]++
		if a.NeedsPerson {
			s.Counts.NeedsPerson++
			codes = append(codes, max(exit.Stopped, presentations[a.Outcome].code))
		}
	}
	// Past nights that have ended do not need a live worker.
	if s.Unattended && (s.Night == "" || slices.ContainsFunc(s.nights, isOpen)) {
		codes = append(codes, exit.Stopped)
	}
	s.ExitCode = exit.Worst(codes)
}

// Shown is the status, or with failed, only the accounts that need a person. The counts still
// cover all.
func (s *Status) Shown(failed bool) *Status {
	if !failed {
		return s
	}
	only := *s
	only.Accounts = s.needing()
	return &only
}

// needing returns the accounts that need a person, by name.
func (s *Status) needing() []Account {
	out := []Account{}
	for _, a := range s.Accounts {
		if a.NeedsPerson {
			out = append(out, a)
		}
	}
	return out
}
