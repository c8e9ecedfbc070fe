// Package console is the output and input of a command: the result on standard output; the log, notes,
// questions and failures on standard error, each in the form that the command line asks for.
//
// Invariants:
//
//   - Standard output gets only the result, with --json exactly one document. What a person
//     sees before a question then goes to standard error.
//   - Failing to write the result is a failure of the command.
//   - A command that cannot ask does not wait for an answer.
package console

import (
	"io"
	"os/user"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/terminal"
)

// Console holds the streams of a command and the flags on how to use them. It is filled before
// a command runs and only read afterwards; a copy with other streams is an independent console.
type Console struct {
	Getenv         func(string) string
	Stdin          io.Reader
	Stdout, Stderr io.Writer

	// LogFormat is auto, console or json.
	LogFormat               string
	Verbose, Quiet, NoColor bool
	// JSON: the result is one JSON document.
	JSON bool

	Log zerolog.Logger
	// Bare is the log for lines that already name the account.
	Bare zerolog.Logger
	// Mark adds the run to log lines; nil while no account is being worked on.
	Mark *account.RunMark
	// machine: the log is lines of JSON.
	machine bool
}

// ForAccount returns the console for work on one of several accounts; its log names the account.
func (c *Console) ForAccount(name string) Console {
	own := *c
	own.Log = c.Log.With().Str("account", name).Logger()
	if c.machine {
		own.Mark = new(account.RunMark)
		own.Log = own.Log.Hook(own.Mark)
	}
	return own
}

// ForOnlyAccount returns the console for work on a command's only account; a log for people
// need not name it.
func (c *Console) ForOnlyAccount(name string) Console {
	if c.machine {
		return c.ForAccount(name)
	}
	return *c
}

// Operator is the user that runs the program, as reports name it.
func (c *Console) Operator() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return c.Getenv("USER")
}

// style holds the colour settings of the command line.
func (c *Console) style() terminal.Style {
	return terminal.Style{Getenv: c.Getenv, NoColor: c.NoColor}
}
