package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

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

// failure is an error with its exit code, and a hint on what to do.
type failure struct {
	code int
	err  error
	hint string
	// nameless is the error for those who must not learn whom it names; empty
	// where it names nobody.
	nameless string
	// run is the folder that the run left, if any.
	run string
	// problems are those of the roster that is the cause; nil for another.
	problems []reconcile.Problem
	// rows are those of that roster.
	rows int
	// shown: the result was already printed, so only the code is left to say.
	shown bool
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// fail makes a failure with a text of its own.
func fail(code int, hint, format string, args ...any) *failure {
	return &failure{code: code, hint: hint, err: fmt.Errorf(format, args...)}
}

// classify gives an error of a provider its exit code.
func classify(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	out := &failure{code: exitError, err: err}
	if f, ok := errors.AsType[*reconcile.Failure](err); ok {
		out.hint = f.Hint
		switch f.Class {
		case reconcile.Denied:
			out.code = exitAuth
		case reconcile.Unsafe:
			out.code = exitUnsafe
		}
	}
	switch {
	case errors.Is(err, context.Canceled):
		out.code, out.err = exitInterrupted, errors.New("interrupted")
	case errors.Is(err, reconcile.ErrIncomplete):
		out.code = exitUnsafe
	}
	return out
}

// document is the failure as --json prints it: what is wrong in one member, and
// what to do in another.
func (f *failure) document() reportio.ErrorDocument {
	doc := reportio.ErrorDocument{
		Schema: reportio.ErrorSchema, ExitCode: f.code, Error: f.Error(), Hint: f.hint, Run: f.run, Rows: f.rows, Problems: f.problems,
	}
	if config, ok := f.err.(*configio.Error); ok { //nolint:errorlint // one that is wrapped says more than its problems
		doc.Error, doc.Hint = config.Bare(), orElse(f.hint, config.Remedies())
	}
	if doc.Problems == nil {
		doc.Problems = []reconcile.Problem{}
	}
	return doc
}

// asksJSON reports whether a command line asks for --json, also one that cannot be
// read to its end.
func asksJSON(args []string) bool {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return slices.Contains(args, "--json") || slices.Contains(args, "--json=true")
}

// document prints the one document of a command whose result is its files; for
// people they are all there is to say.
func (a *app) document(doc any) error {
	if !a.json {
		return nil
	}
	a.printed = true
	out := json.NewEncoder(a.stdout)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	if err := out.Encode(doc); err != nil {
		return fail(exitError, "", "write the result: %v", err)
	}
	return nil
}

// bothOnStdout refuses --json beside a file that is no JSON document and goes to
// standard output too.
func bothOnStdout(what string) *failure {
	return fail(exitUsage, "name a file with --out, or leave out --json", "--json and --out - would both put theirs on standard output, and %s is no JSON document", what)
}

// finish tells the user of an error and returns the exit code.
func (a *app) finish(err error) int {
	if err == nil {
		return exitOK
	}
	f, ok := errors.AsType[*failure](err)
	if !ok {
		// What cobra reports itself is about flags and arguments.
		f = &failure{code: exitUsage, err: err, hint: "keyroster --help lists the commands"}
	}
	if f.shown {
		return f.code
	}
	if a.json && !a.printed {
		_ = json.NewEncoder(a.stdout).Encode(f.document())
	}
	fmt.Fprintf(a.stderr, "keyroster: %v\n", f)
	if f.hint != "" {
		fmt.Fprintf(a.stderr, "hint: %s\n", f.hint)
	}
	if f.run != "" {
		fmt.Fprintf(a.stderr, "run: %s\n", f.run)
	}
	return f.code
}
