package sandbox_test

import (
	"testing"

	"keyroster/providers/sandbox"
)

// TestDigestsStay: seeds of old states and scripts keep giving the same ids.
func TestDigestsStay(t *testing.T) {
	for what, c := range map[string][2]string{
		"uuid of words":    {sandbox.Derive(7, "user", "3").UUID(), "4d1d51b7-5df1-4be6-8790-e2958ce07d93"},
		"uuid of numbers":  {sandbox.DeriveNumbers(7, "type", 3).UUID(), "dd176885-d6ff-4738-93d2-12f7d487d821"},
		"hex":              {sandbox.DeriveNumbers(7, "at", 1).Hex(4), "9351b7c4"},
		"digits":           {sandbox.Derive(7, "code", "a").Digits(6), "978514"},
		"digits with zero": {sandbox.Digest{7: 42}.Digits(4), "0042"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %s, want %s", what, c[0], c[1])
		}
	}
	if sandbox.Derive(1, "k", "ab", "c") == sandbox.Derive(1, "k", "a", "bc") || sandbox.Derive(1, "k") == sandbox.Derive(2, "k") {
		t.Error("different words have the same digest")
	}
}
