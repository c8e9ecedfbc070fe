package run

import (
	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
	"keyroster/reconcile/rescue"
)

// guarded is work on a run, whose panic is that run's failure: it is still written
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
