package store

import (
	"errors"
	"fmt"
)

// Open is a run that a store keeps under a name. It may have been moved or renamed as long as
// it has its manifest; without one, its name must be a run's id. Under such a name, a manifest
// that cannot be read is left to [Run.Assess]; under another it is an error, and the run is
// returned with it.
func Open(name string, files Files) (*Run, error) {
	r := NewRun(name, files)
	m, err := r.Manifest()
	switch {
	case err == nil:
		r.id, r.found = m.RunID, m
		for _, f := range m.Files {
			if f.HoldsValues {
				r.values[f.Name] = true
			}
		}
		return r, nil
	case ValidID(name):
		return r, nil
	case errors.Is(err, ErrNoManifest):
		// Lists of runs that skip it show only the cause.
		return nil, fmt.Errorf(
			"open run: %w",
			fmt.Errorf("%s is not a run folder: it has no %s, and its name is not a run id",
				files.Place(), ManifestFile),
		)
	}
	return r, err
}
