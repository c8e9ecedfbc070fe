package rosterio_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// decodeWith reads a table with a schema of its own into a roster.
func decodeWith(t *testing.T, table cellio.Table, row any, repair rosterio.Repair) *reconcile.Roster {
	t.Helper()
	schema := reconcile.NewSchema("demo", row)
	roster := reconcile.NewRoster(schema)
	roster.Files = []reconcile.File{{Name: "r.csv", Sheets: []string{""}}}
	h, err := rosterio.Bind(table, schema, rosterio.BindOptions{File: "r.csv"})
	if err != nil {
		t.Fatal(err)
	}
	if err := rosterio.Decode(context.Background(), h, roster, rosterio.Options{Row: row, Repair: repair}); err != nil {
		t.Fatal(err)
	}
	return roster
}

func column(roster *reconcile.Roster, name string) []string {
	var texts []string
	for n := range roster.Rows.Len() {
		texts = append(texts, roster.Rows.Record(n).Text(name))
	}
	return texts
}

func TestRepairsAreForTheAskingAlone(t *testing.T) {
	table := func() *memory {
		return &memory{lines: []cellio.Line{
			text(1, "credential_id", "value", "note"),
			{Number: 2, Cells: []cellio.Cell{str(" c2\u00a0"), num("123"), str(" kept ")}},
			{Number: 3, Cells: []cellio.Cell{str("c3"), str("12"), str("")}},
			{Number: 4, Cells: []cellio.Cell{str("c4"), str("12345"), str("")}},
			{Number: 5, Cells: []cellio.Cell{str("c5"), num("12345"), str("")}},
			{Number: 6, Cells: []cellio.Cell{str("c6"), num("1.5"), str("")}},
			{Number: 7, Cells: []cellio.Cell{str("c7"), str(" <empty>"), str("")}},
			{Number: 8, Cells: []cellio.Cell{str("c8"), str("AB"), str("")}},
		}}
	}
	plain := decodeWith(t, table(), badgeRow{}, rosterio.Repair{})
	if got := briefs(plain.Problems); !slices.Contains(got, "2A2 credential_id invisible_character error") || !slices.Contains(got, "2B2 value number error") {
		t.Errorf("without repairs: %q", got)
	}
	if got := column(plain, "value"); got[1] != "12" {
		t.Errorf("without repairs, a text changed to %q", got[1])
	}

	roster := decodeWith(t, table(), badgeRow{},
		rosterio.Repair{StripSpaces: true, Pad: map[string]rosterio.Padding{"value": {Digits: 4}}})
	if diff := cmp.Diff([]string{"c2", "c3", "c4", "c5", "c6", "c7", "c8"}, column(roster, "credential_id")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"0123", "0012", "12345", "", "", "", "AB"}, column(roster, "value")); diff != "" {
		t.Error(diff)
	}
	if got := column(roster, "note")[0]; got != " kept " {
		t.Errorf("prose became %q", got)
	}
	want := []string{
		"5B5 value number error", "6B6 value fraction error", "7B7 value empty_marker error",
		"2A2 credential_id repaired warning", "2B2 value repaired warning",
	}
	if diff := cmp.Diff(want, briefs(roster.Problems)); diff != "" {
		t.Error(diff)
	}
	for _, p := range roster.Problems {
		if p.Kind == rosterio.KindRepaired && p.Column == "value" && !strings.Contains(p.Message, "in 2 cells") {
			t.Errorf("the warning says %q", p.Message)
		}
	}
}

// TestPadByType: cards and PINs share a column, and each has its own length.
func TestPadByType(t *testing.T) {
	table := &memory{lines: rows("credential_id,type,value", "c1,card,4711", "c2,PIN,815", "c3,fob,4711",
		"c4,,4711", "c5, card,10004711")}
	roster := decodeWith(t, table, sample{}, rosterio.Repair{
		StripSpaces: true, Pad: map[string]rosterio.Padding{"value": {Types: map[string]int{"card": 10, "pin": 4}}},
	})
	if diff := cmp.Diff([]string{"0000004711", "0815", "4711", "4711", "0010004711"},
		column(roster, "value")); diff != "" {
		t.Error(diff)
	}
}

// TestPadByOtherNamesOfTypes: rows may use another name for a type than the repair does; Alike is
// asked if no spelling is the row's own.
func TestPadByOtherNamesOfTypes(t *testing.T) {
	table := &memory{lines: rows("credential_id,type,value",
		"c1,card,4711", "c2,Keypad PIN,815", "c3,7,816", "c4,fob,4711", "c5,,1")}
	var asked []string
	roster := decodeWith(t, table, sample{}, rosterio.Repair{
		Pad: map[string]rosterio.Padding{"value": {Types: map[string]int{"card": 10, "pin": 4}}},
		Alike: func(a, b string) bool {
			asked = append(asked, a)
			return reconcile.SameType([]reconcile.Type{{ID: "7", Names: []string{"Keypad PIN", "pin"}}}, a, b)
		},
	})
	if diff := cmp.Diff([]string{"0000004711", "0815", "0816", "4711", "1"}, column(roster, "value")); diff != "" {
		t.Error(diff)
	}
	if slices.Contains(asked, "card") || slices.Contains(asked, "") {
		t.Errorf("asked for %q", asked)
	}
}

func TestRepairRules(t *testing.T) {
	r := rosterio.Repair{StripSpaces: true, Pad: map[string]rosterio.Padding{"value": {Types: map[string]int{"pin": 4, "Proximity card": 10}}, "holder_ref": {Digits: 6}}}
	if diff := cmp.Diff([]string{
		"strip-spaces", "pad: {holder_ref: 6}",
		`pad: {value: {"Proximity card": 10, pin: 4}}`,
	}, r.Rules()); diff != "" {
		t.Error(diff)
	}
}

// sample is a row struct with an example line.
type sample struct {
	ID    string           `csv:"credential_id" roster:"key"`
	Email string           `csv:"holder_email" roster:"match,email,holder-email" example:"example.person@example.com"`
	Type  string           `csv:"type" roster:"match,pairs,type" example:"PIN"`
	Value reconcile.Secret `csv:"value" roster:"managed,secret,create,update" example:"0123"`
	State string           `csv:"state" roster:"state" words:"present,absent" example:"present"`
}

func TestExampleLineIsIgnoredAsItStands(t *testing.T) {
	const header = "credential_id,holder_email,type,value,state"
	tests := map[string]struct {
		line    string
		ignored bool
	}{
		"as written":               {",example.person@example.com,PIN,0123,present", true},
		"another word of a list":   {",example.person@example.com,Card,0123,", true},
		"a value filled in":        {",example.person@example.com,PIN,4711,present", false},
		"a person filled in":       {",somebody@example.com,PIN,0123,present", false},
		"an id filled in":          {"c1,example.person@example.com,PIN,0123,present", false},
		"somebody else altogether": {",somebody@example.com,PIN,4711,present", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			roster := decodeWith(t, &memory{lines: rows(header, tt.line, "c9,,,99,")}, sample{}, rosterio.Repair{})
			want, problems := 2, 0
			if tt.ignored {
				want, problems = 1, 1
			}
			if roster.Rows.Len() != want || len(roster.Problems) != problems {
				t.Errorf("%d rows and %q", roster.Rows.Len(), briefs(roster.Problems))
			}
		})
	}
	twice := decodeWith(t, &memory{lines: rows(header, tests["as written"].line, tests["as written"].line)}, sample{}, rosterio.Repair{})
	if diff := cmp.Diff([]string{"2 example_row warning", "1 no_rows error"}, briefs(twice.Problems)); diff != "" {
		t.Error(diff)
	}
}

// TestOneCellIsNoExample: a single cell like that of the example is the customer's own.
func TestOneCellIsNoExample(t *testing.T) {
	roster := decodeWith(t, &memory{lines: rows("holder_email,type,state", "example.person@example.com,PIN,absent")}, sample{}, rosterio.Repair{})
	if roster.Rows.Len() != 1 {
		t.Error("the row was ignored")
	}
}
