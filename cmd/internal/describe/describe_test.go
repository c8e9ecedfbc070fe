package describe_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/describe"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// specs returns three real providers, in the order in which they are shown.
func specs() []*providers.Spec {
	return []*providers.Spec{all.Lookup("doorflow"), all.Lookup("seam"), all.Lookup("pingone")}
}

// invented returns a provider that can do one thing of each kind.
func invented() *providers.Spec {
	column := func(name string, role reconcile.Role, can reconcile.Ability) reconcile.Column {
		return reconcile.Column{Name: name, Role: role, Can: can}
	}
	return &providers.Spec{
		Name: "invented", Title: "Invented", Help: "opens doors",
		Abilities: providers.Abilities{List: true, Notes: []string{"a note that no table can tell"}},
		Schema: &reconcile.Schema{Columns: []reconcile.Column{
			column("id", reconcile.RoleKey, 0),
			column("a", reconcile.RoleManaged, reconcile.CanUpdate|reconcile.CanClear),
			column("b", reconcile.RoleManaged, reconcile.CanUpdate),
			column("seen", reconcile.RoleInfo, reconcile.CanUpdate),
		}},
	}
}

func answers(spec *providers.Spec) map[string]string {
	out := map[string]string{}
	for _, row := range describe.Abilities {
		out[row.Name] = row.Answer(spec)
	}
	return out
}

// TestAnswers: questions are answered from the provider's data, and only by columns that are kept
// in sync.
func TestAnswers(t *testing.T) {
	got := answers(invented())
	for name, want := range map[string]string{
		"list": "yes", "create": "no", "delete": "no", "update": "a, b", "clear": "a", "examine": "no",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	bare := invented()
	bare.Schema.Columns = bare.Schema.Columns[:1]
	if answer := answers(bare)["update"]; answer != "no" {
		t.Errorf("without columns: %q", answer)
	}
}

// TestEachFeatureIsARow: every feature that a provider may have is a row, answered by whether this
// one has it.
func TestEachFeatureIsARow(t *testing.T) {
	for _, spec := range specs() {
		got := answers(spec)
		for _, f := range providers.FeatureList() {
			want := map[bool]string{true: "yes", false: "no"}[spec.Has(f.Name)]
			if got[f.Name] != want {
				t.Errorf("%s, %s: %q, want %q", spec.Name, f.Name, got[f.Name], want)
			}
		}
	}
}

// TestShort: a cell of the table shows a count if it has no room for the names.
func TestShort(t *testing.T) {
	for answer, want := range map[string]string{
		"yes": "yes", "a, b, c, d": "a, b, c, d", "a, b, c, d, e": "5 columns",
	} {
		row := describe.Ability{Answer: func(*providers.Spec) string { return answer }}
		if got := row.Short(nil); got != want {
			t.Errorf("%q: %q, want %q", answer, got, want)
		}
	}
}

// TestTableAndDocumentAgree: the document has what the table has, and says of each column what it
// may be used for.
func TestTableAndDocumentAgree(t *testing.T) {
	var table, text bytes.Buffer
	if err := describe.WriteTable(&table, specs()); err != nil {
		t.Fatal(err)
	}
	if err := describe.WriteJSON(&text, append(specs(), invented())); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Schema    string
		Providers []struct {
			Name      string
			Abilities map[string]string
			Notes     []string
			Columns   []struct {
				Name                        string
				Read, Create, Update, Clear bool
			}
		}
	}
	if err := json.Unmarshal(text.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Schema != "keyroster/providers/1" || len(doc.Providers) != 4 {
		t.Fatalf("schema %q, %d providers", doc.Schema, len(doc.Providers))
	}
	for n, spec := range specs() {
		if diff := cmp.Diff(answers(spec), doc.Providers[n].Abilities); diff != "" {
			t.Errorf("%s: %s", spec.Name, diff)
		}
		for _, note := range spec.Abilities.Notes {
			if !strings.Contains(table.String(), note) || !slices.Contains(doc.Providers[n].Notes, note) {
				t.Errorf("%s: the note %q is missing", spec.Name, note)
			}
		}
	}
	for _, row := range describe.Abilities {
		if !strings.Contains(table.String(), row.Title) {
			t.Errorf("the table has no row %q", row.Title)
		}
	}
	last := doc.Providers[3].Columns
	if c := last[1]; c.Name != "a" || !c.Read || c.Create || !c.Update || !c.Clear {
		t.Errorf("%+v", c)
	}
	if c := last[3]; c.Name != "seen" || c.Read {
		t.Errorf("%+v", c)
	}
}

// TestWriteProvider: a provider's page names all that a roster and a configuration may hold, within
// its width; only headings are longer.
func TestWriteProvider(t *testing.T) {
	const width = 80
	for _, spec := range specs() {
		var out bytes.Buffer
		if err := describe.WriteProvider(&out, spec, width); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		for i := range spec.Schema.Columns {
			c := &spec.Schema.Columns[i]
			if shown := strings.Contains(text, "\n  "+c.Name+" ") || strings.Contains(text, "\n  "+c.Name+"\n"); shown != (c.Role != reconcile.RoleInfo) {
				t.Errorf("%s: column %s is shown: %v", spec.Name, c.Name, shown)
			}
		}
		for _, form := range spec.Auth {
			for _, m := range form.Members {
				if !strings.Contains(text, "\n  "+m.Name) {
					t.Errorf("%s: no login %s", spec.Name, m.Name)
				}
			}
		}
		for _, k := range describe.OwnKeys(spec) {
			if !strings.Contains(text, k.Path) || k.Provider != spec.Name || strings.HasPrefix(k.Path, describe.AccountKey) {
				t.Errorf("%s: key %+v", spec.Name, k)
			}
		}
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if strings.HasPrefix(line, "  ") && utf8.RuneCountInString(line) > width {
				t.Errorf("%s: a line of %d: %s", spec.Name, utf8.RuneCountInString(line), line)
			}
		}
	}
}

func TestPurposes(t *testing.T) {
	for _, test := range []struct {
		column reconcile.Column
		want   []string
	}{
		{reconcile.Column{Role: reconcile.RoleKey}, []string{"identifies the record"}},
		{
			reconcile.Column{Role: reconcile.RoleManaged, Can: reconcile.CanCreate},
			[]string{"kept in sync", "set at creation only"},
		},
		{
			reconcile.Column{
				Role: reconcile.RoleManaged, Pairs: true,
				Can: reconcile.CanUpdate | reconcile.CanClear | reconcile.CanMove,
			},
			[]string{
				"kept in sync", "finds the record when the row has no id",
				"can be cleared", "can be changed with `move: true`",
			},
		},
	} {
		if got := describe.Purposes(&test.column); !slices.Equal(got, test.want) {
			t.Errorf("%+v: %q, want %q", test.column, got, test.want)
		}
	}
}

// full is a writer that takes nothing.
type full struct{}

var errFull = errors.New("the disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWritersSayWhatWentWrong(t *testing.T) {
	for name, err := range map[string]error{
		"a provider": describe.WriteProvider(full{}, specs()[0], 80),
		"the table":  describe.WriteTable(full{}, specs()),
		"as JSON":    describe.WriteJSON(full{}, specs()),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEachProviderSaysWhatUndoBringsBack: whoever is about to undo something can read beforehand
// what comes back.
func TestEachProviderSaysWhatUndoBringsBack(t *testing.T) {
	for _, spec := range all.Specs() {
		var text strings.Builder
		if err := describe.WriteProvider(&text, spec, 100); err != nil {
			t.Fatal(err)
		}
		if len(spec.Undo.Facts) == 0 || !strings.Contains(text.String(), "What undo brings back:\n  - ") {
			t.Errorf("%s does not say what undo brings back", spec.Title)
		}
	}
}
