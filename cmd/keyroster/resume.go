package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keyroster/io/atomicio"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/io/sealio"
	"keyroster/io/statedir"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

func (a *app) resumeCommand() *cobra.Command {
	var metrics metricsFlag
	cmd := &cobra.Command{
		Use:   "resume RUN",
		Short: "Finish an interrupted run",
		Long: `resume takes up a run that was interrupted or killed. What was done is not done again; what was in
doubt is read back first; the rest is sent. It needs the run folder and the state folder, and not the
roster: the run keeps a sealed copy until it is closed.`,
		Example: "  keyroster resume runs/20260131T020001Z-hq-1a2b3c",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.resume(cmd.Context(), args[0], &metrics)
		},
	}
	metrics.add(cmd)
	return cmd
}

// sealKeyFile is the key of sealed run files, in the state folder.
const sealKeyFile = "seal.key"

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
	journal, err := journalio.Create(s.dir.Path(rundir.JournalFile))
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
	// The doors are behind from the first write until a sync is answered.
	return s.remember(func(m *statedir.State) { m.SyncOwed = true })
}

// openRunFile names the folder of the open run, in the state folder.
const openRunFile = "open_run.path"

// begun marks the run as open in the state folder, and notes where it is: the
// next one may begin in another folder.
func (s *session) begun() error {
	path, err := filepath.Abs(s.dir.Path(""))
	if err == nil {
		err = atomicio.WriteFile(filepath.Join(s.state.Path(), openRunFile), 0o600, func(w io.Writer) error {
			_, err := io.WriteString(w, path)
			return err
		})
	}
	if err != nil {
		return &failure{code: exitError, err: fmt.Errorf("note the run's folder: %w", err)}
	}
	return s.remember(func(m *statedir.State) { m.OpenRun = s.dir.ID })
}

// openRun opens the folder of the run that was left open: below the runs folder,
// else where it was begun.
func (s *session) openRun() (*rundir.Dir, error) {
	id := s.memory.OpenRun
	dir, err := rundir.Open(filepath.Join(s.app.runs, id))
	if err == nil {
		return dir, nil
	}
	path, noteErr := os.ReadFile(filepath.Join(s.state.Path(), openRunFile))
	if noteErr != nil || filepath.Base(string(path)) != id {
		return nil, err
	}
	return rundir.Open(string(path))
}

func (s *session) newParking(ctx context.Context) (*engine.Parking, error) {
	key, err := s.app.fingerprintKey(ctx, s.acc, s.state)
	if err != nil {
		return nil, err
	}
	return &engine.Parking{Key: key, RunID: s.dir.ID}, nil
}

func (s *session) seal() error {
	_, recipient, err := sealio.KeyFile(filepath.Join(s.state.Path(), sealKeyFile))
	if err != nil {
		return err
	}
	d := s.draft
	return s.dir.Write(rundir.SealedFile, func(w io.Writer) error {
		return sealio.Seal(w, recipient, &sealio.Snapshot{Plan: d.plan, Roster: d.roster, Listing: d.listing, Meta: s.meta()})
	})
}

// The members of a snapshot's Meta.
const (
	metaAccount = "account"
	metaTenant  = "tenant"
	metaCommand = "command"
	metaStarted = "started_at"
	metaHolders = "holders"
	metaLimit   = "limit."
	metaLifted  = "lifted."
)

func (s *session) meta() map[string]string {
	m := map[string]string{
		metaAccount: s.acc.config.Name, metaTenant: s.acc.tenant.ID, metaCommand: s.command,
		metaStarted: s.draft.started.Format(time.RFC3339Nano), metaHolders: strings.Join(s.flags.holders, "\n"),
	}
	if s.migration != nil {
		m[metaMigration] = s.migration.folder
	}
	for name, l := range s.draft.limits {
		m[metaLimit+name] = l.String()
	}
	for n, l := range s.draft.lifted {
		m[fmt.Sprintf("%s%d", metaLifted, n)] = l.name + "\n" + l.value + "\n" + l.reason
	}
	return m
}

// resume finishes a run.
func (a *app) resume(ctx context.Context, path string, metrics *metricsFlag) error {
	dir, err := rundir.Open(path)
	if err != nil {
		return &failure{code: exitUsage, err: err}
	}
	if _, err := os.Stat(dir.Path(rundir.SealedFile)); errors.Is(err, fs.ErrNotExist) {
		return fail(exitUsage, "keyroster apply plans afresh", "run %s has nothing to resume: it is closed, or never wrote anything", dir.ID)
	}
	name, err := accountOf(dir)
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	config, spec, err := a.loadAccount(name)
	if err != nil {
		return err
	}
	s := &session{app: a, command: "resume", config: config, spec: spec, traffic: &traffic{}, flags: &planFlags{}, dir: dir}
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
	if s.memory.OpenRun != s.dir.ID {
		return fail(exitUnsafe, "keyroster apply plans afresh", "run %s cannot be resumed: another run took its place, and what this one wanted may no longer be wanted", s.dir.ID)
	}
	if err := s.state.Name(s.dir.ID); err != nil {
		return &failure{code: exitError, err: err}
	}
	s.announce("run goes on")
	if err := s.reopen(ctx); err != nil {
		return err
	}
	return s.finish(s.execute(ctx, true))
}

// accountOf is the name of the account that a run worked on.
func accountOf(dir *rundir.Dir) (string, error) {
	f, err := os.Open(dir.Path(rundir.PlanFile))
	if err != nil {
		return "", fmt.Errorf("read the run's plan: %w", err)
	}
	defer func() { _ = f.Close() }()
	plan, err := reportio.ReadPlan(f)
	if err != nil {
		return "", err
	}
	return plan.Account, nil
}

// reopen restores an interrupted run from its sealed copy and its journal.
func (s *session) reopen(ctx context.Context) error {
	identity, _, err := sealio.KeyFile(filepath.Join(s.state.Path(), sealKeyFile))
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	f, err := os.Open(s.dir.Path(rundir.SealedFile))
	if err != nil {
		return &failure{code: exitError, err: fmt.Errorf("read the run's sealed copy: %w", err)}
	}
	defer func() { _ = f.Close() }()
	snapshot, err := sealio.Unseal(f, identity)
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	if tenant := snapshot.Meta[metaTenant]; tenant != s.acc.tenant.ID {
		return fail(exitUnsafe, "", "run %s worked on tenant %s, and account %s opens %s", s.dir.ID, tenant, s.acc.config.Name, s.acc.tenant.ID)
	}
	if s.draft, err = draftOf(snapshot, s.flags); err != nil {
		return &failure{code: exitError, err: err}
	}
	if folder := snapshot.Meta[metaMigration]; folder != "" {
		s.migration = &migrationRun{folder: folder}
	}
	journal, replay, err := s.replay()
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	s.journal, s.prior = journal, priorOf(replay)
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
	journal, replay, err := journalio.Resume(path)
	if errors.Is(err, fs.ErrNotExist) {
		journal, err = journalio.Create(path)
		return journal, &journalio.Replay{}, err
	}
	if err == nil && replay.Torn > 0 {
		s.app.log.Warn().Int64("bytes", replay.Torn).Msg("the journal ended within a line, which was cut off and recorded")
	}
	return journal, replay, err
}

// draftOf is the draft that a snapshot was made from.
func draftOf(snapshot *sealio.Snapshot, flags *planFlags) (*draft, error) {
	d := &draft{roster: snapshot.Roster, plan: snapshot.Plan, listing: snapshot.Listing, limits: reconcile.Limits{}}
	var err error
	if d.started, err = time.Parse(time.RFC3339Nano, snapshot.Meta[metaStarted]); err != nil {
		return nil, fmt.Errorf("read the run's sealed copy: %w", err)
	}
	if holders := snapshot.Meta[metaHolders]; holders != "" {
		flags.holders = strings.Split(holders, "\n")
	}
	for name, value := range snapshot.Meta {
		if limit, ok := strings.CutPrefix(name, metaLimit); ok {
			if d.limits[limit], err = reconcile.ParseLimit(limit, value); err != nil {
				return nil, fmt.Errorf("read the run's sealed copy: %w", err)
			}
		}
	}
	for n := 0; ; n++ {
		parts := strings.SplitN(snapshot.Meta[fmt.Sprintf("%s%d", metaLifted, n)], "\n", 3)
		if len(parts) < 3 {
			return d, nil
		}
		d.lifted = append(d.lifted, lifted{parts[0], parts[1], parts[2]})
	}
}

// settleOpen brings a run that was killed to an end before a new one begins:
// what was in doubt is read back, what is parked is rolled back, and the new
// run plans afresh. One power cut never blocks the next night.
func (s *session) settleOpen(ctx context.Context) error {
	id := s.memory.OpenRun
	if id == "" {
		return nil
	}
	dir, err := s.openRun()
	if err != nil {
		s.app.log.Warn().Str("run_id", id).Msg("an interrupted run cannot be settled, since its folder is neither in the runs folder nor where it was; going on with what the provider holds")
		return nil
	}
	old := &session{app: s.app, command: "apply", config: s.config, spec: s.spec, traffic: s.traffic, flags: &planFlags{}, acc: s.acc, state: s.state, memory: s.memory, dir: dir, settleOnly: true}
	old.announce("settling an interrupted run")
	if _, err := os.Stat(dir.Path(rundir.SealedFile)); errors.Is(err, fs.ErrNotExist) {
		return s.remember(func(m *statedir.State) { m.OpenRun = "" })
	}
	if err := old.reopen(ctx); err != nil {
		return err
	}
	err = old.finish(old.execute(ctx, true))
	s.memory = old.memory
	if old.run != nil && len(old.run.Parked) > 0 {
		return err // a new run would let the doors take the temporary value over
	}
	if code := exitOf(err); code != exitOK && code != exitPartial {
		return err
	}
	return nil
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

// unseal removes the sealed copy of a run that is done, after its reports are
// written: until then resume can still write them.
func (s *session) unseal() error {
	if s.journal == nil {
		return nil
	}
	if err := os.Remove(s.dir.Path(rundir.SealedFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the sealed copy: %w", err)
	}
	return nil
}
