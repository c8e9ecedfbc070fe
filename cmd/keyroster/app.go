package main

import (
	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/nights/calendar"
	"keyroster/cmd/internal/storage"
)

// app is what all commands share: the process's streams and the common flags. It is filled
// before a command runs and only read afterwards.
type app struct {
	console.Console

	config string
	form   accounts.Form
	runs   string
	state  string

	tuning tuning
	// progress receives the progress of a worker's run; nil for other runs.
	progress func(done, total int)
	// runsPage is the page of all runs.
	runsPage *calendar.Keeper
	// storage opens the store; nil before the command line is read.
	storage *storage.Storage
}

// Set by the linker; date is the time of the commit.
var (
	version      = "dev"
	commit, date string
)

// tool is the program's name in documents.
var tool = "keyroster " + version

// begin sets up what all commands share, after the common flags are read.
func (a *app) begin() error {
	if err := a.OpenLog(); err != nil {
		return err
	}
	a.storage = storage.New(storage.Options{
		Config: a.config, State: a.state, Runs: a.runs, Getenv: a.Getenv, Log: a.Log,
	})
	return nil
}

// misuse is the failure for an unusable command line or configuration; hint may be empty.
func misuse(hint, format string, args ...any) *failure.Error {
	return failure.New(failure.Usage, hint, format, args...)
}

// oneRun requires exactly one argument, a run.
func oneRun(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return misuse("keyroster runs lists them", "%s takes one run, its id or its folder", cmd.CommandPath())
	}
	return nil
}

// forAccount is the app for work on an account, which its log names.
func (a *app) forAccount(name string) *app {
	own := *a
	own.Console = a.ForAccount(name)
	return &own
}

// forOnlyAccount is the app for work on a command's only account.
func (a *app) forOnlyAccount(name string) *app {
	own := *a
	own.Console = a.ForOnlyAccount(name)
	return &own
}
