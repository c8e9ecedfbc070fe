package console

import (
	"context"
	"io"

	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/manual"
	"keyroster/cmd/internal/terminal"
)

// The widths of the manual: off a terminal, and the most that is pleasant to read.
const (
	manualWidth = 80
	widestRead  = 100
)

// Read shows the requested help. On a terminal, a topic of the manual is paged unless Quiet.
func (c *Console) Read(ctx context.Context, asked *manual.Asked) error {
	switch {
	case c.JSON:
		return c.Document(asked.Document())
	case asked.Topic == nil:
		return asked.Command.Help()
	}
	style := manual.Style{Width: manualWidth, Colors: c.style().Colors(c.Stdout)}
	if width := terminal.WrapWidth(c.Stdout); width > 0 {
		style.Width = min(width, widestRead)
	}
	text := asked.Usage + asked.Topic.Render(style)
	if c.Quiet {
		_, err := io.WriteString(c.style().Painted(c.Stdout), text)
		return exit.OutputFailure(err)
	}
	return exit.OutputFailure(c.style().Page(ctx, c.Stdout, text))
}
