package run

import (
	"context"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/reconcile/engine"
)

// Close writes the reports and the manifest, remembers the run, and returns its outcome. A run
// that was stopped stays open and can be resumed. The error is nil if all is as desired.
func (s *Sent) Close(context.Context) (Outcome, error) {
	r := &record{
		startedRun: s.startedRun, draft: s.draft, journal: s.journal, done: s.done, proved: s.proved,
		left: s.left, moved: s.moved, settleOnly: s.settleOnly,
	}
	return r.close(s.cause)
}

// end closes a run that could not be committed, or whose sending broke down; done is what was
// carried out, nil for nothing.
func (c *Committed) end(done *engine.Run, cause error) error {
	r := &record{
		startedRun: c.startedRun, draft: c.draft, journal: c.journal, done: done,
		left: c.left, moved: c.moved, settleOnly: c.settleOnly,
	}
	out, err := r.close(cause)
	return &Ended{Outcome: out, Err: err}
}

// Refuse closes a run that will not be carried out. The error is the reason, or what went wrong
// while writing it down.
func (p *Planned) Refuse(reason error) (Outcome, error) {
	r := &record{startedRun: p.startedRun, draft: p.draft, left: p.left, moved: p.moved}
	return r.close(reason)
}

// refuse closes a run whose planning was not completed.
func (p *Planned) refuse(reason error) error {
	out, err := p.Refuse(reason)
	return &Ended{Outcome: out, Err: err}
}

// close writes a run's files, even if that panics. cause is how its work ended.
func (r *record) close(cause error) (out Outcome, err error) {
	broken := guarded(r.run, func() error {
		out, err = r.writeDown(cause)
		return nil
	})
	if broken == nil {
		return out, err
	}
	if r.journal != nil {
		_ = r.journal.file.Close() // the panic is more important
	}
	f := failure.Of(broken)
	f.Hint = r.statusText()
	out = r.outcome()
	out.Run = r.run
	return out, f
}

// statusText is the status of a run that could not be written down.
func (r *record) statusText() (hint string) {
	defer func() { _ = recover() }() // its files may have caused the panic
	st := history.Assess(r.run, r.run.ID(), r.known.Tenant, r.known.State)
	return st.Describe() + "; " + st.NextStep()
}

// writeDown writes reports, manifest and memory.
func (r *record) writeDown(cause error) (Outcome, error) {
	log := r.options.Sinks.Log
	cause = r.named(cause)
	report, ended := r.report(cause), cause
	out := Outcome{Run: r.run, Report: report, Draft: r.draft, Settled: r.settleOnly}
	if err := r.lock.Held(); err != nil {
		return out, r.closeLost(cause, err)
	}
	open := r.stillOpen()
	if err := r.closeJournal(report.ExitCode, open); err != nil {
		log.Error().Err(err).Msg("could not close the journal")
		open = true
	}
	unwritten := false
	if err := r.write(report, open); err != nil {
		log.Error().Err(err).Msg("could not write the report")
		if finished(cause) {
			cause = &failure.Error{
				Kind: failure.Stopped, Err: err, Run: r.run.Place(), RunID: r.run.ID(), Hint: r.hintOfReport(),
			}
		}
		unwritten = true
		open = r.journal != nil // the journal has what was done; resuming writes the report
	}
	if err := r.completeTransfer(); err != nil && cause == nil {
		cause = &failure.Error{
			Kind: failure.Stopped, Err: err, Run: r.run.Place(), RunID: r.run.ID(),
			Hint: "make the folder writable, then run the same migrate again: it finds the ids at the target",
		}
	}
	if err := r.saveMemory(report, ended, open); err != nil {
		log.Error().Err(err).Msg("run finished, but its state could not be saved")
		if cause == nil {
			cause = err
		}
	}
	if !unwritten {
		out.Files = r.files()
	}
	owed := r.known.SyncOwed
	out.SyncOwed = &owed
	return out, cause
}

// closeLost ends a run that lost its lock: its files and its tenant's memory belong to whoever
// has the lock now. It returns the error of the run's work, or that of the lock.
func (r *record) closeLost(cause, err error) error {
	r.options.Sinks.Log.Error().Err(err).Msg("the lock was lost, so the result of the run was not saved")
	hint := "nothing was changed"
	if r.journal != nil {
		_ = r.journal.file.Close() // nothing more is written
		hint = "the journal has what was done; the next apply closes this run, or run keyroster resume " + r.run.Argument()
	}
	if !finished(cause) {
		return cause
	}
	return &failure.Error{Kind: failure.Stopped, Err: err, Run: r.run.Place(), RunID: r.run.ID(), Hint: hint}
}

// named adds the run to the cause, and a hint on how to continue a run that stays open, if
// there is no other hint.
func (r *record) named(cause error) error {
	if cause == nil {
		return nil
	}
	f := *failure.Of(cause)
	f.Run, f.RunID = r.run.Place(), r.run.ID()
	if f.Hint == "" && !f.Shown && r.stillOpen() {
		f.Hint = "to continue: keyroster resume " + r.run.Argument()
	}
	return &f
}
