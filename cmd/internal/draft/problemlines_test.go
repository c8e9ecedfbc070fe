package draft

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"keyroster/reconcile"
)

func troubled() *reconcile.Roster {
	problem := func(line int, severity reconcile.Severity) reconcile.Problem {
		return reconcile.Problem{
			Source: reconcile.Source{File: "b.csv", Line: line}, Severity: severity, Kind: "k", Message: "wrong",
			Read: "a@example.com", Likely: "b@example.com", Remedy: "mend it",
		}
	}
	return &reconcile.Roster{Problems: []reconcile.Problem{
		problem(1, reconcile.SeverityWarning), problem(2, reconcile.SeverityError), problem(3, reconcile.SeverityError),
	}}
}

// TestProblemLines: errors come first, and the log does not say what cells hold.
func TestProblemLines(t *testing.T) {
	for most, want := range map[int]string{
		3: "b.csv, line 2|b.csv, line 3|b.csv, line 1",
		2: "b.csv, line 2|b.csv, line 3|… and 1 problem more; keyroster check lists them all",
		0: "… and 3 problems more; keyroster check lists them all",
	} {
		var text, log bytes.Buffer
		ShowProblems(&text, 0, troubled(), most)
		LogProblems(zerolog.New(&log), troubled(), most)
		var got []string
		for line := range strings.Lines(text.String()) {
			place, _, _ := strings.Cut(line, ": wrong")
			_, place, found := strings.Cut(place, ": ")
			if !found {
				place = strings.TrimSpace(line)
			}
			got = append(got, place)
		}
		if diff := cmp.Diff(want, strings.Join(got, "|")); diff != "" {
			t.Errorf("%d: %s", most, diff)
		}
		if strings.Contains(log.String(), "example.com") || strings.Count(log.String(), "\n") != len(got) {
			t.Errorf("%d: %s", most, &log)
		}
	}
	var log bytes.Buffer
	LogProblems(zerolog.New(&log), troubled(), 1)
	const want = `{"level":"error","kind":"k","hint":"mend it","message":"b.csv, line 2: wrong"}` + "\n" +
		`{"level":"warn","message":"… and 2 problems more; keyroster check lists them all"}` + "\n"
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Error(diff)
	}
}
