package reportio

import (
	"fmt"
	"io"
	"strings"

	"keyroster/reconcile"
)

// Stop is a plan that could not be made, and why.
type Stop struct {
	Account string
	// Why is the error, Hint what to do about it, if anything.
	Why, Hint string
	ExitCode  int
	// Problems are those of the roster at fault, nil for another cause.
	Problems []reconcile.Problem
}

// WriteMarkdownStop writes in Markdown why there is no plan, as a comment like that
// of [WriteMarkdown]: with the same first line, so that it replaces the plan that a
// program posted before, and without a digest that could be applied.
func WriteMarkdownStop(w io.Writer, s Stop, o MarkdownOptions) error {
	if o.Max <= 0 {
		o.Max = markdownMax
	}
	var out strings.Builder
	writeMarkdownHead(&out, Alarm, s.Account)
	fmt.Fprintf(&out, "**No plan: keyroster stopped with exit code %d, and nothing was written.**\n\n", s.ExitCode)
	fmt.Fprintf(&out, "> %s\n", undigested(markdownLong(s.Why)))
	if s.Hint != "" {
		fmt.Fprintf(&out, ">\n> What to do: %s\n", undigested(markdownLong(s.Hint)))
	}
	writeMarkdownProblems(&out, s.Problems, o)
	_, err := io.WriteString(w, out.String())
	return during("write markdown", err)
}

// writeMarkdownProblems writes problems as a table, errors first.
func writeMarkdownProblems(out *strings.Builder, problems []reconcile.Problem, o MarkdownOptions) {
	if len(problems) == 0 {
		return
	}
	out.WriteString("\n| where | what is wrong | what to do |\n|---|---|---|\n")
	shown := 0
	for _, severity := range []reconcile.Severity{reconcile.SeverityError, reconcile.SeverityWarning} {
		for i := range problems {
			p := &problems[i]
			if p.Severity != severity || shown == o.Max {
				continue
			}
			shown++
			what := JoinFilled("; likely ", p.Message, p.Likely)
			fmt.Fprintf(
				out, "| %s | %s | %s |\n", undigested(markdownFit(p.Place())),
				undigested(markdownFit(what)), undigested(markdownFit(p.Advice())),
			)
		}
	}
	writeMarkdownMore(out, len(problems)-shown, o)
}

// longest bounds a text of a comment outside the table.
const longest = 2000

func markdownLong(text string) string { return markdown(fit(oneLine(text), longest)) }

// undigested keeps a text from being taken for the digest of a plan, which programs
// look for in comments.
func undigested(text string) string { return strings.ReplaceAll(text, "sha256:", "sha256<!-- -->:") }
