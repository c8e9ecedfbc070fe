package rosterio_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
	"keyroster/io/rosterio/lexicon"
	"keyroster/reconcile"
)

// targets maps the words of the header files to settings.
var targets = map[string]any{
	"card": map[string]any{"column": "value", "type": "card"}, "pin": map[string]any{"column": "value", "type": "pin"},
	"value": "value", "ref": "holder_ref", "mail": "holder_email", "name": "holder_name", "type": "type",
	"start": "starts_at", "end": "ends_at", "": "-",
}

// TestSuggest reads headers as HR programs and people write them: each as HEADER, with =TEXT|TEXT
// for the cells below it and >WHAT for the expected suggestion.
func TestSuggest(t *testing.T) {
	files, err := filepath.Glob("testdata/headers/*.txt")
	if err != nil || len(files) != len(lexicon.Languages()) {
		t.Fatalf("%d files of headers for %d languages (%v)", len(files), len(lexicon.Languages()), err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for line := range strings.Lines(string(content)) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
				rows++
				t.Run(filepath.Base(file)+"/"+line, func(t *testing.T) { suggests(t, line) })
			}
		}
		if rows < 10 {
			t.Errorf("%s has %d headers, want 10 at least", file, rows)
		}
	}
}

func suggests(t *testing.T, line string) {
	t.Helper()
	table := &memory{lines: []cellio.Line{text(1)}}
	want := map[string]any{}
	for i, cell := range strings.Split(line, " ; ") {
		cell, target, _ := strings.Cut(cell, ">")
		header, below, _ := strings.Cut(cell, "=")
		table.lines[0].Cells = append(table.lines[0].Cells, cellio.Cell{Kind: cellio.Text, Text: header})
		for n, value := range strings.Split(below, "|") {
			for len(table.lines) < n+2 {
				table.lines = append(table.lines, text(len(table.lines)+1))
			}
			row := &table.lines[n+1]
			row.Cells = append(row.Cells, make([]cellio.Cell, i+1-len(row.Cells))...)
			row.Cells[i] = cellio.Cell{Kind: cellio.Text, Text: value}
		}
		want[header] = targets[target]
	}
	h, err := rosterio.Bind(table, badges(), rosterio.BindOptions{File: "r.csv"})
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Columns map[string]any }
	for _, p := range h.Problems {
		if err := yaml.Unmarshal([]byte(p.Settings), &got); err != nil {
			t.Fatalf("%v in %s", err, p.Settings)
		}
	}
	for header := range maps.Clone(want) {
		if h.Place(header) >= 0 && !slices.Contains(h.Unknown, header) && got.Columns[header] == nil {
			delete(want, header) // already known
		}
	}
	if diff := cmp.Diff(want, got.Columns); diff != "" {
		t.Errorf("suggestions (-want +got):\n%s", diff)
	}
}

// TestTwoHeadersOfValues: if both are mapped to the same column, the problem says how to have both.
func TestTwoHeadersOfValues(t *testing.T) {
	columns := map[string]string{"Karte": "value", "PIN-Code": "value"}
	h, err := rosterio.Bind(&memory{lines: rows("holder_email,Karte,PIN-Code,type", "kim@example.com,0010004711,4711,")},
		badges(), rosterio.BindOptions{File: "r.csv", Columns: columns})
	if err != nil {
		t.Fatal(err)
	}
	want := `columns: {"Karte": {column: value, type: card}, "PIN-Code": {column: value, type: pin}}`
	if len(h.Problems) != 1 || h.Problems[0].Kind != rosterio.KindDuplicateColumn || h.Problems[0].Settings != want {
		t.Errorf("%v", h.Problems)
	}
}

// TestSuggestFurther: what the lines to paste leave out is named if it may hold values, and so is
// what decides which of two columns names people.
func TestSuggestFurther(t *testing.T) {
	for name, c := range map[string]struct {
		lines    []string
		settings string
		remedy   string
	}{
		"a vague word beside a card": {
			[]string{"Correo,Tarjeta,Clave", "kim@example.com,0010004711,4821"},
			`{"Correo": holder_email, "Tarjeta": {column: value, type: card}, "Clave": "-"}`,
			`; "Clave": {column: value, type: pin} if those are PINs`,
		},
		"a second card": {
			[]string{"Email,Card 1,Card 2", "kim@example.com,0010004711,0020004711"},
			`{"Card 1": {column: value, type: card}, "Card 2": "-"}`,
			`; "Card 2" has card numbers too, which need a type of their own: "Card 2": {column: value, type: TYPE}`,
		},
		"a misspelt word above card numbers": {
			[]string{
				"Email,Kartenumer,PIN", "kim@example.com,0010004711,4821", "sam@example.com,0010004712,4822",
				"pat@example.com,0010004713,4823",
			},
			`{"PIN": {column: value, type: pin}, "Kartenumer": "-"}`,
			`; "Kartenumer": {column: value, type: card} if those are card numbers`,
		},
		"words of another language": {
			[]string{
				"社員番号,メール,カード番号,暗証番号,室", "1,kim@example.com,0010004711,4821,1204",
				"2,sam@example.com,0010004712,4822,1204", "3,pat@example.com,0010004713,4823,1204",
			},
			`{"メール": holder_email}`,
			`; "カード番号": {column: value, type: card} if those are card numbers; ` +
				`"暗証番号": {column: value, type: pin} if those are PINs`,
		},
		"a header that stands twice": {
			[]string{"Email,Card #,Card #", "kim@example.com,0010004711,0020004711"},
			`{"Card #": {column: value, type: card}}`,
			`; but "Card #" appears twice: rename one of them first`,
		},
		"totals and titles of sections name nobody": {
			[]string{
				"Staff ID,Email,Card,PIN", "Department A,,,", "E-1,kim@example.com,0010004711,4821", "Total,,1,",
			},
			`{"Card": {column: value, type: card}, "PIN": {column: value, type: pin}, "Staff ID": "-"}`,
			`; "Staff ID" is holder_ref where the account knows people by it`,
		},
		"a word that may say who is barred": {
			[]string{"E-Mail,Karte Nr.,gesperrt?", "kim@example.com,0010004711,ja", "sam@example.com,0010004712,"},
			`{"Karte Nr.": {column: value, type: card}, "gesperrt?": "-"}`,
			`; "gesperrt?" is not read: if it says who leaves, write absent in a column state for them`,
		},
		"a word that may say who leaves": {
			[]string{"Email,Card,Enabled", "kim@example.com,0010004711,yes", "sam@example.com,0010004712,no"},
			`{"Card": {column: value, type: card}, "Enabled": "-"}`,
			`; "Enabled" is not read: if it says who leaves, write absent in a column state for them`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := rosterio.Bind(&memory{lines: rows(c.lines...)}, badges(), rosterio.BindOptions{File: "r.csv"})
			if err != nil {
				t.Fatal(err)
			}
			if len(h.Problems) != 1 {
				t.Fatalf("problems %v, want one", h.Problems)
			}
			if p := h.Problems[0]; p.Settings != "columns: "+c.settings || !strings.HasSuffix(p.Remedy, c.remedy) {
				t.Errorf("remedy %q\nwith %s,\nwant %s\nwith columns: %s", p.Remedy, p.Settings, c.remedy, c.settings)
			}
		})
	}
}

// TestUnreadLeavers: a header that may say who leaves is named as such before it is ignored, but
// not once the table has states or the map of columns says that the header means nothing.
func TestUnreadLeavers(t *testing.T) {
	const note = `"Aktiv" is not read: if it says who leaves, write absent in a column state for them`
	for _, c := range []struct {
		header  string
		columns map[string]string
		want    bool
	}{
		{header: "holder_email,type,value,Aktiv", want: true},
		{header: "holder_email,type,value,Abteilung,Aktiv", want: true},
		{header: "holder_email,type,value,Aktiv,gesperrt?", want: true},
		{header: "holder_email,type,value,Aktiv,state"},
		{header: "holder_email,type,value,Aktiv", columns: map[string]string{"Aktiv": "-"}},
	} {
		h, err := rosterio.Bind(&memory{lines: rows(c.header, "kim@example.com,card,0010004711,nein,,")},
			badges(), rosterio.BindOptions{File: "r.csv", Columns: c.columns})
		if err != nil {
			t.Fatal(err)
		}
		noted := func(p reconcile.Problem) bool { return strings.HasPrefix(p.Remedy, note) }
		got := slices.ContainsFunc(h.Problems, noted)
		if got != c.want {
			t.Errorf("%s with %v: %v", c.header, c.columns, h.Problems)
		}
	}
}

// TestSuggestAboveFormulas: a column whose formulas have no results in the file is not empty, and
// is not left out.
func TestSuggestAboveFormulas(t *testing.T) {
	lines := rows("Email,Card,PIN", "kim@example.com,,4821")
	lines[1].Cells[1] = cellio.Cell{Formula: true}
	h, err := rosterio.Bind(&memory{lines: lines}, badges(), rosterio.BindOptions{File: "r.xlsx"})
	if err != nil {
		t.Fatal(err)
	}
	want := `columns: {"Card": {column: value, type: card}, "PIN": {column: value, type: pin}}`
	if len(h.Problems) != 1 || h.Problems[0].Settings != want {
		t.Errorf("%v", h.Problems)
	}
}
