package reportio

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"keyroster/reconcile"
)

func plannedLines(t *testing.T, n int) *Report {
	t.Helper()
	var lines []Line
	for i := range n {
		lines = append(lines, change(row(i), reconcile.Planned, "8220934417", "8220934418"))
	}
	r := report(lines)
	r.Command, r.RunID, r.ExitCode, r.Sync = "plan", "", 0, Sync{}
	return r
}

func markdownOf(t *testing.T, r *Report, o MarkdownOptions) string {
	t.Helper()
	return string(render(t, func(b *bytes.Buffer) error { return WriteMarkdown(b, r, o) }))
}

func TestMarkdownEscapesTextsOfTheRoster(t *testing.T) {
	l := change(row(0), reconcile.Planned, "8220934417", "8220934418")
	l.HolderName = "<img src=x> | **@everyone** [x](http://host.example) #12 `plan sha256:0`\n| new row"
	r := report([]Line{l})
	r.Command = "plan"
	got := markdownOf(t, r, MarkdownOptions{Digest: "sha256:abc"})
	for _, bad := range []string{"<img", "**@", "@everyone", "[x](", "://", "#12", " `plan sha256:0"} {
		if strings.Contains(got, bad) {
			t.Errorf("the text %q came through unescaped:\n%s", bad, got)
		}
	}
	if strings.Index(got, "sha256:abc") > strings.Index(got, "sha256:0") {
		t.Error("a text of the roster stands before the digest")
	}
	for line := range strings.Lines(got) {
		if strings.HasPrefix(line, "| `~`") && strings.Count(line, "|")-strings.Count(line, "\\|") != 6 {
			t.Errorf("a row with other than five cells: %s", line)
		}
	}
}

func TestMarkdownFitsAComment(t *testing.T) {
	r := plannedLines(t, 2000)
	got := markdownOf(t, r, MarkdownOptions{More: "see the log"})
	if len(got) > 65_536 {
		t.Errorf("%d bytes do not fit a comment", len(got))
	}
	if want := fmt.Sprintf("… and %s more; see the log", Thousands(2000-markdownMax)); !strings.Contains(got, want) {
		t.Errorf("no %q in the end:\n%s", want, got[len(got)-400:])
	}
	for _, secret := range planted {
		if strings.Contains(got, secret) {
			t.Errorf("the value %s is shown", secret)
		}
	}
}

func TestMarkdownWithoutChanges(t *testing.T) {
	r := report([]Line{row(0), row(1)})
	r.Command = "plan"
	got := markdownOf(t, r, MarkdownOptions{})
	if strings.Contains(got, "where") || !strings.Contains(got, "| in sync | 2 |") {
		t.Errorf("a plan without changes has a table of them:\n%s", got)
	}
}
