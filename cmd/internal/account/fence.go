package account

import (
	"context"
	"sync/atomic"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
)

// errUnguarded reports a programming error, not a user's: a run must hold its tenant's lock to write.
var errUnguarded = failure.New(
	failure.Unsafe, "", "write without the account's lock: nothing was sent",
)

// fence is the check made before each write.
type fence struct{ held atomic.Pointer[func() error] }

// pass is called by the transport before each write.
func (f *fence) pass(context.Context) error {
	held := f.held.Load()
	if held == nil {
		return errUnguarded
	}
	return (*held)()
}

// RunMark is a log hook that adds the run to log lines once a run exists: loggers are created
// before the run.
type RunMark struct{ id atomic.Pointer[string] }

// Run implements [zerolog.Hook].
func (m *RunMark) Run(e *zerolog.Event, _ zerolog.Level, _ string) {
	if m.Known() {
		e.Str("run_id", *m.id.Load())
	}
}

// Known reports whether there is a run; a nil mark has none.
func (m *RunMark) Known() bool { return m != nil && m.id.Load() != nil }
