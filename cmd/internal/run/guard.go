package run

import (
	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
	"keyroster/reconcile/rescue"
)

// guarded turns a panic in work on a run into that run's failure: the run is still written
// down, and other accounts go on.
func guarded(run *store.Run, work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			f := failure.Wrap(failure.Stopped, rescue.Panicked(p))
			if run != nil {
				f.Run, f.RunID = run.Place(), run.ID()
			}
			err = f
		}
	}()
	return work()
}
