package terminal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"keyroster/reconcile/rescue"
)

// CanAsk reports whether a person can see a question on out and answer it on in: both must be
// terminals.
func CanAsk(in io.Reader, out io.Writer) bool { return Is(in) && Is(out) }

// Confirm asks a question and reports whether the answer is yes, or y. Any other answer, or the
// end of input, is no. Text typed before the question appeared is discarded. Errors are ctx's
// cause if ctx ended first, and those of a terminal.
func Confirm(ctx context.Context, in io.Reader, out io.Writer, question string) (bool, error) {
	if f, ok := in.(*os.File); ok && Is(f) {
		if err := dropTyped(f.Fd()); err != nil {
			return false, fmt.Errorf("ask for confirmation: %w", err)
		}
	}
	text, err := Ask(ctx, in, out, question+" [yes/no]")
	return strings.EqualFold(text, "yes") || strings.EqualFold(text, "y"), err
}

// Ask asks a question and returns a one-word answer; an empty line, several words, or the end
// of input give "". The only error is ctx's cause if ctx ended first.
func Ask(ctx context.Context, in io.Reader, out io.Writer, question string) (string, error) {
	fmt.Fprint(out, question+" ")
	read := make(chan string, 1)
	go func() {
		var text string
		if rescue.Guarded(func() error { _, err := fmt.Fscanln(in, &text); return err })() != nil {
			text = ""
		}
		read <- text
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case text := <-read:
		return text, nil
	}
}

// Lines sends the lines of an input. The channel is closed when the input ends, or at the first
// line after ctx has ended.
func Lines(ctx context.Context, in io.Reader) <-chan string {
	out := make(chan string)
	go func() {
		defer close(out)
		_ = rescue.Guarded(func() error {
			for lines := bufio.NewScanner(in); lines.Scan(); {
				select {
				case out <- lines.Text():
				case <-ctx.Done():
					return nil
				}
			}
			return nil
		})()
	}()
	return out
}
