package main

import (
	"time"

	"keyroster/cmd/internal/run"
)

// tuning is set only by tests: shorter times, and a failing journal. The zero value is the
// normal program.
type tuning struct {
	stale, inFlight, readAgain time.Duration
	append                     run.Append
}

// tuned is the tuning of this process.
var tuned = tuning{stale: 0 * time.Second}
