package rosterio_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/gocarina/gocsv"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/io/cellio"
	"keyroster/io/csvio"
	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

func TestRows(t *testing.T) {
	hidden := text(4, "c3", "3")
	hidden.Hidden = true
	struck := text(4, "c3", "3")
	struck.Struck = true
	tests := []struct {
		name      string
		table     *memory
		want      []string
		rows      int
		unlocated int
		invalid   int
	}{
		{
			name: "CSV row too long", table: &memory{csv: true, lines: rows("credential_id,value", "c1,1", "c2,2,extra", "c3,3,")},
			want: []string{"3 ragged_row error"}, rows: 3, unlocated: 1, invalid: 1,
		},
		{
			name: "CSV row too short", table: &memory{csv: true, lines: rows("credential_id,value,note", "c1,1,", "c2,2")},
			want: []string{"3 ragged_row error"}, rows: 2, unlocated: 1, invalid: 1,
		},
		{name: "separator at the end of the header", table: &memory{csv: true, lines: rows("credential_id,value,", "c1,1", "c2,2,")}, rows: 2},
		{name: "short rows of a workbook", table: &memory{lines: rows("credential_id,value,note", "c1,1", "c2")}, rows: 2},
		{
			name: "content without a header", table: &memory{lines: rows("credential_id,value,,note", "c1,1,x,n,y", "c2,2,x,n,y")},
			want: []string{"2C2 blank_header warning", "2E2 blank_header warning"}, rows: 2,
		},
		{
			name: "header again", table: &memory{lines: rows("credential_id,value", "c1,1", "credential_id,value", "c2,2")},
			want: []string{"3 header_again warning"}, rows: 2,
		},
		{
			name: "a state under status",
			table: &memory{lines: rows("credential_id,value,Status",
				"c1,1,active", "c2,2,Absent ", "c3,3")},
			want: []string{"3C3 Status misspelt_column error"}, rows: 3, invalid: 1,
		},
		{
			name:  "a status beside states",
			table: &memory{lines: rows("credential_id,value,status,state", "c1,1,absent,present")},
			rows:  1,
		},
		{name: "header only", table: &memory{lines: rows("credential_id,value")}, want: []string{"1 no_rows error"}},
		{name: "a row of spaces is none", table: &memory{csv: true, lines: rows("credential_id,value", "  ", " , ")}, want: []string{"1 no_rows error"}},
		{
			name: "same id twice", table: &memory{lines: rows("credential_id,value", "c1,1", "c2,2", "c1,3", "c1,4", ",5", ",6")},
			want: []string{"2 credential_id duplicate_row error", "4 credential_id duplicate_row error", "5 credential_id duplicate_row error"}, rows: 6, invalid: 3,
		},
		{
			name: "hidden rows", table: &memory{lines: []cellio.Line{text(1, "credential_id", "value"), text(2, "c1", "1"), hidden}},
			want: []string{"4 hidden_rows warning"}, rows: 2,
		},
		{
			name: "crossed-out rows",
			table: &memory{
				lines: []cellio.Line{text(1, "credential_id", "value"), text(2, "c1", "1"), struck},
			},
			want: []string{"4 struck_rows warning"}, rows: 2,
		},
		{
			name: "formulas once a column", table: &memory{lines: []cellio.Line{
				text(1, "credential_id", "value", "note"),
				{Number: 2, Cells: []cellio.Cell{str("c1"), formula(str("01")), formula(str("a"))}},
				{Number: 3, Cells: []cellio.Cell{str("c2"), formula(str("02")), formula(str("b"))}},
			}},
			want: []string{"2B2 value formula warning", "2C2 note formula warning"}, rows: 2,
		},
		{
			name: "every bad cell", table: &memory{lines: []cellio.Line{
				text(1, "credential_id", "value", "note"),
				{Number: 2, Cells: []cellio.Cell{str("c1"), num("1"), wrong("#N/A")}},
				{Number: 3, Cells: []cellio.Cell{str("c2"), num("2")}},
			}},
			want: []string{"2B2 value number error", "2C2 note spreadsheet_error error", "3B3 value number error"}, rows: 2, invalid: 2,
		},
		{
			name: "row whose holder is refused", table: &memory{lines: rows("credential_id,holder_id,type,value", "c1,p1 ,pin,1", ",p2 ,pin,1")},
			want: []string{"2B2 holder_id surrounding_spaces error", "3B3 holder_id surrounding_spaces error"}, rows: 2, unlocated: 1, invalid: 2,
		},
		{
			name: "rows below a bad header", table: &memory{lines: rows("credential_id,value,code", "c1,1,2", "c 2 ,3,4")},
			want: []string{"1C1 value duplicate_column error", "3A3 credential_id surrounding_spaces error"}, rows: 2, unlocated: 1, invalid: 1,
		},
		{
			name: "rows below a header that is not whole", table: &memory{lines: rows("credential_id,valeu", "c1,1", "c2 ,2")},
			want: []string{"1B1 valeu misspelt_column error", "1 nothing_managed error", "3A3 credential_id surrounding_spaces error"}, rows: 2, unlocated: 1, invalid: 1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			roster := decode(t, tt.table, nil)
			if diff := cmp.Diff(tt.want, briefs(roster.Problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if roster.Rows.Len() != tt.rows || roster.Unlocated != tt.unlocated || len(roster.Invalid) != tt.invalid || roster.Files[0].Rows != tt.rows {
				t.Errorf("%d rows (%d in the file), %d unlocated, %d invalid; want %d, %d, %d", roster.Rows.Len(), roster.Files[0].Rows,
					roster.Unlocated, len(roster.Invalid), tt.rows, tt.unlocated, tt.invalid)
			}
		})
	}
}

// TestRaggedRowMatchesNothing: the cells of a ragged row may have shifted, so none of them may
// match a record.
func TestRaggedRowMatchesNothing(t *testing.T) {
	roster := decode(t, &memory{csv: true, lines: rows("credential_id,value", "c1,1,2")}, nil)
	for i := range badges().Columns {
		if got := roster.Rows.Record(0).Cell(i).State(); got != reconcile.Unset {
			t.Errorf("column %d has state %d, want unset", i, got)
		}
	}
}

// TestManyBatches: rows keep their places and texts across batches, and so do findings.
func TestManyBatches(t *testing.T) {
	const n = 2500
	lines := []cellio.Line{text(3, "credential_id", "value", "note")}
	for i := range n {
		lines = append(lines, text(10+2*i, fmt.Sprint("c", i), fmt.Sprintf("%04d", i), fmt.Sprint("note ", i)))
	}
	roster := decode(t, &memory{lines: lines}, func(row any, report func(reconcile.Finding)) {
		if b := row.(*badgeRow); b.Value.Reveal() == "1500" {
			report(reconcile.Finding{Column: "note", Kind: "odd", Message: "is odd", Likely: b.Note})
		}
	})
	for i := range n {
		r, at := roster.Rows.Record(i), roster.Source(i)
		if r.ID() != fmt.Sprint("c", i) || r.Text("value") != fmt.Sprintf("%04d", i) || r.Text("note") != fmt.Sprint("note ", i) || at.Line != 10+2*i {
			t.Fatalf("row %d: %q %q %q on line %d", i, r.ID(), r.Text("value"), r.Text("note"), at.Line)
		}
	}
	want := []string{"3010C3010 note odd error"}
	if diff := cmp.Diff(want, briefs(roster.Problems)); diff != "" || roster.Problems[0].Likely != "note 1500" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// TestCheckAfterDamage: findings about a refused cell are dropped, and so are those about a row
// whose name was refused.
func TestCheckAfterDamage(t *testing.T) {
	lines := []cellio.Line{
		text(1, "credential_id", "value", "note"),
		{Number: 2, Cells: []cellio.Cell{str("c1"), num("1"), str("n")}},
		{Number: 3, Cells: []cellio.Cell{wrong("#N/A"), str("01"), str("n")}},
		text(4, "c3", "03", "n"),
	}
	roster := decode(t, &memory{lines: lines}, func(row any, report func(reconcile.Finding)) {
		b := row.(*badgeRow)
		if b.Value.IsZero() {
			report(reconcile.Finding{Column: "value", Kind: "missing", Message: "there is no value"})
		}
		if b.CredentialID == "" {
			report(reconcile.Finding{Kind: "nameless", Message: "the row names nothing"})
		}
		report(reconcile.Finding{Column: "note", Kind: "noted", Severity: reconcile.SeverityWarning, Message: "has a note"})
	})
	want := []string{"2B2 value number error", "2C2 note noted warning", "3A3 credential_id spreadsheet_error error", "3C3 note noted warning", "4C4 note noted warning"}
	if diff := cmp.Diff(want, briefs(roster.Problems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// TestNoCheckBelowBadHeader: below a header with errors, the rules would only repeat for each row
// what the header lacks.
func TestNoCheckBelowBadHeader(t *testing.T) {
	decode(t, &memory{lines: rows("credential_id,valeu", "c1,1")}, func(any, func(reconcile.Finding)) { t.Error("a row was checked") })
}

func TestDamagedTable(t *testing.T) {
	broken := &cellio.InputError{File: "r.csv", Line: 3, Kind: cellio.KindDamaged, Message: "is cut off"}
	table := &memory{lines: rows("credential_id,value", "c1,1"), err: broken}
	schema := badges()
	h := bind(t, table, nil)
	roster := reconcile.NewRoster(schema)
	roster.Files = []reconcile.File{{Name: "r.csv", Sheets: []string{""}}}
	if err := rosterio.Decode(context.Background(), h, roster, rosterio.Options{Row: badgeRow{}}); err != error(broken) {
		t.Errorf("Decode = %v, want the table's error", err)
	}
}

func TestDecodeStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	roster := reconcile.NewRoster(badges())
	roster.Files = []reconcile.File{{Name: "r.csv", Sheets: []string{""}}}
	h := bind(t, &memory{lines: rows("credential_id,value", "c1,1")}, nil)
	if err := rosterio.Decode(ctx, h, roster, rosterio.Options{Row: badgeRow{}}); !errors.Is(err, context.Canceled) {
		t.Errorf("Decode = %v, want context.Canceled", err)
	}
}

// TestZerosSuspect: a column of codes of one length, some with leading zeros, and a few that are
// shorter.
func TestZerosSuspect(t *testing.T) {
	column := func(values ...string) *memory {
		m := &memory{csv: true, lines: []cellio.Line{text(1, "holder_id", "type", "value")}}
		for i, v := range values {
			typ := "pin"
			if strings.HasPrefix(v, "k") {
				typ, v = "key", v[1:]
			}
			m.lines = append(m.lines, text(i+2, fmt.Sprint("p", i), typ, v))
		}
		return m
	}
	codes := []string{"0123", "4567", "0999", "8888", "7777", "1234", "2345", "3456", "5678", "6789", "9876", "8765"}
	numbers := []string{"1123", "4567", "1999", "8888", "7777", "1234", "2345", "3456", "5678", "6789", "9876", "8765"}
	// Codes of one length, all of which lost their zeros (eaten) or have them (whole).
	var whole, eaten, keys, long []string
	for n := range 30 {
		code := fmt.Sprintf("%04d", (n*337+89)%10_000)
		whole, eaten, keys = append(whole, code), append(eaten, strings.TrimLeft(code, "0")), append(keys, "k"+strings.TrimLeft(code, "0"))
		long = append(long, "k"+fmt.Sprint(n*31_300_337+9_000_089))
	}
	tests := []struct {
		name   string
		values []string
		want   []string
	}{
		{"all lost", eaten, []string{"3 value zeros_suspect warning"}},
		{"none lost", whole, nil},
		{"running numbers", keys, nil},
		{"long ones", long, []string{"3 value zeros_suspect warning"}},
		{"two lengths", append(numbers, "123456", "234567", "345678", "456789", "567890", "678901", "789012", "890123", "901234"), nil},
		{"one short among codes", append(codes[:12:12], "123"), []string{"14 value zeros_suspect warning"}},
		{"all of one length", codes, nil},
		{"numbers of any length", append(numbers[:12:12], "123"), nil},
		{"another type", append(codes[:12:12], "k123"), nil},
		{"short with its zero", append(codes[:12:12], "012"), nil},
		{"too few to tell", []string{"0123", "4567", "123"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, briefs(decode(t, column(tt.values...), nil).Problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// cleanBadge draws a row that no rule about damage refuses.
func cleanBadge(t *rapid.T, n int) badgeRow {
	pick := func(label string, options ...string) string { return rapid.SampledFrom(options).Draw(t, label) }
	prose := rapid.StringMatching(`([a-zäöü"',;=+@\n-][a-z ,;"'|\r\n\t=-]{0,12}[a-z!])?`)
	return badgeRow{
		CredentialID: pick("id", "", fmt.Sprintf("c-%d", n)),
		HolderID:     rapid.StringMatching(`p[0-9]{1,4}`).Draw(t, "holder"),
		HolderEmail:  pick("email", "", "anna@example.org", "b.c+d@example.org"),
		HolderRef:    rapid.StringMatching(`(|[A-Z]{2}[;,|][0-9]{2,4}x)`).Draw(t, "ref"),
		Type:         pick("type", "pin", "card", "Version 2.0"),
		Value:        reconcile.NewSecret(rapid.StringMatching(`(|[0-9]{4,12}|<empty>|••••)`).Draw(t, "value")),
		Note:         prose.Draw(t, "note"),
		EndsAt:       pick("ends", "", "2026-01-31", "2026-01-31T08:30:00Z"),
		State:        pick("state", "", "present", "absent"),
	}
}

func (b badgeRow) texts() []string {
	return []string{b.CredentialID, b.HolderID, b.HolderEmail, b.HolderRef, b.Type, b.Value.Reveal(), b.Note, b.EndsAt, b.State}
}

var badgeHeader = []string{"credential_id", "holder_id", "holder_email", "holder_ref", "type", "value", "note", "ends_at", "state"}

// TestRoundTrip: rows written as CSV are read back unchanged, and are those that gocsv alone would
// make of the same cells.
func TestRoundTrip(t *testing.T) {
	schema := badges()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "rows")
		var file bytes.Buffer
		w := csvio.NewWriter(&file)
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8}).Draw(t, "columns")
		plain := [][]string{permute(badgeHeader, order)}
		var want []badgeRow
		for i := range n {
			b := cleanBadge(t, i)
			want = append(want, b)
			plain = append(plain, permute(b.texts(), order))
		}
		for _, record := range plain {
			if err := w.Write(record); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		table, err := csvio.Open(&file, "r.csv")
		if err != nil {
			t.Fatal(err)
		}
		var got []badgeRow
		roster := reconcile.NewRoster(schema)
		roster.Files = []reconcile.File{{Name: "r.csv", Sheets: []string{""}}}
		h, err := rosterio.Bind(table, schema, rosterio.BindOptions{File: "r.csv"})
		if err != nil {
			t.Fatal(err)
		}
		err = rosterio.Decode(context.Background(), h, roster, rosterio.Options{Row: badgeRow{}, Check: func(row any, _ func(reconcile.Finding)) {
			got = append(got, *row.(*badgeRow))
		}})
		if err != nil || len(roster.Problems) > 0 {
			t.Fatalf("Decode: %v, problems %v", err, roster.Problems)
		}
		var alone []badgeRow
		if err := gocsv.UnmarshalDecoder(rowsDecoder(plain), &alone); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			for c, text := range want[i].texts() {
				if got[i].texts()[c] != text || alone[i].texts()[c] != text {
					t.Fatalf("row %d, %s: got %q, gocsv alone %q, want %q", i, badgeHeader[c], got[i].texts()[c], alone[i].texts()[c], text)
				}
				col := schema.Index(badgeHeader[c])
				cell := roster.Rows.Record(i).Cell(col)
				if wanted := reconcile.RosterCell(text, schema.Columns[col].Secret()); cell.State() != wanted.State() || cell.Text() != wanted.Text() {
					t.Fatalf("row %d, %s: cell of state %d, want %d", i, badgeHeader[c], cell.State(), wanted.State())
				}
			}
		}
	})
}

func permute(cells []string, order []int) []string {
	out := make([]string, len(order))
	for i, at := range order {
		out[i] = cells[at]
	}
	return out
}

type rowsDecoder [][]string

func (r rowsDecoder) GetCSVRows() ([][]string, error) { return r, nil }
