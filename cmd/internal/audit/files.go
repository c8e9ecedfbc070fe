package audit

import (
	"iter"
	"slices"

	"keyroster/cmd/internal/history"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// runFiles are the files of a run as far as they can be read, each with its read error.
type runFiles struct {
	store store.Store
	run   *store.Run
	// status is the state of a run without a manifest.
	status history.RunStatus

	against     *store.Verification
	manifestErr error
	journal     *journalio.Replay
	journalErr  error
	plan        *reportio.PlanFile
	planErr     error
	report      *reportio.Report
	reportErr   error

	opened []store.File
}

// readFiles reads the files of a run that exist. The caller must close them.
func readFiles(st store.Store, run *store.Run, stands history.RunStatus) *runFiles {
	r := &runFiles{store: st, run: run, status: stands}
	r.against, r.manifestErr = run.Verify()
	r.journal, r.journalErr = run.ReadJournal()
	if f, err := r.open(store.PlanFile); err != nil {
		r.planErr = err
	} else {
		r.plan, r.planErr = reportio.ReadPlan(f)
	}
	if f, err := r.open(store.ReportJSONFile); err != nil {
		r.reportErr = err
	} else {
		r.report, r.reportErr = reportio.ReadUntallied(f)
		if r.reportErr == nil {
			r.reportErr = r.report.Tally()
		}
	}
	return r
}

func (r *runFiles) open(name string) (store.File, error) {
	f, err := r.run.Open(name)
	if err == nil {
		r.opened = append(r.opened, f)
	}
	return f, err
}

func (r *runFiles) close() {
	for _, f := range r.opened {
		_ = f.Close()
	}
}

func (r *runFiles) manifest() *store.Manifest {
	if r.against == nil {
		return nil
	}
	return r.against.Manifest
}

// applied is the number of lines that the report counts as applied.
func (r *runFiles) applied() int {
	if r.report == nil {
		return 0
	}
	return r.report.Summary.Of(reconcile.Applied)
}

// keptSmall reports whether the report leaves out unchanged lines.
func (r *runFiles) keptSmall() bool { return r.report != nil && r.report.KeptSmall != nil }

func (r *runFiles) manifestHas(name string) bool {
	m := r.manifest()
	return m != nil && slices.ContainsFunc(m.Files, func(f store.Listed) bool { return f.Name == name })
}

// planLines iterates over the lines of the plan.
func (r *runFiles) planLines() (next func() (*reportio.PlanLine, bool), stop func()) {
	if r.plan == nil {
		return func() (*reportio.PlanLine, bool) { return nil, false }, func() {}
	}
	pull, stop := iter.Pull2(r.plan.Lines)
	return func() (*reportio.PlanLine, bool) {
		line, err, ok := pull()
		return line, ok && err == nil // reading the plan has reported the error before
	}, stop
}
