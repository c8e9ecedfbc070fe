package terminal

import (
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/terminal/terminaltest"
	"keyroster/io/termio"
)

func TestStreamThatIsATerminal(t *testing.T) {
	stream, _ := terminaltest.New(t)
	filtered := termio.NewWriter(stream)
	if !Is(stream) || !Is(filtered) || !CanAsk(stream, filtered) {
		t.Error("a terminal, or one behind the filter, is none")
	}
	if CanAsk(strings.NewReader(""), stream) || CanAsk(stream, new(strings.Builder)) {
		t.Error("a question is asked where it cannot be heard or answered")
	}
	for columns, want := range map[uint16]int{0: 120, 39: 120, 40: 40, 200: 200} {
		terminaltest.Resize(t, stream, columns)
		if got := Width(filtered); got != want || WrapWidth(filtered) != want {
			t.Errorf("%d columns: width %d, fold %d, want %d", columns, got, WrapWidth(filtered), want)
		}
	}
}

func TestColours(t *testing.T) {
	stream, _ := terminaltest.New(t)
	filtered := termio.NewWriter(stream)
	for _, c := range []struct {
		style Style
		want  bool
	}{
		{Style{Getenv: environment("TERM", "xterm")}, true},
		{Style{Getenv: environment("TERM", "dumb")}, false},
		{Style{Getenv: environment("NO_COLOR", "1")}, false},
		{Style{Getenv: environment("TERM", "xterm"), NoColor: true}, false},
	} {
		if got := c.style.Colors(filtered); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
		if past := c.style.Painted(filtered) == stream; past != c.want {
			t.Errorf("%+v: past the filter: %v", c, past)
		}
	}
}

// TestConsoleEscapesWhatItPaints: the log's own colours reach the terminal, and escapes in other
// people's texts do not.
func TestConsoleEscapesWhatItPaints(t *testing.T) {
	for term, colours := range map[string]bool{"xterm": true, "dumb": false} {
		stream, text := terminaltest.New(t)
		log := zerolog.New(Style{Getenv: environment("TERM", term)}.Console(termio.NewWriter(stream)))
		log.Warn().Str("holder", "\x1b[2Jada").Msg("\x1b[31mred")
		got := text()
		if strings.Contains(got, "\x1b[2J") || strings.Contains(got, "\x1b[31mred") {
			t.Errorf("TERM=%s: %q", term, got)
		}
		if strings.Contains(got, "\x1b[") != colours || !strings.Contains(got, "ada") {
			t.Errorf("TERM=%s: %q", term, got)
		}
	}
}
