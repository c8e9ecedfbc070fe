package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

func (a *app) providersCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "providers",
		Short:   "Show what each provider can do",
		Example: "  keyroster providers\n  keyroster providers --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.showProviders() },
	}
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

func (a *app) showProviders() error {
	if a.json {
		type document struct {
			Name      string            `json:"name"`
			Title     string            `json:"title"`
			Help      string            `json:"help"`
			Abilities map[string]string `json:"abilities"`
			Notes     []string          `json:"notes"`
		}
		docs := []document{}
		for _, spec := range all.Specs() {
			d := document{Name: spec.Name, Title: spec.Title, Help: spec.Help, Abilities: map[string]string{}, Notes: spec.Abilities.Notes}
			for _, row := range abilities {
				d.Abilities[row.name] = row.answer(spec)
			}
			docs = append(docs, d)
		}
		out := json.NewEncoder(a.stdout)
		out.SetIndent("", "  ")
		return out.Encode(map[string]any{"schema": "keyroster/providers/1", "providers": docs})
	}
	table := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	header := ""
	for _, spec := range all.Specs() {
		header += "\t" + spec.Title
	}
	fmt.Fprintln(table, header)
	for _, row := range abilities {
		line := row.title
		for _, spec := range all.Specs() {
			line += "\t" + row.answer(spec)
		}
		fmt.Fprintln(table, line)
	}
	_ = table.Flush()
	for _, spec := range all.Specs() {
		fmt.Fprintf(a.stdout, "\n%s (%s): %s\n", spec.Title, spec.Name, spec.Help)
		for _, note := range spec.Abilities.Notes {
			fmt.Fprintf(a.stdout, "  - %s\n", note)
		}
	}
	return nil
}
