package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/failure"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

func (a *app) providersCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "providers [PROVIDER]",
		Short: "Show what each provider can do",
		Long: `providers compares what the providers can do. With the name of one, it shows the columns of its rosters,
how to log in, and its own keys of the configuration.`,
		Example:   "  keyroster providers\n  keyroster providers doorflow\n  keyroster providers --json",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: providerNames(),
		RunE: func(_ *cobra.Command, args []string) error {
			specs := all.Specs()
			if len(args) > 0 {
				spec := all.Lookup(args[0])
				if spec == nil {
					return unknownProvider(args[0])
				}
				specs = []*providers.Spec{spec}
			}
			switch {
			case a.json:
				return a.writeProviders(specs)
			case len(args) > 0:
				return a.showProvider(specs[0])
			}
			return a.showProviders(specs)
		},
	}
}

func unknownProvider(name string) error {
	return failure.New(failure.Usage, "the providers are "+strings.Join(providerNames(), ", "), "unknown provider %q", name)
}

// ability is one row of the capability table: a question, and each provider's
// answer from its data.
type ability struct {
	name, title string
	answer      func(*providers.Spec) string
}

var abilities = []ability{
	{"list", "list all records", yesNo(func(s *providers.Spec) bool { return s.Abilities.List })},
	{"unpaged", "unpaged read", yesNo(func(s *providers.Spec) bool { return s.Abilities.Unpaged })},
	{"parallel_pages", "pages in parallel", yesNo(func(s *providers.Spec) bool { return s.Abilities.ParallelPages })},
	{"create", "create", yesNo(func(s *providers.Spec) bool { return s.Abilities.Create })},
	{"update", "update in place", columnsThat(reconcile.CanUpdate)},
	{"clear", "clear a value", columnsThat(reconcile.CanClear)},
	{"delete", "delete", yesNo(func(s *providers.Spec) bool { return s.Abilities.Delete })},
	{"move_holder", "move to another holder", yesNo(func(s *providers.Spec) bool { return s.Abilities.MoveHolder })},
	{"version", "version of each record", yesNo(func(s *providers.Spec) bool { return s.Abilities.Version })},
	{"effect", "effect can be observed", yesNo(func(s *providers.Spec) bool { return s.Abilities.Effect })},
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

// writeProviders prints the same as one JSON document.
func (a *app) writeProviders(specs []*providers.Spec) error {
	docs := []providerDocument{}
	for _, spec := range specs {
		d := providerDocument{Name: spec.Name, Title: spec.Title, Help: spec.Help, Abilities: map[string]string{}, Notes: spec.Abilities.Notes}
		for _, row := range abilities {
			d.Abilities[row.name] = row.answer(spec)
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
	out := json.NewEncoder(a.stdout)
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

// columnDocument is a column; one that is not read is written by exports and
// reports alone.
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

// shownColumns is how many columns a cell of the table names; more are counted.
const shownColumns = 4

// showProviders prints the table of abilities and what it cannot say.
func (a *app) showProviders(specs []*providers.Spec) error {
	table := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	for _, spec := range specs {
		fmt.Fprint(table, "\t"+spec.Title)
	}
	fmt.Fprintln(table)
	for _, row := range abilities {
		fmt.Fprint(table, row.title)
		for _, spec := range specs {
			fmt.Fprint(table, "\t"+row.short(spec))
		}
		fmt.Fprintln(table)
	}
	if err := table.Flush(); err != nil {
		return failure.New(failure.Stopped, "", "write the table: %v", err)
	}
	for _, spec := range specs {
		a.showNotes(spec)
	}
	fmt.Fprintf(a.stdout, "\nOne provider's columns, logins and settings: keyroster providers %s\n", specs[0].Name)
	return nil
}

// short is the answer as a cell of a table.
func (row ability) short(spec *providers.Spec) string {
	answer := row.answer(spec)
	if n := strings.Count(answer, ",") + 1; n > shownColumns {
		return fmt.Sprintf("%d columns", n)
	}
	return answer
}

func (a *app) showNotes(spec *providers.Spec) {
	fmt.Fprintf(a.stdout, "\n%s (%s): %s\n", spec.Title, spec.Name, spec.Help)
	for _, note := range spec.Abilities.Notes {
		fmt.Fprintf(a.stdout, "  - %s\n", note)
	}
}
