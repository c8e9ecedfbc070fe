package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/export"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/cmd/internal/terminal"
	"keyroster/io/exportio"
	"keyroster/io/termio"
)

type exportFlags struct {
	accounts []string
	all      bool
	since    string
	options  export.Options
}

func (a *app) exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export --account A --out FILE",
		Short: "Write every credential of an account to a file",
		Long: `export lists accounts and writes every credential with its holder, type, status and dates, totals
that close, and findings: values held twice, weak PINs, credentials of people who are disabled.
Values are masked. The columns are those of rosters: a plan of an export, as it is, changes nothing.

The format is the file's extension: csv (with FILE.meta.json beside it), xlsx, json or ndjson.
Files are 0600 and appear whole or not at all; a listing that is not proved complete leaves none.`,
		Example: `  keyroster export --account hq --out hq.xlsx
  keyroster export --all --out badges.xlsx --since last-quarter.xlsx
  keyroster export --account hq --type card --out - --format csv
  keyroster export --account hq --reveal --encrypt-to age1... --out hq.csv.age`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.export(cmd.Context(), &f) },
	}
	flags, o := cmd.Flags(), &f.options
	flags.StringSliceVar(&f.accounts, "account", nil, "the `ACCOUNT`s of the configuration, as a,b")
	flags.BoolVar(&f.all, "all", false, "all accounts of the configuration")
	flags.StringVar(&o.Out, "out", "", "the `FILE` to write, or - for standard output (csv, json, ndjson)")
	flags.StringVar(&o.Format, "format", "", "csv, xlsx, json or ndjson (default by the extension of --out)")
	flags.StringArrayVar(&o.Filters.Types, "type", nil, "only credentials of this `TYPE`, by id or name (repeatable)")
	flags.StringArrayVar(&o.Filters.Holders, "holder", nil,
		"only credentials of this `HOLDER`, by id, reference or e-mail address (repeatable)")
	flags.StringArrayVar(&o.Filters.Statuses, "status", nil, "only credentials with this `STATUS` (repeatable)")
	flags.BoolVar(&o.Reveal, "reveal", false, "write card numbers and PINs as they are; the log says so")
	flags.StringArrayVar(&o.EncryptTo, "encrypt-to", nil,
		"encrypt the file to this public `KEY`: age1… or ssh-ed25519 … (repeatable)")
	flags.StringVar(&f.since, "since", "", "tell what changed since an earlier `EXPORT` or run folder")
	flags.StringSliceVar(&o.With, "with", nil,
		"read this `COLUMN` too, which takes a call for each credential (Seam: entrances)")
	flags.BoolVar(&o.NoNames, "no-names", false,
		"read neither holders nor how many cards were issued: no names, and nothing found about disabled people")
	return cmd
}

func (a *app) export(ctx context.Context, f *exportFlags) error {
	checked, err := f.options.Check()
	if err == nil && f.all && len(f.accounts) > 0 {
		err = misuse("", "--all and --account exclude each other")
	}
	if err == nil {
		err = a.checkReveal(checked.Reveal)
	}
	if err != nil {
		return err
	}
	if a.json && checked.Out == export.Stdout && (checked.Format != exportio.JSON || !checked.To.None()) {
		return bothOnStdout("such an export")
	}
	config, err := a.configuration()
	if err != nil {
		return err
	}
	accounts, err := account.Select(config, f.accounts, f.all)
	if err != nil {
		return err
	}
	var names []string
	for _, one := range accounts {
		names = append(names, one.Name)
	}
	account.WarnBroken(a.log, config, names...)
	if checked.Format == exportio.CSV && len(accounts) > 1 {
		return misuse("export them to a workbook or as JSON, or one by one",
			"a CSV file holds one account, and these are %d", len(accounts))
	}
	kept := a.store()
	before, err := export.Before(kept, f.since, accounts)
	if err != nil {
		return err
	}
	job := &export.Job{
		Checked: checked, Store: kept, Accounts: accounts, Before: before, AtOnce: accountsAtOnce, Worst: worstKind,
		Sinks: func(name string) sink.Sinks { return a.sinksOf(name, len(accounts) > 1) },
		Opener: func(to sink.Sinks) *account.Opener {
			opener := a.opener()
			opener.Sinks = to
			return opener
		},
	}
	e := &exportio.Export{Tool: tool, Operator: a.operator(), CreatedAt: time.Now().UTC().Truncate(time.Second)}
	if e.Accounts, err = job.Read(ctx); err != nil {
		return err
	}
	return a.writeExport(checked, e)
}

// sinksOf are the sinks of the work on an account: the log names it, and where several
// are at work no progress is shown, since one bar alone can be drawn.
func (a *app) sinksOf(name string, several bool) sink.Sinks {
	own := a.about(name)
	if several {
		own.stderr = io.Discard
	}
	return own.sinks()
}

// worstKind is the one kind of several.
func worstKind(kinds []failure.Kind) failure.Kind {
	var codes []int
	for _, kind := range kinds {
		codes = append(codes, exitCode(kind))
	}
	return kindOf(worst(codes))
}

// writeExport writes an export to where it was asked for, and tells of it.
func (a *app) writeExport(o export.Checked, e *exportio.Export) error {
	if o.Reveal {
		a.log.Warn().Str("file", o.Out).Bool("encrypted", !o.To.None()).
			Msg("the export holds card numbers and PINs: keep it where nobody else can read it, and delete it when it has served")
	}
	if o.Out == export.Stdout {
		write := func(w io.Writer) error { return exportio.Write(w, o.Format, e) }
		if err := o.To.Seal(a.file(o.To.None()), write); err != nil {
			return withDocument(halted("write the export: %v", err))
		}
		return nil
	}
	if err := exportio.Save(o.Out, o.Format, e, o.To); err != nil {
		return halted("%v", err)
	}
	if plain, sealed := strings.CutSuffix(o.Out, ".age"); sealed && !o.To.None() {
		if _, err := os.Stat(plain); err == nil {
			a.log.Warn().Str("file", plain).
				Msg("a file of this name lies beside the encrypted one and is not encrypted: if it is an earlier export, delete it when it has served")
		}
	}
	return a.showExport(o.Out, e)
}

// showExport tells on standard output what was written.
func (a *app) showExport(path string, e *exportio.Export) error {
	if a.json {
		return unwritten(exportio.WriteMeta(a.stdout, e))
	}
	if a.quiet {
		return nil
	}
	export.WriteText(a.stdout, e)
	fmt.Fprintf(a.stdout, "written to %s\n", path)
	return nil
}

// file is standard output for a file that is written there byte by byte, but not onto
// a screen if it is text.
func (a *app) file(text bool) io.Writer {
	if text && terminal.Is(a.stdout) {
		return a.stdout
	}
	return termio.Raw(a.stdout)
}
