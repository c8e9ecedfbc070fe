package console

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/cmd/internal/terminal"
	"keyroster/io/store"
	"keyroster/reconcile/rescue"
)

// OpenLog makes the logger. Secrets cannot leak into it: they print as masks.
func (c *Console) OpenLog() error {
	var err error
	c.Log, c.machine, err = c.style().Log(c.Stderr, c.LogFormat, c.Verbose, c.Quiet)
	c.Bare = c.Log
	return err
}

// ReadOutputFlags finds --json and --log-format in the arguments, so that a failure is reported
// in the right form. If parsing failed, it may not have reached them.
func (c *Console) ReadOutputFlags(args []string, failed bool) {
	c.JSON = c.JSON || asks(args, "--json") && !asks(args, "--json=false")
	if failed && (asks(args, "--log-format json") || asks(args, "--log-format=json")) {
		c.LogFormat = "json"
		_ = c.OpenLog()
	}
}

// asks reports whether the arguments contain a word with this beginning, even if they do not
// parse. begin may be two words, a flag and its value.
func asks(args []string, begin string) bool {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return strings.Contains(" "+strings.Join(args, " "), " "+begin)
}

// Sinks returns the log and the progress display for the work of a command.
func (c *Console) Sinks() sink.Sinks {
	phases := terminal.Progress{
		Stream: c.Stderr, Log: c.Log, Getenv: c.Getenv, NoBars: c.Quiet || c.LogFormat == "json",
	}
	return sink.Sinks{Log: c.Log, Bare: c.Bare, Progress: phases.Begin}
}

// OnInterrupt logs an interrupt once, until stop is called; nothing is logged after stop.
func (c *Console) OnInterrupt(ctx context.Context) (stop func()) {
	if ctx.Err() != nil { // no work has started
		return func() {}
	}
	logged := make(chan struct{})
	off := context.AfterFunc(ctx, func() {
		defer close(logged)
		if errors.Is(context.Cause(ctx), store.ErrNotLocked) {
			return // not the user: another process has taken the account
		}
		c.Log.Warn().Msg("interrupted: finishing requests in flight; interrupt again to stop at once")
	})
	return sync.OnceFunc(func() {
		if !off() {
			<-logged
		}
	})
}

// Protect runs the work of a command. A panic becomes an error with exit code 1, and its stack
// is logged; the panic's value may hold a secret and is not printed. A panic within a run is
// handled there.
func (c *Console) Protect(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = failure.Wrap(failure.Stopped, rescue.Panicked(p))
			c.Log.Error().Err(err).Strs("stack", rescue.Stack()).Msg("internal error")
		}
	}()
	return work()
}
