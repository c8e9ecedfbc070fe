package reportio

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// MarkdownOptions say how a plan is shown in Markdown.
type MarkdownOptions struct {
	// Max is the number of rows shown; 0 means 100. The rest is counted.
	Max int
	// Digest names the plan (sha256:…); empty leaves its line out.
	Digest string
	// More says where to find the rows that are not shown.
	More string
}

// markdownMax rows, each of at most some 500 bytes, stay below the 65,536
// characters that code hosts allow in a comment.
const (
	markdownMax  = 100
	markdownCell = 120
)

// WriteMarkdown shows a plan as GitHub's Markdown, for a comment on a pull request:
// the verdict, the plan's digest, the counts, and the lines that would change or need
// a person. The first line is a comment that names the account, so that a program
// finds its earlier comment; the digest comes before any text of the roster. Texts of
// the roster are escaped, so that they contain no markup and mention no user.
func WriteMarkdown(w io.Writer, r *Report, o MarkdownOptions) error {
	if o.Max <= 0 {
		o.Max = markdownMax
	}
	groups, hidden, err := groupLines(r, o.Max)
	if err != nil {
		return err
	}
	text, tone := verdict(r)
	var out strings.Builder
	writeMarkdownHead(&out, tone, r.Account)
	fmt.Fprintf(&out, "**%s**\n\n", markdown(text))
	if o.Digest != "" {
		fmt.Fprintf(&out, "`plan %s`\n\n", o.Digest)
	}
	if r.Stopped != "" {
		fmt.Fprintf(&out, "> %s\n\n", markdown(r.Stopped))
	}
	out.WriteString("| situation | lines |\n|---|---|\n")
	for _, g := range groups {
		fmt.Fprintf(&out, "| %s | %s |\n", plainWords(g.situation.String()), g.counts())
	}
	writeMarkdownLines(&out, r, groups)
	writeMarkdownMore(&out, hidden, o)
	fmt.Fprintf(&out, "\n%s · %s\n", markdown(totalsLine(r)), markdown(listingWords(&r.Listing)))
	_, err = io.WriteString(w, out.String())
	return during("write markdown", err)
}

// writeMarkdownLines writes the rows of the groups as one table.
func writeMarkdownLines(out *strings.Builder, r *Report, groups []*group) {
	begun := false
	for _, g := range groups {
		for i := range g.lines {
			if !begun {
				out.WriteString("\n| | where | who | what | change |\n|---|---|---|---|---|\n")
				begun = true
			}
			l := &g.lines[i]
			fmt.Fprintf(
				out,
				"| `%s` | %s | %s | %s | %s |\n",
				l.mark().sign,
				markdownFit(r.place(l)),
				markdownFit(l.Who()),
				markdownFit(l.What()),
				markdownFit(cmp.Or(l.whatHappens(), plainWords(l.Action.String()))),
			)
		}
	}
}

// whatHappens says what would happen to a line: its changes, and why it needs a person.
func (l *Line) whatHappens() string {
	text := ChangesText(l.Fields)
	if l.NeedsPerson() || text == "" {
		text = JoinFilled(" | ", l.Why(), text)
	}
	return text
}

// writeMarkdownHead writes the lines that every comment begins with.
func writeMarkdownHead(out *strings.Builder, tone Tone, account string) {
	fmt.Fprintf(out, "<!-- keyroster plan %s -->\n", account)
	fmt.Fprintf(out, "### %s keyroster plan for %s\n\n", tones[tone].sign, undigested(markdown(account)))
}

// writeMarkdownMore counts the rows that are not shown.
func writeMarkdownMore(out *strings.Builder, hidden int, o MarkdownOptions) {
	if hidden > 0 {
		fmt.Fprintf(out, "\n… and %s\n", JoinFilled("; ", Thousands(hidden)+" more", markdown(o.More)))
	}
}

func markdownFit(text string) string { return markdown(fit(oneLine(text), markdownCell)) }

// markdown escapes a text so that it is shown literally: markup, HTML, table bars,
// and what a code host turns into links and mentions.
func markdown(text string) string { return markdownEscapes.Replace(oneLine(text)) }

// An empty comment keeps @name, #12 and addresses from becoming links; a
// backslash does not.
var markdownEscapes = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;",
	"@", "@<!-- -->", "#", "#<!-- -->", "://", ":<!-- -->//", "www.", "www<!-- -->.",
	"\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "|", "\\|", "~", "\\~", "$", "\\$",
)
