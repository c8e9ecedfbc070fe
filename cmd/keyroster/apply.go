package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/annotation"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/fleet"
	"keyroster/cmd/internal/notify"
	"keyroster/cmd/internal/run"
	"keyroster/io/configio"
	"keyroster/providers"
)

// applyFlags are the flags of apply.
type applyFlags struct {
	plan     planFlags
	saved    savedFlags
	stopping stoppingFlags
	metrics  metricsFlag
	yes      bool
	annotate string
	backup   backupFlag
}

func (a *app) applyCommand() *cobra.Command {
	var f applyFlags
	cmd := &cobra.Command{
		Use:   "apply --account ACCOUNT [ROSTER...]",
		Short: "Make an account match a roster, verify it and write a report",
		Long: `apply makes the same plan as plan and checks it against the limits. It asks for confirmation on a
terminal, and needs --yes elsewhere. It then sends the changes, lists the account again to verify them,
and leaves a run folder with the plan, the journal, the reports and the rows to correct. One bad record
never stops the others.

For several accounts, the rosters come from the configuration.
` + severalHelp,
		Example: `  keyroster apply --account hq badges.xlsx
  keyroster apply --account hq badges.xlsx --yes --quiet
  keyroster apply --account 'site-*,tag:london' --skip site-lab --yes
  keyroster apply --all --yes --quiet --metrics /var/lib/node_exporter/keyroster.prom`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.applyAccounts(cmd.Context(), &f, args) },
	}
	f.plan.add(cmd)
	f.saved.add(cmd)
	f.stopping.add(cmd)
	f.metrics.add(cmd)
	cmd.Flags().BoolVar(&f.yes, "yes", false, "do not ask")
	f.backup.add(cmd, "")
	cmd.Flags().StringVar(&f.annotate, "annotate", "",
		annotateHelp+"the outcome beside each row; the copy holds the roster's values")
	return cmd
}

// applyAccounts runs apply on every selected account.
func (a *app) applyAccounts(ctx context.Context, f *applyFlags, args []string) error {
	if !f.yes {
		if err := a.CanAsk("apply", "add --yes, or review with keyroster plan first"); err != nil {
			return err
		}
	}
	if err := f.plan.options.Consistent(); err != nil {
		return err
	}
	if err := a.refuseOverwrite("--annotate", f.annotate, args); err != nil {
		return err
	}
	chosen, err := a.choose(&f.plan.accountsFlags)
	if err != nil {
		return err
	}
	sheet, metrics := new(notify.Sheet), f.metrics
	if chosen.Several {
		sheet, metrics.file = notify.NewSheet(metrics.file, tool, a.Log, chosen.Names()...), ""
	}
	return a.each(ctx, chosen, &task{
		accountsFlags: &f.plan.accountsFlags,
		forSeveral:    func() error { return f.forSeveral(args) },
		work: func(ctx context.Context, own *app, t accounts.Target) error {
			started, told, result := time.Now(), own.notifyOptions(t.Config, metrics), notify.Result{Err: t.Err}
			if t.Err == nil {
				result = own.apply(ctx, f, t.Config, t.Spec, args, told)
			}
			measured := notify.Measure(told, &result, started)
			if sheet.Add(measured); t.Err != nil {
				notify.PushMetrics(ctx, told, &measured)
			}
			return result.Err
		},
		job: accounts.Job{Verdicts: map[int]string{exit.OK: "as desired", exit.Partial: "not fully as desired"}},
	})
}

// forSeveral refuses options that only make sense for one account.
func (f *applyFlags) forSeveral(args []string) error {
	switch {
	case !f.yes:
		return misuse("review with keyroster plan first", "apply needs --yes for several accounts")
	case f.saved.plan != "" || f.saved.expect != "":
		return misuse("", "a saved plan is for one account")
	case f.annotate != "":
		return misuse("", "--annotate is for one account")
	}
	return f.plan.forSeveral(args)
}

// notifyOptions are the options for heartbeat, webhook, mail and metrics.
func (a *app) notifyOptions(config *configio.Account, metrics metricsFlag) *notify.Options {
	return &notify.Options{
		Config: config, Getenv: a.Getenv, Sinks: a.sinks(), ExitCode: exit.Code, Traffic: new(notify.Traffic),
		Metrics: metrics.file, Push: metrics.push, Tool: tool,
	}
}

// runAndNotify does the work of a run with its notifications, prints the outcome, and returns
// the result.
func (a *app) runAndNotify(
	ctx context.Context, told *notify.Options, work func() (run.Outcome, error),
) notify.Result {
	defer a.OnInterrupt(ctx)()
	defer func() { a.runsPage.Ended(a.storage.Opened(), a.Log) }()
	return notify.RunAndNotify(ctx, told, func(r *notify.Result) {
		out, err := work()
		r.SetOutcome(&out)
		r.Err = a.EndRun(out, err)
	})
}

// apply runs apply on one account.
func (a *app) apply(
	ctx context.Context, f *applyFlags, config *configio.Account, spec *providers.Spec,
	args []string, told *notify.Options,
) notify.Result {
	return a.runAndNotify(ctx, told, func() (run.Outcome, error) {
		began := time.Now()
		options, err := f.options(a, began)
		if err != nil {
			return run.Outcome{}, err
		}
		if options.Approved, err = draft.OpenSaved(f.saved.plan, config.Name, f.saved.maxAge); err != nil {
			return run.Outcome{}, err
		}
		defer options.Approved.Close()
		return a.applyTo(ctx, f, config, spec, args, told, began, options)
	})
}

// options are a run's options from the command line.
func (f *applyFlags) options(a *app, now time.Time) (run.Options, error) {
	options := a.runOptions("apply")
	options.Draft, options.Columns = f.plan.options, f.plan.columns
	options.Expect, options.BackupTo, options.First = f.saved.expect, f.backup.key, int(f.stopping.first)
	if !f.yes {
		options.Confirm = func(ctx context.Context, d *draft.Draft) error {
			return a.ask(ctx, options.Command, d)
		}
	}
	var err error
	options.Deadline, err = run.Deadline(f.stopping.deadline, now)
	return options, err
}

// runOptions are the options that all runs of this process share.
func (a *app) runOptions(command string) run.Options {
	inFlight := a.tuning.inFlight
	if config, err := a.configuration(); err == nil && inFlight == 0 {
		inFlight = fleet.InFlight(config)
	}
	return run.Options{
		Command: command, Operator: a.Operator(), Tool: tool, ExitCode: exit.Code, Sinks: a.sinks(),
		Stale: a.tuning.stale, InFlight: inFlight, Append: a.tuning.append,
	}
}

func (a *app) applyTo(
	ctx context.Context, f *applyFlags, config *configio.Account, spec *providers.Spec,
	args []string, told *notify.Options, began time.Time, options run.Options,
) (run.Outcome, error) {
	approved := options.Approved
	options.Draft = approved.Accepting(options.Draft)
	flags := f.plan
	flags.options = options.Draft
	if approved != nil && len(args) == 0 && len(config.Roster) == 0 {
		var err error
		if args, err = a.rosterOfPlan(ctx, approved, f.yes); err != nil {
			return run.Outcome{}, err
		}
	}
	roster, err := a.read(ctx, &flags, args, spec, config)
	if err == nil {
		err = approved.SameRoster(roster)
	}
	if err != nil {
		return run.Outcome{}, err
	}
	of, err := copyOf(spec, config, flags.reading(a, args), runAgain)
	if err == nil {
		options.Copy, err = annotation.Open(f.annotate, roster, of)
	}
	if err != nil {
		return run.Outcome{}, err
	}
	kept, err := a.store()
	if err != nil {
		return run.Outcome{}, err
	}
	acc, err := a.opener().Open(ctx, config, spec, account.Options{Observe: told.Traffic.Observe})
	if err != nil {
		return run.Outcome{}, err
	}
	defer acc.Close()
	if err := approved.SameTenant(acc); err != nil {
		return run.Outcome{}, err
	}
	return run.Apply(ctx, acc, kept, roster, began, options)
}

// rosterOfPlan is the roster to read if neither the command line nor the configuration names
// one: the files in the saved plan, whose author may not be the operator. It logs them, and
// asks unless yes.
func (a *app) rosterOfPlan(ctx context.Context, approved *draft.Saved, yes bool) ([]string, error) {
	files := approved.Rosters()
	a.Log.Warn().Strs("roster", files).
		Msg("no roster on the command line or in the configuration: reading the one named in the saved plan")
	if yes {
		return files, nil
	}
	question := fmt.Sprintf("Read %s, named in the saved plan?", strings.Join(files, ", "))
	return files, a.Confirm(ctx, question, "name the roster on the command line")
}

// ask shows the plan and the tenant, and asks for a yes.
func (a *app) ask(ctx context.Context, command string, d *draft.Draft) error {
	return a.ConfirmPlan(ctx, a.report(command, d, d.Known.Marks), d)
}
