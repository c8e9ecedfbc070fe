package history

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
)

// RunStatus is how a run stands, by its files and by what is remembered of its
// tenant. Every command that meets an earlier run assesses it here, and says what
// is the matter and what to do in the same words.
type RunStatus struct {
	store.Assessment
	ID string
	// Place is where the run is, and Argument how a command line names it; both are its id
	// where it is gone.
	Place, Argument string
}

// StatusOf is the status of a run as it was assessed.
func StatusOf(run *store.Run, assessed store.Assessment) RunStatus {
	return RunStatus{Assessment: assessed, ID: run.ID(), Place: run.Place(), Argument: run.Argument()}
}

// Assess says how a run stands. tenant and state are what is remembered of its
// tenant; tenant is nil where that is not known. run is nil when it is gone; id is
// what it was called.
func Assess(run *store.Run, id string, tenant store.Tenant, state store.State) RunStatus {
	if run == nil {
		return RunStatus{ID: id, Place: id, Argument: id, Assessment: store.Assessment{
			Status: store.RunDamaged, Flaw: store.FlawFolder,
			Err: fmt.Errorf("the folder of run %s is gone", id),
		}}
	}
	s := StatusOf(run, run.Assess())
	if tenant == nil || s.Status != store.RunOpen || s.Closing {
		return s
	}
	switch {
	case state.OpenRun != run.ID() && superseded(run, tenant, state):
		s.damaged(store.FlawSuperseded, fmt.Errorf(
			"run %s is not its tenant's open run: a later run replaced it, or the state folder %s is out of date; its "+
				"changes may no longer be wanted",
			run.ID(),
			tenant.Place(),
		))
	case !tenant.HasKey(store.SealKey):
		s.damaged(store.FlawKey, fmt.Errorf(
			"the key to the %s of run %s is not in the state folder %s, which was lost or is not the run's",
			store.SealedFile, run.ID(), tenant.Place(),
		))
	default:
		s.checkFilesMatch(run, tenant)
	}
	return s
}

// superseded reports whether a run that is not the open one of its tenant cannot have
// been: another is, or it was given up, or what is remembered does not know it.
func superseded(run *store.Run, tenant store.Tenant, state store.State) bool {
	return state.OpenRun != "" || slices.Contains(state.LeftParked, run.ID()) || tenant.Has(store.StateDocument)
}

// checkFilesMatch looks whether the plan and the sealed copy of an open run are its
// own and can be read, which resume will ask: whoever says that it can go on must
// have looked.
func (s *RunStatus) checkFilesMatch(run *store.Run, tenant store.Tenant) {
	plan, err := PlanOf(run)
	if err != nil {
		s.damaged(store.FlawUnread, err)
		return
	}
	plan.Close()
	identity, _, err := store.SealKeyOf(tenant)
	if err != nil {
		return // it is said where the key is used
	}
	sealed, err := Unseal(run, identity)
	if err != nil {
		s.damaged(store.FlawUnread, err)
		return
	}
	for _, part := range []struct{ file, of string }{
		{store.PlanFile, plan.RunID}, {store.SealedFile, sealed.Meta[MetaRun]},
	} {
		if part.of != "" && part.of != run.ID() {
			s.damaged(store.FlawForeign, fmt.Errorf(
				"run %s: its %s is that of run %s", run.ID(), part.file, part.of,
			))
			return
		}
	}
}

func (s *RunStatus) damaged(flaw store.Flaw, err error) {
	s.Status, s.Flaw, s.Err = store.RunDamaged, flaw, err
}

// Describe is how the run stands, in words.
func (s *RunStatus) Describe() string {
	switch s.Status {
	case store.RunClosed:
		return "run " + s.ID + " is closed"
	case store.RunAbandoned:
		return "run " + s.ID + " was given up, and " + store.AbandonedFile + " has what was known of it"
	case store.RunEmpty:
		return "run " + s.ID + " ended before its first write: nothing was sent"
	case store.RunOpen:
		if s.Closing {
			return "run " + s.ID + " has ended, and only its " + store.ManifestFile + " is missing"
		}
		return "run " + s.ID + " is open: it is running, or was interrupted"
	}
	switch {
	case s.accessDenied():
		return "this user cannot read the files of run " + s.ID
	case s.Flaw == store.FlawManifest:
		return "the " + store.ManifestFile + " of run " + s.ID + " cannot be read"
	}
	return "run " + s.ID + " was not finished and cannot be resumed: " + s.Err.Error()
}

// accessDenied reports whether it is not the manifest that is wrong, but the right to read it.
func (s *RunStatus) accessDenied() bool {
	return s.Flaw == store.FlawManifest && errors.Is(s.Err, fs.ErrPermission)
}

// NextStep is the one next step.
func (s *RunStatus) NextStep() string {
	if s.accessDenied() {
		return "run keyroster as the user who created " + s.Place + ", or give this user read permission"
	}
	switch s.Status {
	case store.RunClosed, store.RunAbandoned:
		return "keyroster apply makes a new plan"
	case store.RunEmpty:
		return "keyroster apply makes a new plan and removes the folder"
	case store.RunOpen:
		if s.Closing {
			return "keyroster resume " + s.Argument + " writes it; the next apply does so too"
		}
		return "keyroster resume " + s.Argument + " finishes it; the next apply settles it first"
	}
	switch s.Flaw {
	case store.FlawFolder, store.FlawSeal:
		return "the next apply checks for what it left behind"
	case store.FlawKey:
		if !s.Parked() {
			return "name the run's state folder with --state; if it was lost, the next apply starts from what the provider holds"
		}
	case store.FlawManifest:
		return "restore " + store.ManifestFile + " from a backup; if there is none: keyroster resume " + s.Argument +
			" --abandon"
	}
	return UnrecoverableError(s.Argument, nil).Hint
}

// Refusal is why a run cannot be resumed: there is nothing to resume, or its
// files do not suffice. It is for a run that is not open.
func (s *RunStatus) Refusal() error {
	switch {
	case s.Status != store.RunDamaged:
		return failure.New(failure.Usage, s.NextStep(), "there is nothing to resume: %s", s.Describe())
	case s.Flaw == store.FlawForeign, s.Flaw == store.FlawSuperseded:
		return failure.New(failure.Unsafe, s.NextStep(), "%w; nothing was sent", s.Err)
	}
	return &failure.Error{Kind: failure.Stopped, Err: s.Err, Hint: s.NextStep()}
}
