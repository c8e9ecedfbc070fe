package transfer

import (
	"context"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/sink"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// Rehearsal is the input of a rehearsal.
type Rehearsal struct {
	Store  store.Store
	Target *account.Account
	// Options are those of the plan.
	Options draft.Options
	// VerifyOnly: the result is whether everything that can move has been moved.
	VerifyOnly bool
	// Report makes the report of a draft.
	Report func(*draft.Draft) *reportio.Report
	Sinks  sink.Sinks
}

// Rehearsed is the expected result of a move. Result is how it ends, nil if all is well.
type Rehearsed struct {
	Draft  *draft.Draft
	Report *reportio.Report
	View   View
	Result error
}

// Rehearse plans the move and writes its files. It sends nothing.
func (m *Move) Rehearse(ctx context.Context, r Rehearsal) (*Rehearsed, error) {
	known, err := history.LoadReadOnly(ctx, r.Store, r.Target, r.Sinks.Log)
	if err != nil {
		return nil, err
	}
	history.WarnOpen(r.Store, known, r.Sinks.Log)
	made, err := m.Make(ctx, known)
	if err != nil {
		return nil, err
	}
	d := made.First()
	if d == nil {
		d, err = draft.Make(ctx, draft.Input{
			Account: r.Target, Known: known, Roster: made.Roster(), Options: r.Options, Sinks: r.Sinks,
		})
	}
	if err == nil {
		err = d.CheckRoster()
	}
	if err == nil {
		err = made.Write(d)
	}
	if err != nil {
		return nil, err
	}
	report := r.Report(d)
	report.Migration = made.Report(d)
	report.Facts = append(report.Facts, history.Unfinished(r.Store, known.Tenant, known.State)...)
	result := d.Result(false)
	if r.VerifyOnly {
		result = nil
		if !report.Converged {
			result = failure.Shown(failure.Partial)
		}
	}
	d.Conclude(report, result)
	if err := made.WritePlan(report); err != nil {
		return nil, err
	}
	return &Rehearsed{d, report, made.View(report.Migration), result}, nil
}
