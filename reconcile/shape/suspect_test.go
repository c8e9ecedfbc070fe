package shape

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestStandIn(t *testing.T) {
	for value, want := range map[string]bool{
		"9999": true, "12345678": true, "1234567890": true, "87654321": true, "11111111": true,
		"111": false, "12345679": false,
		"1234567A": false, "11111112": false, "": false,
	} {
		if IsPlaceholder(value) != want {
			t.Errorf("%q: %t", value, !want)
		}
	}
}

func TestIs26Bit(t *testing.T) {
	for value, want := range map[string]bool{
		"25565535": true, "00000001": true, "25600001": false, "00165536": false, "99900001": false,
	} {
		if !Eight(value) || Is26Bit(value) != want {
			t.Errorf("%q: %t", value, !want)
		}
	}
	if Eight("1234567") || Eight("1234567A") {
		t.Error("no eight digits")
	}
}

// TestFollows: a number follows the one before it, and no other.
func TestFollows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, other := rapid.IntRange(0, 99_998).Draw(t, "n"), rapid.IntRange(0, 99_999).Draw(t, "other")
		if got := Follows(fmt.Sprintf("%05d", other), fmt.Sprintf("%05d", n)); got != (other == n+1) {
			t.Errorf("%05d after %05d: %t", other, n, got)
		}
		if next := fmt.Sprintf("%05d", n+1); !Follows(next, fmt.Sprintf("%05d", n)) {
			t.Errorf("%s does not follow", next)
		}
	})
	if Follows("00000", "99999") || Follows("10000", "9999") || Follows("", "") {
		t.Error("there is no number behind it")
	}
}
