package terminal

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestConfirm(t *testing.T) {
	for input, want := range map[string]bool{
		"yes\n": true, "YES\n": true, "y\n": true, "Y": true,
		"no\n": false, "\n": false, "": false, "yess\n": false, "ye\n": false,
		"y not\n": false, "yes no\n": false,
	} {
		var out strings.Builder
		yes, err := Confirm(t.Context(), strings.NewReader(input), &out, "Sure?")
		if yes != want || err != nil || out.String() != "Sure? [yes/no] " {
			t.Errorf("%q: %v, %v, asked as %q", input, yes, err, out.String())
		}
	}
}

// TestConfirmEndsWithItsContext: an interrupt ends a question even though its reader cannot be
// stopped.
func TestConfirmEndsWithItsContext(t *testing.T) {
	in, hold := io.Pipe()
	defer hold.Close()
	interrupted := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(interrupted)
	if yes, err := Confirm(ctx, in, io.Discard, "Sure?"); yes || !errors.Is(err, interrupted) {
		t.Errorf("%v, %v", yes, err)
	}
}

func TestLines(t *testing.T) {
	var got []string
	for line := range Lines(t.Context(), strings.NewReader("one\ntwo\n\nthree")) {
		got = append(got, line)
	}
	if want := []string{"one", "two", "", "three"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestLinesEndWithTheirContext: lines that are no longer taken leave no reader behind.
func TestLinesEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	lines := Lines(ctx, strings.NewReader("one\ntwo\n"))
	<-lines
	cancel()
	for open := true; open; {
		_, open = <-lines
	}
}
