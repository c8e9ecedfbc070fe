package console_test

import (
	"strings"
	"testing"

	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/manual"
	"keyroster/cmd/internal/terminal/terminaltest"
)

// TestRead: the manual's prose fits a terminal, and is never wider than is comfortable; Quiet
// starts no pager. A file gets plain text.
func TestRead(t *testing.T) {
	asked := &manual.Asked{
		Topic: &manual.Topic{Text: "# Title\n\n" + strings.Repeat("word ", 60) + "`code`\n"}, Usage: "begin\n",
	}
	for columns, want := range map[uint16]int{60: 60, 200: 100} {
		stream, text := terminaltest.New(t)
		terminaltest.Resize(t, stream, columns)
		c := &console.Console{Stdout: stream, Quiet: true, Getenv: func(name string) string {
			return map[string]string{"TERM": "xterm", "PAGER": "false"}[name]
		}}
		if err := c.Read(t.Context(), asked); err != nil {
			t.Fatal(err)
		}
		got := text()
		if !strings.HasPrefix(got, "begin\r\n\x1b[1mTitle\x1b[0m") || !strings.Contains(got, "\x1b[36mcode\x1b[0m") {
			t.Errorf("%q", got)
		}
		longest := 0
		for line := range strings.SplitSeq(got, "\r\n") {
			longest = max(longest, len(line))
		}
		if longest > want || longest < want-5 {
			t.Errorf("%d columns: the longest line has %d", columns, longest)
		}
	}
	var file strings.Builder
	piped := console.Console{Stdout: &file, Getenv: func(string) string { return "" }}
	if err := piped.Read(t.Context(), asked); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(file.String(), "\x1b") || !strings.Contains(file.String(), "`code`") {
		t.Errorf("%q", &file)
	}
}
