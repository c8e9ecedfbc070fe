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
	failure.Unsafe, "", "write without the account's lock: nothing was sent",
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

// RunMark is a hook that adds the run to log lines, once there is one: who writes them is
// older than the run.
type RunMark struct{ id atomic.Pointer[string] }

// Run implements [zerolog.Hook].
func (m *RunMark) Run(e *zerolog.Event, _ zerolog.Level, _ string) {
	if m.Known() {
		e.Str("run_id", *m.id.Load())
	}
}

// Known reports whether there is a run; on no mark there is none.
func (m *RunMark) Known() bool { return m != nil && m.id.Load() != nil }
