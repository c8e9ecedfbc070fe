// Package draft makes plans: it reads the rosters, lists the account, compares the two, and
// checks the result against all safety rules. A draft is a plan with everything it was made
// from, so that it can be reported, saved, sealed and refused.
//
// Invariants:
//
//   - Nothing here writes to an account, to the remembered state, or to the files of a run.
//   - Nothing is planned from a listing that is not proved complete.
//   - In a draft returned without an error, Breaches holds every limit that the plan exceeds.
//     Changing the plan afterwards ([Draft.RestrictTo]) checks the limits again.
//   - Options go in as typed and come out resolved, next to the plan; the caller's are not
//     changed.
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

// Draft is a plan with everything it was made from. It is not safe for concurrent use.
type Draft struct {
	Account *account.Account
	// Known is what is remembered of the account's tenant; nil if nothing is needed of it, as
	// for a plan against an export.
	Known  *history.Known
	Roster *reconcile.Roster
	// Options are those that the draft was made with, but with Holders as the provider's ids.
	// Pass these to plan the same again without looking anyone up twice.
	Options Options
	// Columns are the headers mapped on the command line, as in [Reading].
	Columns []string
	// Listing is what the account holds; Scope is what was listed, which may be more than
	// Options.Holders.
	Listing *reconcile.Listing
	Scope   reconcile.Scope
	// Wanted are the rows as the provider resolved them; nil in a restored draft.
	Wanted *reconcile.Wanted
	Plan   *reconcile.Plan
	// Flagged are the lines of unlisted records that need a person.
	Flagged map[int]bool
	// Offered are the account's credential types, if the provider lists them.
	Offered []reconcile.Type
	// Limits are those of the whole account, and Types those of single types. Base is the
	// number of records to which limits given as shares refer.
	Limits reconcile.Limits
	Types  map[string]reconcile.Limits
	Base   int
	// Breaches are the limits that the plan exceeds and the rules that refuse it; if there are
	// none, it may be carried out.
	Breaches []reconcile.Breach
	// swapped is the remark that many rows ask for each other's values; empty if that is not
	// so, or if it refuses the plan.
	swapped string
	// Lifted are the safety rules lifted by options and configuration.
	Lifted  []reportio.Override
	Started time.Time
	// Mask decides which values may be shown; the zero Masker shows none.
	Mask reconcile.Masker

	// against is the export to compare with; nil for an account.
	against *exported
	// noPrune is why pruning is refused whatever the limits are; nil if it is not.
	noPrune *pruneRefusal
}

// pruneRefusal is a reason to refuse pruning whatever the limits are, with the remedy.
type pruneRefusal struct{ why, remedy string }

// NoDraft is a draft for reports when nothing was compared. A nil roster counts as empty.
func NoDraft(
	acc *account.Account, known *history.Known, roster *reconcile.Roster, started time.Time,
) *Draft {
	if roster == nil {
		roster = &reconcile.Roster{}
	}
	return &Draft{Account: acc, Known: known, Roster: roster, Started: started}
}

// begin makes a draft with its limits, before anything is compared.
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
		// The rows to correct may well be invalid again.
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

// memory is what is remembered of the tenant; zero if nothing is.
func (d *Draft) memory() history.Memory {
	if d.Known == nil {
		return history.Memory{}
	}
	return d.Known.Memory
}

// LimitedTo describes, for a report, the part of account or roster that the draft covers; empty
// if it covers everything.
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

// UnlistedPolicy is what happens to unlisted records, in the words of a report. A roster that covers
// only part of the account (rows to correct, a migration) says nothing about the other records.
func (d *Draft) UnlistedPolicy() string {
	if d.Roster.Partial() || d.Options.Additive || d.undoes() != "" {
		return reportio.UnlistedIgnore
	}
	return cmp.Or(d.Account.Config.Unlisted, reportio.UnlistedName)
}

// FlagUnlisted flags the unlisted records for a person, if the configuration says so. Protected
// records are unlisted on purpose, and are not flagged.
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

// NeedsNobody reports whether the whole roster was read and no unlisted record is flagged.
func (d *Draft) NeedsNobody() bool { return len(d.Roster.Unread) == 0 && len(d.Flagged) == 0 }

// EachUnlisted calls each with every unlisted record.
func (d *Draft) EachUnlisted(each func(reconcile.Record)) {
	for i := range d.Plan.Lines {
		if d.unlisted(i) {
			each(d.Plan.HaveRecord(i))
		}
	}
}

// unlisted reports whether a line is an unlisted record that is not already ending.
func (d *Draft) unlisted(line int) bool {
	l := &d.Plan.Lines[line]
	return l.Outcome == reconcile.LeftUnlisted && !l.Ending
}

// warn adds the problems found by comparing to those of the roster.
func (d *Draft) warn(seen []reconcile.Problem) {
	for _, p := range seen {
		if !slices.Contains(d.Roster.Problems, p) {
			d.Roster.Report(-1, p)
		}
	}
}
