package history

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
)

// Standing is how a run stands, by its files and by what is remembered of its
// tenant. Every command that meets a run of earlier judges it here, and says what
// is the matter and what to do in the same words.
type Standing struct {
	store.Judgement
	ID string
	// Place is where the run is, or its id where it is gone.
	Place string
}

// Judge says how a run stands. tenant and state are what is remembered of its
// tenant; tenant is nil where that is not known. run is nil when it is gone; id is
// what it was called.
func Judge(run *store.Run, id string, tenant store.Tenant, state store.State) Standing {
	if run == nil {
		return Standing{ID: id, Place: id, Judgement: store.Judgement{
			Standing: store.StandsDamaged, Flaw: store.FlawFolder,
			Err: fmt.Errorf("the folder of run %s is gone", id),
		}}
	}
	s := Standing{Judgement: run.Judge(), ID: run.ID(), Place: run.Place()}
	if tenant == nil || s.Standing != store.StandsOpen || s.Closing {
		return s
	}
	switch {
	case state.OpenRun != run.ID() && overtaken(run, tenant, state):
		s.damaged(store.FlawOvertaken, fmt.Errorf(
			"run %s is not the open one of its tenant: a later run went on without it, or the state folder %s is an older one; what it wanted may no longer be wanted",
			run.ID(),
			tenant.Place(),
		))
	case !tenant.HasKey(store.SealKey):
		s.damaged(store.FlawKey, fmt.Errorf(
			"what opens the %s of run %s was lost with the state folder %s", store.SealedFile, run.ID(),
			tenant.Place(),
		))
	default:
		s.holdTogether(run, tenant)
	}
	return s
}

// overtaken reports whether a run that is not the open one of its tenant cannot have
// been: another is, or it was given up, or what is remembered does not know it.
func overtaken(run *store.Run, tenant store.Tenant, state store.State) bool {
	return state.OpenRun != "" || slices.Contains(state.LeftParked, run.ID()) || tenant.Has(store.StateDocument)
}

// holdTogether looks whether the plan and the sealed copy of an open run are its
// own and can be read, which resume will ask: whoever says that it can go on must
// have looked.
func (s *Standing) holdTogether(run *store.Run, tenant store.Tenant) {
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
	for _, part := range []struct{ file, of string }{{store.PlanFile, plan.RunID}, {store.SealedFile, sealed.Meta[MetaRun]}} {
		if part.of != "" && part.of != run.ID() {
			s.damaged(store.FlawForeign, fmt.Errorf(
				"run %s: its %s is that of run %s", run.ID(), part.file, part.of,
			))
			return
		}
	}
}

func (s *Standing) damaged(flaw store.Flaw, err error) {
	s.Standing, s.Flaw, s.Err = store.StandsDamaged, flaw, err
}

// Says is how the run stands, in words.
func (s *Standing) Says() string {
	switch s.Standing {
	case store.StandsClosed:
		return "run " + s.ID + " is closed"
	case store.StandsAbandoned:
		return "run " + s.ID + " was given up, and " + store.AbandonedFile + " has what was known of it"
	case store.StandsEmpty:
		return "run " + s.ID + " ended before its first write: nothing was sent"
	case store.StandsOpen:
		if s.Closing {
			return "run " + s.ID + " is over, and only its " + store.ManifestFile + " is missing"
		}
		return "run " + s.ID + " is open: it was interrupted, or is at work"
	}
	switch {
	case s.forbidden():
		return "this user may not read the files of run " + s.ID
	case s.Flaw == store.FlawManifest:
		return "the " + store.ManifestFile + " of run " + s.ID + " cannot be read"
	}
	return "run " + s.ID + " was not finished, and cannot go on: " + s.Err.Error()
}

// forbidden reports whether it is not the manifest that is wrong, but the right to read it.
func (s *Standing) forbidden() bool {
	return s.Flaw == store.FlawManifest && errors.Is(s.Err, fs.ErrPermission)
}

// Next is the one next step.
func (s *Standing) Next() string {
	if s.forbidden() {
		return "run keyroster as the user who made " + s.Place + ", or let this one read it"
	}
	switch s.Standing {
	case store.StandsClosed, store.StandsAbandoned:
		return "keyroster apply plans afresh"
	case store.StandsEmpty:
		return "keyroster apply plans afresh, and clears the folder away"
	case store.StandsOpen:
		if s.Closing {
			return "keyroster resume " + s.Place + " writes it; the next apply does so too"
		}
		return "keyroster resume " + s.Place + " finishes it; the next apply settles it first"
	}
	switch s.Flaw {
	case store.FlawFolder, store.FlawSeal:
		return "the next apply looks for what it left"
	case store.FlawKey:
		if !s.Parked() {
			return "the next apply goes on with what the provider holds"
		}
	case store.FlawManifest:
		return "restore " + store.ManifestFile + " from a backup; if there is none: keyroster resume " + s.Place + " --abandon"
	}
	return Irrecoverable(s.Place, nil).Hint
}

// Refusal is why a run cannot be resumed: there is nothing to resume, or its
// files do not suffice. It is for a run that is not open.
func (s *Standing) Refusal() error {
	switch {
	case s.Standing != store.StandsDamaged:
		return failure.New(failure.Usage, s.Next(), "there is nothing to resume: %s", s.Says())
	case s.Flaw == store.FlawForeign, s.Flaw == store.FlawOvertaken:
		return failure.New(failure.Unsafe, s.Next(), "%w; nothing was sent", s.Err)
	}
	return &failure.Error{Kind: failure.Stopped, Err: s.Err, Hint: s.Next()}
}
