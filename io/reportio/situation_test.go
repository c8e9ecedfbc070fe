package reportio

import (
	"slices"
	"testing"

	"keyroster/reconcile"
)

// TestEverySituationIsExplained: a situation that a list forgets would be shown without a word, or
// not at all.
func TestEverySituationIsExplained(t *testing.T) {
	waits := []reconcile.Situation{
		reconcile.Ambiguous, reconcile.Unsupported, reconcile.Protected, reconcile.Unreadable, reconcile.Implausible,
	}
	for s := reconcile.InSync; s <= reconcile.Implausible; s++ {
		if situations[s].meaning == "" {
			t.Errorf("%s has no meaning", s)
		}
		if !slices.Contains(tableOrder, s) {
			t.Errorf("%s has no place in the table of a plan", s)
		}
		if slices.Contains(waits, s) != (situations[s].advice != "") {
			t.Errorf("%s: advice %q", s, situations[s].advice)
		}
		var read reconcile.Situation
		if err := read.UnmarshalText([]byte(s.String())); err != nil || read != s {
			t.Errorf("%s is read back as %s: %v", s, read, err)
		}
	}
	l := stays(row(3), reconcile.Implausible, reconcile.Blocked, "9 characters with letters")
	if !l.NeedsPerson() || advice(&l) == "" {
		t.Errorf("a line that is blocked as implausible asks nobody: %q", advice(&l))
	}
}
