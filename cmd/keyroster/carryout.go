package main

import (
	"context"
	"errors"
	"time"

	"keyroster/io/statedir"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

func (s *session) carryOut(ctx context.Context) {
	plan := s.draft.plan
	total := 0
	for _, chain := range plan.Chains {
		total += len(chain)
	}
	bar := s.app.progress("applying", total)
	options := engine.Options{
		Provider: s.acc.provider, Concurrency: s.acc.config.Concurrency, Freshness: engine.Freshness(s.acc.config.Freshness),
		Recent: s.acc.recent, Since: s.wrote, Prior: s.prior, SettleOnly: s.settleOnly, Progress: func(done int) { bar.set(done, total) },
	}
	if s.journal != nil {
		options.Journal, options.Park = runJournal{s.journal}, s.parking
	}
	if s.prior != nil {
		options.Freshness = engine.FreshRead
	}
	options.Deadline = s.deadline
	options.StopAfter = stopAfter(s.acc.config.StopAfter, total)
	if s.stopping.first > 0 && s.stopping.first < total {
		if !s.applyFirst(ctx, options) {
			bar.done()
			return
		}
		options.Prior = priorOfRun(s.run, options.Prior)
	}
	s.run = engine.Apply(ctx, plan, options)
	bar.done()
}

// settle makes the writes take effect; it goes on after an interrupt, since the
// doors would stay behind, but not for ever.
func (s *session) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	var journal engine.Journal
	if s.journal != nil {
		journal = runJournal{s.journal}
	}
	s.run.Held = len(s.unhealed()) > 0
	engine.Settle(ctx, s.run, s.acc.provider, journal)
	if err := s.run.FinishErr; err != nil {
		s.app.log.Error().Err(err).Str("hint", classify(err).hint).Msg("the changes were accepted, but may not have reached the doors")
		return
	}
	if f := s.run.Finish; f.Needed && f.AnsweredAt.IsZero() {
		s.app.log.Warn().Msg("the doors were not told yet; the next run will do it")
		return
	}
	s.unsaved = s.remember(func(m *statedir.State) { m.SyncOwed = false })
}

// settleTime bounds the end of a run, whatever the account's own bound is.
const settleTime = 15 * time.Minute

// verify lists the account again and holds the run against it.
func (s *session) verify(ctx context.Context) {
	if errors.Is(s.run.Stop, context.Canceled) || reconcile.ClassOf(s.run.Stop) != 0 {
		s.run.VerifyErr = s.run.Stop
		return
	}
	s.run.Remember = s.acc.config.Unreadable == remember
	bar := s.app.progress("verifying", -1)
	listing, err := s.acc.list(ctx, s.draft.scope, bar.set)
	bar.done()
	if err != nil {
		s.run.VerifyErr = err
		s.app.log.Error().Err(err).Msg("the account could not be listed again, so the changes are not verified")
		return
	}
	s.proved = listing
	engine.Verify(s.run, listing)
	if err := engine.Prove(ctx, s.run, s.acc.provider); err != nil {
		s.run.VerifyErr = err
		s.app.log.Error().Err(err).Msg("what the listing does not hold could not be read, so that those changes are not verified")
	}
}
