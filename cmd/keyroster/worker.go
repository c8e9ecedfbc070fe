package main

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/fleet"
	"keyroster/cmd/internal/notify"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// workerFlags are the flags of worker.
type workerFlags struct {
	name, health string
	metrics      metricsFlag
	apply        applyFlags
}

func (a *app) workerCommand() *cobra.Command {
	var f workerFlags
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Run the nights of many accounts, alongside other workers",
		Long: `worker runs the configured accounts by their schedules, each like apply --yes, until it is stopped. Any
number of workers share a database (fleet: in the configuration): each account runs once a night, on
whichever worker is free. Other workers take over the nights of a worker that dies.

SIGTERM or an interrupt stops it within 25 seconds: running nights are finished or handed over. A second
one stops it at once; other workers take over its nights when their leases expire.`,
		Example: `  keyroster worker --config /etc/keyroster/keyroster.yaml --name north-1 --log-format json`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.worker(cmd.Context(), &f) },
	}
	f.apply.plan.add(new(cobra.Command)) // the flags of apply, with their defaults
	f.apply.yes = true
	f.metrics.add(cmd)
	cmd.Flags().StringVar(&f.name, "name", "",
		"unique `NAME` of this worker (default host name and process id)")
	cmd.Flags().StringVar(&f.health, "health", "", "answer GET /livez and GET /readyz on this `ADDRESS`, such as :9430")
	return cmd
}

// worker works on nights until ctx ends.
func (a *app) worker(ctx context.Context, f *workerFlags) error {
	name, err := fleet.NameOf(f.name)
	if err != nil {
		return err
	}
	db, err := a.fleet()
	if err != nil {
		return err
	}
	queue, err := fleet.NewRiver(db.Pool, name, a.Log)
	if err != nil {
		return db.Failure(err)
	}
	account.WarnBroken(a.Log, db.Config, db.Config.Names()...)
	sites := fleet.Sites(db.Config)
	fleet.CheckReferences(ctx, db.Config, sites, a.Getenv, a.Log)
	w := &fleet.Worker{
		Self:  store.Worker{Name: name, PID: os.Getpid(), Slots: db.Config.Fleet.Slots},
		Board: db.Board(), Queue: queue, Sites: sites, Lease: db.Config.Fleet.Lease,
		ExitCode: exit.Code, Log: a.Log, Finish: fleet.Finish, Grace: fleet.Grace,
	}
	w.Self.Host, _ = os.Hostname()
	sheet := notify.NewSheet(f.metrics.file, tool, a.Log)
	w.Work = func(ctx context.Context, at *fleet.Attempt) fleet.Result { return a.night(ctx, f, at, sheet) }
	if f.health != "" {
		stop, err := w.ServeHealth(ctx, f.health)
		if err != nil {
			return err
		}
		defer stop()
	}
	return w.Run(ctx)
}

// night works on one account. It writes nothing to standard output, which is the worker's: the
// run's files have its result.
func (a *app) night(ctx context.Context, f *workerFlags, at *fleet.Attempt, sheet *notify.Sheet) fleet.Result {
	own := a.forAccount(at.Account())
	own.Stdout, own.progress = io.Discard, at.Progress
	all, err := a.configuration()
	if err != nil {
		return fleet.Result{Err: err}
	}
	config, spec, err := account.Pick(all, at.Account())
	if err == nil {
		err = account.Enabled(config)
	}
	if err != nil {
		return fleet.Result{Err: err}
	}
	began, told := time.Now(), own.notifyOptions(config, metricsFlag{push: f.metrics.push})
	told.WillContinue = at.WillContinue
	result := own.apply(ctx, &f.apply, config, spec, nil, told)
	sheet.Add(notify.Measure(told, &result, began))
	r := fleet.Result{Err: result.Err}
	if result.Run != nil {
		r.RunID = result.Run.ID()
	}
	if result.Report != nil {
		r.Verdict = reportio.Verdict(result.Report)
	}
	return r
}
