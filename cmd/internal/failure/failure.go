// Package failure is how a command can fail: an error with its kind, what to do about it, and
// other data for people and scripts. It knows no exit codes and no streams: the caller maps
// each kind to a code.
package failure

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/rs/zerolog"

	"keyroster/reconcile"
)

// Kind is what stopped a command, or how a finished one is not as desired.
type Kind int

// The kinds of failures.
const (
	// Stopped by an error, including a host that does not answer.
	Stopped Kind = iota
	// Changes: a plan has changes, and was asked to report that by its exit code.
	Changes
	// Partial: it finished, and some row is not as desired, or not effective.
	Partial
	// Unsafe: refused by a safety rule.
	Unsafe
	// Roster: nothing was sent because of the roster.
	Roster
	// Denied: authentication or permission.
	Denied
	// Locked: another run holds the tenant's lock.
	Locked
	// Usage: the command line or the configuration.
	Usage
	// Interrupted by a signal.
	Interrupted
)

// Error is an error with its kind, and a hint on what to do.
type Error struct {
	Kind Kind
	// Err is what happened; nil only if Shown.
	Err  error
	Hint string
	// Anonymous is the error message without names, for readers who must not see them; empty if
	// the error names no person.
	Anonymous string
	// Run is the place of the failed run, and RunID its id; empty for none.
	Run, RunID string
	// Problems are those of the roster that caused the failure, nil for other causes; Rows is
	// its number of rows.
	Problems []reconcile.Problem
	Rows     int
	// Shown: the result was already printed, and only the kind matters.
	Shown bool
}

// Error implements error; empty if there is nothing to say but the kind.
func (e *Error) Error() string {
	if e.Err == nil {
		return ""
	}
	return e.Err.Error()
}

// Unwrap returns what happened.
func (e *Error) Unwrap() error { return e.Err }

// Log ends a log line with the error, without the names of people.
func (e *Error) Log(line *zerolog.Event) {
	for _, field := range []struct{ name, text string }{{"hint", e.Hint}, {"run", e.Run}} {
		if field.text != "" {
			line.Str(field.name, field.text)
		}
	}
	line.Msg(cmp.Or(e.Anonymous, e.Error()))
}

// errDeclined is the error of answering no to a question.
var errDeclined = errors.New("nothing was written: you said no")

// Declined is the failure of a command whose question was answered with no; hint may be empty.
// It counts as an interruption, not as a mistake.
func Declined(hint string) *Error { return &Error{Kind: Interrupted, Hint: hint, Err: errDeclined} }

// Declined reports whether a question was answered with no.
func (e *Error) Declined() bool { return errors.Is(e.Err, errDeclined) }

// New makes a failure with its own message; hint may be empty.
func New(kind Kind, hint, format string, args ...any) *Error {
	return &Error{Kind: kind, Hint: hint, Err: fmt.Errorf(format, args...)}
}

// Wrap gives an error a kind.
func Wrap(kind Kind, err error) *Error { return &Error{Kind: kind, Err: err} }

// Shown is the failure of a command whose result already says what is wrong.
func Shown(kind Kind) *Error { return &Error{Kind: kind, Shown: true} }

// Of gives an error from a provider or a lower layer its kind and hint. A failure is returned
// unchanged. err must not be nil.
func Of(err error) *Error {
	if f, ok := errors.AsType[*Error](err); ok {
		return f
	}
	out := &Error{Kind: Stopped, Err: err}
	if f, ok := errors.AsType[*reconcile.Failure](err); ok {
		out.Hint = f.Hint
		switch f.Class {
		case reconcile.Denied:
			out.Kind = Denied
		case reconcile.Unsafe:
			out.Kind = Unsafe
		}
	}
	switch {
	case errors.Is(err, context.Canceled):
		out.Kind, out.Err = Interrupted, errors.New("interrupted")
	case errors.Is(err, reconcile.ErrIncomplete):
		out.Kind = Unsafe
	}
	return out
}
