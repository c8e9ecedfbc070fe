package draft

import (
	"context"
	"slices"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/reconcile"
)

// ReadForPlan reads the rosters of a plan. One without rows is refused: it must not be read as
// a wish for nothing. config may be nil. show, if not nil, is called with a roster whose
// problems caused the error.
func ReadForPlan(
	ctx context.Context, r Reading, o Options,
	spec *providers.Spec, config *configio.Account, show func(*reconcile.Roster),
) (*reconcile.Roster, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	roster, err := Read(ctx, r, spec, config)
	if err != nil {
		return nil, err
	}
	var refused *failure.Error
	switch {
	case len(roster.FileErrors) > 0:
		refused = ProblemFailure(&roster.Problems[roster.FileErrors[0]])
	case roster.Rows.Len() == 0:
		refused = failure.New(
			failure.Roster, "an empty roster never deletes anything", "the roster has no rows",
		)
	case config != nil && o.OldRoster == "":
		if err := checkAge(roster, config.RosterMaxAge, time.Now()); err != nil {
			return nil, err
		}
	}
	if refused == nil {
		return roster, nil
	}
	if show != nil {
		show(roster)
	}
	return nil, WithProblems(roster, refused)
}

// WithProblems attaches the roster's problems to the failure they caused, and returns it.
func WithProblems(roster *reconcile.Roster, f *failure.Error) *failure.Error {
	f.Problems, f.Rows = roster.Problems, roster.Rows.Len()
	return f
}

// FirstError is the failure for the first error of a roster.
func FirstError(roster *reconcile.Roster) *failure.Error {
	n := slices.IndexFunc(roster.Problems, func(p reconcile.Problem) bool { return p.Severity == reconcile.SeverityError })
	return WithProblems(roster, ProblemFailure(&roster.Problems[n]))
}

// ProblemFailure is the failure for a problem of a roster, with its remedy.
func ProblemFailure(p *reconcile.Problem) *failure.Error {
	hint := "keyroster check lists every problem, and keyroster help damage explains how to fix them"
	if advice := p.Advice(); advice != "" {
		hint = advice + "; " + hint
	}
	bare := *p
	bare.Remedy, bare.Settings = "", ""
	return failure.New(failure.Roster, hint, "%s", bare.String())
}
