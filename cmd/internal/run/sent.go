package run

import (
	"context"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// Send sends the changes, makes them effective and proves them. One bad record never stops the
// others. An interrupt of ctx ends the sending; what was sent is still made effective. An error
// is an [*Ended]; any other ending is reported by [Sent.Close].
func (c *Committed) Send(ctx context.Context) (*Sent, error) {
	s := &Sent{Committed: c}
	if err := guarded(c.run, func() error { return s.execute(ctx) }); err != nil {
		return nil, s.end(s.done, err)
	}
	return s, nil
}

// execute is the work of Send. An error is a failure of keyroster itself.
func (s *Sent) execute(ctx context.Context) error {
	if err := s.known.LastWritten.Drop(s.lock, s.draft.Plan); err != nil {
		return err
	}
	s.carryOut(ctx)
	changes := s.journal != nil
	switch {
	case s.owed, s.resumed(), !changes && s.known.SyncOwed, changes && s.done.MayHaveAccepted():
		s.deliver(ctx)
	case changes:
		// Everything was refused, so the doors are not behind.
		s.unsaved = s.updateMemory(func(m *store.State) { m.SyncOwed = false })
	}
	if s.done.Wrote || s.resumed() {
		s.verify(ctx)
	}
	s.cause = s.result(ctx)
	whole := s.draft.WholeListing()
	if !s.settleOnly {
		if n := s.known.LastWritten.CountNights(s.done, s.run.ID(), whole != nil); n > 0 {
			s.options.Sinks.Log.Warn().Int("records", n).
				Msg("records were written again, as on previous nights; see the report")
		}
	}
	if err := s.known.LastWritten.Record(s.lock, s.done, whole); err != nil && s.cause == nil {
		s.cause = err
	}
	return nil
}

// carryOut sends the changes.
func (s *Sent) carryOut(ctx context.Context) {
	plan, config := s.draft.Plan, s.account.Config
	total := 0
	for _, chain := range plan.Chains {
		total += len(chain)
	}
	bar := s.options.Sinks.Bar("applying", total)
	options := engine.Options{
		Provider: s.account.Provider, StoredAs: s.account.StoredAs,
		Concurrency: config.Concurrency, Freshness: engine.Freshness(config.Freshness),
		Recent: s.account.Recent, Since: s.earlier.last, Prior: s.earlier.prior, SettleOnly: s.settleOnly,
		Progress: func(done int) { bar.Set(done, total) },
		Deadline: s.options.Deadline, StopAfter: stopAfter(config.StopAfter, total), Park: s.parking,
	}
	if s.journal != nil {
		options.Journal = s.journal
	}
	if s.resumed() {
		options.Freshness = engine.FreshRead
	}
	defer bar.Done()
	if s.options.First > 0 && s.options.First < total {
		if !s.applyFirst(ctx, options) {
			return
		}
		options.Prior = priorOfRun(s.done, options.Prior)
	}
	s.done = engine.Apply(ctx, plan, options)
}

// deliver makes the writes effective. It goes on after an interrupt, since the doors would stay
// behind, but not for ever.
func (s *Sent) deliver(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deliverTimeout)
	defer cancel()
	var journal engine.Journal
	if s.journal != nil {
		journal = s.journal
	}
	log := s.options.Sinks.Log
	s.done.EarlierParked = len(s.stillParked()) > 0
	engine.Deliver(ctx, s.done, s.account.Provider, journal)
	if err := s.done.FinishErr; err != nil {
		log.Error().Err(err).Str("hint", failure.Of(err).Hint).
			Msg("the provider accepted the changes, but they may not have reached the doors")
		return
	}
	if f := s.done.Finish; f.Needed && f.AnsweredAt.IsZero() {
		log.Warn().Msg("the doors have not been synced yet; the next run syncs them")
		return
	}
	s.unsaved = s.updateMemory(func(m *store.State) { m.SyncOwed = false })
}

// deliverTimeout bounds the delivery, whatever the account configures.
const deliverTimeout = 15 * time.Minute

// stopAfter is the number of failed lines that ends a run with so many changes.
func stopAfter(limit reconcile.Limit, changes int) int {
	if !limit.IsPercent {
		return limit.Count
	}
	return max(1, int(limit.Percent*float64(changes)/100))
}
