package terminal

import (
	"context"
	"io"
	"os/exec"
	"strings"
)

// Page shows a text a screen at a time where the stream is a terminal: in the program that
// $PAGER names, else in less where that is installed. On any other stream, and where no
// pager starts, the text is written whole. It waits until the pager is left.
func (s Style) Page(ctx context.Context, stream io.Writer, text string) error {
	words := strings.Fields(s.Getenv("PAGER"))
	if len(words) == 0 {
		words = []string{"less"}
	}
	if Is(stream) && s.Getenv("TERM") != "dumb" {
		// An interrupt is the pager's, which outlives it.
		cmd := exec.CommandContext(context.WithoutCancel(ctx), words[0], words[1:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), file(stream), file(stream)
		if s.Getenv("LESS") == "" {
			cmd.Env = append(cmd.Environ(), "LESS=FRX") // leave at the end of one screen, keep colours
		}
		if cmd.Start() == nil {
			_ = cmd.Wait() // a pager that is left early has shown enough
			return nil
		}
	}
	_, err := io.WriteString(s.Painted(stream), text)
	return err
}
