package main

import (
	"time"

	"keyroster/cmd/internal/run"
)

// tuning is what only tests set: times that are shorter, and a journal that fails. Its
// zero value is that of the program.
type tuning struct {
	stale, inFlight, readAgain time.Duration
	append                     run.Append
}

// tuned is that of this process.
var tuned = tuning{stale: 0 * time.Second}
