package run

import (
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// record is what is written down of a run at its end, at whatever stage that is.
type record struct {
	*startedRun
	// draft is one that reports can be made from; it has a plan only if the run got
	// that far.
	draft *draft.Draft
	// journal is nil where nothing was to be sent.
	journal *runJournal
	// done is what was carried out, nil for nothing; proved is the listing that it was
	// proved by, nil for none.
	done       *engine.Run
	proved     *reconcile.Listing
	left       leftovers
	moved      *Moved
	settleOnly bool
}

func (r *record) planned() bool { return r.draft.Plan != nil }

// stillParked are the records that are still on temporary values of earlier runs.
func (r *record) stillParked() []leftover {
	if !r.planned() {
		return nil
	}
	return r.left.stillParked(r.draft.Plan, r.done)
}

// stillOpen reports whether the run was stopped before its work was done, or has left
// a record parked, so that it can be resumed.
func (r *record) stillOpen() bool {
	return r.journal != nil && (r.done == nil || r.done.Stop != nil || len(r.done.Parked) > 0)
}

// report says what happened.
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

// sizes is what the run leaves: records by the listing that proves it, else counted
// from what was applied. What is in doubt counts as gone, since the next run is
// refused only when it finds far less.
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
