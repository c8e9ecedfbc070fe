package doctor

import (
	"strings"
	"testing"

	"keyroster/io/termio"
)

// TestTextFitsATerminal: on a terminal, lines are folded with a hanging indent; elsewhere each
// stays whole.
func TestTextFitsATerminal(t *testing.T) {
	e := &Examination{checks: []Check{{
		Name: "state folder", Result: Warn, Detail: strings.Repeat("a longish  sentence ", 8),
		Remedy: "chmod 700 " + strings.Repeat("words that say why ", 5),
	}}}
	var folded, whole strings.Builder
	e.WriteText(&folded, 0, 80)
	for line := range strings.Lines(folded.String()) {
		if w := termio.Width(strings.TrimSpace(line)); w == 0 || termio.Width(line) > 81 {
			t.Errorf("%d columns: %q", termio.Width(line), line)
		}
	}
	if !strings.HasPrefix(folded.String(), "warn  state folder         a longish sentence") ||
		strings.Count(folded.String(), "\n"+strings.Repeat(" ", 27)) != 6 {
		t.Errorf("folded as\n%s", &folded)
	}
	if e.WriteText(&whole, 0, 0) != 1 || strings.Count(whole.String(), "\n") != 2 ||
		!strings.Contains(whole.String(), "longish  sentence") {
		t.Errorf("whole as\n%s", &whole)
	}
}
