package main

import (
	"encoding/json"
	"strings"

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
			of, err := copyOf(spec, config, flags.reading(a, args), runAgain)
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
	set := cmd.Flags()
	set.StringVar(&provider, "provider", "",
		"the `PROVIDER` whose columns and rules apply: "+strings.Join(providerNames(), ", "))
	set.StringVar(&account, "account", "", "an `ACCOUNT` of the configuration: its provider, columns and rosters")
	set.StringVar(&annotate, "annotate", "",
		annotateHelp+"a comment and a colour on each bad cell; the copy holds the roster's values")
	_ = cmd.RegisterFlagCompletionFunc("provider", completeProviders())
	return cmd
}

func (a *app) check(
	cmd *cobra.Command, flags rosterFlags, provider, account string, args []string,
) (*providers.Spec, *configio.Account, *reconcile.Roster, error) {
	reading := flags.reading(a, args)
	reading.Judge = true
	if provider != "" && account != "" {
		return nil, nil, nil, misuse("", "--provider and --account exclude each other")
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
			return nil, nil, nil, listProviders("check needs --provider or --account")
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
	draft.WriteProblems(a.stdout, spec.Title, roster)
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
