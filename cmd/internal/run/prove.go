package run

import (
	"context"
	"errors"

	"keyroster/io/configio"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// verify lists the account again and compares the run's results with it.
func (s *Sent) verify(ctx context.Context) {
	if errors.Is(s.done.Stop, context.Canceled) || reconcile.ClassOf(s.done.Stop) != 0 {
		s.done.VerifyErr = s.done.Stop
		return
	}
	s.done.Remember = s.account.Config.Unreadable == configio.UnreadableRemember
	log := s.options.Sinks.Log
	bar := s.options.Sinks.Bar("verifying", -1)
	listing, err := s.account.List(ctx, s.draft.Scope, bar.Set)
	bar.Done()
	if err != nil {
		s.done.VerifyErr = err
		log.Error().Err(err).Msg("could not list the account again, so the changes are not verified")
		return
	}
	s.proved = listing
	engine.Verify(s.done, listing)
	if err := engine.Prove(ctx, s.done, s.account.Prove); err != nil {
		s.done.VerifyErr = err
		log.Error().Err(err).
			Msg("could not read what the listing omits, so those changes are not verified")
	}
}
