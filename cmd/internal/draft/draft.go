// Package draft makes plans: it reads rosters for them, lists the account, compares,
// and holds the comparison against all safety rules. A draft is a plan with everything
// that it was made from, so that it can be reported, saved, sealed and refused.
//
// Invariants:
//
//   - Nothing here writes to an account, to what is remembered, or to the files of a
//     run.
//   - Nothing is planned from a listing that is not proved complete.
//   - A draft that was returned without an error holds the verdict of every limit in
//     Breaches. What changes its plan afterwards ([Draft.RestrictTo]) judges it again.
//   - Options go in as they were typed, and come out resolved beside the plan; those of
//     the caller are not changed.
package draft

import (
	"cmp"
	"slices"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/history"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// Draft is a plan with everything that it was made from. It is not safe for concurrent
// use.
type Draft struct {
	Account *account.Account
	// Known is what is remembered of the account's tenant; nil when nothing is asked
	// of it, as for a plan against an export.
	Known  *history.Known
	Roster *reconcile.Roster
	// Options are those that the draft was made with; their Holders are the provider's
	// ids. Whoever plans the same once more gives these, so that nobody is looked up
	// twice.
	Options Options
	// Columns are the headers that the command line mapped, as in [Reading].
	Columns []string
	// Listing is what the account holds; Scope is what was listed, which may be wider
	// than Options.Holders.
	Listing *reconcile.Listing
	Scope   reconcile.Scope
	// Wanted are the rows as the provider resolved them; nil in a draft that was
	// restored.
	Wanted *reconcile.Wanted
	Plan   *reconcile.Plan
	// Flagged are the lines in no row that a person has to look at.
	Flagged map[int]bool
	// Offered are the types of credentials that the account has, as far as it tells.
	Offered []reconcile.Type
	// Limits are those of the whole account, and Types those of single types. Base is
	// the number of records that limits as shares are of.
	Limits reconcile.Limits
	Types  map[string]reconcile.Limits
	Base   int
	// Breaches are the limits that the plan exceeds, and the rules that it is refused
	// by: none means that it may be carried out.
	Breaches []reconcile.Breach
	// swapped says that many rows ask for each other's values, empty where it refuses
	// the plan or is not so.
	swapped string
	// Lifted are the safety rules that options and configuration lift.
	Lifted  []reportio.Override
	Started time.Time
	// Mask says what may be shown of values; the zero Masker shows none.
	Mask reconcile.Masker

	// against is the export that the draft compares with; nil for an account.
	against *exported
	// noPrune refuses pruning whatever the limits are; nil where nothing does.
	noPrune *veto
}

// veto is what speaks against pruning whatever the limits are, and what to do about it.
type veto struct{ why, remedy string }

// NoDraft is a draft that reports can be made from although nothing was compared. A
// roster that is nil is an empty one.
func NoDraft(
	acc *account.Account, known *history.Known, roster *reconcile.Roster, started time.Time,
) *Draft {
	if roster == nil {
		roster = &reconcile.Roster{}
	}
	return &Draft{Account: acc, Known: known, Roster: roster, Started: started}
}

// begin is a draft of which nothing was compared yet, with its limits.
func begin(acc *account.Account, roster *reconcile.Roster, o Options) (*Draft, error) {
	d := NoDraft(acc, nil, roster, time.Now())
	d.Options, d.Scope = o, reconcile.Scope{Holders: o.Holders}
	var err error
	if d.Limits, err = limitsOf(acc.Config.Limits, o.Limits); err != nil {
		return nil, err
	}
	if o.Undo != nil {
		d.Limits = o.Undo.limits(d.Limits)
	}
	if d.Roster.Partial() && !o.Additive {
		// Many of its rows are wrong; that is what the file is for.
		delete(d.Limits, reconcile.LimitInvalid)
	}
	said, err := statedShapes(acc.Config.Shapes, o.Shapes)
	if err != nil {
		return nil, err
	}
	d.Lifted = o.lifted()
	for _, s := range said {
		d.Lifted = append(d.Lifted, s.override())
	}
	return d, nil
}

// memory is what is remembered of the tenant; zero where nothing is.
func (d *Draft) memory() history.Memory {
	if d.Known == nil {
		return history.Memory{}
	}
	return d.Known.Memory
}

// LimitedTo says what the draft is about where that is not the whole account and
// roster, in the words of a report; else it is empty.
func (d *Draft) LimitedTo() string {
	switch {
	case len(d.Options.Holders) > 0 || len(d.Scope.Holders) > 0:
		return reportio.LimitedToHolders
	case d.undoes() != "":
		return reportio.LimitedToUndo
	case d.Roster.Partial():
		return reportio.LimitedToRows
	}
	return ""
}

// UnlistedPolicy is what becomes of records in no row, in the words of a report. A
// roster that speaks of a part of the account only (rows to correct, a migration) says
// nothing about the others.
func (d *Draft) UnlistedPolicy() string {
	if d.Roster.Partial() || d.Options.Additive || d.undoes() != "" {
		return reportio.UnlistedIgnore
	}
	return cmp.Or(d.Account.Config.Unlisted, reportio.UnlistedName)
}

// FlagUnlisted makes a person look at the records in no row, where the configuration wants
// it. Protected ones are in no row because it wants that.
func (d *Draft) FlagUnlisted(protect []reconcile.Protection) {
	d.Flagged = map[int]bool{}
	if d.UnlistedPolicy() != reportio.UnlistedNeeds {
		return
	}
	for i := range d.Plan.Lines {
		if d.unlisted(i) && !reconcile.Protects(protect, d.Plan.Have.Schema(), d.Plan.HaveRecord(i)) {
			d.Flagged[i] = true
		}
	}
}

// NeedsNobody reports whether all was read, and nothing in no row needs a person.
func (d *Draft) NeedsNobody() bool { return len(d.Roster.Unread) == 0 && len(d.Flagged) == 0 }

// EachUnlisted calls each with the record of every line in no row.
func (d *Draft) EachUnlisted(each func(reconcile.Record)) {
	for i := range d.Plan.Lines {
		if d.unlisted(i) {
			each(d.Plan.HaveRecord(i))
		}
	}
}

// unlisted reports whether a line is a record in no row, and not on its way out.
func (d *Draft) unlisted(line int) bool {
	l := &d.Plan.Lines[line]
	return l.Outcome == reconcile.LeftUnlisted && !l.Ending
}

// warn adds to the roster's problems what only the comparison showed.
func (d *Draft) warn(seen []reconcile.Problem) {
	for _, p := range seen {
		if !slices.Contains(d.Roster.Problems, p) {
			d.Roster.Report(-1, p)
		}
	}
}
