package reportio

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"keyroster/reconcile"
)

// SummaryOptions say how the end of a run is shown on a terminal.
type SummaryOptions struct {
	// Color allows ANSI colours.
	Color bool
	// Width is the terminal's, in columns. Lines are folded at words, and a command
	// stays whole; 0 folds nothing.
	Width int
	// Folder is the run folder and Files what it holds for people; both may
	// be empty.
	Folder string
	Files  []string
	// Next is the command to type next, or empty.
	Next string
	// Anonymous leaves out whom the lines are about.
	Anonymous bool
}

// labelWidth is the width of the words in front of the lines.
const labelWidth = 8

// WriteSummary writes the end of a run in about five lines: the verdict, what
// changed, what to look at first, the proof, and where the files are.
func WriteSummary(w io.Writer, r *Report, o SummaryOptions) error {
	names := nameAll
	if o.Anonymous {
		names = nameNobody
	}
	text, tone := verdictOf(r, names)
	if err := r.Tally(); err != nil {
		return err
	}
	lines := []string{paint(o.Color, ansiBold+tones[tone].ansi, Sentence(text, o.Width))}
	add := func(label string, words ...string) {
		for i := range words {
			words[i] = oneLine(words[i])
		}
		if text := wrapWords(words, labelWidth, labelWidth, o.Width); text != "" {
			lines = append(lines, paint(o.Color, ansiDim, pad(label, labelWidth))+text)
		}
	}
	if !o.Anonymous {
		add("why", strings.Split(r.Stopped, " ")...)
	}
	add("totals", strings.Split(totalsLine(r), " ")...)
	add("memory", strings.Split(memoryLine(r), " ")...)
	add("first", strings.Split(firstLine(r, !o.Anonymous), " ")...)
	add("proof", strings.Split(proofLine(r), " ")...)
	add("files", fileWords(o)...)
	add("next", o.Next)
	_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
	return during("write summary", err)
}

// totalsLine counts every outcome that occurs, and closes the sum.
func totalsLine(r *Report) string {
	var parts []string
	for _, o := range reconcile.Outcomes {
		n := r.Summary.Of(o)
		if n == 0 {
			continue
		}
		part := Thousands(n) + " " + plainWords(o.String())
		if words := changeWords(r.Changes); words != "" && (o == reconcile.Applied || o == reconcile.Planned) {
			part += " (" + words + ")"
		}
		if words := r.Standing.words(); words != "" && o == reconcile.Unchanged {
			part += " (" + words + ")"
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		parts = []string{"nothing to compare"}
	}
	left, _ := closing(&r.Summary)
	text := strings.Join(parts, ", ") + " · " + left
	if n := r.Summary.RowsOutOfScope; n > 0 {
		text += " · " + Count(n, "row") + " out of scope"
	}
	return text
}

// firstLine is the line that needs a person most.
func firstLine(r *Report, named bool) string {
	if len(r.settled.first) == 0 {
		return ""
	}
	l := &r.settled.first[0]
	who := ""
	if named {
		who = l.Who()
	}
	text := JoinFilled(", ", r.place(l), who, l.What()) + ": " + JoinFilled(": ", outcomeWord(l), why(l))
	if more := r.settled.needRows + r.settled.needRecords - 1; more > 0 {
		text += fmt.Sprintf(" (and %s more)", Thousands(more))
	}
	return text
}

// outcomeWord is the outcome of a line that needs a person, with more than applied
// or unchanged, which alone would not say why.
func outcomeWord(l *Line) string {
	switch {
	case l.Outcome == reconcile.Unchanged && l.pending():
		return notYetEffective
	case l.Outcome == reconcile.Unchanged && l.ineffective():
		return notEffective
	case l.Outcome != reconcile.Applied:
		return plainWords(l.Outcome.String())
	case l.Verified != nil && !*l.Verified:
		return "different when read back"
	}
	return notEffective
}

// proofLine says how the result is known.
func proofLine(r *Report) string {
	parts := []string{listingWords(&r.Listing)}
	if p := &r.Proof; r.Summary.Applied > 0 {
		parts = append(
			parts,
			fmt.Sprintf(
				"%s of %s verified by reading back", Thousands(p.Verified),
				Count(r.Summary.Applied, "change"),
			),
		)
	}
	parts = append(parts, syncWords(r), tookWords(r))
	return JoinFilled(" · ", parts...)
}

func listingWords(l *Listing) string {
	if !l.Complete {
		return "listing not proved complete"
	}
	words := map[reconcile.Evidence]string{
		reconcile.EvidenceDeclared:   "the provider declares as many",
		reconcile.EvidenceTerminated: "read to the provider's end",
		reconcile.EvidenceTwice:      "two listings agree",
	}
	return fmt.Sprintf("%s listed (%s)", Count(l.Records, "record"), words[l.Evidence])
}

func syncWords(r *Report) string {
	switch {
	case !r.Sync.Needed:
		return ""
	case r.Sync.AnsweredAt == nil:
		return "sync not answered"
	}
	return "sync answered"
}

func tookWords(r *Report) string {
	if r.FinishedAt.Before(r.StartedAt) || r.StartedAt.IsZero() {
		return ""
	}
	took := r.FinishedAt.Sub(r.StartedAt)
	if took < 100*time.Millisecond {
		return "took under 0.1s"
	}
	if took < 10*time.Second {
		return "took " + took.Round(100*time.Millisecond).String()
	}
	return "took " + took.Round(time.Second).String()
}

// fileWords are the files for people, one a word: a path may have spaces.
func fileWords(o SummaryOptions) []string {
	if len(o.Files) == 0 {
		return []string{o.Folder}
	}
	words := []string{filepath.Join(o.Folder, o.Files[0])}
	for _, name := range o.Files[1:] {
		words[len(words)-1] += ","
		words = append(words, name)
	}
	return words
}
