package seam_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"keyroster/reconcile"
)

// TestFencedHalves: a change of two calls whose second call the gate refuses does not count as
// unsent, and still ends the run.
func TestFencedHalves(t *testing.T) {
	shut := errors.New("the lease is over")
	replacing := func(value string) reconcile.Change {
		return reconcile.Change{
			Action: reconcile.Replace, Have: updating("c11", nil).Have,
			Want:   record(row{"credential_id": "c11", "value": value, "starts_at": "2090-01-01T00:00:00Z"}),
			Fields: fields("starts_at", "value"),
		}
	}
	for name, c := range map[string]struct {
		change reconcile.Change
		words  string
	}{
		"an update and a move":               {updating("c13", row{"holder_id": "u5", "value": "0043"}, "holder_id", "value"), "the credential was updated, but not assigned: "},
		"a replacement":                      {replacing("0042"), "was created, but the old one was not deleted: "},
		"a replacement that keeps its value": {replacing("004821"), "the old credential was deleted, and the new one was not created: "},
	} {
		t.Run(name, func(t *testing.T) {
			for open := range 2 {
				asked := 0
				a := openAccount(t, options{state: small, gate: func(context.Context) error {
					if asked++; asked > open {
						return shut
					}
					return nil
				}})
				_, err := a.client.Write(t.Context(), c.change)
				want := []reconcile.Class{reconcile.Fenced, reconcile.Refused}[open]
				f := failureOf(t, err)
				if f.Class != want || !reconcile.IsFenced(err) || !errors.Is(err, shut) || strings.Contains(f.Reason, c.words) != (open == 1) {
					t.Errorf("open for %d: class %d: %v", open, f.Class, err)
				}
				applied := 0
				for _, entry := range a.log() {
					if entry.Applied {
						applied++
					}
				}
				if applied != open {
					t.Errorf("open for %d: %d calls changed something", open, applied)
				}
			}
		})
	}
}
