package manual

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
)

// Asked is the help to show.
type Asked struct {
	// Topic is the requested topic, nil for none.
	Topic *Topic
	// Command is the requested command, the root if none was named.
	Command *cobra.Command
	// Usage is the usage of Command, if it has the same name as Topic.
	Usage string

	book Book
}

// Ask finds the topic or command with these words; without words, the root command.
func (b Book) Ask(root *cobra.Command, words []string) (*Asked, error) {
	a := &Asked{Topic: b.Topic(words), book: b}
	cmd, rest, err := root.Find(words)
	a.Command = cmd
	switch named := err == nil && len(rest) == 0; {
	case !named && a.Topic == nil:
		return nil, b.unknown(words, root.Commands())
	case named && a.Topic != nil && cmd != root:
		a.Usage = fmt.Sprintf("Usage:\n  %s\n  %s --help shows the flags\n\n", cmd.UseLine(), cmd.CommandPath())
	}
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	return a, nil
}

// Extend adds the manual to the help of a program and its commands, folded to the stream's
// width, 0 for none. The manual is opened only when needed.
func Extend(root *cobra.Command, book func() Book, width func(io.Writer) int) {
	usual := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		out := cmd.OutOrStdout()
		var help strings.Builder
		cmd.SetOut(&help)
		usual(cmd, args)
		cmd.SetOut(out)
		text := help.String() + book().Beside(cmd.CommandPath())
		if wide := width(out); wide > 0 {
			text = narrow(text, wide)
		}
		fmt.Fprint(out, text)
	})
}

// Completion completes the words after help to commands and topics.
func Completion(root *cobra.Command, book func() Book) cobra.CompletionFunc {
	return func(_ *cobra.Command, words []string, _ string) ([]string, cobra.ShellCompDirective) {
		return book().Complete(root, words), cobra.ShellCompDirectiveNoFileComp
	}
}

// Beside is the part of a command's help about the manual: the root lists all topics, any other
// command those about it.
func (b Book) Beside(command string) string {
	var out strings.Builder
	_, name, sub := strings.Cut(command, " ")
	if !sub {
		out.WriteString("\nManual (keyroster help TOPIC):\n")
		for i := range b {
			fmt.Fprintf(&out, "  %-14s %s\n", b[i].Name, b[i].Title)
		}
		return out.String()
	}
	name, _, _ = strings.Cut(name, " ")
	for i := range b {
		if slices.Contains(b[i].commands, name) {
			fmt.Fprintf(&out, "  keyroster help %-14s %s\n", b[i].Name, b[i].Title)
		}
	}
	if out.Len() == 0 {
		return ""
	}
	return "\nManual:\n" + out.String()
}

// Complete returns the words that may follow on a command line after help, each with a description.
func (b Book) Complete(root *cobra.Command, words []string) []string {
	var out []string
	of, _, _ := root.Find(words)
	for _, cmd := range of.Commands() {
		if cmd.IsAvailableCommand() && (len(words) > 0 || b.Topic([]string{cmd.Name()}) == nil) {
			out = append(out, cmd.Name()+"\t"+cmd.Short)
		}
	}
	for i := range b {
		if len(words) == 0 {
			out = append(out, b[i].Name+"\t"+b[i].Title)
		}
	}
	return out
}

// Document is the requested help, for programs: a topic, or else a command's help; the root's
// includes the list of topics.
func (a *Asked) Document() *Document {
	d := &Document{Schema: Schema, Topic: a.Topic}
	if cmd := a.Command; a.Topic == nil {
		d.Topic = &Topic{Name: cmd.Name(), Title: cmd.Short, Text: cmd.Long + "\n\n" + cmd.UsageString()}
	}
	if a.Topic == nil && !a.Command.HasParent() {
		for _, t := range a.book {
			t.Text = ""
			d.Topics = append(d.Topics, t)
		}
	}
	return d
}

// unknown is the failure for words that are neither a topic nor a command. It suggests likely
// spellings, or else topics that mention the words.
func (b Book) unknown(words []string, commands []*cobra.Command) error {
	known, word := []string{}, strings.Join(words, " ")
	for _, cmd := range commands {
		known = append(known, cmd.Name())
	}
	for i := range b {
		known = append(known, b[i].Name)
	}
	hint := "keyroster help lists commands and topics"
	if near := configio.Nearest(word, known); near != "" {
		hint = "did you mean keyroster help " + near + "?"
	} else if speak := b.topicsAbout(word); len(speak) > 0 {
		hint = "the manual speaks of it: keyroster help " + strings.Join(speak, ", or ")
	}
	return failure.New(failure.Usage, hint, "unknown command or topic %q", word)
}
