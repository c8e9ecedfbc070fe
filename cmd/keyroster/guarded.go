package main

import "keyroster/reconcile/rescue"

// guarded is the work on one account, whose panic is that account's failure: the
// run is still written down, and the other accounts go on.
func (s *session) guarded(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			f := &failure{code: exitError, err: rescue.Panicked(p)}
			if s.dir != nil {
				f.run = s.dir.Path("")
			}
			err = f
		}
	}()
	return work()
}

// unstopped is something beside a run, telling somebody for instance, whose panic
// is logged.
func (a *app) unstopped(work func()) func() {
	return func() {
		defer func() {
			if p := recover(); p != nil {
				a.log.Error().Err(rescue.Panicked(p)).Msg("this was not done")
			}
		}()
		work()
	}
}
