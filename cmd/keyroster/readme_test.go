package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/describe"
	"keyroster/cmd/internal/exit"
	"keyroster/io/configio"
	"keyroster/io/migrationio"
	"keyroster/io/store"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// refresh is the remedy for every difference that these tests find.
const refresh = "run go test ./cmd/keyroster -run Readme -update and read what changed"

// readmeSections are the parts of README and manual that are made from the program's own data.
// Each is between <!-- NAME:begin --> and <!-- NAME:end --> in one of them.
var readmeSections = map[string]func() string{
	"commands":      readmeCommands,
	"columns":       readmeColumns,
	"configuration": readmeConfiguration,
	"exit-codes":    func() string { return "```text\n" + exit.Help + "\n```\n" },
	"providers":     readmeProviders,
}

func TestReadmeSections(t *testing.T) {
	pages := readPages(t)
	for _, name := range slices.Sorted(maps.Keys(readmeSections)) {
		pages.fresh(t, name, readmeSections[name]())
	}
	pages.keep(t)
}

// page is README, or a topic of the manual.
type page struct{ path, text, was string }

// pages are what users read, README first.
type pages []*page

func readPages(t *testing.T) pages {
	t.Helper()
	topics, err := filepath.Glob(filepath.Join(rootDir, "cmd/keyroster/manual/*.md"))
	if err != nil || len(topics) == 0 {
		t.Fatal("the manual has no topics: ", err)
	}
	var all pages
	for _, path := range slices.Insert(topics, 0, filepath.Join(rootDir, "README.md")) {
		path, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &page{path, string(text), string(text)})
	}
	return all
}

// keep writes the pages that have changed, if -update asks for it.
func (p pages) keep(t *testing.T) {
	t.Helper()
	for _, one := range p {
		if !*update || one.text == one.was {
			continue
		}
		if err := os.WriteFile(one.path, []byte(one.text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// fresh puts want into the only section of that name, and reports a section that was stale.
func (p pages) fresh(t *testing.T, name, want string) {
	t.Helper()
	begin, end := "<!-- "+name+":begin -->\n", "<!-- "+name+":end -->"
	found := 0
	for _, one := range p {
		before, rest, begins := strings.Cut(one.text, begin)
		got, after, ends := strings.Cut(rest, end)
		if !begins || !ends {
			continue
		}
		found++
		if diff := cmp.Diff(got, want); diff != "" && !*update {
			t.Errorf("%s: the section %s is stale: %s\n%s", one.path, name, refresh, diff)
		}
		one.text = before + begin + want + end + after
	}
	if found != 1 {
		t.Errorf("%d pages have a section between %s and %s, want one", found, strings.TrimSpace(begin), end)
	}
}

func readmeCommands() string {
	var b strings.Builder
	b.WriteString("| command | what it does |\n|---|---|\n")
	for _, c := range (&app{}).root().Commands() {
		if c.Name() != "help" && !c.Hidden {
			fmt.Fprintf(&b, "| `keyroster %s` | %s |\n", c.Use, c.Short)
		}
	}
	return b.String()
}

func readmeProviders() string {
	var b strings.Builder
	b.WriteString("| |")
	rule := "|---|"
	for _, s := range all.Specs() {
		fmt.Fprintf(&b, " %s |", s.Title)
		rule += "---|"
	}
	b.WriteString("\n" + rule + "\n")
	for _, row := range describe.Abilities {
		fmt.Fprintf(&b, "| %s |", row.Title)
		for _, s := range all.Specs() {
			fmt.Fprintf(&b, " %s |", row.Short(s))
		}
		b.WriteString("\n")
	}
	for _, s := range all.Specs() {
		fmt.Fprintf(&b, "\n**%s** (`%s`): %s.\n\n", s.Title, s.Name, s.Help)
		for _, note := range s.Abilities.Notes {
			fmt.Fprintf(&b, "- %s\n", note)
		}
	}
	return b.String()
}

func readmeColumns() string {
	var b strings.Builder
	for _, s := range all.Specs() {
		fmt.Fprintf(&b, "%s:\n\n| column | also called | what it is for |\n|---|---|---|\n", s.Title)
		var ignored []string
		for i := range s.Schema.Columns {
			c := &s.Schema.Columns[i]
			if c.Role == reconcile.RoleInfo {
				ignored = append(ignored, c.Name)
				continue
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, codes(c.Aliases), strings.Join(describe.Purposes(c), "; "))
		}
		fmt.Fprintf(&b, "\nKnown and ignored: %s.\n\n", codes(ignored))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func codes(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "`, `") + "`"
}

func readmeConfiguration() string {
	var b strings.Builder
	b.WriteString("| key | takes | meaning |\n|---|---|---|\n")
	for _, k := range configio.Keys(account.ProviderKeys()) {
		path, inAccount := strings.CutPrefix(k.Path, describe.AccountKey)
		if inAccount && k.Provider == "" && !strings.HasPrefix(path, "limits.") {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", path, k.Kind, k.Help)
		}
	}
	b.WriteString("\n`fleet` stands beside `accounts`:\n\n| key | takes | meaning |\n|---|---|---|\n")
	for _, k := range configio.Keys(account.ProviderKeys()) {
		if strings.HasPrefix(k.Path, "fleet.") {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.Path, k.Kind, k.Help)
		}
	}
	for _, s := range all.Specs() {
		var forms []string
		for _, form := range s.Auth {
			var names []string
			for _, m := range form.Members {
				names = append(names, m.Name)
			}
			forms = append(forms, "`{"+strings.Join(names, ", ")+"}`")
		}
		fmt.Fprintf(&b, "\n%s: `auth` is %s. Defaults: `concurrency: %d`, `rate: %s`", s.Title, strings.Join(forms, " or "), s.Concurrency, s.Rate)
		if s.PageSize > 0 {
			fmt.Fprintf(&b, ", `page_size: %d`", s.PageSize)
		}
		b.WriteString(". Its own keys:\n\n| key | takes | meaning |\n|---|---|---|\n")
		for _, k := range describe.OwnKeys(s) {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.Path, k.Kind, k.Help)
		}
	}
	return b.String()
}

// runFileHelp says what each file of a run folder is.
var runFileHelp = map[string]string{
	store.PlanFile:          "the plan: every row and record with its situation and action, without any value",
	store.JournalFile:       "what was announced to the provider before it was sent, and what came of it; each line is hashed",
	store.ReportJSONFile:    "the report for programs: every line with its outcome, the proof, the totals",
	store.ReportCSVFile:     "the same, one line for each row or record",
	store.ReportXLSXFile:    "the same as a workbook for people: a summary that prints on one page, the lines with filters",
	store.ReportHTMLFile:    "the same as one page for a browser",
	store.FailedFile:        "the rows that are not as desired, as a roster to correct and apply again; **holds values**",
	migrationio.MissingFile: "the people whom rows name and the provider does not know, in its own columns, to be created there",
	"backup.csv.age":        "what the run changed, as it was before, encrypted to `--backup-to`",
	store.SealedFile:        "what `keyroster resume` needs, encrypted; the key is in the state folder",
	store.ManifestFile:      "SHA-256 of every input and file; written last, so a folder without it is not closed",
	store.UndoFile:          "the values from before, encrypted, for `keyroster undo`, for as long as `undo_for` says",
}

// readmeRunFiles describes the files that the runs of the tour left.
func readmeRunFiles(t *testing.T, runs string) string {
	names := map[string]bool{}
	paths, _ := filepath.Glob(filepath.Join(runs, "*", "*"))
	for _, path := range paths {
		names[filepath.Base(path)] = true
	}
	var b strings.Builder
	b.WriteString("| file | what it is |\n|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if runFileHelp[name] == "" {
			t.Errorf("a run leaves %s, and runFileHelp does not say what it is", name)
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", name, runFileHelp[name])
	}
	return b.String()
}

// readmeProblems lists the lines of the second sample that are not as desired, in the words of
// its report.
func readmeProblems(t *testing.T, runs string) string {
	var report struct {
		Inputs []struct{ File string }
		Lines  []struct {
			Source *struct {
				Sheet string
				Line  int
			}
			Credential string `json:"credential_id"`
			Holder     string `json:"holder_name"`
			Email      string `json:"holder_email"`
			Situation  string
			Outcome    string
			Reason     string
		}
	}
	paths, _ := filepath.Glob(filepath.Join(runs, "*", store.ReportJSONFile))
	found := slices.ContainsFunc(paths, func(path string) bool {
		data, err := os.ReadFile(path)
		return err == nil && json.Unmarshal(data, &report) == nil && len(report.Inputs) == 1 && strings.HasSuffix(report.Inputs[0].File, "roster-problems.xlsx")
	})
	if !found {
		t.Fatal("no page runs roster-problems.xlsx")
	}
	var b strings.Builder
	b.WriteString("| where | who | situation | outcome | why |\n|---|---|---|---|---|\n")
	for _, l := range report.Lines {
		if l.Outcome == "unchanged" || l.Outcome == "unlisted" {
			continue
		}
		where := "record " + l.Credential
		if l.Source != nil {
			where = fmt.Sprintf("%s, row %d", l.Source.Sheet, l.Source.Line)
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` | `%s` | %s |\n", where, orEmail(l.Holder, l.Email), l.Situation, l.Outcome, l.Reason)
	}
	return b.String()
}

// orEmail names a person by name, else by address.
func orEmail(name, email string) string {
	if name == "" {
		return email
	}
	return name
}
