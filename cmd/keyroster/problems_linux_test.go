package main

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"keyroster/reconcile"
)

// Problems are folded at words on a terminal, and stay one line each elsewhere.
func TestProblemsFoldToTheWindow(t *testing.T) {
	problem := reconcile.Problem{
		Source: reconcile.Source{File: "badges.csv", Line: 13}, Severity: reconcile.SeverityError, Column: "value",
		Message: "the cell holds a number, which has no leading zeros to keep", Remedy: "format the column as text and enter the values again",
	}
	roster := &reconcile.Roster{Problems: []reconcile.Problem{problem}}
	var plain strings.Builder
	(&app{stderr: &plain}).showProblems(roster, 10)
	if strings.Count(plain.String(), "\n") != 1 {
		t.Errorf("not on a terminal: %q", &plain)
	}

	slave, said := terminal(t)
	if err := unix.IoctlSetWinsize(int(slave.(*os.File).Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: 60, Row: 24}); err != nil {
		t.Fatal(err)
	}
	(&app{stderr: slave}).showProblems(roster, 10)
	lines := strings.Split(strings.TrimSpace(said()), "\r\n")
	for _, line := range lines {
		if len(line) > 60 {
			t.Errorf("%d columns: %q", len(line), line)
		}
	}
	if joined := strings.Join(strings.Fields(strings.Join(lines, " ")), " "); len(lines) < 2 || joined != strings.TrimSpace(plain.String()) {
		t.Errorf("%q", lines)
	}
}
