package rosterio_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// checked reads values as check does, without records to compare them with.
func checked(t *testing.T, values ...string) *reconcile.Roster {
	t.Helper()
	table := &memory{lines: []cellio.Line{text(1, "credential_id", "value", "state")}}
	for i, v := range values {
		table.lines = append(table.lines, text(i+2, fmt.Sprint("c", i), v, "present"))
	}
	return decoded(t, table, rosterio.Options{Row: badgeRow{}, CheckValues: true})
}

func decoded(t *testing.T, table *memory, options rosterio.Options) *reconcile.Roster {
	t.Helper()
	schema := reconcile.NewSchema("demo", badgeRow{})
	roster := reconcile.NewRoster(schema)
	roster.Files = []reconcile.File{{Name: "r.xlsx", Sheets: []string{"Cards"}}}
	h, err := rosterio.Bind(table, schema, rosterio.BindOptions{File: "r.xlsx"})
	if err != nil {
		t.Fatal(err)
	}
	if err := rosterio.Decode(context.Background(), h, roster, options); err != nil {
		t.Fatal(err)
	}
	return roster
}

// TestCheckJudgesValuesOfBadRows: the value of a row with another bad cell is judged too, in the
// same check.
func TestCheckJudgesValuesOfBadRows(t *testing.T) {
	bad := text(2, "c0", "12 34", "")
	bad.Cells[2] = cellio.Cell{Kind: cellio.Error, Text: "#N/A"}
	table := &memory{lines: []cellio.Line{text(1, "credential_id", "value", "state"), bad}}
	roster := decoded(t, table, rosterio.Options{Row: badgeRow{}, CheckValues: true})
	var kinds []string
	for _, p := range roster.Problems {
		kinds = append(kinds, p.Kind)
	}
	if want := []string{rosterio.KindSheetError, rosterio.KindImplausible}; !slices.Equal(kinds, want) {
		t.Errorf("problems %v, want %v", kinds, want)
	}
}

// TestCheckJudgesValues: a text that cannot be a number is an error of its cell, and is not quoted;
// nothing is said unless the check is asked for.
func TestCheckJudgesValues(t *testing.T) {
	for _, value := range []string{
		"returned", "see note", "n/a", "12345678 (old)", "user@example.com", `="00123456"`, "1234,5", "12345678/12345679", "abhanden", "утеряна",
	} {
		roster := checked(t, "00123456", value, "00123457")
		if len(roster.Problems) != 1 {
			t.Errorf("%q: %v", value, roster.Problems)
			continue
		}
		p := roster.Problems[0]
		if p.Kind != rosterio.KindImplausible || p.Severity != reconcile.SeverityError || p.Cell != "B3" ||
			p.Column != "value" || p.Remedy == "" || p.Read != shape.Describe(value) {
			t.Errorf("%q: %+v", value, p)
		}
		if strings.Contains(p.String(), value) {
			t.Errorf("the problem holds the value: %s", p)
		}
		if got := roster.Rows.Record(1).Text("value"); got != value {
			t.Errorf("%q is read as %q", value, got)
		}
		if quiet := decodeCell(t, "value", str(value)); len(quiet.Problems) != 0 && value != "1234,5" {
			t.Errorf("%q is refused when it is read: %v", value, quiet.Problems)
		}
	}
	if p := checked(t, `="00123456"`).Problems[0]; p.Likely != "8 digits" {
		t.Errorf("the likely text is shown as %q", p.Likely)
	}
	// A formula without quotes has no text between them.
	if p := checked(t, "=1+1").Problems[0]; p.Likely != "" || strings.Contains(p.Remedy, "quotes") {
		t.Errorf("%+v", p)
	}
}

// TestCheckKnowsTheOthers: a code of letters and digits may have no digits by chance; for long
// numbers that end in zeros there is one warning.
func TestCheckKnowsTheOthers(t *testing.T) {
	codes := []string{"QXZTVB"}
	for i := range 12 {
		codes = append(codes, fmt.Sprintf("K%dQ%dZ%d", i%10, i/10, (i*7)%10))
	}
	if roster := checked(t, codes...); len(roster.Problems) != 0 {
		t.Errorf("%v", roster.Problems)
	}
	if roster := checked(t, append(codes, "returned")...); len(roster.Problems) != 1 {
		t.Errorf("%v", roster.Problems)
	}
	roster := checked(t, "1234567890123450", "1234567890123456000", "1234567890123456")
	if len(roster.Problems) != 1 || roster.Problems[0].Kind != reconcile.KindRoundedSuspect || roster.Problems[0].Severity != reconcile.SeverityWarning {
		t.Errorf("%v", roster.Problems)
	}
}

// TestTextFormsOfReferences: ="…" is how lists from spreadsheets keep the zeros of references.
func TestTextFormsOfReferences(t *testing.T) {
	for column, likely := range map[string]string{"holder_ref": "0042", "holder_id": "0042", "credential_id": "0042"} {
		roster := decodeCell(t, column, str(`="0042"`))
		if len(roster.Problems) != 1 || roster.Problems[0].Kind != rosterio.KindTextForm || roster.Problems[0].Likely != likely {
			t.Errorf("%s: %v", column, roster.Problems)
		}
	}
	for column, value := range map[string]string{"note": `="0042"`, "value": `="0042"`, "holder_ref": "=A1"} {
		if roster := decodeCell(t, column, str(value)); len(roster.Problems) != 0 || roster.Rows.Record(0).Text(column) != value {
			t.Errorf("%s: %v", column, roster.Problems)
		}
	}
}

// TestCheckTellsMistypedDigits: a letter that looks like a digit is reported if the other values of
// the type are digits, but not if a code may have letters.
func TestCheckTellsMistypedDigits(t *testing.T) {
	numbers, codes := []string{"12345O789"}, []string{"12345O789"}
	for n := range 30 {
		numbers = append(numbers, fmt.Sprint(123450700+n))
		codes = append(codes, fmt.Sprintf("1234%c%04d", 'A'+n%20, n))
	}
	problems := checked(t, numbers...).Problems
	if len(problems) != 1 {
		t.Fatalf("problems %v, want one", problems)
	}
	p := problems[0]
	if p.Kind != rosterio.KindMistyped || p.Severity != reconcile.SeverityWarning || p.Line != 2 ||
		!strings.Contains(p.Message, "8 digits and the letter O") || strings.Contains(p.Message+p.Read, "12345") {
		t.Errorf("problem %+v", p)
	}
	for name, values := range map[string][]string{"codes": codes, "too few": numbers[:4]} {
		if problems := checked(t, values...).Problems; len(problems) > 0 {
			t.Errorf("%s: problems %v", name, problems)
		}
	}
}
