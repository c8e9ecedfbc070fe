package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keyroster/io/configio"
	"keyroster/io/exportio"
	"keyroster/io/reportio"
	"keyroster/io/termio"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// holderReader is a provider that can read all holders of its account.
type holderReader interface {
	ReadHolders(ctx context.Context) (map[string]reconcile.Holder, error)
}

// pinTyper is a provider that knows which types have PINs for values.
type pinTyper interface {
	PINTypes(ctx context.Context) (map[string]bool, error)
}

// issuedCounter is a provider that counts the cards issued of each record.
type issuedCounter interface {
	IssuedCards(ctx context.Context, records *reconcile.Set) (map[string]int, error)
}

// completer is a provider with columns that no listing holds.
type completer interface {
	// Complete reads them of all records and returns the records with them, as
	// rosters have them, and what could not be read.
	Complete(ctx context.Context, records *reconcile.Set) (*reconcile.Set, []string, error)
}

type exportFlags struct {
	accounts  []string
	all       bool
	out       string
	format    string
	filters   exportio.Filters
	reveal    bool
	encryptTo []string
	since     string
	noNames   bool
	hits      holderHits
	with      []string
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
	flags := cmd.Flags()
	flags.StringSliceVar(&f.accounts, "account", nil, "the `ACCOUNT`s of the configuration, as a,b")
	flags.BoolVar(&f.all, "all", false, "all accounts of the configuration")
	flags.StringVar(&f.out, "out", "", "the `FILE` to write, or - for standard output (csv, json, ndjson)")
	flags.StringVar(&f.format, "format", "", "csv, xlsx, json or ndjson (default by the extension of --out)")
	flags.StringArrayVar(&f.filters.Types, "type", nil, "only credentials of this `TYPE`, by id or name (repeatable)")
	flags.StringArrayVar(&f.filters.Holders, "holder", nil, "only credentials of this `HOLDER`, by id, reference or e-mail address (repeatable)")
	flags.StringArrayVar(&f.filters.Statuses, "status", nil, "only credentials with this `STATUS` (repeatable)")
	flags.BoolVar(&f.reveal, "reveal", false, "write card numbers and PINs as they are; the log says so")
	flags.StringArrayVar(&f.encryptTo, "encrypt-to", nil, "encrypt the file to this public `KEY`: age1… or ssh-ed25519 … (repeatable)")
	flags.StringVar(&f.since, "since", "", "tell what changed since an earlier `EXPORT` or run folder")
	flags.StringSliceVar(&f.with, "with", nil, "read this `COLUMN` too, which takes a call for each credential (Seam: entrances)")
	flags.BoolVar(&f.noNames, "no-names", false, "read neither holders nor how many cards were issued: no names, and nothing found about disabled people")
	return cmd
}

// knows reports whether a provider has all columns of --with.
func (f *exportFlags) knows(spec *providers.Spec) bool {
	return !slices.ContainsFunc(f.with, func(name string) bool {
		n := spec.Schema.Index(name)
		return n < 0 || spec.Schema.Columns[n].Can&reconcile.ReadApart == 0
	})
}

// check refuses flags that contradict each other, before anything is read.
func (f *exportFlags) check() (exportio.Format, exportio.Recipients, error) {
	to, err := exportio.ParseRecipients(f.encryptTo)
	if err != nil {
		return "", to, &failure{code: exitUsage, err: err}
	}
	format := exportio.Format(strings.ToLower(f.format))
	if format == "" {
		format = exportio.FormatOf(f.out)
	}
	stdout := f.out == "-"
	switch {
	case f.out == "":
		err = fail(exitUsage, "for example --out badges.xlsx", "export needs --out FILE")
	case format == "" && stdout:
		err = fail(exitUsage, "for example --format csv", "--out - needs --format")
	case !slices.Contains(exportio.Formats, format):
		err = fail(exitUsage, "name one with --format: csv, xlsx, json or ndjson", "no format is called %q", orElse(string(format), filepath.Ext(f.out)))
	case stdout && f.reveal && to.None():
		err = fail(exitUsage, "name a file with --out, which gets the mode 0600, or a key with --encrypt-to", "--reveal is refused on standard output")
	case stdout && format == exportio.XLSX:
		err = fail(exitUsage, "name a file with --out", "a workbook is not written to standard output")
	case !slices.ContainsFunc(all.Specs(), f.knows) && len(f.with) > 0:
		err = fail(exitUsage, "with Seam there is --with entrances", "no provider reads column %s by itself", strings.Join(f.with, ", "))
	case f.all && len(f.accounts) > 0:
		err = fail(exitUsage, "", "--all and --account exclude each other")
	case !stdout:
		if info, e := os.Stat(filepath.Dir(f.out)); e != nil || !info.IsDir() {
			err = fail(exitUsage, "", "write %s: there is no folder %s", f.out, filepath.Dir(f.out))
		}
	}
	return format, to, err
}

func (a *app) export(ctx context.Context, f *exportFlags) error {
	format, to, err := f.check()
	if err != nil {
		return err
	}
	if err := a.checkReveal(f.reveal); err != nil {
		return err
	}
	if a.json && f.out == "-" && (format != exportio.JSON || !to.None()) {
		return bothOnStdout("such an export")
	}
	accounts, err := a.loadAccounts(f.accounts, f.all)
	if err != nil {
		return err
	}
	if format == exportio.CSV && len(accounts) > 1 {
		return fail(exitUsage, "export them to a workbook or as JSON, or one by one", "a CSV file holds one account, and these are %d", len(accounts))
	}
	f.hits.several = len(accounts) > 1
	before, err := a.before(f.since, accounts)
	if err != nil {
		return err
	}
	e := &exportio.Export{Tool: "keyroster " + version, Operator: a.operator(), CreatedAt: time.Now().UTC().Truncate(time.Second)}
	if e.Accounts, err = a.exportAccounts(ctx, f, accounts, before); err != nil {
		return err
	}
	if err := f.hits.missed(f.filters.Holders, accounts); err != nil {
		return err
	}
	if f.reveal {
		a.log.Warn().Str("file", f.out).Bool("encrypted", !to.None()).Msg("the export holds card numbers and PINs: keep it where nobody else can read it, and delete it when it has served")
	}
	if f.out == "-" {
		a.printed = true
		if err := to.Seal(a.file(to.None()), func(w io.Writer) error { return exportio.Write(w, format, e) }); err != nil {
			return fail(exitError, "", "write the export: %v", err)
		}
		return nil
	}
	if err := exportio.Save(f.out, format, e, to); err != nil {
		return fail(exitError, "", "%v", err)
	}
	if plain, sealed := strings.CutSuffix(f.out, ".age"); sealed && !to.None() {
		if _, err := os.Stat(plain); err == nil {
			a.log.Warn().Str("file", plain).Msg("a file of this name lies beside the encrypted one and is not encrypted: if it is an earlier export, delete it when it has served")
		}
	}
	return a.showExport(f.out, e)
}

// exportAccount reads one account.
func (a *app) exportAccount(ctx context.Context, f *exportFlags, config *configio.Account, before *exportio.Before) (*exportio.Account, error) {
	acc, err := a.openNamed(ctx, config)
	if err != nil {
		return nil, err
	}
	defer acc.close()
	state, err := a.openState(acc)
	if err != nil {
		return nil, err
	}
	key, err := a.fingerprintKey(ctx, acc, state)
	if err != nil {
		return nil, err
	}
	marks, err := reportio.NewHMAC(key)
	if err != nil {
		return nil, &failure{code: exitError, err: err}
	}
	source, err := a.exportSource(ctx, f, acc)
	if err != nil {
		return nil, err
	}
	source.Marks = marks
	source.Notes = append(source.Notes, source.Listing.Unseen...)
	source.Notes = append(source.Notes, a.notesOfRuns(state, config.Name, key, source.Listing.Records)...)
	if len(f.filters.Holders) > 0 {
		if source.HolderIDs, err = f.hits.find(ctx, a, acc, f.filters.Holders); err != nil {
			return nil, err
		}
	}
	one := exportio.New(*source)
	if len(f.filters.Holders)+len(f.filters.Types)+len(f.filters.Statuses) > 0 && one.Totals.Credentials == 0 {
		a.log.Warn().Msg("no credential passes the filters")
	}
	if before != nil {
		if err := one.Compare(before); err != nil {
			return nil, fail(exitUnsafe, "give all exports one fingerprint_key in the configuration, and the same filters", "compare with --since: %v", err)
		}
	}
	return one, nil
}

// exportSource lists an account and what an export says beside.
func (a *app) exportSource(ctx context.Context, f *exportFlags, acc *account) (*exportio.Source, error) {
	bar := a.progress("listing", -1)
	listing, err := acc.list(ctx, reconcile.Scope{}, bar.set)
	bar.done()
	if err != nil {
		return nil, err
	}
	if err := acc.sentinels(listing); err != nil {
		return nil, err
	}
	if err := a.learnMask(ctx, acc); err != nil {
		return nil, err
	}
	s := &exportio.Source{
		Mask:    acc.mask,
		Account: acc.config.Name, Title: acc.spec.Title, Tenant: acc.tenant, Listing: listing,
		Location: acc.config.TimeZone, Filters: f.filters, Reveal: f.reveal,
	}
	if s.Location == nil {
		s.Location = acc.tenant.Location
	}
	if err := f.complete(ctx, acc, s); err != nil {
		return nil, err
	}
	if f.noNames {
		return s, nil
	}
	s.Name = acc.names
	if reader, ok := acc.provider.(holderReader); ok {
		if s.Holders, err = reader.ReadHolders(ctx); err != nil {
			return nil, fmt.Errorf("read holders (--no-names does without): %w", err)
		}
	}
	if counter, ok := acc.provider.(issuedCounter); ok {
		if s.Issued, err = counter.IssuedCards(ctx, listing.Records); err != nil {
			return nil, fmt.Errorf("count the issued cards (--no-names does without): %w", err)
		}
	}
	if typer, ok := acc.provider.(pinTyper); ok {
		s.PINTypes, err = typer.PINTypes(ctx)
		switch {
		case errors.Is(err, context.Canceled):
			return nil, err
		case err != nil:
			a.log.Warn().Err(err).Msg("the types could not be read: which of them are PINs is told by their names")
			s.PINTypes = nil
		}
	}
	return s, nil
}

// complete reads the columns of --with that the account's provider has.
func (f *exportFlags) complete(ctx context.Context, acc *account, s *exportio.Source) error {
	schema := acc.spec.Schema
	apart := func(name string) bool {
		n := schema.Index(name)
		return n >= 0 && schema.Columns[n].Can&reconcile.ReadApart != 0
	}
	reader, ok := acc.provider.(completer)
	if !ok || !slices.ContainsFunc(f.with, apart) {
		return nil
	}
	records, notes, err := reader.Complete(ctx, s.Listing.Records)
	if err != nil {
		return err
	}
	s.Listing.Records, s.Notes = records, append(s.Notes, notes...)
	return nil
}

// showExport tells on standard output what was written.
func (a *app) showExport(path string, e *exportio.Export) error {
	if a.json {
		a.printed = true
		if err := exportio.WriteMeta(a.stdout, e); err != nil {
			return fail(exitError, "", "write the result: %v", err)
		}
		return nil
	}
	if a.quiet {
		return nil
	}
	for _, one := range e.Accounts {
		words := []string{plural(one.Totals.Credentials, "credential")}
		if !one.Filters.None() {
			words[0] += fmt.Sprintf(" of %d (%s)", one.Listing.Records, one.Filters)
		}
		words = append(words, plural(len(one.Findings), "finding"))
		if s := one.Since; s != nil {
			words = append(words, fmt.Sprintf("since %s: %d added, %d removed, %d changed", s.At.Format("2006-01-02 15:04"), s.Added, s.Removed, s.Changed))
			if s.NotCompared > 0 {
				words = append(words, plural(s.NotCompared, "value")+" could not be compared")
			}
		}
		fmt.Fprintf(a.stdout, "%s: %s\n", one.Name, strings.Join(words, ", "))
		for _, found := range one.Found {
			if found.Count > 0 {
				fmt.Fprintf(a.stdout, "  %-30s %d\n", found.Title, found.Count)
			}
		}
	}
	fmt.Fprintf(a.stdout, "written to %s\n", path)
	return nil
}

// file is standard output for a file that is written there byte by byte, but not
// onto a screen if it is text.
func (a *app) file(text bool) io.Writer {
	if text && isTerminal(a.stdout) {
		return a.stdout
	}
	return termio.Raw(a.stdout)
}
