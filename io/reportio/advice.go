package reportio

import "keyroster/reconcile"

// outcomeAdvice says what a person does about a line that needs one, by its
// outcome; of blocked lines, situationAdvice knows more.
var outcomeAdvice = map[reconcile.Outcome]string{
	reconcile.Unchanged:    "It is as the roster says, so it is not written again. Look in the provider's console at the record, and whether its system is connected; or give the row another value and apply again.",
	reconcile.Applied:      "Look at the record in the provider's console, then apply again.",
	reconcile.Unknown:      "Look at the record in the provider's console, or apply again: the next run reads it first.",
	reconcile.Failed:       "Read the provider's answer, correct the row and apply again.",
	reconcile.Conflict:     "Somebody else changed the record meanwhile. Apply again to compare anew.",
	reconcile.Blocked:      "Read why it was not sent, correct the row and apply again.",
	reconcile.InvalidRow:   "Correct the row and apply again.",
	reconcile.LeftUnlisted: "Give the record a row, or remove it with --prune.",
	reconcile.NotAttempted: "Resume the run, or apply again.",
}

var situationAdvice = map[reconcile.Situation]string{
	reconcile.Ambiguous:   "Make the row say one thing, or remove one of two, and apply again.",
	reconcile.Unsupported: "Do it in the provider's own console, or change the row to what the provider can do.",
	reconcile.Protected:   "Ask whoever keeps the list of protected people.",
	reconcile.Unreadable:  "Look at the value in the provider's console, or leave the cell empty.",
	reconcile.Implausible: "Correct the cell and apply again; if the value is right, say so with the shapes or --accept-shape that the reason names.",
}

// advice is what a person does about a line, empty for one that needs nobody.
func advice(l *Line) string {
	if !l.NeedsPerson() {
		return ""
	}
	if l.Outcome == reconcile.Blocked {
		return firstOf(situationAdvice[l.Situation], outcomeAdvice[l.Outcome])
	}
	return outcomeAdvice[l.Outcome]
}
