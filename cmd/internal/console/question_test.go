package console_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/reconcile"
)

// TestConfirmPlanLeavesTheDocumentToTheRun: with --json, what a person is shown before they say yes
// is kept off standard output.
func TestConfirmPlanLeavesTheDocumentToTheRun(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var stdout, stderr bytes.Buffer
		c := &console.Console{JSON: asJSON, Stdin: strings.NewReader("yes\n"), Stdout: &stdout, Stderr: &stderr}
		acc := &account.Account{
			Config: &configio.Account{Name: "hq"},
			Spec:   &providers.Spec{Name: "doorflow", Title: "DoorFlow"},
		}
		d := &draft.Draft{Account: acc, Known: &history.Known{}, Roster: &reconcile.Roster{}}
		if err := c.ConfirmPlan(t.Context(), d.Report(draft.ReportOptions{Command: "apply"}), d); err != nil {
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

// TestConfirm: only yes goes on; any other answer is no, with the command's hint for it.
func TestConfirm(t *testing.T) {
	for answer, declined := range map[string]bool{"yes\n": false, "no\n": true, "": true} {
		var stdout, stderr bytes.Buffer
		c := &console.Console{Stdin: strings.NewReader(answer), Stdout: &stdout, Stderr: &stderr}
		err := c.Confirm(t.Context(), "Sure?", "name it")
		if (err != nil) != declined || stdout.Len() > 0 {
			t.Errorf("%q: %v; standard output %q", answer, err, &stdout)
		}
		if declined && (!failure.Of(err).Declined() || failure.Of(err).Hint != "name it") {
			t.Errorf("%q: %#v", answer, err)
		}
	}
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	in, hold := io.Pipe()
	defer hold.Close()
	c := &console.Console{Stdin: in, Stderr: io.Discard}
	if err := c.Confirm(interrupted, "Sure?", ""); failure.Of(err).Kind != failure.Interrupted {
		t.Errorf("interrupted: %v", err)
	}
}

func TestCanAskNeedsATerminal(t *testing.T) {
	c := &console.Console{Stdin: strings.NewReader("yes\n"), Stderr: io.Discard}
	f := failure.Of(c.CanAsk("undo", "add --yes"))
	if f.Kind != failure.Usage || f.Hint != "add --yes" || f.Error() != "refusing to undo without --yes: not a terminal" {
		t.Errorf("%v, hint %q", f, f.Hint)
	}
}

// TestAskKeepsShortLines: the lines of a question stay as they are if they fit.
func TestAskKeepsShortLines(t *testing.T) {
	var stderr bytes.Buffer
	c := &console.Console{Stdin: strings.NewReader("seam\n"), Stderr: &stderr}
	text, err := c.Ask(t.Context(), "Which?\n  one: the first\n(one if you say nothing)")
	if err != nil || text != "seam" || stderr.String() != "Which?\n  one: the first\n(one if you say nothing) " {
		t.Errorf("%q, %v, asked %q", text, err, &stderr)
	}
}
