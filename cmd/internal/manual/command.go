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

// Asked is what a user who asks for help is shown.
type Asked struct {
	// Topic is the one that was named, nil for none.
	Topic *Topic
	// Command is the one that was named, the program for none.
	Command *cobra.Command
	// Usage is how Command is used, where it has the name of Topic.
	Usage string

	book Book
}

// Ask finds the topic, or the command of the program, that words name. No words name the
// program.
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

// Extend makes the help of a program and its commands speak of the manual, which is opened
// where it is needed, and folds it to the width of a stream, 0 for none.
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

// Beside is what a command's own help says of the manual: the program's lists the topics,
// that of a command those that it is used in.
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

// Complete are the words that may follow those of a command line after help, each with
// what it is.
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

// Document is what was asked for, for programs: a topic, or without one the help of a
// command, of the program with the list of all topics.
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

// unknown is the failure of words that are neither a topic nor one of the commands. It
// names what they may be a misspelling of, else the topics that speak of them.
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
