package main

import (
	"embed"
	"sync"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/manual"
	"keyroster/cmd/internal/terminal"
)

//go:embed manual/*.md
var topics embed.FS

// helpCommand shows the manual, and the help of commands without a topic.
func (a *app) helpCommand(root *cobra.Command) *cobra.Command {
	book := sync.OnceValue(func() manual.Book { return manual.Open(topics) })
	manual.Extend(root, book, terminal.WrapWidth)
	return &cobra.Command{
		Use:               "help [COMMAND | TOPIC]",
		Short:             "Show a manual topic or the help of a command",
		ValidArgsFunction: manual.Completion(root, book),
		RunE: func(cmd *cobra.Command, args []string) error {
			asked, err := book().Ask(root, args)
			if err != nil {
				return err
			}
			return a.Read(cmd.Context(), asked)
		},
	}
}
