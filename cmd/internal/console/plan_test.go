package console_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// report returns the report of a plan that changes nothing.
func report() *reportio.Report {
	return &reportio.Report{Command: "plan", Account: "hq"}
}

func TestShowPlan(t *testing.T) {
	d := &draft.Draft{Roster: &reconcile.Roster{}}
	for _, c := range []struct {
		json, quiet bool
		code        int
		silent      bool
	}{
		{}, {json: true}, {json: true, quiet: true}, {quiet: true, silent: true}, {quiet: true, code: exit.Unsafe},
	} {
		var stdout, stderr bytes.Buffer
		told := &console.Console{Stdout: &stdout, Stderr: &stderr, JSON: c.json, Quiet: c.quiet}
		shown := report()
		shown.ExitCode = c.code
		err := told.ShowPlan(shown, d)
		if err != nil || (stdout.Len() == 0) != c.silent || json.Valid(stdout.Bytes()) != c.json {
			t.Errorf("%+v: %v, %q", c, err, &stdout)
		}
		told.Stdout = broken{}
		if err := told.ShowPlan(shown, d); (err == nil) != c.silent {
			t.Errorf("%+v: not written: %v", c, err)
		}
	}
}

// TestShowMarkdown: a comment says what was planned, or why nothing was, even with --quiet.
func TestShowMarkdown(t *testing.T) {
	var stdout bytes.Buffer
	told := &console.Console{Stdout: &stdout, Quiet: true}
	if err := told.ShowMarkdown(report(), "sha256:1"); err != nil || !strings.Contains(stdout.String(), "sha256:1") {
		t.Errorf("%v: %s", err, &stdout)
	}
	stdout.Reset()
	told.ShowMarkdownStop("hq", failure.New(failure.Roster, "mend it", "line 3 is wrong"))
	for _, want := range []string{"hq", "mend it", "line 3 is wrong"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %q in %s", want, &stdout)
		}
	}
}

// TestEndRun: the result of a run is shown once; the document of its failure is shown only where
// the run has none.
func TestEndRun(t *testing.T) {
	failed := failure.Wrap(failure.Stopped, errors.New("it broke"))
	whole := run.Outcome{Report: report(), Draft: &draft.Draft{Roster: &reconcile.Roster{}, Plan: &reconcile.Plan{}}}
	early := run.Outcome{Report: report(), Draft: &draft.Draft{Roster: &reconcile.Roster{}}}
	settled := whole
	settled.Settled = true
	for name, c := range map[string]struct {
		out  run.Outcome
		want string
	}{
		"none":    {run.Outcome{}, reportio.ErrorSchema},
		"settled": {settled, reportio.ErrorSchema},
		"early":   {early, reportio.ErrorSchema},
		"whole":   {whole, `"command": "plan"`},
	} {
		var stdout, stderr bytes.Buffer
		told := &console.Console{Stdout: &stdout, Stderr: &stderr, JSON: true}
		code := told.Finish(told.EndRun(c.out, failed))
		if code != exit.Stopped || !json.Valid(stdout.Bytes()) || !strings.Contains(stdout.String(), c.want) {
			t.Errorf("%s: exit code %d, %s", name, code, &stdout)
		}
	}
	told := &console.Console{Stdout: broken{}, JSON: true}
	if err := told.EndRun(whole, nil); failure.Of(err).Kind != failure.Stopped {
		t.Errorf("not written: %v", err)
	}
}
