package main

import (
	"context"
	"time"

	"keyroster/io/journalio"
	"keyroster/reconcile/engine"
)

// inFlight is how long a request of a process that died may be on its way: one
// that arrives after its record was read back would be sent a second time.
// Tests that see to it that nothing is on its way any more have it shorter.
var inFlight = 5 * time.Second

// readAgain is how long a read that shows what was there before our own write is
// made again.
var readAgain = engine.ReadAgain

// awaitArrivals waits until what a dead process sent last has arrived, if
// anything of it is in doubt. A run that died longer ago is not waited for.
func (s *session) awaitArrivals(ctx context.Context, replay *journalio.Replay) error {
	if len(replay.InDoubt()) == 0 {
		return nil
	}
	// A last line from the future means that the clock was set back since.
	wait := min(time.Until(replay.Last.Add(inFlight)), inFlight)
	if wait <= 0 {
		return nil
	}
	s.app.log.Info().Int("in_doubt", len(replay.InDoubt())).Int64("wait_ms", wait.Milliseconds()).Msg("waiting for what the interrupted run may have sent to arrive")
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
