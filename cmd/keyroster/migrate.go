package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/transfer"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/providers"
	"keyroster/providers/httpapi"
)

// migrateFlags are the flags of migrate.
type migrateFlags struct {
	options  transfer.Options
	yes      bool
	stopping stoppingFlags
	metrics  metricsFlag
	backup   backupFlag
}

func (a *app) migrateCommand() *cobra.Command {
	var f migrateFlags
	f.options.Draft.Additive = true
	cmd := &cobra.Command{
		Use:   "migrate --from A --to B",
		Short: "Move credentials from one account to another",
		Long: `migrate lists account A, finds its people in account B, builds the target roster for B, and writes
these files: the target roster (values masked), the crosswalk of ids, the people missing in B, what B
cannot hold and why, and the plan with every API call. Without --yes it stops there. With --yes it
continues like apply: limits, journal, verification, report. resume finishes an interrupted run.

People are matched by your reference, then by e-mail address, unless --crosswalk decides. The section
migrate of account B maps the types. Account A is only read. Nothing is deleted from account B; if a
person already has one credential of the type there, it gets the moved value, within limits.update.`,
		Example: `  keyroster migrate --from old --to new
  keyroster migrate --from old --to new --yes --accept-empty
  keyroster migrate --from old --to new --verify-only`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.migrate(cmd.Context(), &f) },
	}
	f.add(cmd)
	return cmd
}

func (f *migrateFlags) add(cmd *cobra.Command) {
	flags, o := cmd.Flags(), &f.options
	flags.StringVar(&o.From, "from", "", "the `ACCOUNT` to read; it is never written")
	flags.StringVar(&o.To, "to", "", "the `ACCOUNT` to move to")
	flags.StringVar(&o.Crosswalk, "crosswalk", "", "CSV `FILE` that maps people: from_holder_id,to_holder_id")
	flags.StringVar(&o.Out, "out", "", "`DIR` for the migration's files (default migrations/TIME-A-B)")
	flags.StringVar(&o.Only, "only-holders", "",
		"`FILE` with the people to move, one per line: id, reference or e-mail address at A")
	flags.BoolVar(&f.yes, "yes", false, "move the credentials; without it, nothing is written to any account")
	flags.BoolVar(&o.VerifyOnly, "verify-only", false,
		"compare both accounts: exit 0 if everything that can move is there, else 3")
	flags.BoolVar(&o.Reveal, "reveal", false, "write the target roster with its card numbers and PINs")
	flags.StringArrayVar(&o.EncryptTo, "encrypt-to", nil,
		"write the target roster with its values, encrypted to this public `KEY`: age1… or ssh-ed25519 … (repeatable)")
	flags.StringArrayVar(&o.Draft.Limits, "limit", nil, "limit for this run, as `NAME=VALUE`, such as create=500 (repeatable)")
	flags.StringArrayVar(&o.Draft.Shapes, "accept-shape", nil, shapeHelp+", for account B")
	flags.BoolVar(&o.Draft.AcceptEmpty, "accept-empty", false, "allow an account B without records")
	flags.StringVar(&o.Draft.ShrunkenListing, "accept-shrunken-listing", "",
		"allow far fewer records in account B than last time; `REASON` is recorded")
	f.backup.add(cmd, " at account B")
	f.stopping.add(cmd)
	f.metrics.add(cmd)
}

// end is one side of a migration.
type end struct {
	config *configio.Account
	spec   *providers.Spec
	calls  *account.CallLog
}

func (a *app) migrate(ctx context.Context, f *migrateFlags) error {
	began := time.Now()
	if _, err := f.options.Check(); err != nil {
		return err
	}
	if f.yes && f.options.VerifyOnly {
		return misuse("", "--yes and --verify-only cannot be used together")
	}
	if err := a.checkReveal(f.options.Reveal); err != nil {
		return err
	}
	var from, to end
	var err error
	if from.config, from.spec, err = a.load(f.options.From); err != nil {
		return err
	}
	if to.config, to.spec, err = a.load(f.options.To); err != nil {
		return err
	}
	prepared, err := transfer.Prepare(f.options, from.config, to.config, from.spec, to.spec, began)
	if err != nil {
		return err
	}
	from.calls, to.calls = account.NewCallLog(from.spec), account.NewCallLog(to.spec)
	if !f.yes {
		rehearse := func(m *transfer.Move, target *account.Account) error {
			return a.rehearse(ctx, f, m, target)
		}
		return a.between(ctx, prepared, from, to, true, to.calls.Observe, rehearse)
	}
	told := a.notifyOptions(to.config, f.metrics)
	return a.runAndNotify(ctx, told, func() (out run.Outcome, err error) {
		both := transfer.Observed(told.Traffic.Observe, to.calls.Observe)
		carryOut := func(m *transfer.Move, target *account.Account) (err error) {
			out, err = a.carryOut(ctx, f, m, target, began)
			return err
		}
		err = a.between(ctx, prepared, from, to, false, both, carryOut)
		return out, err
	}).Err
}

// between opens both accounts of a migration for some work. The source is read-only.
func (a *app) between(
	ctx context.Context, p *transfer.Prepared, from, to end, readOnly bool,
	observe func(httpapi.Event), work func(*transfer.Move, *account.Account) error,
) error {
	source, err := a.opener().Open(
		ctx, from.config, from.spec, account.Options{ReadOnly: true, Observe: from.calls.Observe})
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := a.opener().Open(ctx, to.config, to.spec, account.Options{ReadOnly: readOnly, Observe: observe})
	if err != nil {
		return err
	}
	defer target.Close()
	move, err := p.Between(source, target, from.calls, to.calls, a.sinks())
	if err != nil {
		return err
	}
	return work(move, target)
}

// migrateReport is the report of a migration's draft.
func (a *app) migrateReport(d *draft.Draft) *reportio.Report {
	return a.report("migrate", d, nil)
}

// rehearse plans, writes the files, and shows what would move.
func (a *app) rehearse(
	ctx context.Context, f *migrateFlags, move *transfer.Move, target *account.Account,
) error {
	kept, err := a.store()
	if err != nil {
		return err
	}
	done, err := move.Rehearse(ctx, transfer.Rehearsal{
		Store: kept, Target: target, Options: f.options.Draft, VerifyOnly: f.options.VerifyOnly,
		Report: a.migrateReport, Sinks: a.sinks(),
	})
	if err != nil {
		return err
	}
	if err := a.ShowPlan(done.Report, done.Draft); err != nil {
		return exit.Documented(err)
	}
	if !a.JSON && (!a.Quiet || done.Report.ExitCode != exit.OK) {
		done.View.WriteText(a.Stdout)
	}
	return exit.Documented(done.Result)
}

// carryOut performs the move as one run, from the lock to the report.
func (a *app) carryOut(
	ctx context.Context, f *migrateFlags, move *transfer.Move, target *account.Account,
	began time.Time,
) (run.Outcome, error) {
	options := a.runOptions("migrate")
	options.Draft, options.BackupTo, options.First = f.options.Draft, f.backup.key, int(f.stopping.first)
	options.Secrecy = run.SecrecyOf(f.options.EncryptTo, f.options.Reveal)
	options.Transfer = move.Transfer(a.migrateReport, func(v transfer.View) {
		if !a.JSON && !a.Quiet {
			v.WriteText(a.Stdout)
		}
	})
	kept, err := a.store()
	if err != nil {
		return run.Outcome{}, err
	}
	if options.Deadline, err = run.Deadline(f.stopping.deadline, began); err != nil {
		return run.Outcome{}, err
	}
	return run.Apply(ctx, target, kept, nil, began, options)
}
