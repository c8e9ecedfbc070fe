package reportio

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"keyroster/reconcile"
)

func stopOf(t *testing.T, s Stop, o MarkdownOptions) string {
	t.Helper()
	return string(render(t, func(b *bytes.Buffer) error { return WriteMarkdownStop(b, s, o) }))
}

func TestMarkdownSaysWhyThereIsNoPlan(t *testing.T) {
	warning := reconcile.Problem{Source: reconcile.Source{File: "a.csv"}, Severity: reconcile.SeverityWarning, Message: "an odd column", Remedy: "look"}
	bad := reconcile.Problem{Source: reconcile.Source{File: "a.csv", Line: 3}, Column: "value", Severity: reconcile.SeverityError, Message: "a | bar", Likely: "••••", Remedy: "@all see sha256:0"}
	got := stopOf(t, Stop{Account: "hq", Why: "the roster has no rows", Hint: "add *some*", ExitCode: 5, Problems: []reconcile.Problem{warning, bad}}, MarkdownOptions{})
	want := "<!-- keyroster plan hq -->\n### ⛔ keyroster plan for hq\n\n" +
		"**No plan: keyroster stopped with exit code 5, and nothing was written.**\n\n" +
		"> the roster has no rows\n>\n> What to do: add \\*some\\*\n\n" +
		"| where | what is wrong | what to do |\n|---|---|---|\n" +
		"| a.csv, line 3, column value | a \\| bar; likely •••• | @<!-- -->all see sha256<!-- -->:0 |\n" +
		"| a.csv | an odd column | look |\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMarkdownOfAStopFitsAComment(t *testing.T) {
	s := Stop{Account: "hq", Why: strings.Repeat("€&", 50_000), Hint: strings.Repeat("@", 50_000), ExitCode: 4}
	for i := range 500 {
		s.Problems = append(s.Problems, reconcile.Problem{Source: reconcile.Source{File: fmt.Sprint("f", i)}, Severity: reconcile.SeverityError, Message: strings.Repeat("m", 500), Remedy: strings.Repeat("r", 500)})
	}
	got := stopOf(t, s, MarkdownOptions{More: "see the log"})
	if n := len([]rune(got)); n > 65_536 || !strings.HasSuffix(got, "\n… and 400 more; see the log\n") {
		t.Errorf("%d characters, and the end is %q", n, got[len(got)-40:])
	}
}
