package account_test

import (
	"testing"

	"keyroster/cmd/internal/account"
)

func TestPerSecond(t *testing.T) {
	for text, want := range map[string]float64{"": 0, "none": 0, "5/s": 5, "120/m": 2} {
		if got, err := account.PerSecond(text); err != nil || got != want {
			t.Errorf("%q: %v %v", text, got, err)
		}
	}
	if _, err := account.PerSecond("often"); err == nil {
		t.Error("often is a rate")
	}
}
