package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/describe"
	"keyroster/cmd/internal/failure"
	"keyroster/io/atomicio"
	"keyroster/io/templateio"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

func (a *app) templateCommand() *cobra.Command {
	var out, account string
	cmd := &cobra.Command{
		Use:   "template PROVIDER --out FILE",
		Short: "Write an empty roster with help, lists to choose from and an example",
		Long: `template writes a roster to fill in: a workbook (FILE.xlsx) whose cells are text before anybody types
into them, with a comment on each header, lists to choose from and one example line that keyroster
ignores; or header and example as CSV (FILE.csv, or - for standard output).

With --account the lists hold what that account offers (credential types, access systems), which is
read and never changed. A file that exists is not replaced.`,
		Example: `  keyroster template doorflow --out badges.xlsx
  keyroster template --account hq --out badges.xlsx`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeProviders(),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.template(cmd.Context(), strings.Join(args, ""), account, out)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&out, "out", "", "the `FILE` to write: .xlsx, .csv, or - for CSV on standard output")
	flags.StringVar(&account, "account", "", "an `ACCOUNT` of the configuration, for its types and systems")
	return cmd
}

func (a *app) template(ctx context.Context, provider, name, out string) error {
	if a.JSON && out == "-" {
		return bothOnStdout("a template")
	}
	write, err := describe.TemplateWriter(out)
	if err != nil {
		return err
	}
	spec := all.Lookup(provider)
	if provider != "" && spec == nil {
		return account.UnknownProvider(provider)
	}
	if spec == nil && name == "" {
		return account.NoProvider("template needs a provider or --account")
	}
	options := templateio.Options{}
	if name != "" {
		if spec, options.Choices, err = a.choices(ctx, spec, name); err != nil {
			return err
		}
	}
	options.Title = spec.Title
	render := func(w io.Writer) error { return write(w, spec.Schema, options) }
	if out == "-" {
		err = render(a.file(false))
	} else {
		// A template holds no value of a person, and is made to be passed on.
		err = atomicio.WriteFile(out, 0o644, render)
	}
	if err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return a.Document(&templateDocument{"keyroster/template/1", spec.Name, name, []string{out}})
}

// templateDocument is what template --json prints; Account is empty when the
// command line names none.
type templateDocument struct {
	Schema   string   `json:"schema"`
	Provider string   `json:"provider"`
	Account  string   `json:"account"`
	Files    []string `json:"files"`
}

// choices reads what an account offers. spec is the provider that the command
// line names, or nil.
func (a *app) choices(
	ctx context.Context, spec *providers.Spec, name string,
) (*providers.Spec, map[string][]reconcile.Choice, error) {
	config, own, err := a.load(name)
	if err != nil {
		return nil, nil, err
	}
	if spec != nil && spec != own {
		return nil, nil, misuse("leave the provider out",
			"account %s is one of %s, not of %s", name, own.Name, spec.Name)
	}
	found, err := describe.Choices(ctx, a.opener(), config, own)
	return own, found, err
}
