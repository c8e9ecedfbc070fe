package run

import (
	"net/http"

	"keyroster/io/journalio"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// Append writes entries to a journal, as [journalio.Journal.Append] does. It must be safe for
// concurrent use.
type Append func(journal *journalio.Journal, sync bool, entries ...journalio.Entry) error

// runJournal writes the engine's steps to a run's journal while the lock is held: once it is
// lost, the new holder continues from the journal's end.
type runJournal struct {
	file *journalio.Journal
	to   Append
	held func() error
}

func newJournal(file *journalio.Journal, to Append, held func() error) *runJournal {
	if to == nil {
		to = (*journalio.Journal).Append
	}
	return &runJournal{file: file, to: to, held: held}
}

// write appends entries.
func (j *runJournal) write(sync bool, entries ...journalio.Entry) error {
	if err := j.held(); err != nil {
		return err
	}
	return j.to(j.file, sync, entries...)
}

// entry is the journal entry of a step. It holds no value.
func entry(kind journalio.Kind, s engine.Step) journalio.Entry {
	e := journalio.Entry{Kind: kind, Line: s.Line, Op: s.Op}
	if s.Have.Valid() {
		e.CredentialID = s.Have.ID()
	}
	if s.Transit && kind == journalio.KindIntent {
		e.Note = "in transit: the holder is without it until the new one is made"
	}
	return e
}

// Announce implements [engine.Journal].
func (j *runJournal) Announce(steps []engine.Step) error {
	entries := make([]journalio.Entry, 0, len(steps))
	for _, s := range steps {
		e := entry(journalio.KindIntent, s)
		e.Attempt = 1
		entries = append(entries, e)
	}
	return j.write(true, entries...)
}

// Intent implements [engine.Journal].
func (j *runJournal) Intent(s engine.Step, attempt int) error {
	e := entry(journalio.KindIntent, s)
	e.Attempt = attempt
	return j.write(true, e)
}

// ReadBack implements [engine.Journal].
func (j *runJournal) ReadBack(s engine.Step, found engine.Found) error {
	e := entry(journalio.KindReadback, s)
	e.Note = string(found)
	return j.write(false, e)
}

// Done implements [engine.Journal].
func (j *runJournal) Done(s engine.Step, r engine.Result) error {
	kind := journalio.KindAnswer
	switch s.Op {
	case engine.OpPark:
		kind = journalio.KindPark
	case engine.OpUnpark:
		kind = journalio.KindUnpark
	}
	e := entry(kind, s)
	e.HTTPStatus, e.RequestID = r.HTTPStatus, r.RequestID
	return j.write(false, e)
}

// Outcome implements [engine.Journal].
func (j *runJournal) Outcome(r engine.Result) error {
	return j.write(false, journalio.Entry{
		Kind: journalio.KindOutcome, Line: r.Line, Attempt: r.Attempts, CredentialID: r.NewID,
		Outcome: r.Outcome.String(), HTTPStatus: r.HTTPStatus, RequestID: r.RequestID, Note: r.Reason,
	})
}

// Finish implements [engine.Journal].
func (j *runJournal) Finish(f reconcile.Finish, err error) error {
	e := journalio.Entry{Kind: journalio.KindSync, Line: journalio.NoLine}
	switch {
	case err != nil:
		e.Outcome = journalio.SyncFailed
	case f.Needed && f.AnsweredAt.IsZero():
		e.Outcome = journalio.SyncPending
	default:
		e.Outcome = journalio.Answered
	}
	return j.write(true, e)
}

// begin writes the first line of a run, or of its resumption.
func (j *runJournal) begin(op, runID string) error {
	return j.write(true, journalio.Entry{Kind: journalio.KindRun, Line: journalio.NoLine, Op: op, Note: runID})
}

// end writes the line that closes a run.
func (j *runJournal) end(exitCode int) error {
	return j.write(true, journalio.Entry{
		Kind: journalio.KindEnd, Line: journalio.NoLine, Outcome: journalio.Exited(exitCode),
	})
}

// priorOf returns what a journal says about a line of the plan. A line that was not attempted
// counts as new; one of unknown effect is in doubt. A line refused for lack of permission is
// tried again, since that may have been fixed.
func priorOf(replay *journalio.Replay) func(line int) engine.Prior {
	return func(line int) engine.Prior {
		state, known := replay.Lines[line]
		if !known {
			return engine.Prior{}
		}
		var outcome reconcile.Outcome
		if state.InDoubt || outcome.UnmarshalText([]byte(state.Outcome)) != nil || outcome == reconcile.Unknown {
			return engine.Prior{InDoubt: state.Intents > 0}
		}
		if outcome == reconcile.NotAttempted || outcome == reconcile.NoOutcome {
			return engine.Prior{}
		}
		f := state.Final
		denied := f.HTTPStatus == http.StatusUnauthorized || f.HTTPStatus == http.StatusForbidden
		if outcome == reconcile.Failed && denied {
			return engine.Prior{}
		}
		_, parked := replay.Parked[line]
		return engine.Prior{Recorded: true, Parked: parked, Result: engine.Result{
			Line: line, Outcome: outcome, Reason: f.Note, NewID: f.CredentialID,
			HTTPStatus: f.HTTPStatus, RequestID: f.RequestID, Attempts: f.Attempt, Finished: f.At,
		}}
	}
}
