package reportio

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"keyroster/io/bookio"
	"keyroster/reconcile"
)

// meaningOf is what an outcome means in this report.
func meaningOf(r *Report, o reconcile.Outcome) string {
	if o == reconcile.Unchanged {
		return JoinFilled("; ", outcomes[o].meaning, r.Standing.words())
	}
	return outcomes[o].meaning
}

// summaryWidths are the columns of the sheet Summary, in characters; together
// they fill the width of an A4 page at about 90 %.
var summaryWidths = []float64{18, 14, 23, 20, 44}

// writeSummary writes the sheet Summary: one page that answers, from the top
// down, is it good, what ran, do the totals close, and what needs a person.
func (b *book) writeSummary() {
	s := b.Add(bookio.Layout{Name: "Summary", Tab: "00543A", OnePage: true, Widths: summaryWidths})
	b.headline(s)
	b.facts(s)
	b.totals(s)
	b.first(s)
	wide(s, 30, "Sheet Lines has every row of the roster and every record without a row, one line each. "+
		"Secrets are masked: ••••, and of long card numbers the last characters, if the configuration lets them be seen.", note)
	s.End()
}

// wide writes a row of one text over all columns.
func wide(s *bookio.Sheet, height float64, text string, look bookio.Look) {
	s.Add(height, bookio.Cell{Value: text, Look: look, Span: len(summaryWidths)})
}

func (b *book) headline(s *bookio.Sheet) {
	r := b.report
	text, tone := verdict(r)
	wide(s, 18, JoinFilled(" · ", "keyroster "+r.Command, r.Account, r.Provider, day(r.StartedAt)), title)
	wide(s, 18+21*float64(bookio.Lines(text, 72)), text, headline.In(tones[tone].ink, tones[tone].fill))
	if r.Stopped != "" {
		wide(s, 0, r.Stopped, bookio.Wrapped)
	}
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 January 2006")
}

// facts are what ran, two facts to a row.
func (b *book) facts(s *bookio.Sheet) {
	wide(s, 26, "The run", bookio.Section)
	facts := append(runFacts(b.report, "see sheet Run"), [2]string{})
	for i := 0; i+1 < len(facts); i += 2 {
		left, right := facts[i], facts[i+1]
		s.Add(0,
			bookio.Cell{Value: left[0], Look: bookio.Label}, bookio.Cell{Value: left[1], Look: bookio.Wrapped, Span: 2},
			bookio.Cell{Value: right[0], Look: bookio.Label}, bookio.Cell{Value: right[1], Look: bookio.Wrapped})
	}
}

// runFacts are the facts that a reader of one page wants; [runSections] has
// all, and see says where they are.
func runFacts(r *Report, see string) [][2]string {
	var rosters []string
	for _, in := range r.Inputs {
		rosters = append(rosters, filepath.Base(in.File))
	}
	facts := [][2]string{
		{"Started", moment(r.StartedAt)},
		{"Roster", JoinFilled(": ", strings.Join(rosters, ", "), Count(r.Summary.Rows, "row"))},
		{"Finished", JoinFilled(", ", moment(r.FinishedAt), tookWords(r))},
		{"Listing", listingWords(&r.Listing)},
		{"Run by", r.Operator},
		{"Checked again", provedWords(r)},
		{"Run", r.RunID},
		{"Reached the doors", effectWords(r)},
	}
	if n := len(r.Overrides); n > 0 {
		facts = append(facts, [2]string{"Rules lifted", Count(n, "rule") + "; " + see})
	}
	if r.KeptSmall != nil {
		facts = append(facts, [2]string{"Lines", KeptSmallSentence(r)})
	}
	if n := len(r.Warnings); n > 0 {
		facts = append(facts, [2]string{"Warnings", Count(n, "warning") + "; " + see})
	}
	return facts
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05") + " UTC"
}

func provedWords(r *Report) string {
	p := &r.Proof
	switch {
	case r.DryRun():
		return "nothing was written"
	case r.Summary.Applied == 0:
		return "no change to check"
	case p.Refuted > 0:
		return fmt.Sprintf("%s not as written, %s as written", Thousands(p.Refuted), Thousands(p.Verified))
	case p.Unverified > 0:
		return fmt.Sprintf("%s as written, %s could not be read again", Thousands(p.Verified), Thousands(p.Unverified))
	}
	if p.Verified == 1 {
		return "1 change read again, as written"
	}
	return "all " + Count(p.Verified, "change") + " read again, as written"
}

// totals are the outcomes with their share, the sum that must close, and a chart.
func (b *book) totals(s *bookio.Sheet) {
	wide(s, 26, "Totals", bookio.Section)
	s.Add(
		17,
		bookio.Cell{Value: "Outcome", Look: bookio.Head},
		bookio.Cell{Value: "Rows, records", Look: bookio.HeadRight},
		bookio.Cell{
			Value: "Share",
			Look:  bookio.HeadRight,
		},
		bookio.Cell{Value: "What it means", Look: bookio.Head, Span: 2},
	)
	first, sum := s.Row+1, &b.report.Summary
	for _, o := range reconcile.Outcomes {
		n := sum.Of(o)
		label := outcomeLook(o)
		if n == 0 {
			label = bookio.Label
		}
		s.Add(
			16,
			bookio.Cell{Value: plainWords(o.String()), Look: label},
			bookio.Cell{Value: n, Look: bookio.Count},
			bookio.Cell{
				Value: shareOf(n, sum.Sum()),
				Look:  share,
			},
			bookio.Cell{Value: meaningOf(b.report, o), Look: meaning, Span: 2},
		)
	}
	wide(s, 18, strings.Join(closingWords(sum), "   ·   "), bookio.Sum)
	b.chart(s, first)
}

// closingWords say that the totals close, and what they leave out.
func closingWords(s *reconcile.Summary) []string {
	left, right := closing(s)
	words := []string{left, right, "the totals close"}
	if n := s.RowsOutOfScope; n > 0 {
		words = append(words, Count(n, "row")+" out of scope")
	}
	return words
}

// shareOf is a share in words; none is left blank.
func shareOf(n, of int) string {
	if n == 0 {
		return ""
	}
	return shareText(float64(n) / float64(of) * 100)
}

// first are the lines that need a person, the most urgent on top.
func (b *book) first(s *bookio.Sheet) {
	t := b.report.settled
	all := t.needRows + t.needRecords
	wide(s, 26, firstTitle(b.report), bookio.Section)
	if all == 0 {
		return
	}
	var heads []bookio.Cell
	for _, name := range []string{"Where", "Outcome", "Who", "Credential", "Why"} {
		heads = append(heads, bookio.Cell{Value: name, Look: bookio.Head})
	}
	s.Add(17, heads...)
	for i := range t.first {
		b.firstLine(s, &t.first[i])
	}
	if more := all - len(t.first); more > 0 {
		wide(s, 16, fmt.Sprintf("… and %s more: filter the column outcome of sheet Lines.", Thousands(more)), note)
	}
}

// firstTitle is the title above the lines that need a person. Of records in no
// row the report does not know whether they should be there.
func firstTitle(r *Report) string {
	switch {
	case r.settled.needRows+r.settled.needRecords > 0:
		return "What needs a person first"
	case !r.Unlisted.silent():
		return "No row needs a person"
	}
	return "Nothing needs a person"
}

// reasonMax is the length in characters up to which the summary repeats a
// reason; a longer one is pointed to and stands whole on sheet Lines.
const reasonMax = 400

func (b *book) firstLine(s *bookio.Sheet, l *Line) {
	reason := why(l)
	if utf8.RuneCountInString(reason) > reasonMax {
		reason = fmt.Sprintf("see sheet Lines, line %d", l.Line)
	}
	var cells []bookio.Cell
	for _, text := range []string{placeWords(b.report, l), outcomeWord(l), l.Who(), l.What(), reason} {
		cells = append(cells, bookio.Cell{Value: text, Look: bookio.Wrapped})
	}
	cells[1].Look = outcomeLook(needOutcome(l))
	s.Add(0, cells...)
}

// needOutcome is the outcome whose colours a line has that needs a person.
func needOutcome(l *Line) reconcile.Outcome {
	if l.Outcome == reconcile.Applied || l.Outcome == reconcile.Unchanged {
		return reconcile.Failed
	}
	return l.Outcome
}

// placeWords is where the line's row stands, as people say it.
func placeWords(r *Report, l *Line) string {
	switch {
	case l.Source == nil:
		return JoinFilled(" ", "record", cmp.Or(l.CredentialID, l.NewCredentialID))
	case l.Source.Sheet == "":
		return fmt.Sprintf("%s, line %d", filepath.Base(l.Source.File), l.Source.Line)
	case len(r.Inputs) > 1:
		return fmt.Sprintf("%s, %s, row %d", filepath.Base(l.Source.File), l.Source.Sheet, l.Source.Line)
	}
	return fmt.Sprintf("%s, row %d", l.Source.Sheet, l.Source.Line)
}
