package nights

import (
	"cmp"
	"time"

	"keyroster/io/store"
	"keyroster/reconcile"
)

// Entry is one run in a list. Its JSON form is an element of the output of the command runs:
// members may be added, never renamed.
type Entry struct {
	RunID string `json:"run_id"`
	// Name is what the store opens the run by: its id, unless its folder was renamed.
	Name    string `json:"name"`
	Account string `json:"account"`
	// Tenant, Provider, Command and Operator are empty if no file has them.
	Tenant   string `json:"tenant"`
	Provider string `json:"provider"`
	Command  string `json:"command"`
	Operator string `json:"operator"`
	// StartedAt, FinishedAt and ExitCode are nil if unknown: a killed run has no end.
	StartedAt  *time.Time      `json:"started_at"`
	FinishedAt *time.Time      `json:"finished_at"`
	ExitCode   *int            `json:"exit_code"`
	Status     store.RunStatus `json:"standing"`
	Converged  bool            `json:"converged"`
	// Result is how it ended, in words that name no person.
	Result string `json:"result"`
	reconcile.Summary
	// Undoes is the run that this one undid, empty for none.
	Undoes string `json:"undoes,omitempty"`
	// Problem is what is wrong with its files, and Next what to do about the run; empty for nothing.
	Problem string `json:"problem,omitempty"`
	Next    string `json:"next,omitempty"`
}

// Began is when the run began, to the second: from its id, which runs are kept and sorted by,
// else from its files.
func (e *Entry) Began() time.Time {
	at, known := store.Began(e.RunID)
	if !known && e.StartedAt != nil {
		at = e.StartedAt.Truncate(time.Second)
	}
	return at
}

// Took is how long the run took; false if unknown.
func (e *Entry) Took() (time.Duration, bool) {
	if e.StartedAt == nil || e.FinishedAt == nil || e.FinishedAt.Before(*e.StartedAt) {
		return 0, false
	}
	return e.FinishedAt.Sub(*e.StartedAt), true
}

// TookText is how long the run took, for a table.
func (e *Entry) TookText() string {
	d, known := e.Took()
	switch {
	case !known:
		return "-"
	case d < 100*time.Millisecond:
		return "<0.1s"
	case d < 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// Order sorts runs by when they began. Within a second their own times decide, since runs of
// one tenant do not overlap.
func Order(a, b *Entry) int {
	exactly := func(e *Entry) time.Time {
		if e.StartedAt != nil {
			return *e.StartedAt
		}
		return e.Began()
	}
	return cmp.Or(
		a.Began().Compare(b.Began()), exactly(a).Compare(exactly(b)),
		cmp.Compare(a.RunID, b.RunID), cmp.Compare(a.Name, b.Name),
	)
}

// sameTenant reports whether two runs worked on the same tenant, or, if one of them has no
// tenant recorded, on the same account.
func sameTenant(a, b *Entry) bool {
	switch {
	case a.Provider != "" && b.Provider != "" && a.Provider != b.Provider:
		return false
	case a.Tenant != "" && b.Tenant != "":
		return a.Tenant == b.Tenant
	}
	return a.Account == b.Account
}
