package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/templates"
)

func (a *app) templateCommand() *cobra.Command {
	var o templates.Options
	cmd := &cobra.Command{
		Use:   "template [PROVIDER] --out FILE",
		Short: "Write an empty roster with help, drop-down lists and examples",
		Long: `template writes a roster to fill in: a workbook (FILE.xlsx) with cells formatted as text, an explanation
above each column, drop-down lists and example rows that keyroster ignores; or the header and examples as
CSV (FILE.csv, or - for standard output).

With --account, the lists offer what that account has (credential types, access systems); the account is
only read. With --from-account, the roster starts with every credential of the account: planned
unchanged, it makes no change. Without --reveal, values are left blank, which changes nothing.

An existing file is never replaced. Files have mode 0600, because they will hold card numbers and PINs.`,
		Example: `  keyroster template doorflow --out badges.xlsx
  keyroster template --account hq --out badges.xlsx
  keyroster template --account hq --from-account --reveal --out badges.xlsx`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeProviders(),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Provider = strings.Join(args, "")
			return a.template(cmd.Context(), &o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Out, "out", "", "the `FILE` to write: .xlsx, .csv, or - for CSV on standard output")
	flags.StringVar(&o.Account, "account", "", "the `ACCOUNT` whose types and systems to offer")
	flags.BoolVar(&o.Filled, "from-account", false, "start with all credentials of the account")
	flags.BoolVar(&o.Reveal, "reveal", false,
		"with --from-account: write card numbers and PINs as they are; the log says so")
	return cmd
}

func (a *app) template(ctx context.Context, o *templates.Options) error {
	if a.JSON && o.Out == templates.Stdout {
		return bothOnStdout("a template")
	}
	err := o.Check()
	if err == nil {
		err = a.checkReveal(o.Reveal)
	}
	if err != nil {
		return err
	}
	w := &templates.World{Opener: a.opener(), Sinks: a.sinks(), Named: a.storage.Named()}
	if o.OfAccount() {
		if w.Of.Config, w.Of.Spec, err = a.load(o.Account); err == nil {
			w.Store, err = a.store()
		}
		if err != nil {
			return err
		}
	}
	doc, err := o.Write(ctx, w, a.file(false))
	if err != nil {
		return err
	}
	return a.Print(doc, doc.WriteText, true)
}
