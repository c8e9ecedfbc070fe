package main

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"keyroster/cmd/internal/exit"
)

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
	return exit.Unwritten(out.Encode(doc))
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

// finish tells the user of an error and returns the exit code.
func (a *app) finish(err error) int {
	told := exit.Telling{
		Stdout: a.stdout, Stderr: a.stderr, Log: a.log, JSON: a.json, LogJSON: a.logFormat == "json", Mark: a.mark,
	}
	return told.Tell(err)
}
