package status

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"keyroster/io/store"
	"keyroster/io/termio"
)

// Account is an account and its night, as the JSON document has them: members may be added,
// never renamed.
type Account struct {
	Account  string `json:"account"`
	Provider string `json:"provider"`
	// Night is a date in the account's time zone.
	Night   string           `json:"night"`
	Outcome Outcome          `json:"outcome"`
	State   store.NightState `json:"state"`
	// ExitCode is nil until the night has ended.
	ExitCode    *int `json:"exit_code"`
	NeedsPerson bool `json:"needs_person"`
	// RunID is the run of the last attempt that ended, empty for none.
	RunID string `json:"run_id"`
	// Worker works on the night, or was the last to; empty for none.
	Worker string `json:"worker"`
	// Attempts counts all attempts that were begun, and Tries those that ended without ending
	// the night.
	Attempts int64 `json:"attempts"`
	Tries    int   `json:"tries"`
	// Fenced: some attempts lost the account to another worker; FencedWorkers made them, the
	// latest last.
	Fenced        bool     `json:"fenced"`
	FencedWorkers []string `json:"fenced_workers"`
	// GoneWorkers are those of FencedWorkers not seen since the last attempt began: they died,
	// whereas the others had stalled or been cut off.
	GoneWorkers []string `json:"gone_workers"`
	// Times are nil if not applicable: Due is when the night was to begin, NextTry when the next
	// attempt may start, LeaseEnds when the running attempt is lost unless its lease is renewed.
	Due       *time.Time `json:"due"`
	Began     *time.Time `json:"began"`
	Ended     *time.Time `json:"ended"`
	NextTry   *time.Time `json:"next_try"`
	LeaseEnds *time.Time `json:"lease_ends"`
	// Done of Total lines were sent by the running attempt, or the last one.
	Done  int `json:"done"`
	Total int `json:"total"`
	// Reason is the result of the last attempt, and Hint what to do about it; Next is the one
	// command for a person to run. Empty for none.
	Reason string `json:"reason"`
	Hint   string `json:"hint"`
	Next   string `json:"next"`
}

// accountOf is a night in the form of the status. account is nil if the configuration does not
// have it; then it is unknown whether it is disabled.
func accountOf(n *store.Night, account *Configured) Account {
	a := Account{
		Account: n.Account, Provider: n.Provider, Night: n.Date, Outcome: outcomeOf(n), State: n.State,
		Worker: n.Worker, Attempts: n.Generation, Tries: n.Tries,
		FencedWorkers: append([]string{}, n.Lost...), GoneWorkers: []string{},
		Due: moment(n.Due), Began: moment(n.Began), Done: n.Done, Total: n.Total,
	}
	if last := n.Last; last != nil {
		a.RunID, a.Reason, a.Hint = last.RunID, last.Reason, last.Hint
		if last.Fenced && !slices.Contains(a.FencedWorkers, n.Worker) {
			a.FencedWorkers = append(a.FencedWorkers, n.Worker)
		}
		if n.State == store.NightEnded {
			a.ExitCode, a.Ended = &last.ExitCode, moment(last.At)
		}
	}
	a.Fenced = len(a.FencedWorkers) > 0
	switch n.State {
	case store.NightWaiting:
		a.NextTry = moment(n.Next)
	case store.NightRunning:
		a.LeaseEnds = moment(n.Expires)
	case store.NightMissed:
		a.Reason, a.Hint = missedReason(n), "make sure that enough workers and slots are running when nights are due"
	}
	a.NeedsPerson = a.Outcome.needsPerson() && (account == nil || !account.Disabled)
	if a.NeedsPerson {
		a.Reason = cmp.Or(a.Reason, presentations[a.Outcome].Word)
		a.Next = nextCommand(&a, account)
	}
	return a
}

// findGone finds the fenced workers that were not seen since the latest attempt began; a
// process started since then under the same name does not count.
func (a *Account) findGone(workers []store.Worker) {
	for _, name := range a.FencedWorkers {
		lives := a.Began != nil && slices.ContainsFunc(workers, func(w store.Worker) bool {
			return w.Name == name && w.Seen.After(*a.Began) && !w.Started.After(*a.Began)
		})
		if !lives && !slices.Contains(a.GoneWorkers, name) {
			a.GoneWorkers = append(a.GoneWorkers, name)
		}
	}
}

// moment returns a pointer to a time, nil for the zero time.
func moment(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

func missedReason(n *store.Night) string {
	if n.Due.IsZero() || n.Until.IsZero() {
		return "no worker started it in time"
	}
	return fmt.Sprintf("no worker started it between %s and %s", clock(n.Due), n.Until.UTC().Format("15:04 MST"))
}

func clock(at time.Time) string { return at.UTC().Format("15:04") }

// nextCommand is the one command that a person should run for the account.
func nextCommand(a *Account, account *Configured) string {
	name := termio.Quote(a.Account)
	switch a.Outcome {
	case Partial:
		if a.RunID != "" {
			return fmt.Sprintf("keyroster fleet pull %s %s-%s", termio.Quote(a.RunID), name, a.Night)
		}
	case Unsafe:
		return "keyroster plan --account " + name
	case Roster:
		return "keyroster check --account " + name
	case Denied:
		if account != nil && account.Login {
			return "keyroster login --account " + name
		}
		return "keyroster doctor --account " + name
	case Usage:
		if account == nil || account.Broken {
			return "keyroster config check"
		}
		return "keyroster doctor --account " + name
	}
	return fmt.Sprintf("keyroster fleet run --account %s --night %s", name, a.Night)
}
