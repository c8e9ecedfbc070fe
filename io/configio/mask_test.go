package configio_test

import (
	"testing"

	"keyroster/reconcile"
)

// TestMask: an account's own section takes precedence over the configuration's, wherever that is in
// the file; what neither sets is the default.
func TestMask(t *testing.T) {
	const accounts = "accounts:\n  hq: {provider: seam, auth: {api_key: env:K}}\n"
	const own = "accounts:\n  hq: {provider: seam, auth: {api_key: env:K}, mask: {card: last4}}\n"
	for text, want := range map[string]reconcile.Shown{
		accounts:                         reconcile.ShowLast2,
		accounts + "mask: {card: last4}": reconcile.ShowLast4,
		"mask: {card: all, pin: all}\n" + accounts: reconcile.ShowNone,
		"mask: {pin: all}\n" + accounts:            reconcile.ShowLast2,
		own + "mask: {card: all}":                  reconcile.ShowLast4,
		"mask: {card: all}\n" + own:                reconcile.ShowLast4,
	} {
		if got := loaded(t, text).Accounts["hq"].Mask; got != want {
			t.Errorf("%s\nshows %d characters, want %d", text, got, want)
		}
	}
}

func TestMaskProblems(t *testing.T) {
	const accounts = "\naccounts: {hq: {provider: seam, auth: {api_key: env:K}}}"
	for text, want := range map[string]string{
		"mask: last2":                "1:7: `mask` must be a section",
		"mask: {card: last3}":        "1:14: `card` …last2, last4, all",
		"mask: {pin: last2}":         "1:13: `pin` is all: no digit of a PIN is ever shown",
		"mask: {pin: none}":          "1:13: `pin` is all: no digit of a PIN is ever shown",
		"mask: {cards: last2}":       "1:8: unknown key `cards`; did you mean `card`?",
		"mask: {colour: last2}":      "1:8: unknown key `colour`…a value is a `card` number or a `pin`",
		"mask: {card: [last2]}":      "1:14: `card`",
		"mask: {card: all, pin: 47}": "1:24: `pin` is all",
	} {
		hasProblems(t, text+accounts, want)
	}
}
