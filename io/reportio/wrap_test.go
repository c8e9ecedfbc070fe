package reportio

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/termio"
)

// unfolded returns a folded text as one line.
func unfolded(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestSentencesFoldAtWords(t *testing.T) {
	run := flawed()
	options := summaryOptions(false)
	options.Width = 0
	whole := string(render(t, func(b *bytes.Buffer) error { return WriteSummary(b, run, options) }))
	for _, width := range []int{40, 60, 80, 120} {
		options.Width = width
		out := string(render(t, func(b *bytes.Buffer) error { return WriteSummary(b, run, options) }))
		for line := range strings.SplitSeq(strings.TrimSuffix(out, "\n"), "\n") {
			if w := termio.Width(line); w > width && strings.Contains(strings.TrimSpace(line[labelWidth:]), " ") && !strings.HasPrefix(line, "next ") {
				t.Errorf("at %d: a line of %d columns that has a space to break at: %q", width, w, line)
			}
		}
		for line := range strings.SplitSeq(whole, "\n") {
			if !strings.Contains(unfolded(out), unfolded(line)) {
				t.Errorf("at %d: words of %q are lost:\n%s", width, line, out)
			}
		}
		if next := "next    " + options.Next; !strings.Contains(out, "\n"+next+"\n") {
			t.Errorf("at %d: a command to copy must stay whole:\n%s", width, out)
		}
		table := string(render(t, func(b *bytes.Buffer) error { return WritePlanTable(b, run, TableOptions{Width: width}) }))
		for line := range strings.SplitSeq(table, "\n") {
			if termio.Width(line) > width {
				t.Errorf("at %d: a line of %d columns below the table: %q", width, termio.Width(line), line)
			}
		}
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct {
		text                  string
		width, indent, before int
		want                  string
	}{
		{"one two three", 0, 2, 0, "one two three"},
		{"one two three", 13, 2, 0, "one two three"},
		{"one two three", 12, 2, 0, "one two\n  three"},
		{"one two three four", 8, 2, 0, "one two\n  three\n  four"},
		// A number stays with what it counts, and a dot with what it ends.
		{"one 8 blocked", 6, 2, 0, "one\n  8 blocked"},
		{"one two · three", 8, 2, 0, "one\n  two ·\n  three"},
		// What has no space to break at is left whole, so that it can be copied.
		{"runs/20260131T020001Z-hq x", 8, 2, 0, "runs/20260131T020001Z-hq\n  x"},
		{"王小明 王小明", 12, 2, 0, "王小明\n  王小明"},
		{"two words", 14, 8, 8, "two\n        words"},
	} {
		if got := wrapWords(strings.Split(c.text, " "), c.before, c.indent, c.width); got != c.want {
			t.Errorf("fold %q to %d: %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

// TestFoldKeepsPathsWhole: a path is one word, whatever it consists of.
func TestFoldKeepsPathsWhole(t *testing.T) {
	options := SummaryOptions{Width: 40, Folder: "/srv/my night runs/20260131T020001Z-hq-0a1b2c", Files: []string{"report.html", "report.xlsx", "report.csv"}}
	out := string(render(t, func(b *bytes.Buffer) error { return WriteSummary(b, flawed(), options) }))
	if want := "files   " + filepath.FromSlash(options.Folder+"/report.html") +
		",\n        report.xlsx, report.csv\n"; !strings.Contains(out, want) {
		t.Errorf("want %q in\n%s", want, out)
	}
}
