package reportio

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
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

// writeSummary writes the sheet Summary, which answers, from the top down: is it good,
// what ran, do the totals add up, what needs a person, and what to do.
func (b *book) writeSummary() {
	s := b.Add(bookio.Layout{Name: "Summary", Tab: "00543A", Widths: summaryWidths})
	b.headline(s)
	b.facts(s)
	b.totals(s)
	b.first(s)
	where := ""
	if b.hasChanges() {
		where = "Sheet Changes has everything that changed or needs a person. "
	}
	wide(s, 0, where+"Sheet Lines has every row of the roster and every record without a row. "+
		"Secrets are masked as ••••; long card numbers show their last characters if the configuration allows it.", note)
	s.End()
}

// wide writes a row of one text over all columns.
func wide(s *bookio.Sheet, height float64, text string, look bookio.Look) {
	s.Add(height, bookio.Cell{Value: text, Look: look, Span: len(summaryWidths)})
}

func (b *book) headline(s *bookio.Sheet) {
	r := b.report
	text, tone := verdictOf(r, nameOthers)
	wide(s, 18, JoinFilled(" · ", "keyroster "+r.Command, r.Account, r.Provider, r.day(r.StartedAt)), title)
	wide(s, 18+21*float64(bookio.Lines(text, 66)), text, headline.In(tones[tone].ink, tones[tone].fill))
	if !r.Unlisted.silent() {
		wide(s, 0, "In no row: "+r.Unlisted.named(), bookio.Wrapped)
	}
	if r.Stopped != "" {
		wide(s, 0, r.Stopped, bookio.Wrapped)
	}
}

// facts are what ran, two facts to a row.
func (b *book) facts(s *bookio.Sheet) {
	wide(s, 26, "The run", bookio.Section)
	var sides [2][][2]string
	for i, fact := range runFacts(b.report, "see sheet Run") {
		if fact[1] != "" {
			sides[i%2] = append(sides[i%2], fact)
		}
	}
	for i := range max(len(sides[0]), len(sides[1])) {
		var left, right [2]string
		if i < len(sides[0]) {
			left = sides[0][i]
		}
		if i < len(sides[1]) {
			right = sides[1][i]
		}
		s.Add(0,
			bookio.Cell{Value: left[0], Look: bookio.Label}, bookio.Cell{Value: left[1], Look: bookio.Wrapped, Span: 2},
			bookio.Cell{Value: right[0], Look: bookio.Label}, bookio.Cell{Value: right[1], Look: bookio.Wrapped})
	}
}

// runFacts are the facts that a reader of one page wants; [runSections] has all of
// them, and see says where to find those.
func runFacts(r *Report, see string) [][2]string {
	var rosters []string
	for _, in := range r.Inputs {
		rosters = append(rosters, filepath.Base(in.File))
	}
	facts := [][2]string{
		{"Started", r.moment(r.StartedAt)},
		{"Roster", JoinFilled(": ", strings.Join(rosters, ", "), Count(r.Summary.Rows, "row"))},
		{"Finished", JoinFilled(", ", r.moment(r.FinishedAt), tookWords(r))},
		{"Listing", listingWords(&r.Listing)},
		{"Run by", r.Operator},
		{"Read back", provedWords(r)},
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

func provedWords(r *Report) string {
	p := &r.Proof
	switch {
	case r.DryRun():
		return "nothing was written"
	case r.Summary.Applied == 0:
		return "no change to check"
	case p.Refuted > 0:
		return fmt.Sprintf("%s different when read back, %s as written", Thousands(p.Refuted), Thousands(p.Verified))
	case p.Unverified > 0:
		return fmt.Sprintf("%s as written, %s could not be read back", Thousands(p.Verified), Thousands(p.Unverified))
	}
	if p.Verified == 1 {
		return "1 change read back, as written"
	}
	return "all " + Count(p.Verified, "change") + " read back, as written"
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
	var some []reconcile.Outcome
	var none []string
	for _, o := range reconcile.Outcomes {
		n := sum.Of(o)
		if n == 0 {
			none = append(none, plainWords(o.String()))
			continue
		}
		some = append(some, o)
		s.Add(
			0,
			bookio.Cell{Value: plainWords(o.String()), Look: outcomeLook(o)},
			bookio.Cell{Value: n, Look: bookio.Count},
			bookio.Cell{
				Value: shareText(float64(n) / float64(sum.Sum()) * 100),
				Look:  share,
			},
			bookio.Cell{Value: meaningOf(b.report, o), Look: meaning, Span: 2},
		)
	}
	if len(none) > 0 && len(some) > 0 {
		wide(s, 0, "None: "+strings.Join(none, ", "), meaning)
	}
	wide(s, 18, strings.Join(closingWords(sum), "   ·   "), bookio.Sum)
	// Next to hundreds of unchanged lines the other columns would be invisible.
	if len(some) > 0 && some[0] == reconcile.Unchanged {
		some, first = some[1:], first+1
	}
	b.chart(s, first, some)
}

// closingWords say that the totals add up, and what they leave out.
func closingWords(s *reconcile.Summary) []string {
	left, right := closing(s)
	words := []string{left, right, "the totals add up"}
	if n := s.RowsOutOfScope; n > 0 {
		words = append(words, Count(n, "row")+" out of scope")
	}
	return words
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
		wide(s, 16, fmt.Sprintf("… and %s more on sheet Changes.", Thousands(more)), note)
	}
	wide(s, 26, "What to do", bookio.Section)
	for _, one := range b.report.remedies() {
		s.Add(0,
			bookio.Cell{Value: one.Word, Look: bookio.Label, Span: 2},
			bookio.Cell{Value: one.Advice, Look: bookio.Wrapped, Span: 3})
	}
	if text := correctionSentence(b.report); text != "" {
		wide(s, 0, text, note)
	}
}

// firstTitle is the title above the lines that need a person. It does not say that
// records in no row are wrong, which the report cannot know.
func firstTitle(r *Report) string {
	switch {
	case r.settled.needRows+r.settled.needRecords > 0:
		return "Needs a person"
	case !r.Unlisted.silent():
		return "No row needs a person"
	}
	return "Nothing needs a person"
}

// reasonMax is the length in characters up to which the summary repeats a reason;
// for a longer one it points to the sheet Lines.
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

// needOutcome is the outcome whose colours a line that needs a person has.
func needOutcome(l *Line) reconcile.Outcome {
	if l.Outcome == reconcile.Applied || l.Outcome == reconcile.Unchanged {
		return reconcile.Failed
	}
	return l.Outcome
}

// placeWords is where the line's row is, as people say it.
func placeWords(r *Report, l *Line) string {
	switch {
	case l.Source == nil:
		return JoinFilled(" ", "record", cmp.Or(l.CredentialID, l.NewCredentialID))
	case l.Source.Sheet == "":
		return fmt.Sprintf("%s, line %s", filepath.Base(l.Source.File), l.Source.At())
	case len(r.Inputs) > 1:
		return fmt.Sprintf("%s, %s, %s", filepath.Base(l.Source.File), l.Source.Sheet, rowWords(*l.Source))
	}
	return fmt.Sprintf("%s, %s", l.Source.Sheet, rowWords(*l.Source))
}

// rowWords is a row of a sheet as people say it, or its cell in a wide table.
func rowWords(s reconcile.Source) string {
	if s.Cell != "" {
		return "cell " + s.Cell
	}
	return "row " + s.At()
}
