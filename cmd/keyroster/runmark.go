package main

import (
	"sync/atomic"

	"github.com/rs/zerolog"
)

// runMark adds the run to log lines, once there is one: the client that writes
// them is older than the run.
type runMark struct{ id atomic.Pointer[string] }

// Run implements [zerolog.Hook].
func (m *runMark) Run(e *zerolog.Event, _ zerolog.Level, _ string) {
	if id := m.id.Load(); id != nil {
		e.Str("run_id", *id)
	}
}
