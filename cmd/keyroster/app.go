package main

import (
	"context"
	"io"
	"os/user"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/nights/calendar"
	"keyroster/cmd/internal/storage"
	"keyroster/cmd/internal/terminal"
)

// app is what every command shares: the process's streams and the common
// flags. It is filled before a command runs and only read afterwards.
type app struct {
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer

	config    string
	logFormat string
	verbose   bool
	quiet     bool
	noColor   bool
	json      bool
	form      accounts.Form
	runs      string
	state     string

	log zerolog.Logger
	// machine: the log is lines of JSON.
	machine bool
	// mark adds the run to lines of the log; nil while no account is at work.
	mark *account.RunMark
	// bare is the log of lines that name the account by themselves.
	bare   zerolog.Logger
	tuning tuning
	// progress is told how far a run of a worker is; nil for any other.
	progress func(done, total int)
	// page is that of all runs.
	page *calendar.Keeper
	// kept opens where all is kept; nil before the command line is read.
	kept *storage.Storage
}

// version is set by the linker.
var version = "dev"

// tool is how documents name the program.
var tool = "keyroster " + version

// begin makes what all commands share, once the common flags are read.
func (a *app) begin() error {
	if err := a.openLog(); err != nil {
		return err
	}
	a.kept = storage.New(storage.Options{
		Config: a.config, State: a.state, Runs: a.runs, Getenv: a.getenv, Log: a.log,
	})
	return nil
}

// openLog makes the logger. Secrets cannot reach it: they print as masks.
func (a *app) openLog() error {
	var err error
	a.log, a.machine, err = a.style().Log(a.stderr, a.logFormat, a.verbose, a.quiet)
	a.bare = a.log
	return err
}

// style is what the command line says of colours.
func (a *app) style() terminal.Style {
	return terminal.Style{Getenv: a.getenv, NoColor: a.noColor}
}

// operator is the user that runs the program, as reports name it.
func (a *app) operator() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return a.getenv("USER")
}

// misuse is the failure of a command line, or of a configuration, that cannot be followed
// as it is; hint may be empty.
func misuse(hint, format string, args ...any) *failure.Error {
	return failure.New(failure.Usage, hint, format, args...)
}

// canAsk refuses a command that would ask where there is no terminal to ask on; what
// names the command.
func (a *app) canAsk(what, hint string) error {
	if terminal.CanAsk(a.stdin, a.stderr) {
		return nil
	}
	return misuse(hint, "%s needs --yes where it cannot ask", what)
}

// sure asks a question on the terminal. Only yes goes on; any other answer is no.
func (a *app) sure(ctx context.Context, question string, no *failure.Error) error {
	yes, err := terminal.Confirm(ctx, a.stdin, a.stderr, question)
	switch {
	case err != nil:
		return failure.Of(err)
	case !yes:
		return no
	}
	return nil
}

// about is the program at work on an account, which its log names.
func (a *app) about(name string) *app {
	own := *a
	own.log = a.log.With().Str("account", name).Logger()
	if a.machine {
		own.mark = new(account.RunMark)
		own.log = own.log.Hook(own.mark)
	}
	return &own
}

// on is the program at work on the one account of a command: the log for people need not
// name it.
func (a *app) on(name string) *app {
	if a.machine {
		return a.about(name)
	}
	return a
}
