package nights

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"keyroster/cmd/internal/history"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// Change is what a run did to a record, or failed to do, according to its report. Secrets are masked.
type Change struct {
	RunID   string     `json:"run_id"`
	Account string     `json:"account"`
	At      *time.Time `json:"at"`
	// Source is the row, nil for a record without one.
	Source *reconcile.Source `json:"source"`
	// CredentialID is the record; NewCredentialID is its id if it was created, or that of its
	// replacement.
	CredentialID    string            `json:"credential_id"`
	NewCredentialID string            `json:"new_credential_id"`
	HolderID        string            `json:"holder_id"`
	HolderName      string            `json:"holder_name"`
	HolderEmail     string            `json:"holder_email"`
	Type            string            `json:"type"`
	TypeName        string            `json:"type_name"`
	Action          reconcile.Action  `json:"action"`
	Outcome         reconcile.Outcome `json:"outcome"`
	Verified        *bool             `json:"verified"`
	Fields          []reportio.Field  `json:"fields"`
	Reason          string            `json:"reason"`

	who, what string
}

func newChange(e *Entry, l *reportio.Line) Change {
	l = new(l.Clone())
	return Change{
		RunID: e.RunID, Account: e.Account, At: cmp.Or(l.FinishedAt, e.FinishedAt, e.StartedAt), Source: l.Source,
		CredentialID: cmp.Or(l.CredentialID, l.NewCredentialID), NewCredentialID: l.NewCredentialID,
		HolderID: l.HolderID, HolderName: l.HolderName, HolderEmail: l.HolderEmail,
		Type: l.Type, TypeName: l.TypeName, Action: l.Action, Outcome: l.Outcome, Verified: l.Verified,
		Fields: append([]reportio.Field{}, l.Fields...), Reason: l.Reason, who: l.Who(), what: l.What(),
	}
}

// changesOf returns the lines of a run for which keep returns true, in plan order.
func changesOf(run *store.Run, e *Entry, keep func(*reportio.Line) bool) ([]Change, error) {
	out := []Change{}
	each := func(line *reportio.Line, err error) error {
		if err == nil && keep(line) {
			out = append(out, newChange(e, line))
		}
		return err
	}
	if e.Status == store.RunClosed {
		_, err := eachReported(run, each)
		return out, err
	}
	return out, eachJournaled(run, each)
}

// eachReported calls each with the lines of the run's report, and returns the report.
func eachReported(run *store.Run, each func(*reportio.Line, error) error) (*reportio.Report, error) {
	f, err := run.Open(store.ReportJSONFile)
	if err != nil {
		return nil, fmt.Errorf("read run %s: %w", run.ID(), err)
	}
	defer func() { _ = f.Close() }() // it was only read
	report, err := reportio.ReadUntallied(f)
	if err != nil {
		return nil, fmt.Errorf("read run %s: %w", run.ID(), err)
	}
	for line, err := range report.Lines {
		if err := each(line, err); err != nil {
			return nil, fmt.Errorf("read run %s: %w", run.ID(), err)
		}
	}
	return report, nil
}

// eachJournaled calls each with the lines of the run's plan, with their outcomes from the
// journal. A plan has no names of people.
func eachJournaled(run *store.Run, each func(*reportio.Line, error) error) error {
	said, _, err := run.SalvageJournal()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // nothing was sent
	case err != nil:
		return fmt.Errorf("read run %s: %w", run.ID(), err)
	case said.RunID() != "" && said.RunID() != run.ID():
		return fmt.Errorf("read run %s: its journal is that of run %s", run.ID(), said.RunID())
	}
	plan, err := history.PlanOf(run)
	if err != nil {
		return fmt.Errorf("read run %s: %w", run.ID(), err)
	}
	defer plan.Close()
	for planned, err := range plan.Lines {
		if err != nil {
			return fmt.Errorf("read run %s: %w", run.ID(), err)
		}
		if err := each(journaled(planned, said.Lines), nil); err != nil {
			return err
		}
	}
	return nil
}

// journaled is a line of the plan with its outcome from the journal.
func journaled(planned *reportio.PlanLine, said map[int]journalio.LineState) *reportio.Line {
	line := &reportio.Line{
		Line: planned.Line, Source: planned.Source, CredentialID: planned.CredentialID, HolderID: planned.HolderID,
		Type: planned.Type, Situation: planned.Situation, Action: planned.Action, Outcome: planned.Outcome,
		Reason: planned.Reason,
	}
	for _, f := range planned.Fields {
		line.Fields = append(line.Fields, reportio.Field{Name: f.Name, Kind: f.Kind})
	}
	state, known := said[planned.Line]
	switch {
	case state.InDoubt:
		line.Outcome = reconcile.Unknown
	case known && line.Outcome.UnmarshalText([]byte(state.Outcome)) == nil:
		line.NewCredentialID, line.Reason, line.FinishedAt = state.Final.CredentialID, state.Final.Note, &state.Final.At
	}
	return line
}

func isApplied(l *reportio.Line) bool { return l.Outcome == reconcile.Applied }

// isNotable reports whether a line is worth showing.
func isNotable(l *reportio.Line) bool {
	return isApplied(l) || l.Outcome != reconcile.LeftUnlisted && l.NeedsPerson()
}
