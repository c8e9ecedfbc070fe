package exportio

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// lowered makes sheets as short as a test needs them.
func lowered(t *testing.T, rows int) {
	t.Helper()
	before := sheetRows
	sheetRows = rows
	t.Cleanup(func() { sheetRows = before })
}

// split saves an export of seven credentials, all with the same weak PIN, over sheets of three.
func split(t *testing.T) (path string, a *Account) {
	t.Helper()
	lowered(t, 4)
	var records []fields
	for i := range 7 {
		records = append(records, fields{"credential_id": fmt.Sprint("c", i), "holder_id": fmt.Sprint(i), "type": "pin", "value": "1234"})
	}
	s := source(t)
	s.Account, s.Listing = "hq", listing(records...)
	a = New(s)
	path = filepath.Join(t.TempDir(), "x.xlsx")
	if err := Save(path, XLSX, export(a), Recipients{}); err != nil {
		t.Fatal(err)
	}
	return path, a
}

func TestCredentialsGoOnInFurtherSheets(t *testing.T) {
	path, a := split(t)
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sheets := book.GetSheetList()
	if want := []string{"Summary", "keyroster", "hq", "hq (2)", "hq (3)", "Findings", "Findings (2)", "Findings (3)"}; !slices.Equal(sheets[:len(want)], want) {
		t.Errorf("sheets %q, want %q", sheets, want)
	}
	for _, name := range []string{"hq", "hq (2)", "hq (3)", "Findings (2)"} {
		rows, err := book.GetRows(name)
		if err != nil || len(rows) < 2 || rows[0][0] != map[bool]string{true: "Account", false: "credential_id"}[name == "Findings (2)"] {
			t.Errorf("sheet %s: %q, %v", name, rows, err)
		}
	}

	back, err := Read(path, schemas)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(masked(a.Records), cellsOf(back.Accounts[0].Records)); d != "" {
		t.Error(d)
	}
}

// TestSplitExportIsARoster: the inputs that Summary says to name are a roster that plans zero
// changes.
func TestSplitExportIsARoster(t *testing.T) {
	path, a := split(t)
	inputs := []string{path + "#hq", path + "#hq (2)", path + "#hq (3)"}
	roster, err := rosterio.Read(t.Context(), inputs, rosterio.Options{Schema: schema, Row: badge{}})
	if err != nil || len(roster.Problems) > 0 {
		t.Fatalf("%v, %v", err, roster.Problems)
	}
	have := a.AsListing()
	plan := reconcile.Diff(roster, a.Resolve(roster, nil), have, reconcile.Policy{})
	if sum := plan.Summarize(nil); sum.Rows != 7 || sum.Unlisted != 0 || len(plan.Chains) != 0 || sum.Of(reconcile.Unchanged) != 7 {
		t.Errorf("summary %+v, %d chains", sum, len(plan.Chains))
	}
}

func TestNamesOfFurtherSheets(t *testing.T) {
	lowered(t, 3)
	long := "a-name-that-is-longer-than-any-sheet-s"
	listed := listing(fields{"credential_id": "1", "type": "x"}, fields{"credential_id": "2", "type": "x"}, fields{"credential_id": "3", "type": "x"})
	var accounts []*Account
	for _, name := range []string{"hq", "HQ (2)", long} {
		s := source(t)
		s.Account, s.Listing = name, listed
		accounts = append(accounts, New(s))
	}
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if err := Save(path, XLSX, export(accounts...), Recipients{}); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"hq", "hq (3)", "HQ (2)", "HQ (2) (2)", "a-name-that-is-longer-than-any-", "a-name-that-is-longer-than- (2)"}
	if got := book.GetSheetList()[2:8]; !slices.Equal(got, want) {
		t.Errorf("sheets %q, want %q", got, want)
	}
	if _, err := Read(path, schemas); err != nil {
		t.Error(err)
	}
}

// TestEmptyChangesSaySo: a sheet without lines says so, since an empty one looks like a mistake.
func TestEmptyChangesSaySo(t *testing.T) {
	s := source(t)
	s.Listing = listing(fields{"credential_id": "1", "holder_id": "1", "type": "32", "value": "0010000001"})
	a := New(s)
	if err := a.Compare(&Baseline{
		File: "x", At: a.ListedAt, KeyID: a.KeyID, Columns: a.Columns, Records: a.Records,
	}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if err := Save(path, XLSX, export(a), Recipients{}); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := book.GetRows("Changes"); err != nil || len(rows) != 2 || !slices.Contains(rows[1], "No changes.") {
		t.Errorf("changes %q, %v", rows, err)
	}
	// Rules have the names that they have on the sheet Summary.
	if rows, err := book.GetRows("Findings"); err != nil || len(rows) < 2 || rows[1][1] != "Holder is unknown" {
		t.Errorf("findings %q, %v", rows, err)
	}
}
