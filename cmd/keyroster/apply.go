package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"keyroster/io/configio"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/io/statedir"
	"keyroster/providers"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

func (a *app) applyCommand() *cobra.Command {
	var flags planFlags
	var saved savedFlags
	var stopping stoppingFlags
	var accounts accountFlags
	var yes bool
	var annotate, backupTo string
	cmd := &cobra.Command{
		Use:   "apply --account A [ROSTER...]",
		Short: "Make an account equal to a roster, prove it and write a report",
		Long: `apply plans as plan does, holds the whole plan against the limits, asks (on a terminal) or needs
--yes, sends the changes, lists the account again to prove them, and leaves a run folder with
the plan, the journal, the reports and the rows to correct. One bad record never stops the others.

With several accounts (--account a,b or --all) the rosters are those of the configuration. The
accounts run side by side, none stops another, and the exit code is the first that applies of
64, 7, 130, 6, 4, 1, 5, 3, 0.`,
		Example: `  keyroster apply --account hq badges.xlsx
  keyroster apply --account hq badges.xlsx --yes --quiet
  keyroster apply --all --yes --quiet --metrics /var/lib/node_exporter/keyroster.prom`,
		RunE: func(cmd *cobra.Command, args []string) error {
			kind := session{app: a, command: "apply", flags: &flags, saved: saved, stopping: stopping, yes: yes, annotateTo: annotate, backupTo: backupTo}
			return a.applyAccounts(cmd.Context(), &kind, accounts, args)
		},
	}
	flags.add(cmd)
	saved.add(cmd)
	stopping.add(cmd)
	accounts.add(cmd)
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	cmd.Flags().StringVar(&backupTo, "backup-to", "", "encrypt what the run is about to change to this public `KEY` (age1…, ssh-ed25519 …), as a roster that takes the run back")
	cmd.Flags().StringVar(&annotate, "annotate", "", annotateHelp+"the outcome beside each row; the copy holds the roster's values")
	return cmd
}

// session is one run, from the lock to the report.
type session struct {
	app     *app
	command string
	config  *configio.Account
	spec    *providers.Spec
	traffic *traffic
	flags   *planFlags
	saved   savedFlags
	// stopping and deadline end the run early; yes asks nobody.
	stopping stoppingFlags
	deadline time.Time
	yes      bool
	// backupTo is the public key that the backup is encrypted to.
	backupTo string
	// annotateTo is where the copy of the workbook goes, empty for none.
	annotateTo string
	annotation *annotation
	// approved is the saved plan that the run is held to; nil for none.
	approved *savedPlan
	acc      *account
	state    *statedir.Dir
	memory   recollection
	dir      *rundir.Dir
	draft    *draft
	// prepared is a draft that was made on the way to the run's roster, if any:
	// the first plan is made of it.
	prepared *draft
	// report is what finish wrote; nil before.
	report *reportio.Report
	run    *engine.Run
	// proved is the listing that the run was proved by; nil for none.
	proved  *reconcile.Listing
	journal *journalio.Journal
	// prior is what an earlier attempt at the run left; nil for none.
	prior func(line int) engine.Prior
	// wrote is when that attempt wrote its last line.
	wrote time.Time
	// owed: an earlier run left a sync to be sent.
	owed bool
	// settleOnly: the run is brought to an end without sending its changes.
	settleOnly bool
	// digest names the plan, once there is one.
	digest string
	// migration is set for a run that moves from another account.
	migration *migrationRun
	// secrecy says how values stand in the run's files.
	secrecy secrecy
	// unwritten: the reports could not be written; unsaved is why the state
	// could not.
	unwritten bool
	unsaved   error
	// parking makes the temporary values of the run.
	parking *engine.Parking
	// left are the records on temporary values of earlier runs; leftKnown: they
	// were looked for.
	left      []leftover
	leftKnown bool
}

// apply is one run on the session's account.
func (a *app) apply(ctx context.Context, s *session, args []string) error {
	started := time.Now()
	var err error
	if s.deadline, err = s.stopping.at(started); err != nil {
		return err
	}
	config, spec := s.config, s.spec
	if s.approved, err = s.saved.openPlan(config.Name); err != nil {
		return err
	}
	defer s.approved.close()
	if s.approved != nil {
		s.flags = s.approved.accepting(s.flags)
	}
	if s.approved != nil && len(args) == 0 && len(config.Roster) == 0 {
		if args, err = s.rosterOfPlan(ctx); err != nil {
			return err
		}
	}
	roster, err := a.readForPlan(ctx, s.flags, args, spec, config)
	if err == nil && s.approved != nil {
		err = s.approved.sameRoster(roster)
	}
	if err != nil {
		return err
	}
	if err := s.openAnnotation(roster, "close it in other programs and run again"); err != nil {
		return err
	}
	if s.acc, err = a.openObserved(ctx, config, spec, false, s.traffic.observe); err != nil {
		return err
	}
	defer s.acc.close()
	if err := s.approved.sameTenant(s.acc); err != nil {
		return err
	}
	if err := s.lock(ctx, started); err != nil {
		return err
	}
	defer func() { _ = s.state.Close() }()
	if err := s.settleEarlier(ctx); err != nil {
		return err
	}
	if s.dir, err = rundir.Create(a.runs, config.Name, started); err == nil {
		err = s.state.Name(s.dir.ID)
	}
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	s.announce("run begins")
	return s.finish(s.guarded(func() error { return s.work(ctx, roster) }))
}

// lock takes the tenant's lock and reads what is remembered of it.
func (s *session) lock(ctx context.Context, started time.Time) error {
	state, err := s.app.openState(s.acc)
	if err != nil {
		return err
	}
	if err := state.Lock(statedir.Holder{StartedAt: started}); err != nil {
		if _, held := errors.AsType[*statedir.LockedError](err); held {
			return &failure{code: exitLocked, err: err, hint: "wait for it to end; the lock goes with its process"}
		}
		return &failure{code: exitError, err: err}
	}
	// Without a state, nobody takes its memory for what is known of the tenant.
	memory, err := s.app.recall(state, s.config.Name)
	if err != nil {
		_ = state.Close()
		return &failure{code: exitError, err: err}
	}
	s.state, s.memory, s.acc.memory = state, memory, &memory.basis
	s.acc.replaced = memory.Replaced
	if s.acc.written, err = s.app.openWritten(ctx, s.acc, state); err != nil {
		_ = state.Close()
		return err
	}
	return nil
}

// announce logs the run and the tenant that it works on.
func (s *session) announce(what string) {
	s.acc.run.id.Store(&s.dir.ID)
	if s.app.atWork != nil {
		s.app.atWork.Store(s.dir)
	}
	s.app.bare.Info().Str("run_id", s.dir.ID).Str("account", s.acc.config.Name).Str("tenant", s.acc.tenant.ID).
		Str("name", s.acc.tenant.Name).Strs("facts", s.acc.tenant.Facts).Msg(what)
}

// work plans, asks, writes and proves. What it leaves in the session is what
// the report says, also when it returns an error.
func (s *session) work(ctx context.Context, roster *reconcile.Roster) error {
	if err := s.plan(ctx, roster); err != nil {
		return err
	}
	for len(s.draft.plan.Chains) > 0 && !s.yes {
		seen := s.digest
		if err := s.ask(ctx); err != nil {
			return err
		}
		if s.acc.config.Freshness != string(engine.FreshListing) || s.app.young(s.draft.listing.At) {
			break
		}
		// Nothing else looks at the records before they are written.
		s.app.log.Info().Msg("the listing is too old to write by: listing again")
		if err := s.plan(ctx, roster); err != nil || s.digest == seen {
			if err != nil {
				return err
			}
			break
		}
	}
	changes := len(s.draft.plan.Chains) > 0
	if changes {
		if err := s.openJournal(ctx); err != nil {
			return err
		}
	}
	return s.execute(ctx, changes)
}

// plan drafts, holds the draft to all safety rules and saves it.
func (s *session) plan(ctx context.Context, roster *reconcile.Roster) error {
	var err error
	if s.draft, s.prepared = s.prepared, nil; s.draft == nil {
		s.draft, err = s.app.draft(ctx, s.flags, s.acc, roster, lastRecords(s.memory))
	}
	if err != nil {
		return err
	}
	if err := s.draft.checkRoster(s.memory, s.flags); err != nil {
		return err
	}
	if err := s.findLeft(ctx, true); err != nil {
		return err
	}
	if err := s.migration.drafted(s.acc, s.draft); err != nil {
		return err
	}
	if err := s.savePlan(ctx); err != nil {
		return err
	}
	if refusal := s.draft.refusal(); refusal != nil {
		return refusal
	}
	return nil
}

// execute sends the changes, makes them effective and proves them.
func (s *session) execute(ctx context.Context, changes bool) error {
	if err := s.acc.written.forget(s.draft.plan); err != nil {
		return err
	}
	s.carryOut(ctx)
	switch {
	case s.owed, s.prior != nil, !changes && s.memory.SyncOwed, changes && s.run.MayHaveAccepted():
		s.settle(ctx)
	case changes:
		// All was refused: the doors are not behind.
		s.unsaved = s.remember(func(m *statedir.State) { m.SyncOwed = false })
	}
	if s.run.Wrote || s.prior != nil {
		s.verify(ctx)
	}
	result := s.result(ctx)
	if !s.settleOnly {
		if n := s.acc.written.countNights(s.run, s.dir.ID, s.wholeListing() != nil); n > 0 {
			s.app.log.Warn().Int("records", n).Msg("records were written as on the nights before; the report names them")
		}
	}
	if err := s.acc.written.learn(s.run, s.wholeListing()); err != nil && result == nil {
		return err
	}
	return result
}

// wholeListing is the listing that the run began with, nil when it was limited
// to some holders.
func (s *session) wholeListing() *reconcile.Listing {
	if len(s.flags.holders) > 0 || len(s.draft.scope.Holders) > 0 {
		return nil
	}
	return s.draft.listing
}

func (s *session) remember(change func(*statedir.State)) error {
	change(&s.memory.State)
	if err := s.state.Save(s.memory.State); err != nil {
		return &failure{code: exitError, err: err}
	}
	return nil
}
