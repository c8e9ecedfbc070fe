package main

import (
	"context"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/sink"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/providers"
)

func (a *app) planCommand() *cobra.Command {
	var flags planFlags
	var against againstFlags
	var shown planView
	cmd := &cobra.Command{
		Use:   "plan --account ACCOUNT [ROSTER...]",
		Short: "Show what apply would change",
		Long: `plan lists the account, compares it with the roster, and shows every change that apply would make and
every row that needs a person; such rows do not change the exit code. plan cannot write: its connection
refuses writes. With --against it compares with an export instead, without any network.

` + severalHelp,
		Example: `  keyroster plan --account hq badges.xlsx
  keyroster plan --account hq badges.xlsx --out plan.json --detailed-exitcode
  keyroster plan --all --skip 'lab-*'
  keyroster plan --against hq.xlsx badges.xlsx`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.plan(cmd.Context(), &flags, &against, args, shown)
		},
	}
	flags.add(cmd)
	against.add(cmd)
	shown.add(cmd)
	return cmd
}

// planView is how plan shows its result.
type planView struct {
	out      string
	format   string
	detailed bool
}

func (v *planView) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&v.out, "out", "", "save the plan to `FILE` (JSON, without values)")
	flags.StringVar(&v.format, "format", formatText, "`FORMAT` of the output: text, or markdown for a pull request comment")
	flags.BoolVar(&v.detailed, "detailed-exitcode", false, "exit 2 when there are changes")
}

// The formats of a plan.
const (
	formatText     = "text"
	formatMarkdown = "markdown"
)

// againstFlags make a plan offline, against an export.
type againstFlags struct{ file, key string }

func (f *againstFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.file, "against", "", "compare with the export in `FILE` instead of the account, without any network")
	flags.StringVar(&f.key, "fingerprint-key", "",
		"with --against: fingerprint `KEY` of the export, as env:NAME, file:PATH or exec:COMMAND (default that of --account)")
}

func (a *app) plan(
	ctx context.Context, flags *planFlags, against *againstFlags, args []string, view planView,
) error {
	if view.format != formatText && view.format != formatMarkdown {
		return misuse("", "--format is text or markdown, not %q", view.format)
	}
	if view.format == formatMarkdown && a.JSON {
		return misuse("", "--json and --format markdown cannot be used together")
	}
	if against.key != "" && against.file == "" {
		return misuse("the account's key is fingerprint_key in the configuration",
			"--fingerprint-key goes with --against")
	}
	err := flags.options.Consistent()
	if err == nil {
		err = a.refuseOverwrite("--out", view.out, args)
	}
	if err != nil {
		return a.planned(flags.only(), view, false, err)
	}
	if against.file != "" {
		if flags.Several() {
			return misuse("name one with --account", "an export is compared as one account")
		}
		shown, err := a.planAgainst(ctx, flags, against, args, view)
		return a.planned(flags.only(), view, shown, err)
	}
	chosen, err := a.choose(&flags.accountsFlags)
	if err != nil {
		return a.planned(flags.only(), view, false, err)
	}
	return a.each(ctx, chosen, &task{
		accountsFlags: &flags.accountsFlags,
		forSeveral: func() error {
			if view.out != "" || view.format == formatMarkdown {
				return misuse("plan them one by one", "--out and --format markdown are for one account")
			}
			return flags.forSeveral(args)
		},
		work: func(ctx context.Context, own *app, t accounts.Target) error {
			if t.Err != nil {
				return t.Err
			}
			shown, err := own.planAccount(ctx, flags, args, t, view)
			return own.planned(t.Config.Name, view, shown, err)
		},
		job: accounts.Job{Verdicts: map[int]string{exit.OK: "planned", exit.Changes: "to change"}},
	})
}

// planned is how a plan ends; shown: its result was printed.
func (a *app) planned(name string, view planView, shown bool, err error) error {
	if err != nil && view.format == formatMarkdown && !shown {
		if name == "" {
			if config, _, unknown := a.load(""); unknown == nil {
				name = config.Name
			}
		}
		a.ShowMarkdownStop(name, failure.Of(err))
	}
	if shown {
		return exit.Documented(err)
	}
	return err
}

// planAccount compares a roster with an account. shown: its result was printed.
func (a *app) planAccount(
	ctx context.Context, flags *planFlags, args []string, t accounts.Target, view planView,
) (shown bool, err error) {
	roster, err := a.read(ctx, flags, args, t.Spec, t.Config)
	if err != nil {
		return false, err
	}
	kept, err := a.store()
	if err != nil {
		return false, err
	}
	acc, err := a.opener().Open(ctx, t.Config, t.Spec, account.Options{ReadOnly: true})
	if err != nil {
		return false, err
	}
	defer acc.Close()
	known, err := history.LoadReadOnly(ctx, kept, acc, a.Log)
	if err != nil {
		return false, err
	}
	history.WarnOpen(kept, known, a.Log)
	run.Wipe(acc, kept, a.sinks())
	d, err := draft.Make(ctx, draft.Input{
		Account: acc, Known: known, Roster: roster, Options: flags.options, Columns: flags.columns,
		Sinks: a.sinks(),
	})
	if err == nil {
		err = d.CheckRoster()
	}
	if err != nil {
		return false, err
	}
	digest, err := d.Save(tool, view.out)
	if err != nil {
		return false, err
	}
	report := a.report("plan", d, known.Marks)
	report.NamedBefore = known.NamedBefore()
	report.Facts = append(report.Facts, history.Unfinished(kept, known.Tenant, known.State)...)
	return a.showResult(report, d, view, digest)
}

// planAgainst compares a roster with an export.
func (a *app) planAgainst(
	ctx context.Context, flags *planFlags, against *againstFlags, args []string, view planView,
) (shown bool, err error) {
	if view.out != "" {
		return false, misuse("save a plan of the account itself",
			"a plan against an export cannot be saved, because it cannot be applied")
	}
	name := flags.only()
	load := func() (*configio.Account, *providers.Spec, error) { return a.load(name) }
	export, err := draft.OpenExport(a.opener(), against.file, name, load)
	if err != nil {
		return false, err
	}
	reading := flags.reading(a, args)
	reading.Types = export.Types
	roster, err := draft.ReadForPlan(ctx, reading, flags.options, export.Account.Spec, export.Config, a.ShowProblems)
	if err != nil {
		return false, err
	}
	kept, err := a.store()
	if err != nil {
		return false, err
	}
	key := draft.KeySource{Reference: against.key, Getenv: a.Getenv, Store: kept, Log: a.Log}
	marks, err := export.Marks(ctx, key)
	if err != nil {
		return false, err
	}
	d, err := draft.Make(ctx, export.Input(roster, marks, flags.options, sink.Sinks{Log: a.Log}))
	if err != nil {
		return false, err
	}
	if !a.Quiet {
		defer export.Unchecked(a.Log)
	}
	return a.showResult(a.report("plan", d, marks), d, view, "")
}

// showResult prints a plan and returns how it ends; digest is empty for a plan that cannot be applied.
func (a *app) showResult(
	report *reportio.Report, d *draft.Draft, view planView, digest string,
) (shown bool, err error) {
	result := d.Result(view.detailed)
	d.Conclude(report, result)
	if view.format == formatMarkdown {
		err = a.ShowMarkdown(report, digest)
	} else {
		err = a.ShowPlan(report, d)
	}
	if err != nil {
		return true, err
	}
	if digest != "" && !a.Quiet {
		a.Note("plan " + digest)
	}
	return true, result
}
