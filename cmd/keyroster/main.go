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
	_ "time/tzdata" // for systems without time zones, such as Windows and small images

	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/nights/calendar"
	"keyroster/io/termio"
)

func main() {
	os.Exit(execute(os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

// execute runs the program and returns its exit code. The first interrupt stops new work, the
// second kills the process. Closing the terminal is an interrupt, unless nohup or the like
// blocks it. A reader that closes its pipe must not kill a run between two writes, so writing
// to it fails instead.
func execute(args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	interrupts := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		interrupts = append(interrupts, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), interrupts...)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	defer stop()
	context.AfterFunc(ctx, stop)
	// Text from providers and files is always filtered.
	out, errs := termio.NewWriter(stdout), termio.NewWriter(stderr)
	defer func() { _ = errors.Join(out.Flush(), errs.Flush()) }()
	a := &app{
		Console: console.Console{Getenv: getenv, Stdin: stdin, Stdout: out, Stderr: errs},
		tuning:  tuned, runsPage: new(calendar.Keeper),
	}
	root := a.root()
	root.SetArgs(args)
	err := a.Protect(func() error { return root.ExecuteContext(ctx) })
	if a.storage != nil {
		a.runsPage.Close(a.storage.Opened(), a.Log)
		a.storage.Close()
	}
	a.ReadOutputFlags(args, err != nil)
	return a.Finish(err)
}
