package run

import (
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// record is what to write down at the end of a run, at whatever stage that is.
type record struct {
	*startedRun
	// draft is for making reports; it has a plan only if the run got that far.
	draft *draft.Draft
	// journal is nil if there was nothing to send.
	journal *runJournal
	// done is what was carried out, nil for nothing; proved is the listing that verified it,
	// nil for none.
	done       *engine.Run
	proved     *reconcile.Listing
	left       leftovers
	moved      *Moved
	settleOnly bool
}

func (r *record) planned() bool { return r.draft.Plan != nil }

// stillParked returns the records still on temporary values of earlier runs.
func (r *record) stillParked() []leftover {
	if !r.planned() {
		return nil
	}
	return r.left.stillParked(r.draft.Plan, r.done)
}

// stillOpen reports whether the run was stopped early, or has left a record parked, so that it
// can be resumed.
func (r *record) stillOpen() bool {
	return r.journal != nil && (r.done == nil || r.done.Stop != nil || len(r.done.Parked) > 0)
}

// report makes the report of what happened.
func (r *record) report(cause error) *reportio.Report {
	report := r.draft.Report(draft.ReportOptions{
		Command: r.options.Command, Operator: r.options.Operator, Tool: r.options.Tool, Run: r.done, Marks: r.marks,
	})
	report.NamedBefore = r.known.NamedBefore()
	report.RunID = r.run.ID()
	report.Converged = report.Converged && len(r.stillParked()) == 0
	if r.planned() {
		report.Lead = append(report.Lead, r.onTemporaryValues(r.draft.Plan, r.done, r.stillParked())...)
	}
	report.ExitCode = r.options.exitCode(cause)
	if move := r.options.Transfer; move != nil && r.planned() {
		report.Migration = move.Report(r.draft)
	} else if r.moved != nil {
		report.Migration = r.moved.Report
	}
	if r.settleOnly {
		report.LimitedTo = reportio.LimitedToSettling
	}
	if r.planned() && report.LimitedTo == "" {
		left := r.sizes()
		report.Sizes = &left
	}
	if cause != nil {
		if f := failure.Of(cause); !f.Shown {
			report.Stopped = f.Error()
		}
	}
	return report
}

// sizes are the sizes that the run leaves: the number of records in the listing that verified
// it, else counted from what was applied. Deletions in doubt count as done: the next run is
// refused only if it finds far fewer.
func (r *record) sizes() reportio.Sizes {
	left := reportio.Sizes{Records: r.draft.Listing.Records.Len(), Rows: r.draft.Roster.Present()}
	if r.done == nil {
		return left
	}
	if r.proved != nil && r.done.VerifyErr == nil && r.done.Converged() {
		left.Records = r.proved.Records.Len()
		return left
	}
	for _, res := range r.done.Results() {
		switch action := r.draft.Plan.Lines[res.Line].Action; {
		case action == reconcile.Create && res.Outcome == reconcile.Applied:
			left.Records++
		case action == reconcile.Delete && (res.Outcome == reconcile.Applied || res.Outcome == reconcile.Unknown):
			left.Records--
		}
	}
	return left
}
