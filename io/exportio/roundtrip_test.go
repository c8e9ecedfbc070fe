package exportio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"keyroster/io/rights/rightstest"
	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// TestRoundTrip: whatever the texts are, an export that is read back, by Read and as a roster, says
// what was written, and holds no value unless it was revealed.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	odd := rapid.SampledFrom([]string{"<empty>", `\<empty>`, `\\<empty>`, "< EMPTY >", "<empty> or not", "a\x07b", "a\rb", "\x1b[31m", "_x0007_", "_x005F_", "ﷲ"})
	text := rapid.OneOf(odd, rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("ab01 =+@'\",;\t\n\r\x07é€_x😀<&>\\")), rapid.Rune())).Filter(func(s string) bool {
		return s == strings.TrimSpace(s) && s != "" && !strings.ContainsFunc(s, unstorable) && !strings.Contains(s, "\ufeff")
	}))
	card := rapid.StringMatching(`[0-9A-F]{4,16}`).Filter(func(s string) bool { return !strings.Contains(s, "E") })
	rapid.Check(t, func(t *rapid.T) {
		format := rapid.SampledFrom(Formats).Draw(t, "format")
		reveal := rapid.Bool().Draw(t, "reveal")
		mask := reconcile.NewMasker(rapid.SampledFrom([]reconcile.Shown{reconcile.ShowNone, reconcile.ShowLast2, reconcile.ShowLast4}).Draw(t, "mask"), []string{"32"})
		var records []fields
		for i := range rapid.IntRange(1, 4).Draw(t, "records") {
			r := fields{"credential_id": fmt.Sprint("c", i), "holder_id": rapid.SampledFrom([]string{"1", "2"}).Draw(t, "holder"), "type": rapid.SampledFrom([]string{"31", "32"}).Draw(t, "type")}
			for _, name := range []string{"status", "type_name", "holder_name"} {
				r[name] = text.Draw(t, name)
			}
			r["value"] = rapid.OneOf(card, rapid.Just("")).Draw(t, "value")
			if rapid.IntRange(0, 3).Draw(t, "long") == 0 {
				r["design"] = "<svg>" + strings.Repeat("é<&>", rapid.IntRange(8187, 8195).Draw(t, "size")) + "</svg>"
			}
			records = append(records, r)
		}
		a := New(Source{Account: "hq", Listing: listing(records...), Marks: marks(testing.TB(nilTB{}), "k"), Reveal: reveal, Mask: mask})
		path := filepath.Join(dir, "x."+string(format))
		if err := Save(path, format, export(a), Recipients{}); err != nil {
			t.Fatal(err)
		}
		back, err := Read(path, schemas)
		if err != nil {
			t.Fatal(err)
		}
		want := cellsOf(a.Records)
		if !reveal {
			want = masked(a.Records)
		}
		if d := cmp.Diff(want, cellsOf(back.Accounts[0].Records)); d != "" {
			t.Fatal(d)
		}
		if format == CSV || format == XLSX {
			asRoster(t, path, want)
		}
		data, _ := os.ReadFile(path)
		for _, r := range records {
			if v := r["value"]; len(v) > 6 && format != XLSX && strings.Contains(string(data), v) != reveal {
				t.Fatalf("a value is in the file: %v, revealed: %v", !reveal, reveal)
			}
		}
	})
}

// nilTB stands in for a testing.TB where rapid has none that fits.
type nilTB struct{ testing.TB }

func (nilTB) Helper()           {}
func (nilTB) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

func masked(set *reconcile.Set) []string {
	hidden := reconcile.NewSet(set.Schema(), set.Len())
	for n := range set.Len() {
		cells := set.Record(n).Cells(nil)
		if v := set.Schema().Value(); cells[v].Filled() {
			cells[v] = reconcile.MaskedCell()
		}
		hidden.Add(cells)
	}
	return cellsOf(hidden)
}

// asRoster reads an export as a roster, and expects no problem and only cells that are in want.
func asRoster(t *rapid.T, path string, want []string) {
	roster, err := rosterio.Read(context.Background(), []string{path}, rosterio.Options{Schema: schema, Row: badge{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range roster.Problems {
		t.Fatalf("%s", p)
	}
	for n, text := range cellsOf(roster.Rows) {
		for cell := range strings.SplitSeq(strings.TrimSuffix(text, "|"), "|") {
			if !strings.Contains(want[n], cell) {
				t.Fatalf("row %d: %s is not in %s", n, cell, want[n])
			}
		}
	}
}

func TestSummaryIsNoRoster(t *testing.T) {
	s := source(t)
	s.Account, s.Title, s.Tenant.Name, s.Tenant.ID = "Value", "Type", "Holder ID", ""
	s.Listing = listing(fields{"credential_id": "K1", "holder_id": "1", "type": "code", "type_name": "Code", "status": "State", "value": "0010000001"})
	a := New(s)
	other := source(t)
	other.Account = "summary"
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if err := Save(path, XLSX, export(a, New(other)), Recipients{}); err != nil {
		t.Fatal(err)
	}
	roster, err := rosterio.Read(t.Context(), []string{path}, rosterio.Options{Schema: schema, Row: badge{}})
	if err != nil || roster.Rows.Len() != 1 || roster.Files[0].Sheets[0] != "Value" {
		t.Errorf("read %v, %+v", err, roster.Files)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"Summary", "keyroster", "Value", "summary 2", "Findings"}, book.GetSheetList()); d != "" {
		t.Error(d)
	}
	if visible, _ := book.GetSheetVisible("keyroster"); visible {
		t.Error("the hidden sheet is seen")
	}
}

func TestMode(t *testing.T) {
	dir := t.TempDir()
	s := source(t)
	s.Listing = listing(fields{"credential_id": "K/1", "holder_id": "1", "type": "1", "rules": "{" + strings.Repeat(" ", 40_000) + "}"})
	if err := Save(filepath.Join(dir, "x.csv"), CSV, export(New(s)), Recipients{}); err != nil {
		t.Fatal(err)
	}
	var names []string
	_ = filepath.WalkDir(dir, func(path string, e os.DirEntry, _ error) error {
		if path != dir {
			rightstest.Private(t, path)
		}
		if !e.IsDir() {
			names = append(names, strings.TrimPrefix(path, dir))
		}
		return nil
	})
	if len(names) != 3 ||
		!strings.HasPrefix(names[2], string(filepath.Separator)+filepath.Join("x.csv.files", "K_1~")) &&
			!slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(n, ".rules.json") }) {
		t.Errorf("files %q", names)
	}
}

// TestWholeOrNot: a failure leaves nothing of the new export, and all of the old one.
func TestWholeOrNot(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.csv")
	s := source(t)
	if err := Save(path, CSV, export(New(s)), Recipients{}); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	s.Listing = listing(
		fields{"credential_id": "A", "holder_id": "1", "type": "1", "design": strings.Repeat("x", 40_000)},
		fields{"credential_id": "B", "holder_id": "1", "type": strings.Repeat("x", 40_000)},
	)
	err := Save(path, CSV, export(New(s)), Recipients{})
	if err == nil || !strings.Contains(err.Error(), "column type of credential B") {
		t.Errorf("error %v", err)
	}
	after, _ := os.ReadFile(path)
	entries, _ := os.ReadDir(dir)
	if string(before) != string(after) || len(entries) != 2 {
		t.Errorf("the folder holds %v", entries)
	}
	if err := Save(filepath.Join(dir, "y.csv"), CSV, export(New(source(t)), New(source(t))), Recipients{}); err == nil {
		t.Error("two accounts in one CSV file")
	}
}

func TestEncrypted(t *testing.T) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	to, err := ParseRecipients([]string{
		identity.Recipient().String(),
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN somebody",
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := source(t)
	s.Reveal = true
	for _, format := range Formats {
		path := filepath.Join(dir, "x."+string(format)+".age")
		if FormatOf(path) != format {
			t.Errorf("%s is taken for %q", path, FormatOf(path))
		}
		if err := Save(path, format, export(New(s)), to); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path, schemas); !errors.Is(err, ErrNotExport) || !strings.Contains(err.Error(), "decrypt") {
			t.Errorf("read: %v", err)
		}
		f, _ := os.Open(path)
		plain, err := age.Decrypt(f, identity)
		if err != nil {
			t.Fatal(err)
		}
		out, _ := os.Create(filepath.Join(dir, "plain."+string(format)))
		if _, err := io.Copy(out, plain); err != nil {
			t.Fatal(err)
		}
		_ = errors.Join(out.Close(), f.Close())
		if format == CSV {
			sealed, err := os.ReadFile(path + MetaSuffix + ".age")
			if err != nil || strings.Contains(string(sealed), "accounts") {
				t.Errorf("the file beside it: %v", err)
			}
			continue
		}
		back, err := Read(out.Name(), schemas)
		if err != nil || back.Accounts[0].Records.Record(0).Text("value") != "0010000001" {
			t.Errorf("%s: %v", format, err)
		}
	}
	for _, bad := range []string{"age1nothing", "AGE-SECRET-KEY-1XXX", "ssh-ed25519 AAAA", "", "somebody@example.com"} {
		if _, err := ParseRecipients([]string{bad}); err == nil || len(bad) > 12 && strings.Contains(err.Error(), bad) {
			t.Errorf("recipient %q: %v", bad, err)
		}
	}
}

func TestReadDamaged(t *testing.T) {
	dir := t.TempDir()
	path := func(format Format) string { return filepath.Join(dir, "x."+string(format)) }
	for _, format := range Formats {
		if err := Save(path(format), format, export(New(source(t))), Recipients{}); err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	csv, doc, lines := read("x.csv"), read("x.json"), read("x.ndjson")
	cut := func(text string) string { return text[:strings.LastIndex(strings.TrimSpace(text), "\n")+1] }
	for name, c := range map[string]struct {
		file, content string
		want          error
		says          string
	}{
		"a row gone":           {"x.csv", cut(csv), ErrChanged, ""},
		"a cell changed":       {"x.csv", strings.Replace(csv, "active", "lost", 1), ErrChanged, ""},
		"a mask changed":       {"x.csv", strings.Replace(csv, "••••01", "••••02", 1), ErrChanged, ""},
		"a value for a mask":   {"x.csv", strings.Replace(csv, "••••01", "0010000009", 1), ErrChanged, ""},
		"a PIN for a mask":     {"x.csv", strings.Replace(csv, ",••••,", ",048216,", 1), ErrChanged, ""},
		"a column gone":        {"x.csv", strings.Replace(csv, "status", "standing", 1), ErrChanged, ""},
		"a row twice":          {"x.csv", csv + strings.SplitAfter(csv, "\n")[1], nil, "twice"},
		"no file beside":       {"y.csv", csv, ErrNotExport, "y.csv.meta.json"},
		"empty":                {"x.csv", "", nil, "header"},
		"a document cut":       {"x.json", doc[:len(doc)/2], nil, "damaged or ends too early"},
		"another document":     {"x.json", `{"schema":"keyroster/plan/1"}`, ErrNotExport, ""},
		"a member of a number": {"x.json", strings.Replace(doc, `"account": "hq"`, `"account": 5`, 1), nil, "wrong kind"},
		"another provider":     {"x.json", strings.Replace(doc, `"provider": "demo"`, `"provider": "acme"`, 1), nil, "acme"},
		"a line gone":          {"x.ndjson", cut(lines), ErrChanged, ""},
		"a line alone":         {"x.ndjson", strings.SplitAfter(lines, "\n")[1], ErrNotExport, ""},
		"more after it":        {"x.json", doc + "{}", nil, "followed"},
	} {
		t.Run(name, func(t *testing.T) {
			old := filepath.Join(dir, c.file)
			saved, _ := os.ReadFile(old)
			defer os.WriteFile(old, saved, 0o600) //nolint:errcheck // the next case would fail
			if err := os.WriteFile(old, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Read(old, schemas)
			if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v", err)
			}
		})
	}
	if _, err := Read(filepath.Join(dir, "none"), schemas); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	// With its columns in another order, and with additional ones, it is the same export.
	var rows []string
	for line := range strings.SplitSeq(strings.TrimSpace(csv), "\r\n") {
		first, rest, _ := strings.Cut(line, ",")
		rows = append(rows, rest+",mine,"+first)
	}
	if err := os.WriteFile(path(CSV), []byte(strings.Join(rows, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path(CSV), schemas); err != nil {
		t.Error(err)
	}
}

// TestJSONMembers: the JSON of every format is valid, and has the members that scripts read.
func TestJSONMembers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	if err := Save(path, JSON, export(New(source(t))), Recipients{}); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(path)
	var doc struct {
		Schema   string
		Accounts []struct {
			Account     string
			Credentials []map[string]string
			Totals      struct{ Credentials int }
			Digest      string
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	a := doc.Accounts[0]
	want := map[string]string{
		"credential_id": "K1", "holder_id": "501", "holder_name": "Person One", "holder_email": "One@example.com", "holder_ref": "E-1", "type": "32",
		"type_name": "Card", "status": "active", "value": "••••01", "ends_at": "2027-01-01T00:00:00Z", "fingerprint": a.Credentials[0]["fingerprint"],
	}
	if d := cmp.Diff(want, a.Credentials[0]); d != "" || doc.Schema != Schema || a.Account != "hq" || a.Totals.Credentials != 3 || !strings.HasPrefix(a.Digest, "sha256:") {
		t.Errorf("%s %+v", d, doc)
	}
}
