package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/io/sealio"
	"keyroster/io/statedir"
	"keyroster/reconcile"
)

// standing is how a run stands, by its folder and by what is remembered of its
// tenant. Every command that meets a run of earlier judges it here, and says what
// is the matter and what to do in the same words.
type standing struct {
	rundir.Judgement
	id string
	// path is the run's folder, or its id where that is gone.
	path string
}

// judge says how a run stands. state is that of its tenant, or nil where it is
// not known; dir is nil when the folder is gone.
func judge(dir *rundir.Dir, id string, state *statedir.Dir, memory statedir.State) standing {
	if dir == nil {
		return standing{id: id, path: id, Judgement: rundir.Judgement{
			Standing: rundir.StandsDamaged, Flaw: rundir.FlawFolder, Err: fmt.Errorf("the folder of run %s is gone", id),
		}}
	}
	st := standing{Judgement: dir.Judge(), id: dir.ID, path: dir.Path("")}
	if state == nil || st.Standing != rundir.StandsOpen || st.Closing {
		return st
	}
	known := memory.OpenRun == dir.ID
	switch {
	case !known && (memory.OpenRun != "" || slices.Contains(memory.LeftParked, dir.ID) || state.Saved()):
		st.damaged(rundir.FlawOvertaken, fmt.Errorf("run %s is not the open one of its tenant: a later run went on without it, or the state folder %s is an older one; what it wanted may no longer be wanted", dir.ID, state.Path()))
	case !state.HasSealKey():
		st.damaged(rundir.FlawKey, fmt.Errorf("what opens the %s of run %s was lost with the state folder %s", rundir.SealedFile, dir.ID, state.Path()))
	default:
		st.holdTogether(dir, state)
	}
	return st
}

// holdTogether looks whether the plan and the sealed copy of an open run are its
// own and can be read, which resume will ask: whoever says that it can go on must
// have looked.
func (st *standing) holdTogether(dir *rundir.Dir, state *statedir.Dir) {
	plan, err := planOf(dir)
	if err != nil {
		st.damaged(rundir.FlawUnread, err)
		return
	}
	plan.close()
	identity, _, err := sealio.KeyFile(state.SealKey())
	if err != nil {
		return // it is said where the key is used
	}
	sealed, err := unsealed(dir, identity)
	if err != nil {
		st.damaged(rundir.FlawUnread, err)
		return
	}
	for _, part := range []struct{ file, of string }{{rundir.PlanFile, plan.RunID}, {rundir.SealedFile, sealed.Meta[metaRun]}} {
		if part.of != "" && part.of != dir.ID {
			st.damaged(rundir.FlawForeign, fmt.Errorf("run %s: its %s is that of run %s", dir.ID, part.file, part.of))
			return
		}
	}
}

// unsealed opens the sealed copy of a run.
func unsealed(dir *rundir.Dir, identity reconcile.Secret) (*sealio.Snapshot, error) {
	f, err := plainfile.Open(dir.Path(rundir.SealedFile), plainfile.Unlimited)
	if err != nil {
		return nil, fmt.Errorf("read the run's sealed copy: %w", err)
	}
	defer func() { _ = f.Close() }()
	return sealio.Unseal(f, identity)
}

func (st *standing) damaged(flaw rundir.Flaw, err error) {
	st.Standing, st.Flaw, st.Err = rundir.StandsDamaged, flaw, err
}

// says is how the run stands, in words.
func (st *standing) says() string {
	switch st.Standing {
	case rundir.StandsClosed:
		return "run " + st.id + " is closed"
	case rundir.StandsAbandoned:
		return "run " + st.id + " was given up, and " + rundir.AbandonedFile + " has what was known of it"
	case rundir.StandsEmpty:
		return "run " + st.id + " ended before its first write: nothing was sent"
	case rundir.StandsOpen:
		if st.Closing {
			return "run " + st.id + " is over, and only its " + rundir.ManifestFile + " is missing"
		}
		return "run " + st.id + " is open: it was interrupted, or is at work"
	}
	if st.Flaw == rundir.FlawManifest {
		return "the " + rundir.ManifestFile + " of run " + st.id + " cannot be read"
	}
	return "run " + st.id + " was not finished, and cannot go on: " + st.Err.Error()
}

// next is the one next step.
func (st *standing) next() string {
	switch st.Standing {
	case rundir.StandsClosed, rundir.StandsAbandoned:
		return "keyroster apply plans afresh"
	case rundir.StandsEmpty:
		return "keyroster apply plans afresh, and clears the folder away"
	case rundir.StandsOpen:
		if st.Closing {
			return "keyroster resume " + st.path + " writes it; the next apply does so too"
		}
		return "keyroster resume " + st.path + " finishes it; the next apply settles it first"
	}
	switch st.Flaw {
	case rundir.FlawFolder, rundir.FlawSeal:
		return "the next apply looks for what it left"
	case rundir.FlawKey:
		if !st.Parked() {
			return "the next apply goes on with what the provider holds"
		}
	case rundir.FlawManifest:
		return "restore " + rundir.ManifestFile + " from a backup; if there is none: keyroster resume " + st.path + " --abandon"
	}
	return beyond(st.path, nil).hint
}

// runOf is the folder of a run, and how it stands as far as can be known without
// asking the provider: its plan names the tenant whose state tells more.
func (a *app) runOf(path string) (*rundir.Dir, standing, error) {
	dir, err := rundir.Open(path)
	if err != nil {
		return nil, standing{}, err
	}
	state, memory := a.stateOfRun(dir)
	return dir, judge(dir, dir.ID, state, memory), nil
}

// stateOfRun is what is remembered of a run's tenant, nil where that is not
// known. It makes nothing.
func (a *app) stateOfRun(dir *rundir.Dir) (*statedir.Dir, statedir.State) {
	plan, err := planOf(dir)
	if err != nil || plan.Tenant == "" {
		return nil, statedir.State{}
	}
	plan.close()
	root, err := a.stateRoot()
	if err != nil {
		return nil, statedir.State{}
	}
	state := statedir.At(root, plan.Provider, plan.Tenant)
	memory, err := a.recall(state, plan.Account)
	if err != nil {
		return nil, statedir.State{}
	}
	return state, memory.State
}

// closeFolder writes the manifest of a run that is over and was killed before it
// could, and returns its exit code.
func closeFolder(dir *rundir.Dir, said *rundir.Judgement) (int, error) {
	f, err := dir.OpenFile(rundir.ReportJSONFile)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	report, err := reportio.ReadJSON(f)
	if err != nil {
		return 0, err
	}
	m := rundir.Manifest{Account: report.Account, JournalLastHash: said.Journal.LastHash}
	for _, in := range report.Inputs {
		m.Inputs = append(m.Inputs, rundir.Input{File: in.File, SHA256: in.SHA256})
	}
	return report.ExitCode, dir.WriteManifest(m)
}

// longAgo is how old the folder of a run must be that sent nothing and that
// nobody remembers, before it is taken for one that was killed.
const longAgo = 24 * time.Hour

// discardEmpty deletes the folders of runs that were killed before they could
// send anything: that of the process which had the lock before, and old ones.
func (s *session) discardEmpty() {
	gone, err := rundir.DiscardEmpty(s.app.runs, s.config.Name, time.Now().Add(-longAgo))
	if errors.Is(err, fs.ErrNotExist) {
		return // no run was ever made
	}
	if id := s.state.Left().RunID; id != "" {
		if dir, openErr := rundir.Open(filepath.Join(s.app.runs, id)); openErr == nil {
			done, discardErr := dir.Discard()
			err = errors.Join(err, discardErr)
			if done {
				gone = append(gone, id)
			}
		}
	}
	if err == nil {
		s.state.Forget()
	} else {
		s.app.log.Warn().Err(err).Msg("folders of runs that sent nothing could not be deleted")
	}
	for _, id := range gone {
		s.app.log.Info().Str("run_id", id).Msg("a run ended before its first write: its folder was deleted")
	}
}

// refusal is why a run cannot be resumed: there is nothing to resume, or its
// files do not suffice.
func (st *standing) refusal() error {
	switch {
	case st.Standing != rundir.StandsDamaged:
		return fail(exitUsage, st.next(), "there is nothing to resume: %s", st.says())
	case st.Flaw == rundir.FlawForeign, st.Flaw == rundir.FlawOvertaken:
		return fail(exitUnsafe, st.next(), "%w; nothing was sent", st.Err)
	}
	return &failure{code: exitError, err: st.Err, hint: st.next()}
}

// closeRun writes the manifest that a run lacks which is over.
func (a *app) closeRun(dir *rundir.Dir, st *standing) error {
	code, err := closeFolder(dir, &st.Judgement)
	if err != nil {
		return &failure{code: exitError, err: err, hint: beyond(st.path, nil).hint}
	}
	a.log.Info().Str("run_id", dir.ID).Msg("the run was over: its manifest was written, and nothing was sent")
	if code == exitOK {
		return nil
	}
	return &failure{code: code, err: fmt.Errorf("run %s ended with exit code %d, as its report says", dir.ID, code)}
}
