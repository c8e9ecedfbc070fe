package history

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
)

// RunStatus is the status of a run, from its files and from what is remembered of its tenant.
// All commands get it from here, so that all describe it in the same words.
type RunStatus struct {
	store.Assessment
	ID string
	// Place is where the run is, and Argument its name on a command line; both are its id if it
	// is gone.
	Place, Argument string
}

// StatusOf is the status of a run according to an assessment.
func StatusOf(run *store.Run, assessed store.Assessment) RunStatus {
	return RunStatus{Assessment: assessed, ID: run.ID(), Place: run.Place(), Argument: run.Argument()}
}

// Assess determines the status of a run. tenant and state are what is remembered of its tenant;
// tenant is nil if unknown. run is nil if it is gone; id is its name.
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

// superseded reports whether a run that is not its tenant's open one was replaced or given up:
// another is open, it was abandoned, or the state document does not mention it.
func superseded(run *store.Run, tenant store.Tenant, state store.State) bool {
	return state.OpenRun != "" || slices.Contains(state.LeftParked, run.ID()) || tenant.Has(store.StateDocument)
}

// checkFilesMatch checks that the plan and the sealed copy of an open run are its own and can
// be read, as resume does: a run reported as resumable must be.
func (s *RunStatus) checkFilesMatch(run *store.Run, tenant store.Tenant) {
	plan, err := PlanOf(run)
	if err != nil {
		s.damaged(store.FlawUnread, err)
		return
	}
	plan.Close()
	identity, _, err := store.SealKeyOf(tenant)
	if err != nil {
		return // reported when the key is used
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

// Describe describes the status in words.
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

// accessDenied reports whether the manifest is fine but may not be read.
func (s *RunStatus) accessDenied() bool {
	return s.Flaw == store.FlawManifest && errors.Is(s.Err, fs.ErrPermission)
}

// NextStep is the one thing to do next.
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

// Refusal is why a run that is not open cannot be resumed: there is nothing to resume, or its
// files do not suffice.
func (s *RunStatus) Refusal() error {
	switch {
	case s.Status != store.RunDamaged:
		return failure.New(failure.Usage, s.NextStep(), "there is nothing to resume: %s", s.Describe())
	case s.Flaw == store.FlawForeign, s.Flaw == store.FlawSuperseded:
		return failure.New(failure.Unsafe, s.NextStep(), "%w; nothing was sent", s.Err)
	}
	return &failure.Error{Kind: failure.Stopped, Err: s.Err, Hint: s.NextStep()}
}
