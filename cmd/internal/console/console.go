// Package console is what a command says and asks: its result on standard output, and on
// standard error the log, notes, questions and how it failed, each in the form that the
// command line asks for.
//
// Invariants:
//
//   - Standard output has the result and nothing else, with JSON one document. What a
//     person is shown before a question goes to standard error then.
//   - A result that cannot be written is a failure of the command.
//   - A command that cannot ask does not wait for an answer.
package console

import (
	"io"
	"os/user"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/terminal"
)

// Console is the streams of a command, and the flags that say how they are used. It is
// filled before a command runs and only read afterwards; a copy with other streams is
// another console.
type Console struct {
	Getenv         func(string) string
	Stdin          io.Reader
	Stdout, Stderr io.Writer

	// LogFormat is auto, console or json.
	LogFormat               string
	Verbose, Quiet, NoColor bool
	// JSON: the result is one document.
	JSON bool

	Log zerolog.Logger
	// Bare is the log of lines that name the account by themselves.
	Bare zerolog.Logger
	// Mark adds the run to lines of the log; nil while no account is at work.
	Mark *account.RunMark
	// machine: the log is lines of JSON.
	machine bool
}

// ForAccount is the console of the work on one of several accounts, which its log names.
func (c *Console) ForAccount(name string) Console {
	own := *c
	own.Log = c.Log.With().Str("account", name).Logger()
	if c.machine {
		own.Mark = new(account.RunMark)
		own.Log = own.Log.Hook(own.Mark)
	}
	return own
}

// ForOnlyAccount is the console of the work on the one account of a command: a log for people need
// not name it.
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

// style is what the command line says of colours.
func (c *Console) style() terminal.Style {
	return terminal.Style{Getenv: c.Getenv, NoColor: c.NoColor}
}
