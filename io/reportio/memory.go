package reportio

import "fmt"

// MemoryFrom is the source of what the last good run left.
type MemoryFrom string

// The sources of what is known of earlier runs.
const (
	MemoryState MemoryFrom = "state" // the store remembers the tenant
	MemoryRuns  MemoryFrom = "runs"  // the store does not, but a closed run does
	MemoryNone  MemoryFrom = "none"  // no run of the tenant is known
)

// Memory is what the sizes of account and roster were compared with.
type Memory struct {
	From MemoryFrom `json:"from"`
	// RunID is the last good run, empty for none.
	RunID string `json:"run_id"`
	// ByAccount: that run does not say which tenant it worked on, so it was found
	// by the account's name and provider.
	ByAccount bool `json:"by_account"`
	Sizes
}

// Sizes are what a run left: records of the account, and rows of the roster that
// want one.
type Sizes struct {
	Records int `json:"records"`
	Rows    int `json:"rows"`
}

// The words of LimitedTo.
const (
	LimitedToHolders = "holders" // the run was about some people only
	LimitedToRows    = "rows"    // its roster was the failed.csv of another run
	LimitedToUndo    = "undo"    // it undid another run
	// LimitedToSettling: an interrupted run was settled, without sending what it had not sent.
	LimitedToSettling = "settling"
)

// memoryLine says which usual comparison was not made; empty where the store knew the tenant.
func memoryLine(r *Report) string {
	m, s := r.Memory, &r.Summary
	switch {
	case m == nil || m.From == MemoryState:
		return ""
	case m.From == MemoryNone && s.Records == 0 && !r.Listing.Complete:
		return "" // the run does not know what the account holds
	case m.From == MemoryNone && s.Records == 0 && r.Listing.Records > 0:
		return fmt.Sprintf("first run here: %s listed, none compared", Count(r.Listing.Records, "record"))
	case m.From == MemoryNone && s.Records == 0:
		return "first run here: the account holds no record yet"
	case m.From == MemoryNone:
		return fmt.Sprintf(
			"first run here: the roster names %s of %s", Thousands(s.Matched),
			Count(s.Records, "record"),
		)
	case m.ByAccount:
		return fmt.Sprintf(
			"no state for this tenant: compared with run %s of this account, which does not name its tenant (%s, %s)",
			m.RunID, Count(m.Records, "record"), Count(m.Rows, "row"),
		)
	}
	return fmt.Sprintf(
		"no state for this tenant: compared with its run %s (%s, %s)", m.RunID,
		Count(m.Records, "record"), Count(m.Rows, "row"),
	)
}

// CameToEnd reports whether the run finished, even with rows that are not as desired.
func (r *Report) CameToEnd() bool { return r.ExitCode == 0 || r.ExitCode == 3 }

// Left is what a run left, by its report's head; false for a run with which the
// next cannot be compared: it did not end well, or covered only a part.
func (r *Report) Left() (Sizes, bool) {
	if !r.CameToEnd() || r.LimitedTo != "" || r.Summary.RowsOutOfScope > 0 ||
		r.Listing.Records == 0 && r.Summary.Rows == 0 {
		return Sizes{}, false
	}
	if r.Sizes != nil {
		return *r.Sizes, true
	}
	if r.Summary.NotAttempted > 0 {
		return Sizes{}, false
	}
	// A report of a version before Sizes.
	gone := r.Changes.Delete
	return Sizes{Records: r.Listing.Records + r.Changes.Create - gone, Rows: max(r.Summary.Rows-gone, 0)}, true
}

// SyncOwed reports whether the run made changes that were not synced to the doors.
func (r *Report) SyncOwed() bool { return r.Sync.Needed && r.Sync.AnsweredAt == nil }
