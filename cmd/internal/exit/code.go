// Package exit defines how commands end: the exit code of each kind of failure, which code
// counts for several accounts, and how a failure is reported.
package exit

import (
	"slices"

	"keyroster/cmd/internal/failure"
)

// The exit codes, as help and manual list them.
const (
	OK          = 0   // as desired: nothing to do, or all applied and verified
	Stopped     = 1   // stopped by an error, or no answer from the host
	Changes     = 2   // the plan has changes (--detailed-exitcode only)
	Partial     = 3   // finished, but some row is not as desired, or not effective
	Unsafe      = 4   // refused by a safety rule
	Roster      = 5   // nothing was sent because of the roster
	Denied      = 6   // authentication or permission
	Locked      = 7   // another run holds the account's lock
	Usage       = 64  // the command line or the configuration
	Interrupted = 130 // interrupted
)

// Help lists the exit codes for people.
const Help = `Exit codes:
  0    as desired: nothing to do, or all applied and verified
  1    stopped by an error, or no answer from the host
  2    the plan has changes (only with --detailed-exitcode)
  3    finished, but some row is not as desired, or not effective
  4    refused by a safety rule: limits, listing not proved complete,
       shrunken roster, stale plan, wrong tenant
  5    nothing was sent because of the roster
  6    authentication or permission
  7    another run holds the account's lock
  64   usage: the command line or the configuration
  130  interrupted (keyroster resume goes on), or you said no`

// codes are the exit codes of the kinds of failure.
var codes = map[failure.Kind]int{
	failure.Stopped: Stopped, failure.Changes: Changes, failure.Partial: Partial,
	failure.Unsafe: Unsafe, failure.Roster: Roster, failure.Denied: Denied,
	failure.Locked: Locked, failure.Usage: Usage, failure.Interrupted: Interrupted,
}

// Code is the exit code of a kind of failure.
func Code(kind failure.Kind) int { return codes[kind] }

// Of is the exit code of an error, or of nil.
func Of(err error) int {
	if err == nil {
		return OK
	}
	return Code(failure.Of(err).Kind)
}

// order is the precedence of the exit codes of several accounts.
var order = []int{Usage, Locked, Interrupted, Denied, Unsafe, Stopped, Roster, Partial, Changes, OK}

// Worst is the exit code for several accounts.
func Worst(codes []int) int {
	for _, code := range order {
		if slices.Contains(codes, code) {
			return code
		}
	}
	return Stopped
}

// Kind is the kind of failure with an exit code; an unknown code counts as an error.
func Kind(code int) failure.Kind {
	for kind, number := range codes {
		if number == code {
			return kind
		}
	}
	return failure.Stopped
}

// Shown is the error of a command whose result already says what is wrong.
func Shown(code int) error {
	if code == OK {
		return nil
	}
	return failure.Shown(Kind(code))
}
