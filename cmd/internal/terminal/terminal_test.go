package terminal

import (
	"strings"
	"testing"
)

// environment returns an environment of one variable.
func environment(name, value string) func(string) string {
	return func(asked string) string {
		if asked == name {
			return value
		}
		return ""
	}
}

// TestStreamThatIsNoTerminal: a stream that is not a terminal gets whole lines and no colours, and
// the environment is not consulted.
func TestStreamThatIsNoTerminal(t *testing.T) {
	stream := new(strings.Builder)
	if Is(stream) || Is(nil) || CanAsk(strings.NewReader("yes\n"), stream) {
		t.Error("a string is a terminal")
	}
	if Width(stream) != 120 || WrapWidth(stream) != 0 {
		t.Errorf("width %d, fold %d", Width(stream), WrapWidth(stream))
	}
	if (Style{}).Colors(stream) || (Style{}).Painted(stream) != stream {
		t.Error("a string gets colours")
	}
}
