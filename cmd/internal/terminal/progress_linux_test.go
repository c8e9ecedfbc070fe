package terminal

import (
	"testing"

	"keyroster/cmd/internal/terminal/terminaltest"
)

// TestProgressOnADumbTerminal: a dumb terminal gets no bar, since it would show the cursor's moves
// as letters.
func TestProgressOnADumbTerminal(t *testing.T) {
	for _, c := range []struct {
		term   string
		noBars bool
		bar    bool
	}{{term: "xterm", bar: true}, {term: "", bar: true}, {term: "dumb"}, {term: "xterm", noBars: true}} {
		stream, text := terminaltest.New(t)
		phases := Progress{Stream: stream, Getenv: environment("TERM", c.term), NoBars: c.noBars}
		p := phases.Begin("listing", 25).(*phase)
		p.Set(7, 25)
		p.Done()
		if (p.bar != nil) != c.bar {
			t.Errorf("%+v: a bar: %v", c, p.bar != nil)
		}
		if written := text(); !c.bar && written != "" {
			t.Errorf("%+v: %q", c, written)
		}
	}
}
