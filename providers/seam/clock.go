package seam

import (
	"time"

	"keyroster/reconcile"
)

// readInstant reads a time of Seam's; ok is false for what is none.
func readInstant(text string) (canonicalText string, ok bool) {
	at, ok := reconcile.ReadInstant(text)
	if !ok {
		return "", false
	}
	return reconcile.CanonicalTime(at), true
}

// instantOf is the time of a canonical text; zero for any other.
func instantOf(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
