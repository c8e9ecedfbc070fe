package reportio

import (
	"fmt"
	"strings"

	"keyroster/reconcile"
)

// EffectCounts counts, of the lines that needed no change, those whose state the
// provider knows: whether the doors or wallets have what it has.
type EffectCounts struct {
	Effective int `json:"effective"`
	Pending   int `json:"pending"`
	// Ineffective counts the lines that the provider says are refused.
	Ineffective int `json:"ineffective"`
}

func (s *EffectCounts) add(l *Line) {
	if l.Outcome == reconcile.Unchanged {
		countEffect(l, &s.Effective, &s.Pending, &s.Ineffective)
	}
}

// words count the lines that are right and not effective; empty for none.
func (s *EffectCounts) words() string {
	return amounts(amount{s.Ineffective, notEffective}, amount{s.Pending, notYetEffective})
}

func countEffect(l *Line, yes, pending, failed *int) {
	switch deref(l.Effective) {
	case reconcile.EffectYes.String():
		*yes++
	case reconcile.EffectPending.String():
		*pending++
	case reconcile.EffectFailed.String():
		*failed++
	}
}

// The words for lines that ended as they should and are not effective.
const (
	notEffective    = "not effective"
	notYetEffective = "not yet effective"
)

// ineffective and pending report what the line says about the doors.
func (l *Line) ineffective() bool { return deref(l.Effective) == reconcile.EffectFailed.String() }
func (l *Line) pending() bool     { return deref(l.Effective) == reconcile.EffectPending.String() }

// why is the reason of a line that needs a person; if the line is not effective,
// the provider's words, if any.
func why(l *Line) string {
	if l.Reason == "" && (l.ineffective() || l.pending()) {
		return strings.Join(l.Warnings, "; ")
	}
	return l.Reason
}

// Why is the reason of the line, or why it needs a person although its outcome
// does not: not effective, and the provider's words.
func (l *Line) Why() string {
	if l.Reason != "" || !l.NeedsPerson() || !l.Outcome.AsDesired() {
		return l.Reason
	}
	return JoinFilled(": ", outcomeWord(l), why(l))
}

// effectWords say which changes reached the doors, and which unchanged lines did not.
func effectWords(r *Report) string {
	p := &r.Proof
	words := amounts(amount{p.Effective, "effective"}, amount{p.Pending, "pending"}, amount{p.Ineffective, "failed"})
	if words == "" && r.Summary.Applied > 0 {
		words = "the provider does not report it"
	}
	unchanged := r.Standing.words()
	if unchanged != "" {
		unchanged = fmt.Sprintf("of %s unchanged: %s", Thousands(r.Summary.Unchanged), unchanged)
	}
	return JoinFilled("; ", words, unchanged, syncWords(r))
}
