package reportio

import "fmt"

// MemoryFrom is where it was known from what the last good run left.
type MemoryFrom string

// The sources of what is known of earlier runs.
const (
	MemoryState MemoryFrom = "state" // the state folder remembers the tenant
	MemoryRuns  MemoryFrom = "runs"  // it does not, and a closed run says it
	MemoryNone  MemoryFrom = "none"  // no run of the tenant is known
)

// Memory is what the sizes of account and roster were held against.
type Memory struct {
	From MemoryFrom `json:"from"`
	// RunID is the last good run, empty for none.
	RunID string `json:"run_id"`
	// ByAccount: that run does not say which tenant it worked on, so that it was
	// found by the account's name and provider.
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
	LimitedToUndo    = "undo"    // it took back another run
	// LimitedToSettling: an interrupted run was brought to an end, and what it
	// had not sent was not.
	LimitedToSettling = "settling"
)

// memoryLine says what the run was not held against as usual, empty where the
// state folder knew the tenant.
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

// CameToEnd reports whether the run finished, be it with rows that are not as desired.
func (r *Report) CameToEnd() bool { return r.ExitCode == 0 || r.ExitCode == 3 }

// Left is what a run left, as far as its report's head tells; false for a run
// that is no measure for the next: it did not end well, or was about a part.
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
	// A report of a version that did not say it.
	gone := r.Changes.Delete
	return Sizes{Records: r.Listing.Records + r.Changes.Create - gone, Rows: max(r.Summary.Rows-gone, 0)}, true
}

// SyncOwed reports whether the run made changes that the doors were not told of.
func (r *Report) SyncOwed() bool { return r.Sync.Needed && r.Sync.AnsweredAt == nil }
