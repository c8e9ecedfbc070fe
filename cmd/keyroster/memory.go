package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/io/statedir"
	"keyroster/reconcile"
)

// recollection is what is known of the earlier runs of a tenant, and from where.
type recollection struct {
	statedir.State
	basis reportio.Memory
}

// recall reads what is remembered of a tenant. Where the state folder was lost,
// or state.json alone, as its own error advises when it is damaged, the runs
// folder says what the last good run left, which run is open, and whether the
// doors are behind. account is the name under which the tenant is known here.
func (a *app) recall(state *statedir.Dir, account string) (recollection, error) {
	memory, err := state.State()
	if err != nil {
		return recollection{}, err
	}
	out := recollection{State: memory}
	if !state.Saved() {
		path, err := state.NotedRun()
		if err != nil {
			return recollection{}, err
		}
		if path != "" {
			out.OpenRun, out.SyncOwed = filepath.Base(path), true
			a.log.Warn().Str("run_id", out.OpenRun).Msg("the state folder has no state.json any more: the run that was begun last is taken for open, and a sync for owed")
		}
	}
	if out.LastGood == nil {
		a.recallRuns(state, account, &out)
	}
	last := out.LastGood
	if last == nil {
		out.basis.From = reportio.MemoryNone
		return out, nil
	}
	if out.basis.From == "" {
		out.basis.From = reportio.MemoryState
	}
	out.basis.RunID, out.basis.Sizes = last.RunID, reportio.Sizes{Records: last.Records, Rows: last.Rows}
	return out, nil
}

// pastRuns looks through the runs folder, the last run first, for what the state
// folder of a tenant does not say.
type pastRuns struct {
	*recollection
	provider, tenant, account string
	// What the state folder does not say, a run does: whether one is open, and
	// whether the doors were told.
	openKnown, syncKnown, syncSaid bool
}

// recallRuns fills in what the runs of the tenant say.
func (a *app) recallRuns(state *statedir.Dir, account string, out *recollection) {
	entries, err := os.ReadDir(a.runs)
	if err != nil {
		return // it holds no run that could be read; making one says what is wrong with it
	}
	known := state.Saved() || out.OpenRun != ""
	p := &pastRuns{recollection: out, account: account, openKnown: known, syncKnown: known}
	p.provider, p.tenant = state.Of()
	slices.Reverse(entries)
	second := ""
	for _, e := range entries {
		dir, err := rundir.Open(filepath.Join(a.runs, e.Name()))
		if err != nil || !e.IsDir() {
			continue
		}
		// Which of the runs of one second was the last, the names do not say.
		if began, _, _ := strings.Cut(dir.ID, "-"); began != second {
			second = began
			if out.LastGood != nil {
				break
			}
			p.syncKnown = p.syncKnown || p.syncSaid
			p.openKnown = p.openKnown || p.syncKnown
		}
		p.look(dir)
	}
	if out.OpenRun != "" && !known {
		a.log.Warn().Str("run_id", out.OpenRun).Msg("the state folder does not know this tenant: the last run in the runs folder was not finished, and a sync is taken for owed")
	}
}

// look takes over what one run says.
func (p *pastRuns) look(dir *rundir.Dir) {
	switch stands := dir.Judge().Standing; stands {
	case rundir.StandsEmpty:
	case rundir.StandsClosed:
		head, err := headOf(dir)
		if err != nil || head.RunID != dir.ID || head.Provider != p.provider || head.Tenant != p.tenant && (head.Tenant != "" || head.Account != p.account) {
			return
		}
		// A run that was refused tells no doors. One that came to its end had told
		// them before, and had settled a run that was open.
		if head.Sync.Needed || head.ExitCode == exitOK || head.ExitCode == exitPartial {
			p.SyncOwed = p.SyncOwed || !p.syncKnown && head.SyncOwed()
			p.syncSaid = true
		}
		if left, ok := head.Left(); ok && (p.LastGood == nil || head.FinishedAt.After(p.LastGood.At)) {
			p.LastGood = &statedir.LastGood{RunID: dir.ID, Records: left.Records, Rows: left.Rows, At: head.FinishedAt}
			p.basis.From, p.basis.ByAccount = reportio.MemoryRuns, head.Tenant == ""
		}
	default:
		if p.openKnown || !ofTenant(dir, p.provider, p.tenant, p.account) {
			return
		}
		p.openKnown, p.SyncOwed = true, true
		if stands != rundir.StandsAbandoned {
			p.OpenRun = dir.ID
		}
	}
}

// ofTenant reports whether a run that did not come to its end was one of a
// tenant, by its plan; one of a version whose plan does not say it, by account.
func ofTenant(dir *rundir.Dir, provider, tenant, account string) bool {
	plan, err := planOf(dir)
	if err != nil {
		return rundir.Of(dir.ID, account)
	}
	defer plan.close()
	return plan.Provider == provider && (plan.Tenant == tenant || plan.Tenant == "" && plan.Account == account)
}

// headOf is what the report of a run says of the run as a whole.
func headOf(dir *rundir.Dir) (*reportio.Report, error) {
	f, err := dir.OpenFile(rundir.ReportJSONFile)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return reportio.ReadHead(f)
}

// lastRecords is the number of records that the last good run left, or 0.
func lastRecords(m recollection) int {
	if m.LastGood == nil {
		return 0
	}
	return m.LastGood.Records
}

// The smallest shares of the last good run that a listing and a roster may
// shrink to before somebody must say that this is right. Where no run is known,
// pruning needs a roster that names the last share of the records.
const (
	leastListing = 0.5
	leastRoster  = 0.9
	leastNamed   = 0.5
)

// checkRoster holds the sizes of roster and listing against the last good run.
func (d *draft) checkRoster(m recollection, flags *planFlags) error {
	last := m.LastGood
	if last == nil {
		return d.checkFirst(flags)
	}
	// A row that is absent names its record as well as another.
	if rows := d.roster.Rows.Len(); float64(rows) < leastRoster*float64(last.Rows) && flags.shrunkenRoster == "" && !d.roster.Partial() {
		return fail(exitUnsafe, "if this is right: --accept-shrunken-roster REASON",
			"the roster has %d rows, and that of the last good run (%s) had %d", rows, last.RunID, last.Rows)
	}
	if len(d.scope.Holders) > 0 {
		return nil
	}
	if records := d.listing.Records.Len(); float64(records) < leastListing*float64(last.Records) && flags.shrunkenList == "" {
		return fail(exitUnsafe, "if this is right: --accept-shrunken-listing REASON",
			"the account holds %d records, and held %d at the end of the last good run (%s)", records, last.Records, last.RunID)
	}
	return nil
}

// checkFirst refuses to prune by a roster that names few of the records, where
// no run is known that it could be held against: a small first roster is a good
// beginning, and one that was cut short looks the same.
func (d *draft) checkFirst(flags *planFlags) error {
	records := d.listing.Records.Len()
	if !flags.prune || flags.shrunkenRoster != "" || float64(d.plan.Matched) >= leastNamed*float64(records) {
		return nil
	}
	return fail(exitUnsafe, "if this is right: --accept-shrunken-roster REASON; or leave out --prune",
		"first run here: the roster names %d of %d records, and --prune would delete the others", d.plan.Matched, records)
}

// limitedTo says what a draft is about where that is not the whole account and
// roster.
func (d *draft) limitedTo() string {
	switch {
	case len(d.holders) > 0 || len(d.scope.Holders) > 0:
		return reportio.LimitedToHolders
	case d.roster.Partial():
		return reportio.LimitedToRows
	}
	return ""
}

// sizes is what the run leaves: records by the listing that proves it, else
// counted from what was applied. What is in doubt counts as gone, since the next
// run is refused only when it finds far less.
func (s *session) sizes() reportio.Sizes {
	left := reportio.Sizes{Records: s.draft.listing.Records.Len(), Rows: s.draft.roster.Present()}
	if s.run == nil {
		return left
	}
	if s.proved != nil && s.run.VerifyErr == nil && s.run.Converged() {
		left.Records = s.proved.Records.Len()
		return left
	}
	for _, r := range s.run.Results() {
		switch action := s.draft.plan.Lines[r.Line].Action; {
		case action == reconcile.Create && r.Outcome == reconcile.Applied:
			left.Records++
		case action == reconcile.Delete && (r.Outcome == reconcile.Applied || r.Outcome == reconcile.Unknown):
			left.Records--
		}
	}
	return left
}
