package run

import (
	"context"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/reconcile/engine"
)

// Close writes the reports and the manifest, remembers the run, and says what it came
// to. A run that was stopped stays open and can be taken up again. The error is nil
// when all is as desired.
func (s *Sent) Close(context.Context) (Outcome, error) {
	r := &record{
		startedRun: s.startedRun, draft: s.draft, journal: s.journal, done: s.done, proved: s.proved,
		left: s.left, moved: s.moved, settleOnly: s.settleOnly,
	}
	return r.close(s.cause)
}

// end closes a run that could not be made durable, or whose sending broke down with
// done carried out; nil for nothing.
func (c *Committed) end(done *engine.Run, cause error) error {
	r := &record{
		startedRun: c.startedRun, draft: c.draft, journal: c.journal, done: done,
		left: c.left, moved: c.moved, settleOnly: c.settleOnly,
	}
	out, err := r.close(cause)
	return &Ended{Outcome: out, Err: err}
}

// Refuse closes a run that is not to be carried out, for a reason. The error is the
// reason, or what went wrong while it was written down.
func (p *Planned) Refuse(reason error) (Outcome, error) {
	r := &record{startedRun: p.startedRun, draft: p.draft, left: p.left, moved: p.moved}
	return r.close(reason)
}

// refuse closes a run that was not planned to its end.
func (p *Planned) refuse(reason error) error {
	out, err := p.Refuse(reason)
	return &Ended{Outcome: out, Err: err}
}

// close writes a run down, whatever happens meanwhile. cause is how its work ended.
func (r *record) close(cause error) (out Outcome, err error) {
	broken := guarded(r.run, func() error {
		out, err = r.writeDown(cause)
		return nil
	})
	if broken == nil {
		return out, err
	}
	if r.journal != nil {
		_ = r.journal.file.Close() // the panic says more
	}
	f := failure.Of(broken)
	f.Hint = r.statusText()
	out = r.outcome()
	out.Run = r.run
	return out, f
}

// statusText says how the run stands that could not be written down.
func (r *record) statusText() (hint string) {
	defer func() { _ = recover() }() // the files may be what the program stumbled over
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
		open = r.journal != nil // what was done is known; a resumption writes it down
	}
	if err := r.completeTransfer(); err != nil && cause == nil {
		cause = &failure.Error{Kind: failure.Stopped, Err: err, Run: r.run.Place(), RunID: r.run.ID()}
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

// closeLost ends a run that lost its lock: its files and the memory of its tenant are those of
// whoever has the lock now. It returns how the run ended, by how its work did.
func (r *record) closeLost(cause, err error) error {
	r.options.Sinks.Log.Error().Err(err).Msg("the lock was lost, so the result of the run was not saved")
	hint := "nothing was changed"
	if r.journal != nil {
		_ = r.journal.file.Close() // nothing is written any more
		hint = "the journal has what was done; the next apply closes this run, or run keyroster resume " + r.run.Argument()
	}
	if !finished(cause) {
		return cause
	}
	return &failure.Error{Kind: failure.Stopped, Err: err, Run: r.run.Place(), RunID: r.run.ID(), Hint: hint}
}

// named is the cause with the run that it left, and with what to do about a run that
// stays open where nothing says it yet.
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
