package seam_test

import (
	"slices"
	"testing"
)

func TestTypeIDs(t *testing.T) {
	client := openAccount(t, options{state: small}).client
	for text, want := range map[string][]string{"code": {"code"}, "Card": {"card"}, "C*": {"code", "card", "cloud_key"}, "PIN": {}, "car": {}} {
		if got, err := client.TypeIDs(t.Context(), text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
	}
}
