package seam_test

import (
	"slices"
	"testing"

	"keyroster/reconcile"
)

func TestTypes(t *testing.T) {
	types, err := openAccount(t, options{state: small}).client.Types(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"code": {"code"}, "Card": {"card"}, "C*": {"code", "card", "cloud_key"}, "PIN": nil, "car": nil,
	} {
		if got := reconcile.MatchTypes(types, text); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
