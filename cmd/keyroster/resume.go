package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"keyroster/io/configio"
	"keyroster/io/journalio"
	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/io/statedir"
	"keyroster/providers"
	"keyroster/reconcile/engine"
)

func (a *app) resumeCommand() *cobra.Command {
	var metrics metricsFlag
	var abandon, yes bool
	var annotate string
	cmd := &cobra.Command{
		Use:   "resume RUN",
		Short: "Finish an interrupted run",
		Long: `resume takes up a run that was interrupted or killed. What was done is not done again; what was in
doubt is read back first; the rest is sent. It needs the run folder and the state folder, and not the
roster: the run keeps a sealed copy until it is closed.

With --abandon it gives a run up that cannot go on, since its files are damaged or gone: it tells what is
in doubt as far as they can be read, looks in the account for credentials on temporary values, sends
nothing, and lets the next apply plan afresh. It asks, or needs --yes.`,
		Example: `  keyroster resume runs/20260131T020001Z-hq-1a2b3c
  keyroster resume runs/20260131T020001Z-hq-1a2b3c --abandon`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case abandon && annotate != "":
				return fail(exitUsage, "a run that is given up has no outcomes beside its rows", "--annotate and --abandon exclude each other")
			case abandon:
				return a.abandon(cmd.Context(), args[0], yes)
			case yes:
				return fail(exitUsage, "resume asks nothing", "--yes goes with --abandon")
			}
			return a.resume(cmd.Context(), args[0], annotate, &metrics)
		},
	}
	metrics.add(cmd)
	cmd.Flags().StringVar(&annotate, "annotate", "", annotateHelp+"the outcome beside each row, if the file is as the run began with it")
	cmd.Flags().BoolVar(&abandon, "abandon", false, "give the run up: tell what it may have left, and let the next apply plan afresh")
	cmd.Flags().BoolVar(&yes, "yes", false, "with --abandon: do not ask")
	return cmd
}

// openJournal makes the run durable before its first write: the sealed copy of
// what resume needs, the journal, and the mark in the state folder.
func (s *session) openJournal(ctx context.Context) error {
	// First of all, so that a run that can be resumed is known to be the open
	// one at whatever moment it dies.
	if err := s.begun(); err != nil {
		return err
	}
	if err := s.backup(); err != nil {
		return err
	}
	if err := s.seal(); err != nil {
		return &failure{code: exitError, err: err}
	}
	journal, err := journalio.CreateAt(s.dir.Path(rundir.JournalFile))
	if err == nil {
		s.journal = journal
		err = runJournal{journal}.begin(s.command, s.dir.ID)
	}
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	if s.parking, err = s.newParking(ctx); err != nil {
		return err
	}
	s.owed = s.memory.SyncOwed
	// The doors are behind from the first write until a sync is answered.
	return s.remember(func(m *statedir.State) { m.SyncOwed = true })
}

func (s *session) newParking(ctx context.Context) (*engine.Parking, error) {
	key, err := s.app.fingerprintKey(ctx, s.acc, s.state)
	if err != nil {
		return nil, err
	}
	if s.acc.marks, err = reportio.NewHMAC(key); err != nil {
		return nil, &failure{code: exitError, err: err}
	}
	return &engine.Parking{Key: key, RunID: s.dir.ID}, nil
}

// resume finishes a run.
func (a *app) resume(ctx context.Context, path, annotate string, metrics *metricsFlag) error {
	dir, st, err := a.runOf(path)
	if err != nil {
		return &failure{code: exitUsage, err: err}
	}
	switch {
	case st.Closing:
		return a.closeRun(dir, &st)
	case st.Standing != rundir.StandsOpen:
		return st.refusal()
	}
	config, spec, err := a.accountOfRun(dir, dir.ID)
	if err != nil {
		return err
	}
	s := &session{app: a, command: "resume", config: config, spec: spec, traffic: &traffic{}, flags: &planFlags{}, dir: dir, annotateTo: annotate}
	return a.attend(ctx, s, metrics, func() error { return s.goOn(ctx) })
}

// goOn finishes the session's run.
func (s *session) goOn(ctx context.Context) error {
	var err error
	if s.acc, err = s.app.openObserved(ctx, s.config, s.spec, false, s.traffic.observe); err != nil {
		return err
	}
	defer s.acc.close()
	if err := s.lock(ctx, time.Now()); err != nil {
		return err
	}
	defer func() { _ = s.state.Close() }()
	if st := judge(s.dir, s.dir.ID, s.state, s.memory.State); st.Standing != rundir.StandsOpen {
		return st.refusal()
	}
	if err := s.state.Name(s.dir.ID); err != nil {
		return &failure{code: exitError, err: err}
	}
	s.announce("run goes on")
	if err := s.reopen(ctx); err != nil {
		return err
	}
	return s.finish(s.guarded(func() error { return s.execute(ctx, true) }))
}

// accountOfRun is the account that a run worked on: as its plan says, else as its
// id does. dir is nil when the folder is gone.
func (a *app) accountOfRun(dir *rundir.Dir, id string) (*configio.Account, *providers.Spec, error) {
	config, err := a.loadConfig()
	if err != nil {
		return nil, nil, err
	}
	if dir != nil {
		if plan, err := planOf(dir); err == nil && (plan.RunID == "" || plan.RunID == id) {
			defer plan.close()
			return pickAccount(config, plan.Account)
		}
	}
	for _, name := range config.Names() {
		if rundir.Of(id, name) {
			return pickAccount(config, name)
		}
	}
	return nil, nil, fail(exitUsage, "name the folder of a run, or the id of one whose folder is gone", "run %s is of no account of %s", id, config.Path)
}

// planOf opens the plan of a run.
func planOf(dir *rundir.Dir) (*savedPlan, error) {
	f, err := plainfile.Open(dir.Path(rundir.PlanFile), plainfile.Unlimited)
	if err != nil {
		return nil, fmt.Errorf("read the run's plan: %w", err)
	}
	plan, err := reportio.ReadPlan(f)
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &savedPlan{plan, f}, nil
}

// reopen restores an interrupted run from its sealed copy and its journal.
func (s *session) reopen(ctx context.Context) error {
	if err := s.openSeal(ctx); err != nil {
		return err
	}
	if err := s.app.learnMask(ctx, s.acc); err != nil {
		return err
	}
	protect, err := s.app.protections(ctx, s.acc)
	if err != nil {
		return err
	}
	s.draft.attend(s.acc, protect)
	s.app.nameWritten(ctx, s.acc, s.draft)
	s.app.nameUnlisted(ctx, s.acc, s.draft)
	if err := s.annotateResumed(); err != nil {
		return err
	}
	if err := s.findLeft(ctx, false); err != nil {
		return err
	}
	journal, replay, err := s.replay()
	if damage, ok := errors.AsType[*journalio.DamageError](err); ok {
		return beyond(s.dir.Path(""), damage)
	}
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	s.journal, s.prior, s.wrote = journal, priorOf(replay), replay.Last
	if err := s.awaitArrivals(ctx, replay); err != nil {
		return err
	}
	if err := (runJournal{journal}).begin(s.command, s.dir.ID); err != nil {
		return &failure{code: exitError, err: err}
	}
	if s.parking, err = s.newParking(ctx); err != nil {
		return err
	}
	if err := s.begun(); err != nil {
		return err
	}
	return s.remember(func(m *statedir.State) { m.SyncOwed = true })
}

// replay opens the journal for more. A run that was killed between its sealed
// copy and its journal wrote nothing.
func (s *session) replay() (*journalio.Journal, *journalio.Replay, error) {
	path := s.dir.Path(rundir.JournalFile)
	journal, replay, err := journalio.ResumeAt(path)
	if errors.Is(err, fs.ErrNotExist) {
		journal, err = journalio.CreateAt(path)
		return journal, &journalio.Replay{}, err
	}
	if err == nil && replay.Torn > 0 {
		s.app.log.Warn().Int64("bytes", replay.Torn).Msg("the journal ended within a line, which was cut off and recorded")
	}
	return journal, replay, err
}

// closeJournal ends the journal.
func (s *session) closeJournal(exitCode int, open bool) error {
	if s.journal == nil {
		return nil
	}
	if !open {
		if err := (runJournal{s.journal}).end(exitCode); err != nil {
			return err
		}
	}
	return s.journal.Close()
}
