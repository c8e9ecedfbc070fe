// Package describe writes what providers can do and accept, for people who make rosters and
// configurations. It reads the providers' own data, so it cannot become outdated.
package describe

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"keyroster/providers"
	"keyroster/reconcile"
)

// Ability is one row of the capability table: a question, and each provider's answer, taken
// from its data.
type Ability struct {
	Name, Title string
	Answer      func(*providers.Spec) string
}

// Abilities are the rows, in order; those for [providers.Features] come last.
var Abilities = append([]Ability{
	{"list", "list all records", yesNo(func(s *providers.Spec) bool { return s.Abilities.List })},
	{"unpaged", "unpaged read", yesNo(func(s *providers.Spec) bool { return s.Abilities.Unpaged })},
	{
		"parallel_pages", "pages in parallel",
		yesNo(func(s *providers.Spec) bool { return s.Abilities.ParallelPages }),
	},
	{"create", "create", yesNo(func(s *providers.Spec) bool { return s.Abilities.Create })},
	{"update", "update in place", columnsThat(reconcile.CanUpdate)},
	{"clear", "clear a value", columnsThat(reconcile.CanClear)},
	{"delete", "delete", yesNo(func(s *providers.Spec) bool { return s.Abilities.Delete })},
	{
		"move_holder", "move to another holder",
		yesNo(func(s *providers.Spec) bool { return s.Abilities.MoveHolder }),
	},
	{"version", "version number of each record", yesNo(func(s *providers.Spec) bool { return s.Abilities.Version })},
	{"effect", "reports when changes are effective", yesNo(func(s *providers.Spec) bool { return s.Abilities.Effect })},
}, features()...)

func features() []Ability {
	var rows []Ability
	for _, f := range providers.FeatureList() {
		rows = append(rows, Ability{f.Name, f.Help, yesNo(func(s *providers.Spec) bool { return s.Has(f.Name) })})
	}
	return rows
}

func yesNo(of func(*providers.Spec) bool) func(*providers.Spec) string {
	return func(s *providers.Spec) string {
		if of(s) {
			return "yes"
		}
		return "no"
	}
}

func columnsThat(can reconcile.Ability) func(*providers.Spec) string {
	return func(s *providers.Spec) string {
		var names []string
		for i := range s.Schema.Columns {
			if c := &s.Schema.Columns[i]; c.Role == reconcile.RoleManaged && c.Can&can != 0 {
				names = append(names, c.Name)
			}
		}
		if len(names) == 0 {
			return "no"
		}
		return strings.Join(names, ", ")
	}
}

// WriteJSON writes the content of [WriteTable], and the columns, as one JSON document.
func WriteJSON(w io.Writer, specs []*providers.Spec) error {
	docs := []providerDocument{}
	for _, spec := range specs {
		d := providerDocument{
			Name: spec.Name, Title: spec.Title, Help: spec.Help, Abilities: map[string]string{},
			Notes: spec.Abilities.Notes,
		}
		for _, row := range Abilities {
			d.Abilities[row.Name] = row.Answer(spec)
		}
		for i := range spec.Schema.Columns {
			c := &spec.Schema.Columns[i]
			d.Columns = append(d.Columns, columnDocument{
				Name: c.Name, Aliases: c.Aliases, Kind: c.Kind.String(), Read: c.Role != reconcile.RoleInfo,
				Create: c.Can&reconcile.CanCreate != 0, Update: c.Can&reconcile.CanUpdate != 0, Clear: c.Can&reconcile.CanClear != 0, Help: c.Help,
			})
		}
		docs = append(docs, d)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(map[string]any{"schema": "keyroster/providers/1", "providers": docs})
}

type providerDocument struct {
	Name      string            `json:"name"`
	Title     string            `json:"title"`
	Help      string            `json:"help"`
	Abilities map[string]string `json:"abilities"`
	Notes     []string          `json:"notes"`
	Columns   []columnDocument  `json:"columns"`
}

// columnDocument is a column; one that rosters do not read is written only by exports and reports.
type columnDocument struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	Kind    string   `json:"kind"`
	Read    bool     `json:"read"`
	Create  bool     `json:"create"`
	Update  bool     `json:"update"`
	Clear   bool     `json:"clear"`
	Help    string   `json:"help,omitempty"`
}

// shownColumns is how many columns a table cell names; the rest are counted.
const shownColumns = 4

// WriteTable writes the capability table, and what does not fit into it.
func WriteTable(w io.Writer, specs []*providers.Spec) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, spec := range specs {
		fmt.Fprint(table, "\t"+spec.Title)
	}
	fmt.Fprintln(table)
	for _, row := range Abilities {
		fmt.Fprint(table, row.Title)
		for _, spec := range specs {
			fmt.Fprint(table, "\t"+row.Short(spec))
		}
		fmt.Fprintln(table)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, spec := range specs {
		writeNotes(w, spec)
	}
	fmt.Fprintf(w, "\nOne provider's columns, logins and settings: keyroster providers %s\n", specs[0].Name)
	return nil
}

// Short is the answer as a table cell.
func (row Ability) Short(spec *providers.Spec) string {
	answer := row.Answer(spec)
	if n := strings.Count(answer, ",") + 1; n > shownColumns {
		return fmt.Sprintf("%d columns", n)
	}
	return answer
}

func writeNotes(w io.Writer, spec *providers.Spec) {
	fmt.Fprintf(w, "\n%s (%s): %s\n", spec.Title, spec.Name, spec.Help)
	for _, note := range spec.Abilities.Notes {
		fmt.Fprintf(w, "  - %s\n", note)
	}
}
