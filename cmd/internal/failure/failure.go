// Package failure is how a command can fail: an error with its kind, what to do about
// it, and what a person or a script needs besides. It knows no exit code and no
// stream: who runs the commands gives each kind its number, once.
package failure

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/rs/zerolog"

	"keyroster/reconcile"
)

// Kind says what stopped a command, or what is left to say of one that ended.
type Kind int

// The kinds of failures.
const (
	// Stopped by an error, no answer from the host included.
	Stopped Kind = iota
	// Changes: a plan has some, and was asked to say so by its end.
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
	// Err is what happened; nil only where Shown.
	Err  error
	Hint string
	// Anonymous is the error for those who must not learn whom it names; empty where
	// it names no person.
	Anonymous string
	// Run is the place of the run that it left, and RunID its id; empty for none.
	Run, RunID string
	// Problems are those of the roster that is the cause, nil for another; Rows counts
	// that roster's rows.
	Problems []reconcile.Problem
	Rows     int
	// Shown: the result was already printed, so that only the kind is left to say.
	Shown bool
}

// Error implements error; empty where there is nothing to say but the kind.
func (e *Error) Error() string {
	if e.Err == nil {
		return ""
	}
	return e.Err.Error()
}

// Unwrap returns what happened.
func (e *Error) Unwrap() error { return e.Err }

// Log ends a line of a log with the error, which names no person there.
func (e *Error) Log(line *zerolog.Event) {
	for _, field := range []struct{ name, text string }{{"hint", e.Hint}, {"run", e.Run}} {
		if field.text != "" {
			line.Str(field.name, field.text)
		}
	}
	line.Msg(cmp.Or(e.Anonymous, e.Error()))
}

// errDeclined is what happened where a question was answered with no.
var errDeclined = errors.New("nothing was written: you said no")

// Declined is the failure of a command whose question was answered with no; hint may be
// empty. It is no mistake of anybody.
func Declined(hint string) *Error { return &Error{Kind: Interrupted, Hint: hint, Err: errDeclined} }

// Declined reports whether a question was answered with no.
func (e *Error) Declined() bool { return errors.Is(e.Err, errDeclined) }

// New makes a failure with a text of its own; hint may be empty.
func New(kind Kind, hint, format string, args ...any) *Error {
	return &Error{Kind: kind, Hint: hint, Err: fmt.Errorf(format, args...)}
}

// Wrap gives an error a kind.
func Wrap(kind Kind, err error) *Error { return &Error{Kind: kind, Err: err} }

// Shown is the failure of a command whose result already says what is wrong.
func Shown(kind Kind) *Error { return &Error{Kind: kind, Shown: true} }

// Of gives an error of a provider, or of anything below, its kind and hint. One that
// is a failure already is returned as it is. err must not be nil.
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
