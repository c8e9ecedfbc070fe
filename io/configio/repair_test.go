package configio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/rosterio"
)

func TestRepair(t *testing.T) {
	for lines, want := range map[string]rosterio.Repair{
		"rate: 5/s":                 {},
		"repair: []":                {},
		"repair: [strip-spaces]":    {StripSpaces: true},
		"repair: [pad: {value: 4}]": {Pad: map[string]rosterio.Padding{"value": {Digits: 4}}},
		"repair:\n  - strip-spaces\n  - pad: {value: 4, holder_ref: 6}": {
			StripSpaces: true,
			Pad:         map[string]rosterio.Padding{"value": {Digits: 4}, "holder_ref": {Digits: 6}},
		},
		"repair: [pad: {value: {card: 10, Keypad PIN: 4}}]": {Pad: map[string]rosterio.Padding{"value": {Types: map[string]int{"card": 10, "Keypad PIN": 4}}}},
	} {
		if diff := cmp.Diff(want, one(t, lines).Repair); diff != "" {
			t.Errorf("%s: %s", lines, diff)
		}
	}
}

func TestRepairProblems(t *testing.T) {
	head := "accounts:\n  a:\n    provider: doorflow\n    auth: {api_key: env:KEY}\n"
	hasProblems(t, head+"    repair: [strip]\n", "5:14: a rule of `repair` …strip-spaces")
	hasProblems(t, head+"    repair: [padd: {value: 4}]\n", "5:14: unknown key `padd`; did you mean `pad`?")
	hasProblems(t, head+"    repair: [pad: {values: 4}]\n", "5:20: unknown key `values`; did you mean `value`?")
	hasProblems(t, head+"    repair: [pad: {value: 0}]\n", "5:27: `value` …1")
	hasProblems(t, head+"    repair: [pad: {value: {card: 0}}]\n", "5:34: `card` …1")
	hasProblems(t, head+"    repair: [pad: {value: {}}]\n", "5:27: `value` names no type")
	hasProblems(t, head+"    repair: [pad: 4]\n", "5:19: `pad` must be a section")
}
