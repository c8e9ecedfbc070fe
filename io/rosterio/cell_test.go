package rosterio_test

import (
	"strings"
	"testing"

	"keyroster/io/rosterio"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

func str(s string) cellio.Cell { return cellio.Cell{Kind: cellio.Text, Text: s} }
func num(s string) cellio.Cell { return cellio.Cell{Kind: cellio.Number, Text: s} }
func formatted(s string) cellio.Cell {
	return cellio.Cell{Kind: cellio.Number, Text: s, Format: cellio.FormatText}
}

func other(s string) cellio.Cell {
	return cellio.Cell{Kind: cellio.Number, Text: s, Format: cellio.FormatOther}
}
func date(s string) cellio.Cell         { return cellio.Cell{Kind: cellio.Date, Text: s} }
func truth(s string) cellio.Cell        { return cellio.Cell{Kind: cellio.Bool, Text: s} }
func wrong(s string) cellio.Cell        { return cellio.Cell{Kind: cellio.Error, Text: s} }
func formula(c cellio.Cell) cellio.Cell { c.Formula = true; return c }
func pad(s string, width int) cellio.Cell {
	return cellio.Cell{Kind: cellio.Number, Text: s, Format: cellio.FormatPad, Width: width}
}

// decodeCell reads a single cell of a column.
func decodeCell(t testing.TB, column string, cell cellio.Cell) *reconcile.Roster {
	t.Helper()
	header, row := text(1, "credential_id", "state", column), text(2, "c1", "present")
	switch column {
	case "credential_id":
		header, row = text(1, "credential_id", "value"), cellio.Line{Number: 2, Cells: []cellio.Cell{cell, str("4711")}}
	case "state":
		header, row = text(1, "credential_id", "state"), cellio.Line{Number: 2, Cells: []cellio.Cell{str("c1"), cell}}
	default:
		row.Cells = append(row.Cells, cell)
	}
	return decode(t, &memory{lines: []cellio.Line{header, row}}, nil)
}

// TestDamage: each kind of damage, beside clean cells that look much like it.
func TestDamage(t *testing.T) {
	long := strings.Repeat("x", 32767)
	tests := []struct {
		column string
		cell   cellio.Cell
		kind   string
		likely string
	}{
		{"value", num("4711"), rosterio.KindNumber, ""},
		{"value", num("30834687"), rosterio.KindNumber, ""},
		{"value", formatted("308346877"), rosterio.KindNumber, ""},
		{"value", pad("123456", 5), rosterio.KindNumber, ""},
		{"value", pad("123456", 16), rosterio.KindNumber, ""},
		{"value", other("1234567"), rosterio.KindNumber, ""},
		{"value", num("-4711"), rosterio.KindNumber, "4 digits"},
		{"colour", num("123456"), rosterio.KindNumber, "123456"},
		{"holder_email", num("4711"), rosterio.KindNumber, ""},
		{"holder_id", other("1234567"), rosterio.KindNumber, "1234567"},
		{"active", num("2"), rosterio.KindTruth, ""},
		{"active", str("maybe"), rosterio.KindTruth, ""},
		{"state", num("1"), rosterio.KindNumber, ""},
		{"value", num("4567890123456780"), rosterio.KindRounded, ""},
		{"holder_id", num("4567890123456780"), rosterio.KindRounded, "456789012345678… (the rest is lost)"},
		{"holder_id", num("4.5678901234567891E+15"), rosterio.KindRounded, "456789012345678… (the rest is lost)"},
		{"value", pad("4567890123456780", 16), rosterio.KindRounded, ""},
		{"value", num("1.23457E+11"), rosterio.KindExponent, ""},
		{"credential_id", num("1e16"), rosterio.KindExponent, ""},
		{"credential_id", num("1e-3"), rosterio.KindExponent, ""},
		{"credential_id", num("1.25E1"), rosterio.KindExponent, ""},
		{"value", str("1.23457E+11"), rosterio.KindExponent, ""},
		{"holder_ref", str("1.23457E+11"), rosterio.KindExponent, "12345… (12 digits; the rest is lost)"},
		{"holder_ref", str("1,2E+05"), rosterio.KindExponent, "1… (6 digits; the rest is lost)"},
		{"holder_id", str("1E+10"), rosterio.KindExponent, ""},
		// Java writes no sign in exponents, and a point is not a hexadecimal digit.
		{"value", str("4.56789012E9"), rosterio.KindExponent, ""},
		{"value", str("1,5e12"), rosterio.KindExponent, ""},
		{"value", num("12.5"), rosterio.KindFraction, ""},
		{"note", num("12.5"), rosterio.KindFraction, ""},
		{"uses", num("1.5"), rosterio.KindFraction, ""},
		{"value", str("1234.0"), rosterio.KindFraction, "4 digits"},
		{"holder_id", str("1234,00"), rosterio.KindFraction, "1234"},
		{"value", str("1,234,567"), rosterio.KindThousands, "7 digits"},
		{"holder_id", str("1,234"), rosterio.KindThousands, "1234"},
		{"holder_id", str("1.234.567"), rosterio.KindThousands, "1234567"},
		{"holder_id", str("1'234"), rosterio.KindThousands, "1234"},
		{"value", str("1 234 567"), rosterio.KindThousands, "7 digits"},
		{"value", date("2026-01-02"), rosterio.KindDate, ""},
		{"holder_ref", date("2026-01-02"), rosterio.KindDate, "1-2 or 2-1"},
		{"note", date("2026-01-02T08:30:00"), rosterio.KindDate, ""},
		{"holder_ref", date("2026-01-02T08:30:00Z"), rosterio.KindDate, ""},
		{"value", str("02-Jan"), rosterio.KindDate, ""},
		{"holder_ref", str("Jan-02"), rosterio.KindDate, "1-2"},
		{"holder_ref", str("02-Jan"), rosterio.KindDate, "1-2 or 2-1"},
		{"holder_ref", str("2-Mar-26"), rosterio.KindDate, ""},
		{"holder_ref", str("02. Mrz"), rosterio.KindDate, "3-2 or 2-3"},
		{"value", str("01. Dez"), rosterio.KindDate, ""},
		{"value", str("Mai 26"), rosterio.KindDate, ""},
		{"value", str("02-janv."), rosterio.KindDate, ""},
		{"holder_ref", str("01-févr"), rosterio.KindDate, "2-1 or 1-2"},
		{"value", str("02/ene"), rosterio.KindDate, ""},
		{"value", str("02-gen"), rosterio.KindDate, ""},
		{"value", str("01/02/26"), rosterio.KindDate, ""},
		{"value", str("02.01.26"), rosterio.KindDate, ""},
		{"value", str("2026-01-02"), rosterio.KindDate, ""},
		{"value", str("2026-01-02 00:00:00"), rosterio.KindDate, ""},
		{"ends_at", truth("TRUE"), rosterio.KindNotDate, ""},
		{"value", truth("TRUE"), rosterio.KindBool, ""},
		{"holder_id", truth("FALSE"), rosterio.KindBool, ""},
		{"value", wrong("#N/A"), rosterio.KindSheetError, ""},
		{"value", str("#N/A"), rosterio.KindSheetError, ""},
		{"holder_ref", str("Loading..."), rosterio.KindSheetError, ""},
		{"value", str("#PUUTTUU!"), rosterio.KindSheetError, ""},
		{"note", str("#REF!"), rosterio.KindSheetError, ""},
		{"note", str("Err:502"), rosterio.KindSheetError, ""},
		{"value", str("#NV"), rosterio.KindSheetError, ""},
		{"value", str("#WERT!"), rosterio.KindSheetError, ""},
		{"holder_ref", str("#BEZUG!"), rosterio.KindSheetError, ""},
		{"note", str("#VALEUR!"), rosterio.KindSheetError, ""},
		{"value", str("#¡REF!"), rosterio.KindSheetError, ""},
		{"value", str("#####"), rosterio.KindSheetError, ""},
		{"value", cellio.Cell{Formula: true}, rosterio.KindNoResult, ""},
		{"note", cellio.Cell{Formula: true}, rosterio.KindNoResult, ""},
		{"value", formula(num("4711")), rosterio.KindNumber, ""},
		{"value", str(" 12345678"), rosterio.KindSpaces, "8 digits"},
		{"holder_id", str("p1 "), rosterio.KindSpaces, "p1"},
		{"ends_at", str(" 2026-01-02"), rosterio.KindSpaces, "2026-01-02"},
		{"holder_id", str("p1\u00a0"), rosterio.KindInvisible, "p1"},
		{"value", str("47\u200b11"), rosterio.KindInvisible, "4 digits"},
		{"holder_email", str("a@example.org\t"), rosterio.KindInvisible, "a@example.org"},
		{"holder_id", str("p\x001"), rosterio.KindInvisible, "p1"},
		{"value", str("４７１１"), rosterio.KindForeignDigits, "4 digits"},
		{"holder_id", str("p１"), rosterio.KindForeignDigits, "p1"},
		{"holder_id", str("p١٢"), rosterio.KindForeignDigits, "p12"},
		{"value", str("ＡＢ12"), rosterio.KindForeignDigits, "4 hexadecimal digits"},
		{"holder_email", str("ａnna@example.org"), rosterio.KindForeignDigits, "anna@example.org"},
		{"holder_email", str("anna＠example.org"), rosterio.KindForeignDigits, "anna@example.org"},
		{"value", str("'0815"), rosterio.KindApostrophe, "4 digits"},
		{"holder_ref", str("'0815"), rosterio.KindApostrophe, "0815"},
		{"holder_email", str("\u0430nna@example.org"), rosterio.KindLookAlike, "anna@example.org"},
		{"holder_email", str("anna@ex\u0430mple.org"), rosterio.KindLookAlike, "anna@example.org"},
		{"holder_email", str("anna@\u0440\u0430\u0443.org"), rosterio.KindLookAlike, "anna@pay.org"},
		{"holder_email", str("\u0441\u043e\u0440@example.org"), rosterio.KindLookAlike, "cop@example.org"},
		{"holder_email", str("\u0251nna@example.org"), rosterio.KindLookAlike, "anna@example.org"},
		{"holder_email", str("al\u0131@example.org"), rosterio.KindLookAlike, "ali@example.org"},
		{"note", str(long), rosterio.KindCutCell, ""},
		{"note", str(strings.Repeat("x", 32765) + "\U0001f511"), rosterio.KindCutCell, ""},
		{"options", str(long), rosterio.KindCutCell, ""},
		{"note", str("caf\ufffd"), rosterio.KindReplacement, ""},
		{"value", str("â€¢â€¢â€¢â€¢56"), rosterio.KindGarbled, "2 digits and 4 other characters"},
		{"value", str("‚Ä¢‚Ä¢‚Ä¢‚Ä¢56"), rosterio.KindGarbled, "2 digits and 4 other characters"},
		{"value", str("â€˘â€˘â€˘â€˘56"), rosterio.KindGarbled, "2 digits and 4 other characters"},
		{"value", str("вЂўвЂўвЂўвЂў56"), rosterio.KindGarbled, "2 digits and 4 other characters"},
		{"holder_email", str("zoÃ«@example.com"), rosterio.KindGarbled, "zoë@example.com"},
		{"credential_id", str("ZÃ¼rich"), rosterio.KindGarbled, "Zürich"},
		{"value", str("<Empty>"), rosterio.KindEmptyMarker, "<empty>"},
		{"note", str(" <empty> "), rosterio.KindEmptyMarker, "<empty>"},
		{"credential_id", str("<empty>"), rosterio.KindEmptyMarker, ""},
		{"holder_id", str("<empty>"), rosterio.KindEmptyMarker, ""},
		{"state", str("<empty>"), rosterio.KindEmptyMarker, ""},
		{"state", str("gone"), rosterio.KindState, ""},
		{"state", str("abesnt"), rosterio.KindState, "absent"},
	}
	for _, tt := range tests {
		t.Run(tt.column+"/"+tt.kind, func(t *testing.T) { wantDamage(t, tt.column, tt.cell, tt.kind, tt.likely) })
	}
}

// wantDamage expects one problem of a cell, of the given kind and likely original.
func wantDamage(t *testing.T, column string, cell cellio.Cell, kind, likely string) {
	t.Helper()
	roster := decodeCell(t, column, cell)
	if len(roster.Problems) != 1 {
		t.Fatalf("cell %.40q: problems %v, want one of kind %s", cell.Text, roster.Problems, kind)
	}
	p := roster.Problems[0]
	if p.Kind != kind || p.Likely != likely || p.Column != column || p.Severity != reconcile.SeverityError || p.Remedy == "" {
		t.Errorf("cell %.40q: problem %+v, want kind %s, likely %q", cell.Text, p, kind, likely)
	}
	if p.File != "r.csv" || p.Line != 2 || !strings.HasSuffix(p.Cell, "2") {
		t.Errorf("place %+v, want line 2 of r.csv", p)
	}
	if _, invalid := roster.Invalid[0]; !invalid {
		t.Error("the row is not invalid")
	}
	if got := roster.Rows.Record(0).Cell(badges().Index(column)); got.State() != reconcile.Unset {
		t.Errorf("the cell's state is %d, want unset", got.State())
	}
}

func TestCleanCells(t *testing.T) {
	tests := []struct {
		column string
		cell   cellio.Cell
		want   string
	}{
		{"value", str("0815"), "0815"},
		{"value", str("4567890123456780"), "4567890123456780"},
		{"value", str("12E5"), "12E5"},
		{"value", str("1e10"), "1e10"},
		{"value", str("1.5E12A"), "1.5E12A"},
		{"value", str("123 456"), "123 456"},
		{"value", str("0012 345 678"), "0012 345 678"},
		{"value", str("12. Ab"), "12. Ab"},
		{"holder_ref", str("Mai 26"), "Mai 26"},
		{"holder_ref", str("S-12 Dez"), "S-12 Dez"},
		{"value", str("#NV1"), "#NV1"},
		{"type", str("ＩＣカード"), "ＩＣカード"},
		{"holder_email", str("\u0440\u043e\u0441\u0430@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444"), "\u0440\u043e\u0441\u0430@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444"},
		{"value", str("026:12345"), "026:12345"},
		{"note", str("Al\u0131"), "Al\u0131"},
		{"value", str("026,12345"), "026,12345"},
		{"value", str("123.456"), "123.456"},
		{"value", str("4567-8901-2345"), "4567-8901-2345"},
		{"value", pad("308346877", 10), "0308346877"},
		{"value", pad("0", 4), "0000"},
		{"value", formula(str("0012")), "0012"},
		{"colour", pad("0", 6), "000000"},
		{"colour", str("#00ff00"), "#00ff00"},
		{"holder_id", num("123456789012345"), "123456789012345"},
		// Google Sheets stores whole numbers like this.
		{"holder_id", num("12.0"), "12"},
		{"holder_id", num("1.2345678E7"), "12345678"},
		{"holder_id", num("1.0E14"), "100000000000000"},
		{"uses", num("3.0"), "3"},
		{"uses", num("-3.0"), "-3"},
		{"holder_id", formatted("4711"), "4711"},
		{"holder_id", pad("4711", 1), "4711"},
		{"credential_id", str("6f1e0f6e-1b62-4c39-8d55-6a0d2f3b9c10"), "6f1e0f6e-1b62-4c39-8d55-6a0d2f3b9c10"},
		{"holder_ref", str("HR-01"), "HR-01"},
		{"holder_ref", str("SET-01"), "SET-01"},
		{"holder_ref", str("1-DES"), "1-DES"},
		{"holder_ref", str("2026-01-02"), "2026-01-02"},
		{"holder_ref", str("1.2"), "1.2"},
		{"holder_ref", str("12.345"), "12.345"},
		{"holder_ref", str("O'Hara"), "O'Hara"},
		{"holder_ref", str("Größe 3"), "Größe 3"},
		{"type", str("PIN (1, 2)"), "PIN (1, 2)"},
		{"type", str("Version 2.0"), "Version 2.0"},
		{"holder_email", str("o'hara+badge@example.org"), "o'hara+badge@example.org"},
		{"holder_email", str("почта@пример.example"), "почта@пример.example"},
		{"holder_email", str("анна.b@example.org"), "анна.b@example.org"},
		{"type", str("Ä-Ö ÅÄÖ São Ação NÃO"), "Ä-Ö ÅÄÖ São Ação NÃO"},
		{"type", str("Карта сотрудника"), "Карта сотрудника"},
		{"type", str("Κάρτα · Łódź · 例"), "Κάρτα · Łódź · 例"},
		{"note", str("â€¢ as it is"), "â€¢ as it is"},
		{"note", str("  kept as it is\u00a0"), "  kept as it is\u00a0"},
		{"note", str("'quoted' 1,234.0"), "'quoted' 1,234.0"},
		{"note", str("\U0001f468\u200d\U0001f469\u200d\U0001f467"), "\U0001f468\u200d\U0001f469\u200d\U0001f467"},
		{"note", str(strings.Repeat("x", 32766)), strings.Repeat("x", 32766)},
		{"note", str(strings.Repeat("x", 32768)), strings.Repeat("x", 32768)},
		{"note", num("2026"), "2026"},
		{"note", str("#1 door"), "#1 door"},
		{"uses", num("3"), "3"},
		{"uses", other("1500"), "1500"},
		{"active", truth("TRUE"), "true"},
		{"active", num("1"), "true"},
		{"active", num("0"), "false"},
		{"active", str("yes"), "true"},
		{"active", str("NO"), "false"},
		{"active", str("Ja"), "true"},
		{"active", str("non"), "false"},
		{"active", str("FALSE"), "false"},
		{"options", num("1.5"), "1.5"},
		{"options", str(`{"a": [1, 2.0]}`), `{"a": [1, 2.0]}`},
		{"state", str("Absent"), "absent"},
		{"state", str("PRESENT"), "present"},
	}
	for _, tt := range tests {
		roster := decodeCell(t, tt.column, tt.cell)
		if tt.cell.Formula {
			roster.Problems = roster.Problems[1:]
		}
		got := roster.Rows.Record(0).Text(tt.column)
		if len(roster.Problems) > 0 || got != tt.want {
			t.Errorf("%s %.40q: got %.40q, problems %v; want %.40q", tt.column, tt.cell.Text, got, roster.Problems, tt.want)
		}
	}
}

// TestCellStates: blank cells, markers and masks mean what rosters mean by them, and no rule about
// damage affects them.
func TestCellStates(t *testing.T) {
	tests := []struct {
		column string
		cell   cellio.Cell
		want   reconcile.CellState
	}{
		{"value", cellio.Cell{}, reconcile.Unset},
		{"value", str(""), reconcile.Unset},
		{"value", str("  "), reconcile.Unset},
		{"value", str("\u00a0"), reconcile.Unset},
		{"value", formula(str("")), reconcile.Unset},
		{"value", str("••••56"), reconcile.Masked},
		{"value", str("****"), reconcile.Masked},
		{"value", str("<empty>"), reconcile.Empty},
		{"note", str("<empty>"), reconcile.Empty},
		{"note", str("****"), reconcile.Filled},
		{"state", cellio.Cell{}, reconcile.Unset},
	}
	for _, tt := range tests {
		roster := decodeCell(t, tt.column, tt.cell)
		got := roster.Rows.Record(0).Cell(badges().Index(tt.column)).State()
		if got != tt.want || roster.Errors() > 0 {
			t.Errorf("%s %q: state %d, problems %v; want state %d", tt.column, tt.cell.Text, got, roster.Problems, tt.want)
		}
	}
}

// TestSecretsStayOutOfProblems: no problem of a secret cell holds the content of the cell.
func TestSecretsStayOutOfProblems(t *testing.T) {
	for _, cell := range []cellio.Cell{
		num("90817263"), formatted("90817263"), other("90817263"), num("9081726354453627"), num("9.0817263E+25"), num("90817263.5"), num("-90817263"),
		str(" 90817263"), str("90817263\u200b"), str("'90817263"), str("９０８１７２６３"), str("90817263.0"), str("90,817,263"), str("9.0817263E+12"),
		str("90817263\ufffd"), str("2026-09-08"), date("2026-09-08"), str(strings.Repeat("90817263", 4096)[:32767]),
	} {
		roster := decodeCell(t, "value", cell)
		if len(roster.Problems) == 0 {
			t.Errorf("cell %.20q is taken", cell.Text)
		}
		for _, p := range roster.Problems {
			for _, piece := range []string{"9081", "0817", "8172", "2026-", "９０８"} {
				if strings.Contains(p.String(), piece) {
					t.Errorf("problem repeats the secret: %s", p)
				}
			}
		}
	}
}

// TestProblemsSayWhatWasRead: problems say what was read so that it can be found, but neither at
// length nor if it is secret.
func TestProblemsSayWhatWasRead(t *testing.T) {
	tests := []struct {
		column string
		cell   cellio.Cell
		want   string
	}{
		{"holder_id", num("4.5678901234567891E+15"), "4.5678901234567891E+15"},
		{"holder_id", str("p1\u00a0"), `"p1\u00a0"`},
		{"holder_ref", str("2-Jan"), `"2-Jan"`},
		{"holder_ref", date("2026-01-02"), "2026-01-02"},
		{"holder_ref", str(strings.Repeat("ä", 61) + "\t"), `"` + strings.Repeat("ä", 60) + `"…`},
		{"holder_email", wrong("#N/A"), "#N/A"},
		{"holder_email", num("30834687"), "••••"}, // slipped out of its column
		{"state", str("0815"), "••••"},
		{"value", str("'0815"), "4 digits and 1 apostrophe"},
		{"value", num("123456789012"), "12 digits"},
		{"value", cellio.Cell{Formula: true}, ""},
	}
	for _, tt := range tests {
		roster := decodeCell(t, tt.column, tt.cell)
		if len(roster.Problems) != 1 || roster.Problems[0].Read != tt.want {
			t.Errorf("cell %.40q: problems %+v, want read %s", tt.cell.Text, roster.Problems, tt.want)
		}
	}
}
