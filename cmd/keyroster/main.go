// Command keyroster keeps the access credentials held by a provider equal to a
// roster. Standard output carries the result of a command and nothing else;
// logs and progress go to standard error.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/nights/calendar"
	"keyroster/io/termio"
	"keyroster/reconcile/rescue"
)

func main() {
	os.Exit(execute(os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

// execute is the program without its process: it returns the exit code. The first
// interrupt stops new work, the second kills. A terminal that is closed is an
// interrupt, unless nohup or the like already keeps the program from noticing;
// a reader that goes away must not kill a run between two writes, so that
// writing to it fails instead.
func execute(args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	interrupts := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		interrupts = append(interrupts, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), interrupts...)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	defer stop()
	context.AfterFunc(ctx, stop)
	// No text of a provider or a file reaches a stream as it is.
	out, errs := termio.NewWriter(stdout), termio.NewWriter(stderr)
	defer func() { _ = errors.Join(out.Flush(), errs.Flush()) }()
	a := &app{tuning: tuned, getenv: getenv, stdin: stdin, stdout: out, stderr: errs, page: new(calendar.Keeper)}
	root := a.root()
	root.SetArgs(args)
	err := a.whole(func() error { return root.ExecuteContext(ctx) })
	if a.kept != nil {
		a.page.Close(a.kept.Opened(), a.log)
		a.kept.Close()
	}
	a.json = a.json || asks(args, "--json") && !asks(args, "--json=false")
	if err != nil && (asks(args, "--log-format json") || asks(args, "--log-format=json")) {
		a.logFormat = "json"
		_ = a.openLog() // of a command line that could not be read
	}
	return a.finish(err)
}

// whole does the work of a command. A panic in it ends as an error does: with exit
// code 1, which means nothing else, and with its place in the log. What it was raised
// with may hold a value, and goes to no stream. One in a run is that run's, and ends
// there.
func (a *app) whole(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = failure.Wrap(failure.Stopped, rescue.Panicked(p))
			a.log.Error().Err(err).Strs("stack", rescue.Stack()).Msg("the program has a mistake")
		}
	}()
	return work()
}
