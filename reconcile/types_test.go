package reconcile

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFindTypes(t *testing.T) {
	types := []Type{
		{ID: "31", Names: []string{"Keypad PIN", "pin"}},
		{ID: "32", Names: []string{"Proximity card", "card"}},
		{ID: "33", Names: []string{"Old card", "card"}},
		{ID: "34", Names: []string{"", "CAF\u00c9"}},
	}
	tests := map[string]struct{ exact, open []string }{
		"31":            {[]string{"31"}, []string{"31"}},
		"PIN":           {[]string{"31"}, []string{"31"}},
		" keypad  pin ": {[]string{"31"}, []string{"31"}},
		"Card":          {[]string{"32", "33"}, []string{"32", "33"}},
		"cafe\u0301":    {[]string{"34"}, []string{"34"}},
		"3*":            {nil, []string{"31", "32", "33", "34"}},
		"Old*":          {nil, []string{"33"}},
		"*":             {nil, []string{"31", "32", "33", "34"}},
		"":              {nil, nil},
		"keypad":        {nil, nil},
	}
	for text, want := range tests {
		if got := FindTypes(types, text); !slices.Equal(got, want.exact) {
			t.Errorf("%q finds %q, want %q", text, got, want.exact)
		}
		if got := MatchTypes(types, text); !slices.Equal(got, want.open) {
			t.Errorf("%q matches %q, want %q", text, got, want.open)
		}
	}
	for pair, want := range map[[2]string]bool{
		{"pin", "Keypad PIN"}: true, {"31", "pin"}: true, {"fob", "FOB"}: true,
		{"card", "Old card"}: false, {"card", "32"}: false, {"fob", "tag"}: false,
	} {
		if got := SameType(types, pair[0], pair[1]); got != want {
			t.Errorf("%q are one type: %t", pair, got)
		}
	}
	if name := types[3].Name(); name != "CAF\u00c9" {
		t.Errorf("a type without a label is called %q", name)
	}
}

func TestTypesOfRecords(t *testing.T) {
	type labelled struct {
		ID       string `csv:"credential_id" roster:"key"`
		Type     string `csv:"type" roster:"match,type"`
		TypeName string `csv:"type_name" roster:"info,type-name"`
	}
	type untyped struct {
		ID string `csv:"credential_id" roster:"key"`
	}
	for name, c := range map[string]struct {
		records *Set
		want    []Type
	}{
		"none":         {setOf(NewSchema("labelled", labelled{})), nil},
		"not a column": {setOf(NewSchema("untyped", untyped{}), rec{"credential_id": "a"}), nil},
		"in the order of their first records": {
			setOf(NewSchema("labelled", labelled{}), rec{"type": "32", "type_name": "Card"},
				rec{"type": "31", "type_name": "PIN"}, rec{},
				rec{"type": "32", "type_name": "Card"}, rec{"type": "32"}, rec{"type": "32", "type_name": "Old card"}),
			[]Type{{ID: "32", Names: []string{"Card", "Old card"}}, {ID: "31", Names: []string{"PIN"}}},
		},
		"without labels": {setOf(badgeSchema(), rec{"type": "card"}, rec{"type": "pin"}), []Type{{ID: "card"}, {ID: "pin"}}},
	} {
		if diff := cmp.Diff(c.want, c.records.Types()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
