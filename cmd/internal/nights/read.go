package nights

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// Filter selects runs. The zero value selects all.
type Filter struct {
	// Since leaves out runs that began earlier.
	Since time.Time
	// Account reports whether to include an account's runs; nil for all.
	Account func(name string) bool
	// Known are the accounts of the configuration. They give the spelling of an account whose
	// run has no readable file, since an id spells it differently.
	Known []string
}

// List is the runs in a store, oldest first.
type List struct {
	Runs []Entry `json:"runs"`
	// Skipped are things among the runs that are not runs, or cannot be read.
	Skipped []Skipped `json:"skipped"`
}

// Skipped is something that was skipped, and why.
type Skipped struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// readers bounds how many runs are read in parallel.
const readers = 8

// Read lists the runs of a store.
func Read(st store.Store, f Filter) (*List, error) {
	names, err := st.Runs()
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, &failure.Error{
			Kind: failure.Stopped, Err: err,
			Hint: "give this user read permission there, or name another folder with --runs",
		}
	case err != nil:
		return nil, failure.Wrap(failure.Stopped, err)
	}
	neighbors, unseen := othersAmongRuns(st)
	list := &List{Skipped: append(Unrelated(st, neighbors, names), unseen...)}
	names = slices.DeleteFunc(names, func(name string) bool {
		at, dated := store.Began(name)
		return dated && at.Before(f.Since.Truncate(time.Second))
	})
	entries, skipped := make([]*Entry, len(names)), make([]*Skipped, len(names))
	var group errgroup.Group
	group.SetLimit(readers)
	for chunk := range slices.Chunk(indices(len(names)), 64) {
		group.Go(func() error {
			for _, n := range chunk {
				entries[n], skipped[n] = lookAtRun(st, names[n], f.Known)
			}
			return nil
		})
	}
	_ = group.Wait()
	list.Runs = make([]Entry, 0, len(names))
	for n := range names {
		if skipped[n] != nil {
			list.Skipped = append(list.Skipped, *skipped[n])
		}
		if e := entries[n]; e != nil && f.means(e) {
			list.Runs = append(list.Runs, *e)
		}
	}
	slices.SortStableFunc(list.Runs, func(a, b Entry) int { return Order(&a, &b) })
	return list, nil
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func (f *Filter) means(e *Entry) bool {
	return !e.Began().Before(f.Since.Truncate(time.Second)) && (f.Account == nil || f.Account(e.Account))
}

// othersAmongRuns returns what lies among the runs; Skipped has the error of looking there.
func othersAmongRuns(st store.Store) ([]store.Neighbor, []Skipped) {
	b := st.Beside()
	if b == nil {
		return nil, nil
	}
	all, err := b.List()
	if err != nil {
		return nil, []Skipped{{b.Place(), err.Error()}}
	}
	return all, nil
}

// Unrelated returns the folders and links among the runs that are not runs.
func Unrelated(st store.Store, around []store.Neighbor, runs []string) []Skipped {
	out := []Skipped{}
	known := make(map[string]bool, len(runs))
	for _, name := range runs {
		known[name] = true
	}
	for _, n := range around {
		if n.Link {
			out = append(out, Skipped{n.Name, "it is a link; links in the runs folder are not followed"})
		}
		if !n.Folder || known[n.Name] {
			continue
		}
		run, err := st.Run(n.Name)
		switch inner := errors.Unwrap(err); {
		case err == nil, errors.Is(err, fs.ErrNotExist):
		case run == nil && inner != nil:
			out = append(out, Skipped{n.Name, inner.Error()}) // the outer error only says that the run could not be opened
		default:
			out = append(out, Skipped{n.Name, err.Error()})
		}
	}
	return out
}

// lookAtRun reads one run; both results are nil if it is gone by now.
func lookAtRun(st store.Store, name string, known []string) (*Entry, *Skipped) {
	run, err := st.Run(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case run == nil:
		return nil, &Skipped{name, err.Error()}
	}
	e := EntryOf(run, known)
	e.Name = name
	return e, nil
}

// EntryOf is a run as its files describe it. known are accounts that it may belong to, in case
// no file says.
func EntryOf(run *store.Run, known []string) *Entry {
	judged := run.AssessFound()
	e := &Entry{RunID: run.ID(), Name: run.ID(), Status: judged.Status}
	stands := history.StatusOf(run, judged)
	switch e.Status {
	case store.RunOpen:
		e.Next = stands.NextStep()
	case store.RunDamaged:
		e.Problem, e.Next = stands.Describe(), stands.NextStep()
	}
	e.readReport(run)
	e.readJournal(run, &judged)
	if e.Account == "" {
		e.Account = accountIn(e.RunID, known)
	}
	e.Result = e.words()
	return e
}

// readReport copies the data in the report.
func (e *Entry) readReport(run *store.Run) {
	f, err := run.Open(store.ReportJSONFile)
	if err == nil {
		defer func() { _ = f.Close() }() // it was only read
		var g *reportio.Glance
		if g, err = reportio.ReadGlance(f); err == nil {
			err = e.takeOver(run, g)
		}
	}
	if err != nil && e.Status == store.RunClosed {
		e.Status, e.Problem = store.RunDamaged, "its report cannot be read: "+err.Error()
		e.Next = "restore " + store.ReportJSONFile + " from a backup; there is nothing to resume"
	}
}

// takeOver copies a report's data if the report belongs to the run: it has the run's id, or
// matches the manifest.
func (e *Entry) takeOver(run *store.Run, g *reportio.Glance) error {
	if g.RunID != e.RunID && !digestMatches(run) {
		return fmt.Errorf("it is that of run %s", cmp.Or(g.RunID, "(none)"))
	}
	e.Account, e.Tenant, e.Provider = g.Account, g.Tenant, g.Provider
	e.Command, e.Operator, e.Converged, e.Undoes = g.Command, g.Operator, g.Converged, g.Undoes
	e.StartedAt, e.FinishedAt, e.ExitCode = &g.StartedAt, &g.FinishedAt, &g.ExitCode
	e.Summary = g.Summary
	return nil
}

// digestMatches reports whether the manifest has the digest of the report.
func digestMatches(run *store.Run) bool {
	v, err := run.Verify()
	if err != nil {
		return false
	}
	return !slices.Contains(slices.Concat(v.Differ, v.Missing, v.Extra), store.ReportJSONFile)
}

// readJournal copies the data in plan and journal of a run that is not closed: they are newer
// than a report of an earlier attempt, or the only source.
func (e *Entry) readJournal(run *store.Run, judged *store.Assessment) {
	if e.Status == store.RunClosed || e.Status == store.RunEmpty {
		return
	}
	said := judged.Journal
	if said == nil {
		said, _, _ = run.SalvageJournal() // if there is none, nothing is known
	}
	if said != nil && (said.RunID() == e.RunID || said.RunID() == "") {
		e.Applied = max(e.Applied, count(said, reconcile.Applied))
		if e.StartedAt == nil && said.Run.Kind != "" {
			e.Command, e.StartedAt = said.Run.Op, &said.Run.At
		}
	}
	if e.Account != "" && e.Tenant != "" {
		return
	}
	plan, err := history.PlanOf(run)
	if err != nil {
		return
	}
	defer plan.Close()
	if plan.RunID == "" || plan.RunID == e.RunID {
		e.Account, e.Tenant, e.Provider = plan.Account, plan.Tenant, plan.Provider
	}
}

// accountIn is the account in a run's id, in the spelling of the configuration if it is known there.
func accountIn(id string, known []string) string {
	for _, name := range known {
		if store.Of(id, name) {
			return name
		}
	}
	if !store.ValidID(id) {
		return ""
	}
	const behindTime, hex = len("20060102T150405Z-"), len("-0a1b2c")
	return id[behindTime : len(id)-hex]
}
