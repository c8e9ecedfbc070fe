package main

import (
	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/nights/calendar"
	"keyroster/cmd/internal/storage"
)

// app is what every command shares: the process's streams and the common
// flags. It is filled before a command runs and only read afterwards.
type app struct {
	console.Console

	config string
	form   accounts.Form
	runs   string
	state  string

	tuning tuning
	// progress is told how far a run of a worker is; nil for any other.
	progress func(done, total int)
	// page is that of all runs.
	page *calendar.Keeper
	// kept opens where all is kept; nil before the command line is read.
	kept *storage.Storage
}

// The linker sets these; date is the time of the commit.
var (
	version      = "dev"
	commit, date string
)

// tool is how documents name the program.
var tool = "keyroster " + version

// begin makes what all commands share, once the common flags are read.
func (a *app) begin() error {
	if err := a.OpenLog(); err != nil {
		return err
	}
	a.kept = storage.New(storage.Options{
		Config: a.config, State: a.state, Runs: a.runs, Getenv: a.Getenv, Log: a.Log,
	})
	return nil
}

// misuse is the failure of a command line, or of a configuration, that cannot be followed
// as it is; hint may be empty.
func misuse(hint, format string, args ...any) *failure.Error {
	return failure.New(failure.Usage, hint, format, args...)
}

// oneRun wants the one argument of a command about a run.
func oneRun(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return misuse("keyroster runs lists them", "%s takes one run, its id or its folder", cmd.CommandPath())
	}
	return nil
}

// forAccount is the program at work on an account, which its log names.
func (a *app) forAccount(name string) *app {
	own := *a
	own.Console = a.ForAccount(name)
	return &own
}

// forOnlyAccount is the program at work on the one account of a command.
func (a *app) forOnlyAccount(name string) *app {
	own := *a
	own.Console = a.ForOnlyAccount(name)
	return &own
}
