package main

import (
	"bytes"
	"strings"
	"testing"

	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/run"
)

// TestNoToAbandonAddsNoDocument: with --json, a run that is not given up after all gets no document
// besides the one before the question.
func TestNoToAbandonAddsNoDocument(t *testing.T) {
	var stdout, stderr bytes.Buffer
	a := &app{Console: console.Console{
		JSON: true, Stdin: strings.NewReader("no\n"), Stdout: &stdout, Stderr: &stderr,
	}}
	code := a.Finish(a.giveUp(t.Context(), &run.Abandonment{}, "20260131T020001Z-hq-1a2b3c", false))
	if code != exit.Interrupted || stdout.Len() > 0 ||
		!strings.HasSuffix(stderr.String(), "] nothing was written: you said no\n") {
		t.Errorf("exit code %d, standard output %q, standard error %q", code, stdout.String(), stderr.String())
	}
}
