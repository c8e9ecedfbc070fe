package rosterio_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/plainfile/linktest"
	"keyroster/io/rosterio"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/reconcile"
)

// card is a row struct with columns whose content may be in files.
type card struct {
	ID     string `csv:"card_id" roster:"key"`
	Title  string `csv:"title" roster:"managed,create,update,pairs,title"`
	Design string `csv:"design" roster:"managed,document,create,update"`
	Fields string `csv:"fields" roster:"managed,json,create,update"`
}

// readCards reads inputs of cards, and returns the rows that Check saw.
func readCards(t *testing.T, stdin string, inputs ...string) (*reconcile.Roster, []card) {
	t.Helper()
	var checked []card
	roster, err := rosterio.Read(t.Context(), inputs, rosterio.Options{
		Schema: reconcile.NewSchema("cards", card{}), Row: card{}, Stdin: strings.NewReader(stdin),
		Check: func(row any, _ func(reconcile.Finding)) { checked = append(checked, *row.(*card)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return roster, checked
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// TestSideFiles: a cell that names a file holds the content of the file before the provider's rules
// see it, and the digests are part of the roster.
func TestSideFiles(t *testing.T) {
	long := "<svg>" + strings.Repeat("ä", 40_000) + "</svg>\n"
	const png = "\x89PNG\r\n\x1a\nrest"
	inFolder(t, map[string]string{"card.svg": "\ufeff" + long, "fields.json": "[1.0]", "logo.png": png})
	if err := os.Mkdir("more", 0o700); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"cards.csv": "card_id,title,design,fields\nA,@home,@card.svg,@fields.json\nB,two,@logo.png,\nC,three,@./card.svg,@more/../fields.json\n",
		"cards.xlsx": book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "Cards", XML: xlsxtest.Grid(
			[]string{"card_id", "title", "design", "fields"}, []string{"A", "@home", "@card.svg", "@fields.json"},
			[]string{"B", "two", "@logo.png"}, []string{"C", "three", "@./card.svg", "@more/../fields.json"})}}}),
	}
	for name, content := range files {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		roster, checked := readCards(t, "", name)
		want := []card{{"A", "@home", long, "[1.0]"}, {"B", "two", "data:image/png;base64,iVBORw0KGgpyZXN0", ""}, {"C", "three", long, "[1.0]"}}
		if diff := cmp.Diff(want, checked); diff != "" || len(roster.Problems) > 0 {
			t.Errorf("%s: %v\n%s", name, roster.Problems, diff)
		}
		sides := []reconcile.SideFile{
			{Name: "card.svg", SHA256: digestOf("\ufeff" + long)},
			{Name: "fields.json", SHA256: digestOf("[1.0]")},
			{Name: "logo.png", SHA256: digestOf(png)},
			{Name: "./card.svg", SHA256: digestOf("\ufeff" + long)},
			{Name: "more/../fields.json", SHA256: digestOf("[1.0]")},
		}
		if diff := cmp.Diff(sides, roster.Files[0].SideFiles); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestSideFilesRefused: every file that cannot be used is a problem of the cell that names it, and
// leaves the cell unset.
func TestSideFilesRefused(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.svg")
	if err := os.WriteFile(outside, []byte("<svg></svg>"), 0o600); err != nil {
		t.Fatal(err)
	}
	inFolder(t, map[string]string{
		"big.svg": strings.Repeat("x", 1<<20+1), "blank.svg": " \n", "latin.svg": "caf\xe9", "logo.png": "\x89PNG\r\n\x1a\n", "zero.svg": "a\x00b",
	})
	linked := true
	for name, target := range map[string]string{"out.svg": outside, "up.svg": "../secret.svg", "loop.svg": "loop.svg"} {
		linked = linktest.Symlink(t, target, name) && linked
	}
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	unreached := "cannot be reached within the roster's folder"
	if !linked {
		unreached = "does not exist"
	}
	below := "cannot be reached within the roster's folder" // a file is not a folder
	if runtime.GOOS == "windows" {
		below = "does not exist"
	}
	for cell, message := range map[string]string{
		"@":               "the cell holds @ without the path of a file",
		"@" + outside:     "is outside the roster's folder",
		"@../secret.svg":  "is outside the roster's folder",
		"@a/../../b.svg":  "is outside the roster's folder",
		"@out.svg":        unreached,
		"@up.svg":         unreached,
		"@loop.svg":       unreached,
		"@none.svg":       "does not exist",
		"@folder":         "is not a regular file",
		"@big.svg":        "is larger than 1024 KiB",
		"@blank.svg":      "is empty",
		"@latin.svg":      "is neither UTF-8 text nor an image",
		"@zero.svg":       "is neither UTF-8 text nor an image",
		"@logo.png/x.svg": below,
	} {
		if err := os.WriteFile("cards.csv", []byte("card_id,design\nA,"+cell+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		roster, _ := readCards(t, "", "cards.csv")
		if len(roster.Problems) != 1 {
			t.Errorf("%s: %v", cell, roster.Problems)
			continue
		}
		p := roster.Problems[0]
		if p.Kind != rosterio.KindSideFile || p.Column != "design" || p.Line != 2 || !strings.Contains(p.Message, message) || p.Remedy == "" {
			t.Errorf("%s: %v", cell, p)
		}
		if roster.Rows.Record(0).Text("design") != "" || len(roster.Invalid) != 1 {
			t.Errorf("%s: the row is not invalid", cell)
		}
	}
	if err := os.WriteFile("cards.csv", []byte("card_id,fields\nA,@logo.png\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if roster, _ := readCards(t, "", "cards.csv"); len(roster.Problems) != 1 {
		t.Errorf("an image is no JSON: %v", roster.Problems)
	}
	if roster, _ := readCards(t, "card_id,design\nA,@card.svg\n", "-"); len(roster.Problems) != 1 ||
		!strings.Contains(roster.Problems[0].Message, "standard input has no folder") {
		t.Errorf("standard input: %v", roster.Problems)
	}
}
