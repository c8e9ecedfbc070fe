package console_test

import (
	"strings"
	"testing"

	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/terminal/terminaltest"
	"keyroster/reconcile"
)

// TestProblemsFoldToTheWindow: problems are folded at words on a terminal, and stay on one line
// each elsewhere.
func TestProblemsFoldToTheWindow(t *testing.T) {
	problem := reconcile.Problem{
		Source: reconcile.Source{File: "badges.csv", Line: 13}, Severity: reconcile.SeverityError, Column: "value",
		Message: "the cell holds a number, which has no leading zeros to keep", Remedy: "format the column as text and enter the values again",
	}
	roster := &reconcile.Roster{Problems: []reconcile.Problem{problem}}
	var plain strings.Builder
	(&console.Console{Stderr: &plain}).ShowProblems(roster)
	if strings.Count(plain.String(), "\n") != 1 {
		t.Errorf("not on a terminal: %q", &plain)
	}

	stream, text := terminaltest.New(t)
	terminaltest.Resize(t, stream, 60)
	(&console.Console{Stderr: stream}).ShowProblems(roster)
	lines := strings.Split(strings.TrimSpace(text()), "\r\n")
	for _, line := range lines {
		if len(line) > 60 {
			t.Errorf("%d columns: %q", len(line), line)
		}
	}
	if joined := strings.Join(strings.Fields(strings.Join(lines, " ")), " "); len(lines) < 2 || joined != strings.TrimSpace(plain.String()) {
		t.Errorf("%q", lines)
	}
}
