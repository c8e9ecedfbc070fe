package exportio

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/io/cellio"
	"keyroster/reconcile"

	_ "keyroster/reconcile/fixedseed"
)

// TestLongTextsStandBeside: however long the texts are that a provider has about a credential and
// its holder, an export in cells holds them, and returns them when it is read.
func TestLongTextsStandBeside(t *testing.T) {
	long := strings.Repeat("Person 王小明 of a very long name ", 1500)
	long = strings.TrimSpace(long)
	for _, format := range Formats {
		t.Run(string(format), func(t *testing.T) {
			dir := t.TempDir()
			s := source(t)
			s.Listing = listing(
				fields{"credential_id": "K1", "holder_id": "501", "holder_name": long, "type": "32", "type_name": "Card " + long, "status": "active", "value": "0010000001"},
				fields{"credential_id": "K2", "holder_id": "502", "holder_name": "@home", "type": "32", "type_name": "Card " + long, "status": long, "value": "0010000002"},
				fields{"credential_id": "K3", "holder_id": "503", "holder_name": "@x." + string(format) + ".files/K1.holder_name.txt", "type": "32", "status": "@", "value": "0010000003"},
			)
			s.Holders = reconcile.NewHolders(s.Holders.Of("502"), reconcile.Holder{
				ID: "501", Name: "unused",
				Email: strings.Repeat("x", 40_000) + "@example.com", Ref: strings.Repeat("7", 40_000),
			})
			a, path := New(s), filepath.Join(dir, "x."+string(format))
			if err := Save(path, format, export(a), Recipients{}); err != nil {
				t.Fatal(err)
			}
			if format == CSV || format == XLSX {
				data, err := os.ReadFile(filepath.Join(dir, "x."+string(format)+".files", "K1.holder_name.txt"))
				if err != nil || string(data) != long {
					t.Errorf("the name beside the file: %v, %d bytes", err, len(data))
				}
			}
			// Renamed, the file still finds its side files.
			moved := filepath.Join(dir, "moved."+string(format))
			if err := os.Rename(path, moved); err != nil {
				t.Fatal(err)
			}
			if format == CSV {
				if err := os.Rename(path+MetaSuffix, moved+MetaSuffix); err != nil {
					t.Fatal(err)
				}
			}
			back, err := Read(moved, schemas)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(masked(a.Records), cellsOf(back.Accounts[0].Records)); d != "" {
				t.Error(d)
			}
			if format == CSV || format == XLSX {
				rapid.Check(t, func(t *rapid.T) { asRoster(t, moved, masked(a.Records)) })
			}
		})
	}
}

// TestLongTextsOnSheetsForPeople: the sheets for people show every change however long it is, cut
// off and with its length.
func TestLongTextsOnSheetsForPeople(t *testing.T) {
	long := strings.Repeat("a long word ", 4000)
	s := source(t)
	old := New(s)
	s.Listing = listing(
		fields{"credential_id": "K1", "holder_id": "501", "type": "32", "type_name": "Card", "status": long, "value": "0010000001"},
		fields{"credential_id": "K2", "holder_id": "502", "holder_name": long, "type": "32", "type_name": long, "status": "lost", "value": "0010000001"},
	)
	a := New(s)
	if err := a.Compare(&Baseline{
		File: "old.json", At: at, KeyID: old.KeyID, Records: old.Records, Columns: old.Columns,
	}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if err := Save(path, XLSX, export(a), Recipients{}); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path, schemas); err != nil {
		t.Error(err)
	}
}

func TestShorten(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"short", "short"},
		{strings.Repeat("x", cellio.TextMax-1), strings.Repeat("x", cellio.TextMax-1)},
		{strings.Repeat("x", cellio.TextMax), strings.Repeat("x", 32_000) + fmt.Sprintf("… (%d characters)", cellio.TextMax)},
		{strings.Repeat("😀", 20_000), strings.Repeat("😀", 16_000) + "… (20000 characters)"},
	} {
		if got := shorten(c.text); got != c.want || !cellio.Fits(got) {
			t.Errorf("%.20q of %d bytes: %d bytes, ends in %q", c.text, len(c.text), len(got), got[max(0, len(got)-30):])
		}
	}
}
