package terminal

import (
	"context"
	"io"
	"os/exec"
	"strings"
)

// Page shows a text one screen at a time on a terminal: with the program in $PAGER, else with
// less if installed. On any other stream, or if no pager starts, it writes the whole text. It
// waits until the pager exits.
func (s Style) Page(ctx context.Context, stream io.Writer, text string) error {
	words := strings.Fields(s.Getenv("PAGER"))
	if len(words) == 0 {
		words = []string{"less"}
	}
	if Is(stream) && s.Getenv("TERM") != "dumb" {
		// The pager handles interrupts itself, and outlives ctx.
		cmd := exec.CommandContext(context.WithoutCancel(ctx), words[0], words[1:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), file(stream), file(stream)
		if s.Getenv("LESS") == "" {
			cmd.Env = append(cmd.Environ(), "LESS=FRX") // quit if it fits on one screen, keep colours
		}
		if cmd.Start() == nil {
			_ = cmd.Wait() // leaving the pager early is no error
			return nil
		}
	}
	_, err := io.WriteString(s.Painted(stream), text)
	return err
}
