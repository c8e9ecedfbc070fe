package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/annotation"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

func (a *app) checkCommand() *cobra.Command {
	var flags rosterFlags
	var provider, account, annotate string
	cmd := &cobra.Command{
		Use:   "check [ROSTER...]",
		Short: "Find the problems of a roster, without any network",
		Long: `check reads rosters as plan and apply do and lists everything that is wrong with them:
each problem with file, sheet, cell or line, what was read, and what to do.
It exits 5 when there is an error; warnings alone exit 0.`,
		Example: `  keyroster check badges.xlsx --provider doorflow
  keyroster check --account hq`,
		RunE: func(cmd *cobra.Command, args []string) error {
			spec, config, roster, err := a.check(cmd, flags, provider, account, args)
			if err != nil {
				return err
			}
			of, err := copyOf(spec, config, flags.reading(a, args), "close it in other programs and run again")
			if err != nil {
				return err
			}
			// The list is worth having also when the copy cannot be made.
			failed := a.annotateProblems(annotate, roster, of)
			result := a.showCheck(spec, roster)
			if failed != nil {
				return withDocument(failed)
			}
			return result
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&provider, "provider", "", "the `PROVIDER` whose columns and rules apply: "+strings.Join(providerNames(), ", "))
	cmd.Flags().StringVar(&account, "account", "", "an `ACCOUNT` of the configuration: its provider, columns and rosters")
	cmd.Flags().StringVar(&annotate, "annotate", "", annotateHelp+"a comment and a colour on each bad cell; the copy holds the roster's values")
	_ = cmd.RegisterFlagCompletionFunc("provider", cobra.FixedCompletions(providerNames(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func providerNames() []string {
	var names []string
	for _, spec := range all.Specs() {
		names = append(names, spec.Name)
	}
	return names
}

func (a *app) check(cmd *cobra.Command, flags rosterFlags, provider, account string, args []string) (*providers.Spec, *configio.Account, *reconcile.Roster, error) {
	reading := flags.reading(a, args)
	reading.Judge = true
	if provider != "" && account != "" {
		return nil, nil, nil, failure.New(failure.Usage, "", "--provider and --account exclude each other")
	}
	if provider != "" {
		spec := all.Lookup(provider)
		if spec == nil {
			return nil, nil, nil, unknownProvider(provider)
		}
		roster, err := draft.Read(cmd.Context(), reading, spec, nil)
		return spec, nil, roster, err
	}
	config, spec, err := a.load(account)
	if err != nil {
		if account == "" && a.config == "" {
			return nil, nil, nil, failure.New(failure.Usage, "the providers are "+strings.Join(providerNames(), ", "), "check needs --provider or --account")
		}
		return nil, nil, nil, err
	}
	roster, err := draft.Read(cmd.Context(), reading, spec, config)
	return spec, config, roster, err
}

// annotateProblems writes a copy of the workbook with the problems in it.
func (a *app) annotateProblems(out string, roster *reconcile.Roster, of annotation.Of) error {
	copied, err := annotation.Open(out, roster, of)
	if err != nil || copied == nil {
		return err
	}
	return copied.Problems(a.log, roster.Problems)
}

// checkDocument is what check --json prints.
type checkDocument struct {
	Schema   string              `json:"schema"`
	Rows     int                 `json:"rows"`
	Problems []reconcile.Problem `json:"problems"`
}

func (a *app) showCheck(spec *providers.Spec, roster *reconcile.Roster) error {
	errs := roster.Errors()
	var result error
	if errs > 0 {
		result = failure.Shown(failure.Roster)
	}
	if a.json && errs > 0 {
		if err := json.NewEncoder(a.stdout).Encode(errorDocument(rosterFailure(roster))); err != nil {
			return unwritten(err)
		}
		return result
	}
	if a.json {
		doc := checkDocument{Schema: "keyroster/check/1", Rows: roster.Rows.Len(), Problems: roster.Problems}
		if doc.Problems == nil {
			doc.Problems = []reconcile.Problem{}
		}
		if err := a.document(doc); err != nil {
			return err
		}
		return result
	}
	if a.quiet && errs == 0 {
		return result
	}
	for i := range roster.Problems {
		p := &roster.Problems[i]
		fmt.Fprintf(a.stdout, "%s\n  %s: %s\n", p.Place(), p.Severity, p.Message)
		switch {
		case p.Read != "" && p.Likely != "":
			fmt.Fprintf(a.stdout, "  read %s, likely %s\n", p.Read, p.Likely)
		case p.Read != "":
			fmt.Fprintf(a.stdout, "  read %s\n", p.Read)
		case p.Likely != "":
			fmt.Fprintf(a.stdout, "  likely %s\n", p.Likely)
		}
		if p.Remedy != "" {
			fmt.Fprintf(a.stdout, "  remedy: %s\n", p.Remedy)
		}
	}
	a.showKinds(roster)
	rows := failure.Plural(roster.Rows.Len(), "row") + " for " + spec.Title
	switch {
	case len(roster.FileErrors) > 0:
		fmt.Fprintf(a.stdout, "%s: %s, nothing of it would be acted on\n", rows, failure.Plural(errs, "error"))
	case len(roster.Unread) > 0:
		fmt.Fprintf(a.stdout, "%s: %s, a part of the file is not read and %s not be acted on\n", rows, failure.Plural(errs, "error"), failure.Plural(len(roster.Invalid), "row")+" would")
	case errs > 0:
		fmt.Fprintf(a.stdout, "%s: %s, %s not be acted on\n", rows, failure.Plural(errs, "error"), failure.Plural(len(roster.Invalid), "row")+" would")
	case len(roster.Problems) > 0:
		fmt.Fprintf(a.stdout, "%s: no error, %s\n", rows, failure.Plural(len(roster.Problems), "warning"))
	default:
		fmt.Fprintf(a.stdout, "%s: nothing wrong in the file; the account was not looked at\n", rows)
	}
	return result
}

// rosterFailure is what is wrong with a roster, in a sentence.
func rosterFailure(roster *reconcile.Roster) *failure.Error {
	var first *reconcile.Problem
	for i := range roster.Problems {
		if p := &roster.Problems[i]; p.Severity == reconcile.SeverityError {
			first = p
			break
		}
	}
	return draft.Blame(roster, draft.Wrong(first))
}

// showKinds prints the problems by kind with counts and the first place of each.
func (a *app) showKinds(roster *reconcile.Roster) {
	if len(roster.Problems) < 2 {
		return
	}
	type kind struct {
		severity reconcile.Severity
		count    int
		first    string
	}
	kinds := map[string]*kind{}
	var order []string
	for i := range roster.Problems {
		p := &roster.Problems[i]
		k := kinds[p.Kind]
		if k == nil {
			k = &kind{severity: p.Severity, first: p.Place()}
			kinds[p.Kind] = k
			order = append(order, p.Kind)
		}
		k.count++
	}
	fmt.Fprintln(a.stdout)
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KIND\tSEVERITY\tCOUNT\tFIRST")
	for _, name := range order {
		k := kinds[name]
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\n", name, k.severity, k.count, k.first)
	}
	_ = table.Flush()
	fmt.Fprintln(a.stdout)
}
