package doctor

import (
	"sync"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/providers/httpapi"
)

// hostClock measures from responses how far this machine's clock is from the host's. It is safe
// for concurrent use.
type hostClock struct {
	mu    sync.Mutex
	known bool
	// behind is how far this clock lags the host's, at least.
	behind time.Duration
}

func (c *hostClock) observe(event httpapi.Event) {
	if event.Date.IsZero() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// The header was set during the call, and is in whole seconds.
	now := time.Now()
	earliest, latest := now.Add(-event.Duration-time.Second), now
	c.known = true
	switch {
	case event.Date.After(latest):
		c.behind = event.Date.Sub(latest)
	case event.Date.Before(earliest):
		c.behind = event.Date.Sub(earliest)
	default:
		c.behind = 0
	}
}

// Above the first offset the clock is worth a warning; above the second, expired tokens look valid.
const (
	clockDoubt = 15 * time.Second
	clockWrong = 5 * time.Minute
)

func (e *Examination) clock(c *hostClock) {
	c.mu.Lock()
	defer c.mu.Unlock()
	const remedy = "synchronise this machine's clock by NTP (timedatectl set-ntp true)"
	behind, word := c.behind.Round(time.Second), "behind"
	if behind < 0 {
		behind, word = -behind, "ahead of"
	}
	switch {
	case !c.known:
	case behind > clockWrong:
		e.fail("clock", failure.New(
			failure.Stopped, remedy, "this machine is %s %s the host", failure.DurationText(behind), word,
		))
	case behind > clockDoubt:
		e.warn("clock", remedy, "this machine is %s %s the host", failure.DurationText(behind), word)
	default:
		e.ok("clock", "agrees with the host's")
	}
}
