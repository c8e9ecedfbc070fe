package history

import (
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"keyroster/io/reportio"
	"keyroster/io/store"
)

// Memory is what is known of a tenant's earlier runs, and its source.
type Memory struct {
	store.State
	Basis reportio.Memory
}

// LoadMemory reads what is remembered of a tenant. If the memory is lost, or only the state
// document (whose own error message advises deleting it when damaged), the kept runs show what
// the last good one left, which run is open, and whether the doors are behind. account is the
// tenant's name in the configuration.
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

// pastRuns searches the kept runs, latest first, for what is not remembered of a tenant.
type pastRuns struct {
	*Memory
	provider, tenant, account string
	// Whether it is known from memory or a run that a run is open, and that a sync is owed; and
	// whether a run of the current second said so.
	openKnown, syncKnown, syncSaid bool
}

// loadFromRuns fills in what the tenant's runs say. saved: there is a state document.
func loadFromRuns(
	st store.Store, tenant store.Tenant, account string, out *Memory, saved bool, log zerolog.Logger,
) {
	provider, id := tenant.Of()
	names, err := st.Find(store.RunQuery{Provider: provider, Tenant: id})
	if err != nil {
		return // if runs cannot be read, creating one will report why
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
		// Names do not order runs that began in the same second.
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

// readRun adds what one run says.
func (p *pastRuns) readRun(run *store.Run) {
	switch stands := run.Assess().Status; stands {
	case store.RunEmpty:
	case store.RunClosed:
		head, err := Head(run)
		if err != nil || !p.ours(head, run.ID()) {
			return
		}
		// A refused run does not sync. One that finished had synced, and had settled an open
		// run before.
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

// ours reports whether a report belongs to a run of the tenant.
func (p *pastRuns) ours(head *reportio.Report, id string) bool {
	return head.RunID == id && head.Provider == p.provider &&
		(head.Tenant == p.tenant || head.Tenant == "" && head.Account == p.account)
}

// worksOn reports whether an unfinished run was the tenant's, according to its plan; for older
// versions, whose plans lack the tenant, according to the account.
func (p *pastRuns) worksOn(run *store.Run) bool {
	plan, err := PlanOf(run)
	if err != nil {
		return store.Of(run.ID(), p.account)
	}
	defer plan.Close()
	return plan.Provider == p.provider &&
		(plan.Tenant == p.tenant || plan.Tenant == "" && plan.Account == p.account)
}
