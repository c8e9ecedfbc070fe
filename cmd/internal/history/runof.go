package history

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/store"
	"keyroster/providers"
)

// AccountOf finds the configured account that a run worked on: from its plan, else from its id.
// run is nil if its files are gone.
func AccountOf(config *configio.Config, run *store.Run, id string) (*configio.Account, *providers.Spec, error) {
	if run != nil {
		if plan, err := PlanOf(run); err == nil && (plan.RunID == "" || plan.RunID == id) {
			defer plan.Close()
			return account.Pick(config, plan.Account)
		}
	}
	for _, name := range config.Names() {
		if store.Of(id, name) {
			return account.Pick(config, name)
		}
	}
	return nil, nil, failure.New(failure.Usage, "name the folder of a run, or the id of one whose folder is gone",
		"run %s belongs to no account in %s", id, config.Path)
}

// OpenIfPresent opens a run that may be gone, and returns its id; run is nil if its files are gone.
func OpenIfPresent(st store.Store, ref string) (run *store.Run, id string, err error) {
	run, err = st.Run(ref)
	switch {
	case run != nil:
		return run, run.ID(), nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, "", failure.Wrap(failure.Usage, err)
	}
	return nil, filepath.Base(filepath.Clean(ref)), nil
}

// Close writes the missing manifest of a run that has ended, and returns the run's own result.
func Close(run *store.Run, st *RunStatus, log zerolog.Logger) error {
	code, err := WriteMissingManifest(run, &st.Assessment)
	if err != nil {
		return &failure.Error{Kind: failure.Stopped, Err: err, Hint: UnrecoverableError(st.Argument, nil).Hint}
	}
	log.Info().Str("run_id", run.ID()).Msg("the run had already ended: its manifest was written, and nothing was sent")
	if code == exit.OK {
		return nil
	}
	return failure.New(exit.Kind(code), "", "run %s ended with exit code %d, as its report says", run.ID(), code)
}
