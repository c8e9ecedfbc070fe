package seam_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/reconcile"
)

func TestChoices(t *testing.T) {
	a := openAccount(t, options{state: small})
	got, err := a.client.Choices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]reconcile.Choice{"acs_system_id": {{Text: "A", Help: "Depot"}, {Text: "B", Help: "Tower"}, {Text: "K", Help: "Yard"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
