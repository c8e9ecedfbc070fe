package history

import (
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"keyroster/io/reportio"
	"keyroster/io/store"
)

// Memory is what is known of the earlier runs of a tenant, and from where.
type Memory struct {
	store.State
	Basis reportio.Memory
}

// LoadMemory reads what is remembered of a tenant. Where that was lost, or the state
// document alone, as its own error advises when it is damaged, the runs that are kept
// say what the last good one left, which run is open, and whether the doors are
// behind. account is the name under which the tenant is known here.
func LoadMemory(st store.Store, tenant store.Tenant, account string, log zerolog.Logger) (Memory, error) {
	state, err := store.ReadState(tenant)
	if err != nil {
		return Memory{}, err
	}
	out := Memory{State: state}
	saved := tenant.Has(store.StateDocument)
	if !saved {
		id, _, err := tenant.LastBegun()
		if err != nil && id == "" {
			return Memory{}, err
		}
		if id != "" {
			out.OpenRun, out.SyncOwed = id, true
			log.Warn().Str("run_id", id).
				Msg("state.json is missing from the state folder: treating the last run as open, and a sync as owed")
		}
	}
	if out.LastGood == nil {
		loadFromRuns(st, tenant, account, &out, saved, log)
	}
	last := out.LastGood
	if last == nil {
		out.Basis.From = reportio.MemoryNone
		return out, nil
	}
	if out.Basis.From == "" {
		out.Basis.From = reportio.MemoryState
	}
	out.Basis.RunID, out.Basis.Sizes = last.RunID, reportio.Sizes{Records: last.Records, Rows: last.Rows}
	return out, nil
}

// pastRuns looks through the runs that are kept, the last one first, for what is not
// remembered of a tenant.
type pastRuns struct {
	*Memory
	provider, tenant, account string
	// What is not remembered, a run says: whether one is open, and whether the
	// doors were told.
	openKnown, syncKnown, syncSaid bool
}

// loadFromRuns fills in what the runs of the tenant say. saved: the state document is
// there.
func loadFromRuns(
	st store.Store, tenant store.Tenant, account string, out *Memory, saved bool, log zerolog.Logger,
) {
	provider, id := tenant.Of()
	names, err := st.Find(store.RunQuery{Provider: provider, Tenant: id})
	if err != nil {
		return // there is no run that could be read; making one says what is wrong
	}
	known := saved || out.OpenRun != ""
	p := &pastRuns{
		Memory: out, provider: provider, tenant: id, account: account, openKnown: known, syncKnown: known,
	}
	second := ""
	for _, name := range slices.Backward(names) {
		run, err := st.Run(name)
		if err != nil {
			continue
		}
		// Which of the runs of one second was the last, the names do not say.
		if began, _, _ := strings.Cut(run.ID(), "-"); began != second {
			second = began
			if out.LastGood != nil {
				break
			}
			p.syncKnown = p.syncKnown || p.syncSaid
			p.openKnown = p.openKnown || p.syncKnown
		}
		p.readRun(run)
	}
	if out.OpenRun != "" && !known {
		log.Warn().Str("run_id", out.OpenRun).
			Msg("no state for this tenant: the last run in the runs folder was not finished; treating a sync as owed")
	}
}

// readRun takes over what one run says.
func (p *pastRuns) readRun(run *store.Run) {
	switch stands := run.Assess().Status; stands {
	case store.RunEmpty:
	case store.RunClosed:
		head, err := Head(run)
		if err != nil || !p.ours(head, run.ID()) {
			return
		}
		// A run that was refused tells no doors. One that came to its end had told
		// them before, and had settled a run that was open.
		if head.Sync.Needed || head.CameToEnd() {
			p.SyncOwed = p.SyncOwed || !p.syncKnown && head.SyncOwed()
			p.syncSaid = true
		}
		if left, ok := head.Left(); ok && (p.LastGood == nil || head.FinishedAt.After(p.LastGood.At)) {
			p.LastGood = &store.LastGood{
				RunID: run.ID(), Records: left.Records, Rows: left.Rows, At: head.FinishedAt,
			}
			p.Basis.From, p.Basis.ByAccount = reportio.MemoryRuns, head.Tenant == ""
		}
	default:
		if p.openKnown || !p.worksOn(run) {
			return
		}
		p.openKnown, p.SyncOwed = true, true
		if stands != store.RunAbandoned {
			p.OpenRun = run.ID()
		}
	}
}

// ours reports whether a report is that of a run of the tenant.
func (p *pastRuns) ours(head *reportio.Report, id string) bool {
	return head.RunID == id && head.Provider == p.provider &&
		(head.Tenant == p.tenant || head.Tenant == "" && head.Account == p.account)
}

// worksOn reports whether a run that did not come to its end was one of the tenant,
// by its plan; one of a version whose plan does not say it, by account.
func (p *pastRuns) worksOn(run *store.Run) bool {
	plan, err := PlanOf(run)
	if err != nil {
		return store.Of(run.ID(), p.account)
	}
	defer plan.Close()
	return plan.Provider == p.provider &&
		(plan.Tenant == p.tenant || plan.Tenant == "" && plan.Account == p.account)
}
