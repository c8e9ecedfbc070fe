package main

import (
	"bytes"
	"strings"
	"testing"

	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/reconcile"
)

// With --json, what a person is shown before they say yes is not the document.
func TestAskLeavesTheDocumentToTheRun(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var stdout, stderr bytes.Buffer
		s := &session{
			app:     &app{json: asJSON, stdin: strings.NewReader("yes\n"), stdout: &stdout, stderr: &stderr},
			command: "apply",
			acc:     &account{config: &configio.Account{Name: "hq"}, spec: &providers.Spec{Name: "doorflow", Title: "DoorFlow"}},
			draft:   &draft{roster: &reconcile.Roster{}},
		}
		if err := s.ask(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s.app.printed || (stdout.Len() == 0) != asJSON {
			t.Errorf("json %t: printed %t, standard output %q", asJSON, s.app.printed, stdout.String())
		}
		if !strings.Contains(stderr.String(), "Apply this to DoorFlow") {
			t.Errorf("json %t: the question is missing: %q", asJSON, stderr.String())
		}
	}
}
