package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/export"
	"keyroster/cmd/internal/terminal"
	"keyroster/io/exportio"
	"keyroster/io/termio"
)

type exportFlags struct {
	accountsFlags
	since   string
	options export.Options
}

func (a *app) exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export --account ACCOUNT --out FILE",
		Short: "Write every credential of an account to a file",
		Long: `export lists accounts and writes every credential with its holder, type, status and dates, the totals,
and findings: duplicate values, weak PINs, credentials of disabled people. Values are masked. The columns
are those of a roster: planning an unchanged export makes no change.

The file's extension sets the format: csv (with FILE.meta.json beside it), xlsx, json or ndjson. Files
have mode 0600 and are written completely or not at all, and only from a listing proved complete.

` + severalHelp + `
Their export is one workbook or JSON document, which names the accounts that could not be read.`,
		Example: `  keyroster export --account hq --out hq.xlsx
  keyroster export --all --out badges.xlsx --since last-quarter.xlsx
  keyroster export --account hq --type card --out - --format csv
  keyroster export --account hq --reveal --encrypt-to age1... --out hq.csv.age`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.export(cmd.Context(), &f) },
	}
	flags, o := cmd.Flags(), &f.options
	f.accountsFlags.add(cmd, accounts.AllAccounts)
	flags.StringVar(&o.Out, "out", "", "the `FILE` to write, or - for standard output (csv, json, ndjson)")
	flags.StringVar(&o.Format, "format", "", "`FORMAT` of the file: csv, xlsx, json or ndjson (default by the extension of --out)")
	flags.StringArrayVar(&o.Filters.Types, "type", nil, "only credentials of this `TYPE`, by id or name (repeatable)")
	flags.StringArrayVar(&o.Filters.Holders, "holder", nil,
		"only credentials of this `HOLDER`, by id, reference or e-mail address (repeatable)")
	flags.StringArrayVar(&o.Filters.Statuses, "status", nil, "only credentials with this `STATUS` (repeatable)")
	flags.BoolVar(&o.Reveal, "reveal", false, "write card numbers and PINs as they are; the log says so")
	flags.StringArrayVar(&o.EncryptTo, "encrypt-to", nil,
		"encrypt the file to this public `KEY`: age1… or ssh-ed25519 … (repeatable)")
	flags.StringVar(&f.since, "since", "", "show what changed since an earlier `EXPORT` or run folder")
	flags.StringSliceVar(&o.With, "with", nil,
		"also export this `COLUMN`, with one API call per credential (Seam: entrances)")
	flags.BoolVar(&o.NoNames, "no-names", false,
		"do not read holders or counts of issued cards: no names and no findings about disabled people")
	return cmd
}

func (a *app) export(ctx context.Context, f *exportFlags) error {
	checked, err := f.options.Check()
	if err == nil {
		err = a.checkReveal(checked.Reveal)
	}
	if err == nil {
		err = a.refuseOverwrite("--out", checked.Out, nil)
	}
	if err != nil {
		return err
	}
	toStdout := checked.Out == export.Stdout
	if toStdout && a.JSON && (checked.Format != exportio.JSON || !checked.To.None() || a.form == accounts.Lines) {
		return bothOnStdout("such an export")
	}
	chosen, err := a.choose(&f.accountsFlags)
	if err != nil {
		return err
	}
	if checked.Format == exportio.CSV && len(chosen.Targets) > 1 {
		return misuse("export them to a workbook or as JSON, or one by one",
			"a CSV file holds one account, but %d are selected", len(chosen.Targets))
	}
	kept, err := a.store()
	if err != nil {
		return err
	}
	before, err := export.LoadBaseline(kept, f.since, chosen)
	if err != nil {
		return err
	}
	e := &exportio.Export{Tool: tool, Operator: a.Operator(), CreatedAt: time.Now().UTC().Truncate(time.Second)}
	job := &export.Job{Checked: checked, Store: kept, Chosen: chosen, Baseline: before, ExitCode: exit.Code}
	t := &task{
		accountsFlags: &f.accountsFlags, job: accounts.Job{Bare: true, Verdicts: map[int]string{exit.OK: "exported"}},
		work: func(ctx context.Context, own *app, t accounts.Target) error {
			one, err := job.Read(ctx, t, own.opener(), own.sinks())
			switch {
			case err != nil:
				return err
			case !chosen.Several:
				return own.writeExport(job, e)
			case toStdout:
				return nil
			}
			return own.showExport(&exportio.Export{
				Tool: e.Tool, Operator: e.Operator, CreatedAt: e.CreatedAt, Accounts: []*exportio.Account{one},
			})
		},
	}
	if chosen.Several {
		if toStdout {
			t.job.Stdout = io.Discard // the export itself goes there
		}
		t.job.Last = func() int { return a.Finish(exit.Documented(a.writeExport(job, e))) }
	}
	return a.each(ctx, chosen, t)
}

// writeExport writes the accounts to the requested file and prints a summary; for several
// accounts, each was summarised before.
func (a *app) writeExport(job *export.Job, e *exportio.Export) error {
	begun, err := job.Write(e, a.file(job.To.None()), a.Log)
	switch {
	case begun:
		return exit.Documented(err)
	case err != nil:
		return err
	}
	if !job.Chosen.Several {
		if err := a.showExport(e); err != nil {
			return err
		}
	}
	if !a.JSON && !a.Quiet {
		fmt.Fprintf(a.Stdout, "written to %s\n", job.Out)
	}
	return nil
}

// showExport prints a summary of an export on standard output.
func (a *app) showExport(e *exportio.Export) error {
	if a.JSON {
		return exit.OutputFailure(exportio.WriteMeta(a.Stdout, e))
	}
	if !a.Quiet {
		export.WriteText(a.Stdout, e)
	}
	return nil
}

// file is standard output for writing a file's exact bytes; text on a terminal still passes the filter.
func (a *app) file(text bool) io.Writer {
	if text && terminal.Is(a.Stdout) {
		return a.Stdout
	}
	return termio.Raw(a.Stdout)
}
