package console

import (
	"context"
	"errors"
	"slices"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/cmd/internal/terminal"
	"keyroster/io/store"
	"keyroster/reconcile/rescue"
)

// OpenLog makes the logger. Secrets cannot reach it: they print as masks.
func (c *Console) OpenLog() error {
	var err error
	c.Log, c.machine, err = c.style().Log(c.Stderr, c.LogFormat, c.Verbose, c.Quiet)
	c.Bare = c.Log
	return err
}

// ReadOutputFlags takes from a command line how its end is told. One that failed may not have been
// read so far.
func (c *Console) ReadOutputFlags(args []string, failed bool) {
	c.JSON = c.JSON || asks(args, "--json") && !asks(args, "--json=false")
	if failed && (asks(args, "--log-format json") || asks(args, "--log-format=json")) {
		c.LogFormat = "json"
		_ = c.OpenLog()
	}
}

// asks reports whether a command line has a word that begins like that, also one that
// cannot be read to its end. The word may be two, a flag and its value.
func asks(args []string, begin string) bool {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return strings.Contains(" "+strings.Join(args, " "), " "+begin)
}

// Sinks are the log and the display of phases for the work of a command.
func (c *Console) Sinks() sink.Sinks {
	phases := terminal.Progress{
		Stream: c.Stderr, Log: c.Log, Getenv: c.Getenv, NoBars: c.Quiet || c.LogFormat == "json",
	}
	return sink.Sinks{Log: c.Log, Bare: c.Bare, Progress: phases.Begin}
}

// OnInterrupt says once that an interrupt was noticed, until stop is called.
func (c *Console) OnInterrupt(ctx context.Context) (stop func()) {
	if ctx.Err() != nil { // nothing is on its way
		return func() {}
	}
	off := context.AfterFunc(ctx, func() {
		if errors.Is(context.Cause(ctx), store.ErrNotLocked) {
			return // no user interrupted it: another process has the account
		}
		c.Log.Warn().Msg("interrupted: finishing requests in flight; interrupt again to stop at once")
	})
	return func() { off() }
}

// Protect does the work of a command. A panic in it ends as an error does: with exit
// code 1, which means nothing else, and with its place in the log. What it was raised
// with may hold a value, and goes to no stream. One in a run is that run's, and ends
// there.
func (c *Console) Protect(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = failure.Wrap(failure.Stopped, rescue.Panicked(p))
			c.Log.Error().Err(err).Strs("stack", rescue.Stack()).Msg("internal error")
		}
	}()
	return work()
}
