package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// The exit codes, as help and README list them.
const (
	exitOK          = 0   // as desired: nothing to do, or all applied and verified
	exitError       = 1   // stopped by an error, no answer from the host included
	exitChanges     = 2   // the plan has changes (--detailed-exitcode only)
	exitPartial     = 3   // finished, but some row is not as desired, or not effective
	exitUnsafe      = 4   // refused by a safety rule
	exitRoster      = 5   // nothing was sent because of the roster
	exitAuth        = 6   // authentication or permission
	exitLocked      = 7   // another run holds the account's lock
	exitUsage       = 64  // the command line or the configuration
	exitInterrupted = 130 // interrupted
)

const exitHelp = `Exit codes:
  0    as desired: nothing to do, or all applied and verified
  1    stopped by an error, no answer from the host included
  2    the plan has changes (only with --detailed-exitcode)
  3    finished, but some row is not as desired, or not effective
  4    refused by a safety rule: limits, listing not proved complete,
       shrunken roster, stale plan, wrong tenant
  5    nothing was sent because of the roster
  6    authentication or permission
  7    another run holds the account's lock
  64   usage: the command line or the configuration
  130  interrupted; keyroster resume goes on`

// exitCodes are the numbers of what a command can end with.
var exitCodes = map[failure.Kind]int{
	failure.Stopped: exitError, failure.Changes: exitChanges, failure.Partial: exitPartial,
	failure.Unsafe: exitUnsafe, failure.Roster: exitRoster, failure.Denied: exitAuth,
	failure.Locked: exitLocked, failure.Usage: exitUsage, failure.Interrupted: exitInterrupted,
}

// exitCode is the number of a kind of failure.
func exitCode(kind failure.Kind) int { return exitCodes[kind] }

// exitOf is the exit code of an error, or of nil.
func exitOf(err error) int {
	if err == nil {
		return exitOK
	}
	return exitCode(failure.Of(err).Kind)
}

// exitOrder is the order in which the exit codes of several accounts count.
var exitOrder = []int{
	exitUsage, exitLocked, exitInterrupted, exitAuth, exitUnsafe, exitError, exitRoster, exitPartial,
	exitChanges, exitOK,
}

// worst is the one exit code of several.
func worst(codes []int) int {
	for _, code := range exitOrder {
		if slices.Contains(codes, code) {
			return code
		}
	}
	return exitError
}

// errorDocument is a failure as --json prints it: what is wrong in one member, and
// what to do in another.
func errorDocument(f *failure.Error) reportio.ErrorDocument {
	doc := reportio.ErrorDocument{
		Schema: reportio.ErrorSchema, ExitCode: exitCode(f.Kind), Error: f.Error(), Hint: f.Hint,
		Run: f.Run, RunID: f.RunID, Rows: f.Rows, Problems: f.Problems,
	}
	if config, ok := f.Err.(*configio.Error); ok { //nolint:errorlint // one that is wrapped says more than its problems
		doc.Error, doc.Hint = config.Bare(), cmp.Or(f.Hint, config.Remedies())
	}
	if doc.Problems == nil {
		doc.Problems = []reconcile.Problem{}
	}
	return doc
}

// asks reports whether a command line has a word that begins like that, also one that
// cannot be read to its end. The word may be two, a flag and its value.
func asks(args []string, begin string) bool {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return strings.Contains(" "+strings.Join(args, " "), " "+begin)
}

// document prints the one document of a command whose result is its files; for
// people they are all there is to say.
func (a *app) document(doc any) error {
	if !a.json {
		return nil
	}
	out := indented(a.stdout)
	out.SetEscapeHTML(false)
	return unwritten(out.Encode(doc))
}

// indented writes JSON for programs that people may read too.
func indented(to io.Writer) *json.Encoder {
	out := json.NewEncoder(to)
	out.SetIndent("", "  ")
	return out
}

// bothOnStdout refuses --json beside a file that is no JSON document and goes to
// standard output too.
func bothOnStdout(what string) error {
	return misuse("name a file with --out, or leave out --json",
		"--json and --out - would both put theirs on standard output, and %s is no JSON document", what)
}

// unwritten is the failure of a result that could not be written to standard output.
func unwritten(err error) error {
	if err == nil {
		return nil
	}
	return halted("write the result: %v", err)
}

// documented is the error of a command that has printed its one document, as --json
// asks for: standard error has the rest.
type documented struct{ error }

// Unwrap returns the error itself.
func (d documented) Unwrap() error { return d.error }

// withDocument marks the error of a command whose document is out; nil stays nil.
func withDocument(err error) error {
	if err == nil {
		return nil
	}
	return documented{err}
}

// finish tells the user of an error and returns the exit code.
func (a *app) finish(err error) int {
	if err == nil {
		return exitOK
	}
	f, ok := errors.AsType[*failure.Error](err)
	if !ok {
		// What cobra reports itself is about flags and arguments.
		f = &failure.Error{Kind: failure.Usage, Err: err, Hint: "keyroster --help lists the commands"}
	}
	if f.Shown {
		return exitCode(f.Kind)
	}
	if _, printed := errors.AsType[documented](err); a.json && !printed {
		_ = json.NewEncoder(a.stdout).Encode(errorDocument(f))
	}
	if a.logFormat == "json" {
		line := a.log.Error().Int("exit_code", exitCode(f.Kind))
		if f.RunID != "" && !a.mark.Known() {
			line.Str("run_id", f.RunID)
		}
		f.Log(line)
		return exitCode(f.Kind)
	}
	fmt.Fprintf(a.stderr, "keyroster: %v\n", f)
	if f.Hint != "" {
		fmt.Fprintf(a.stderr, "hint: %s\n", f.Hint)
	}
	if f.Run != "" {
		fmt.Fprintf(a.stderr, "run: %s\n", f.Run)
	}
	return exitCode(f.Kind)
}

// kindOf is the kind of failure that has a number; a number of none is that of an
// error.
func kindOf(code int) failure.Kind {
	for kind, number := range exitCodes {
		if number == code {
			return kind
		}
	}
	return failure.Stopped
}

// shownCode is how a command ends whose result already says what is wrong.
func shownCode(code int) error {
	if code == exitOK {
		return nil
	}
	return failure.Shown(kindOf(code))
}
