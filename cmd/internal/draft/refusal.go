package draft

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// checkSafety checks the plan against the limits, and against the rules that no limit can lift.
func (d *Draft) checkSafety() {
	d.Breaches = d.Plan.Check(d.Limits, d.Base, d.Options.AcceptEmpty)
	d.noPrune = nil
	if d.Options.Prune {
		d.noPrune = d.unsafePrune()
	}
	if v := d.noPrune; v != nil {
		d.Breaches = append(d.Breaches, reconcile.Breach{Name: reconcile.LimitDelete, Rule: true, Why: v.why})
	}
	for _, kind := range slices.Sorted(maps.Keys(d.Types)) {
		breaches, known := d.Plan.CheckType(kind, d.Types[kind])
		d.Breaches = append(d.Breaches, breaches...)
		if !known {
			d.Breaches = append(d.Breaches, reconcile.Breach{
				Name: reconcile.LimitUpdate, Type: kind, Rule: true,
				Why: fmt.Sprintf("limits.types names type %s, but no record or row has it: "+
					"give its id or its display name", kind),
			})
		}
	}
	d.Breaches = append(d.Breaches, d.misaligned(len(d.Breaches) > 0)...)
}

// Refusal is the error for the plan's breaches, or nil. If there are only too many invalid
// rows, the roster is at fault; anything else is a safety rule.
func (d *Draft) Refusal() *failure.Error {
	if len(d.Breaches) == 0 {
		return nil
	}
	kind := failure.Roster
	var words []string
	for _, b := range d.Breaches {
		words = append(words, b.String())
		if b.Name != reconcile.LimitInvalid {
			kind = failure.Unsafe
		}
	}
	nameless := "the plan exceeds its limits: " + strings.Join(words, "; ")
	text := nameless
	if names := d.losingAccessText(); names != "" {
		text += "; loses all access: " + names
	}
	return &failure.Error{Kind: kind, Err: errors.New(text), Hint: d.howToLift(), Anonymous: nameless}
}

// howToLift says what to do about the breaches, empty if nothing can be done.
func (d *Draft) howToLift() string {
	var flags, hints []string
	separator, right := " ", "if this is intended"
	for _, b := range d.Breaches {
		if b.Name == reconcile.LimitInvalid {
			// Lifting this limit leaves these people as they are.
			hints = append(hints, "correct the invalid rows (keyroster help damage): "+
				"each is named with its problem, and an apply keeps them in its "+store.FailedFile)
			right = "if the rest is right without them"
		}
		if !d.liftable(b) {
			continue
		}
		if len(flags) == 0 && b.Rule && b.Type == "" {
			separator = "; " // the first of them names two alternatives
		}
		flags = append(flags, b.Override())
	}
	if d.noPrune != nil {
		hints = append(hints, d.noPrune.remedy)
	}
	if len(flags) > 0 {
		hints = append(hints, right+", lift the limit for this run: "+strings.Join(flags, separator))
	}
	return strings.Join(hints, "; and ")
}

// liftable reports whether a flag would lift the breached limit. None helps with deletions
// while pruning is refused for another reason.
func (d *Draft) liftable(b reconcile.Breach) bool {
	if d.noPrune != nil && (b.Name == reconcile.LimitDelete || b.Name == reconcile.LimitLastCredential) {
		return false
	}
	return !b.Rule || b.Name == reconcile.LimitCreate
}

// Result is the error of a plan that is not carried out: its refusal, or if detailed, that it
// has changes; else nil.
func (d *Draft) Result(detailed bool) error {
	if refusal := d.Refusal(); refusal != nil {
		return refusal
	}
	if detailed && len(d.Plan.Chains) > 0 {
		return failure.Shown(failure.Changes)
	}
	return nil
}
