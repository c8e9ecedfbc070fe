package account

import (
	"context"
	"sync/atomic"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
)

// errUnguarded is for the mistake of a program, not of a person: a run writes under
// the lock of its tenant, or not at all.
var errUnguarded = failure.New(
	failure.Unsafe, "", "write to an account whose lock nobody has taken: nothing was sent",
)

// fence is what is asked before each write.
type fence struct{ held atomic.Pointer[func() error] }

// pass is the transport's gate.
func (f *fence) pass(context.Context) error {
	held := f.held.Load()
	if held == nil {
		return errUnguarded
	}
	return (*held)()
}

// runMark adds the run to log lines, once there is one: the client that writes
// them is older than the run.
type runMark struct{ id atomic.Pointer[string] }

// Run implements [zerolog.Hook].
func (m *runMark) Run(e *zerolog.Event, _ zerolog.Level, _ string) {
	if id := m.id.Load(); id != nil {
		e.Str("run_id", *id)
	}
}
