package history

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// OpenRun opens a run of a tenant that was left open: in the store, else where it was begun.
// The error is fs.ErrNotExist only if it is gone from both.
func OpenRun(st store.Store, tenant store.Tenant, id string) (*store.Run, error) {
	run, err := st.Run(id)
	if err == nil {
		return run, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	begun, run, beginErr := tenant.LastBegun()
	if begun != id {
		return nil, err
	}
	if beginErr != nil {
		return nil, beginErr
	}
	return run, nil
}

// AssessOpen returns the status of the run remembered as open; there must be one.
func AssessOpen(st store.Store, tenant store.Tenant, state store.State) RunStatus {
	run, err := OpenRun(st, tenant, state.OpenRun)
	s := Assess(run, state.OpenRun, tenant, state)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Err = err
	}
	return s
}

// Advice describes a run that was left open, and what to do about it. Both are empty if there is none.
func Advice(st store.Store, tenant store.Tenant, state store.State) (says, remedy string) {
	switch {
	case state.OpenRun != "":
		s := AssessOpen(st, tenant, state)
		switch s.Status {
		case store.RunClosed, store.RunEmpty, store.RunAbandoned:
			return "", "" // the next apply handles it
		}
		return s.Describe(), s.NextStep()
	case len(state.LeftParked) > 0:
		return fmt.Sprintf("run %s may have left credentials on temporary values", state.LeftParked[0]),
			"the next apply lists them and restores the values of their rows"
	}
	return "", ""
}

// WarnOpen warns of a run that was left open, since what is planned now cannot know how it will end.
func WarnOpen(st store.Store, known *Known, log zerolog.Logger) {
	if says, remedy := Advice(st, known.Tenant, known.State); says != "" {
		log.Warn().Str("hint", remedy).Msg(says)
	}
}

// DoorsBehind describes an account that owes a sync.
const DoorsBehind = "not all changes have been synced to the doors"

// Unfinished returns sentences about what earlier runs left undone: records equal to the roster
// are not enough.
func Unfinished(st store.Store, tenant store.Tenant, state store.State) []string {
	var out []string
	if says, _ := Advice(st, tenant, state); says != "" {
		out = append(out, says)
	}
	if state.SyncOwed {
		out = append(out, DoorsBehind)
	}
	return out
}

// RunOf opens a run by id or place, and returns its status as far as it is known without asking
// the provider, including what is remembered of the tenant in its plan. The error is that of
// [NotOpenedError].
func RunOf(st store.Store, ref string, log zerolog.Logger) (*store.Run, RunStatus, error) {
	run, err := st.Run(ref)
	if err != nil {
		return nil, RunStatus{}, NotOpenedError(err)
	}
	tenant, state := tenantOf(st, run, log)
	return run, Assess(run, run.ID(), tenant, state), nil
}

// NotOpenedError is the failure to open a run that the user named: of kind Usage, unless the run
// may be there and this user may not read it.
func NotOpenedError(err error) *failure.Error {
	if errors.Is(err, fs.ErrPermission) {
		return &failure.Error{
			Kind: failure.Stopped, Err: err,
			Hint: "run keyroster as the user who created the run, or give this user read permission",
		}
	}
	return &failure.Error{Kind: failure.Usage, Err: err, Hint: "keyroster runs lists them"}
}

// tenantOf returns what is remembered of a run's tenant, nil if that is unknown. It creates nothing.
func tenantOf(st store.Store, run *store.Run, log zerolog.Logger) (store.Tenant, store.State) {
	plan, err := PlanOf(run)
	if err != nil {
		return nil, store.State{}
	}
	plan.Close()
	if plan.Tenant == "" {
		return nil, store.State{}
	}
	tenant, err := st.Look(plan.Provider, plan.Tenant)
	if err != nil {
		return nil, store.State{}
	}
	memory, err := LoadMemory(st, tenant, plan.Account, log)
	if err != nil {
		return nil, store.State{}
	}
	return tenant, memory.State
}

// WriteMissingManifest writes the manifest of a run that ended but was killed before writing
// it, and returns the exit code in its report. said is the run's status.
func WriteMissingManifest(run *store.Run, said *store.Assessment) (exitCode int, err error) {
	f, err := run.Open(store.ReportJSONFile)
	if err != nil {
		return 0, fmt.Errorf("read run: %w", err)
	}
	defer func() { _ = f.Close() }()
	report, err := reportio.ReadJSON(f)
	if err != nil {
		return 0, err
	}
	m := store.Manifest{Account: report.Account, JournalLastHash: said.Journal.LastHash}
	for _, in := range report.Inputs {
		m.Inputs = append(m.Inputs, store.Input{File: in.File, SHA256: in.SHA256})
	}
	return report.ExitCode, run.WriteManifest(m)
}
