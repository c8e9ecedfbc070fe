package main

import (
	"bytes"
	"strings"
	"testing"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/reconcile"
)

// With --json, what a person is shown before they say yes is not the document.
func TestAskLeavesTheDocumentToTheRun(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var stdout, stderr bytes.Buffer
		a := &app{json: asJSON, stdin: strings.NewReader("yes\n"), stdout: &stdout, stderr: &stderr}
		acc := &account.Account{Config: &configio.Account{Name: "hq"}, Spec: &providers.Spec{Name: "doorflow", Title: "DoorFlow"}}
		d := &draft.Draft{Account: acc, Known: &history.Known{}, Roster: &reconcile.Roster{}}
		if err := a.ask(t.Context(), "apply", d); err != nil {
			t.Fatal(err)
		}
		if (stdout.Len() == 0) != asJSON {
			t.Errorf("json %t: standard output %q", asJSON, stdout.String())
		}
		if !strings.Contains(stderr.String(), "Apply this to DoorFlow") {
			t.Errorf("json %t: the question is missing: %q", asJSON, stderr.String())
		}
	}
}

// With --json, a run that is not given up after all has its one document before the
// question.
func TestNoToAbandonAddsNoDocument(t *testing.T) {
	var stdout, stderr bytes.Buffer
	a := &app{json: true, stdin: strings.NewReader("no\n"), stdout: &stdout, stderr: &stderr}
	code := a.finish(a.giveUp(t.Context(), &run.GivingUp{}, "20260131T020001Z-hq-1a2b3c", false))
	if code != exit.Usage || stdout.Len() > 0 || !strings.Contains(stderr.String(), "not confirmed") {
		t.Errorf("exit code %d, standard output %q, standard error %q", code, stdout.String(), stderr.String())
	}
}
