package draft

import (
	"context"

	"keyroster/reconcile"
	"keyroster/reconcile/inverse"
)

// Undo is the run that a draft undoes.
type Undo struct {
	// Run is its id.
	Run string
	// Kept is what the run kept; the zero value in a restored draft, whose plan is already made.
	Kept inverse.Kept
}

// limits allow the undo as many changes as the run made; limits that do not count changes stay
// as configured.
func (u *Undo) limits(configured reconcile.Limits) reconcile.Limits {
	limits := u.Kept.Limits()
	if issued, ok := configured[reconcile.LimitIssued]; ok {
		limits[reconcile.LimitIssued] = issued
	}
	return limits
}

// build makes the roster of an undo from the listing, and adapts policy. The returned function
// adds what is known of its rows to those wanted.
func (d *Draft) build(ctx context.Context, policy *reconcile.Policy) (add func(*reconcile.Wanted), err error) {
	if d.Options.Undo == nil {
		return func(*reconcile.Wanted) {}, nil
	}
	policy.Exact = true
	rules, kept := d.rules(policy), d.Options.Undo.Kept
	if made := inverse.Made(kept, d.Listing); len(made) > 0 && d.Account.Prove != nil {
		if rules.Lacks, err = d.Account.Prove(ctx, made); err != nil {
			return nil, err
		}
	}
	out := inverse.Build(kept, d.Listing, rules)
	d.Roster = out.Roster
	return func(wanted *reconcile.Wanted) {
		if wanted.Verdicts == nil {
			wanted.Verdicts = map[int]reconcile.Verdict{}
		}
		for row, verdict := range out.Verdicts {
			if said, judged := wanted.Verdicts[row]; !judged || said.When != reconcile.Always || verdict.When == reconcile.Always {
				wanted.Verdicts[row] = verdict
			}
		}
		if wanted.Notes == nil {
			wanted.Notes = map[int][]string{}
		}
		for row, notes := range out.Notes {
			wanted.Notes[row] = append(wanted.Notes[row], notes...)
		}
	}, nil
}

// rules are what cannot be restored, and how the provider stores values.
func (d *Draft) rules(policy *reconcile.Policy) inverse.Rules {
	undo := d.Account.Spec.Undo
	return inverse.Rules{Never: undo.Never, Remade: undo.Remade, StoredAs: policy.StoredAs, Kept: policy.KeptSpelling}
}

// undoes is the id of the run that the draft undoes, empty for none.
func (d *Draft) undoes() string {
	if d.Options.Undo == nil {
		return ""
	}
	return d.Options.Undo.Run
}

// undoable says, for a report, what an undo does about a change; empty for a line of another plan.
func (d *Draft) undoable(line int) string {
	l := &d.Plan.Lines[line]
	switch {
	case d.Options.Undo == nil || l.Row < 0:
		return ""
	case l.Sends() && (l.Action == reconcile.Create || l.Action == reconcile.Replace):
		return "undoable with another id"
	case l.Sends():
		return "undoable"
	case l.Outcome == reconcile.Unchanged:
		return "already restored"
	}
	return d.Plan.TextOf(l.Reason)
}
