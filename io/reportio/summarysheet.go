package reportio

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"keyroster/reconcile"
)

// meanings explain the outcomes to somebody who reads them for the first time.
var meanings = map[reconcile.Outcome]string{
	reconcile.Unchanged:    "Already as the roster says",
	reconcile.Applied:      "Changed at the provider",
	reconcile.Failed:       "The provider refused the change",
	reconcile.Blocked:      "Not sent: unsafe, unclear, or the change before it failed",
	reconcile.Conflict:     "Not sent: the record moved after the plan was made",
	reconcile.Unknown:      "Sent, but what came of it could not be proved",
	reconcile.NotAttempted: "Not sent: the run ended before its turn",
	reconcile.InvalidRow:   "The row has problems and was left out",
	reconcile.LeftUnlisted: "Records that no row names; left as they are",
	reconcile.Planned:      "Would be changed; this was a dry run",
}

// meaningOf is what an outcome means in this report.
func meaningOf(r *Report, o reconcile.Outcome) string {
	if o == reconcile.Unchanged {
		return joinFilled("; ", meanings[o], r.Standing.words())
	}
	return meanings[o]
}

// summaryWidths are the columns of the sheet Summary, in characters; together
// they fill the width of an A4 page at about 90 %.
var summaryWidths = []float64{18, 14, 23, 20, 44}

// writeSummary writes the sheet Summary: one page that answers, from the top
// down, is it good, what ran, do the totals close, and what needs a person.
func (b *book) writeSummary() error {
	s, err := b.addSheet(layout{name: "Summary", tab: "00543A", onePage: true, widths: summaryWidths})
	if err != nil {
		return err
	}
	for _, write := range []func(*sheet) error{b.headline, b.facts, b.totals, b.first, b.notes} {
		if err := write(s); err != nil {
			return err
		}
	}
	return s.flush()
}

// wide is a row of one text over all columns.
func (s *sheet) wide(text string, style int, height float64) error {
	cells := make([]excelize.Cell, len(summaryWidths))
	for i := range cells {
		cells[i] = excelize.Cell{StyleID: style}
	}
	cells[0].Value = text
	if err := s.add(height, cells...); err != nil {
		return err
	}
	return s.merge("A", "E")
}

func (b *book) headline(s *sheet) error {
	r := b.report
	text, tone := verdict(r)
	title := joinFilled(" · ", "keyroster "+r.Command, r.Account, r.Provider, day(r.StartedAt))
	if err := s.wide(title, b.styles.title, 18); err != nil {
		return err
	}
	if err := s.wide(text, b.styles.headlines[tone], 18+21*float64(linesOf(text, 72))); err != nil {
		return err
	}
	if r.Stopped == "" {
		return nil
	}
	return s.wide(r.Stopped, b.styles.value, heightOf(r.Stopped, 119))
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 January 2006")
}

// facts are what ran, two facts to a row.
func (b *book) facts(s *sheet) error {
	if err := s.wide("The run", b.styles.section, 26); err != nil {
		return err
	}
	facts := runFacts(b.report, "see sheet Run")
	st := b.styles
	for i := 0; i < len(facts); i += 2 {
		left, right := facts[i], [2]string{}
		if i+1 < len(facts) {
			right = facts[i+1]
		}
		height := max(heightOf(left[1], summaryWidths[1]+summaryWidths[2]), heightOf(right[1], summaryWidths[4]))
		if err := s.add(height,
			excelize.Cell{Value: left[0], StyleID: st.label}, excelize.Cell{Value: left[1], StyleID: st.value}, excelize.Cell{StyleID: st.value},
			excelize.Cell{Value: right[0], StyleID: st.label}, excelize.Cell{Value: right[1], StyleID: st.value}); err != nil {
			return err
		}
		if err := s.merge("B", "C"); err != nil {
			return err
		}
	}
	return nil
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
		{"Roster", joinFilled(": ", strings.Join(rosters, ", "), count(r.Summary.Rows, "row"))},
		{"Finished", joinFilled(", ", moment(r.FinishedAt), tookWords(r))},
		{"Listing", listingWords(&r.Listing)},
		{"Run by", r.Operator},
		{"Checked again", provedWords(r)},
		{"Run", r.RunID},
		{"Reached the doors", effectWords(r)},
	}
	if n := len(r.Overrides); n > 0 {
		facts = append(facts, [2]string{"Rules lifted", count(n, "rule") + "; " + see})
	}
	if n := len(r.Warnings); n > 0 {
		facts = append(facts, [2]string{"Warnings", count(n, "warning") + "; " + see})
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
		return "dry run: nothing was written"
	case r.Summary.Applied == 0:
		return "no change to check"
	case p.Refuted > 0:
		return fmt.Sprintf("%s not as written, %s as written", thousands(p.Refuted), thousands(p.Verified))
	case p.Unverified > 0:
		return fmt.Sprintf("%s as written, %s could not be read again", thousands(p.Verified), thousands(p.Unverified))
	}
	if p.Verified == 1 {
		return "1 change read again, as written"
	}
	return "all " + count(p.Verified, "change") + " read again, as written"
}

// totals are the outcomes with their share, the sum that must close, and a chart.
func (b *book) totals(s *sheet) error {
	if err := s.wide("Totals", b.styles.section, 26); err != nil {
		return err
	}
	st, sum := b.styles, &b.report.Summary
	if err := s.add(17,
		excelize.Cell{Value: "Outcome", StyleID: st.head}, excelize.Cell{Value: "Rows, records", StyleID: st.headRight},
		excelize.Cell{Value: "Share", StyleID: st.headRight}, excelize.Cell{Value: "What it means", StyleID: st.head}, excelize.Cell{StyleID: st.head}); err != nil {
		return err
	}
	if err := s.merge("D", "E"); err != nil {
		return err
	}
	first := s.row + 1
	for _, o := range reconcile.Outcomes {
		n := sum.Of(o)
		label := st.outcome[o]
		if n == 0 {
			label = st.label
		}
		if err := s.add(16,
			excelize.Cell{Value: outcomeLabel(o), StyleID: label}, excelize.Cell{Value: n, StyleID: st.count},
			excelize.Cell{Value: shareOf(n, sum.Sum()), StyleID: st.share}, excelize.Cell{Value: meaningOf(b.report, o), StyleID: st.meaning}, excelize.Cell{StyleID: st.meaning}); err != nil {
			return err
		}
		if err := s.merge("D", "E"); err != nil {
			return err
		}
	}
	if err := s.wide(strings.Join(closingWords(sum), "   ·   "), st.sum, 18); err != nil {
		return err
	}
	return b.chart(s, first)
}

// closingWords say that the totals close, and what they leave out.
func closingWords(s *reconcile.Summary) []string {
	left, right := closing(s)
	words := []string{left, right, "the totals close"}
	if n := s.RowsOutOfScope; n > 0 {
		words = append(words, count(n, "row")+" out of scope")
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
func (b *book) first(s *sheet) error {
	t, st := b.report.settled, b.styles
	all := t.needRows + t.needRecords
	if err := s.wide(firstTitle(b.report), st.section, 26); err != nil || all == 0 {
		return err
	}
	heads := make([]excelize.Cell, 0, len(summaryWidths))
	for _, name := range []string{"Where", "Outcome", "Who", "Credential", "Why"} {
		heads = append(heads, excelize.Cell{Value: name, StyleID: st.head})
	}
	if err := s.add(17, heads...); err != nil {
		return err
	}
	for i := range t.first {
		if err := b.firstLine(s, &t.first[i]); err != nil {
			return err
		}
	}
	if more := all - len(t.first); more > 0 {
		return s.wide(fmt.Sprintf("… and %s more: filter the column outcome of sheet Lines.", thousands(more)), st.note, 16)
	}
	return nil
}

// firstTitle is the title above the lines that need a person. Of records in no
// row nobody knows whether they should be there.
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

func (b *book) firstLine(s *sheet, l *Line) error {
	st := b.styles
	where := placeWords(b.report, l)
	reason := why(l)
	if utf8.RuneCountInString(reason) > reasonMax {
		reason = fmt.Sprintf("see sheet Lines, line %d", l.Line)
	}
	outcome := st.outcome[l.Outcome]
	if l.Outcome == reconcile.Applied || l.Outcome == reconcile.Unchanged {
		outcome = st.outcome[reconcile.Failed]
	}
	texts := []string{where, outcomeWord(l), l.Who(), l.What(), reason}
	cells, height := make([]excelize.Cell, len(texts)), 0.0
	for i, text := range texts {
		cells[i] = excelize.Cell{Value: text, StyleID: st.value}
		height = max(height, heightOf(text, summaryWidths[i]))
	}
	cells[1].StyleID = outcome
	return s.add(height, cells...)
}

// placeWords is where the line's row stands, as people say it.
func placeWords(r *Report, l *Line) string {
	switch {
	case l.Source == nil:
		return joinFilled(" ", "record", firstOf(l.CredentialID, l.NewCredentialID))
	case l.Source.Sheet == "":
		return fmt.Sprintf("%s, line %d", filepath.Base(l.Source.File), l.Source.Line)
	case len(r.Inputs) > 1:
		return fmt.Sprintf("%s, %s, row %d", filepath.Base(l.Source.File), l.Source.Sheet, l.Source.Line)
	}
	return fmt.Sprintf("%s, row %d", l.Source.Sheet, l.Source.Line)
}

func (b *book) notes(s *sheet) error {
	text := "Sheet Lines has every row of the roster and every record without a row, one line each. " +
		"Secrets are masked: ••••, and of long card numbers the last characters, if the configuration lets them be seen."
	return s.wide(text, b.styles.note, 30)
}

// perWidth is how many characters of running text in the font of the cells
// stand in the width of one digit of the workbook's default font.
const perWidth = 1.1

// linesOf is how many lines a text takes in a cell of a width in digits.
func linesOf(text string, width float64) int {
	room := int(width * perWidth)
	if len(text) <= room && strings.IndexByte(text, '\n') < 0 {
		return 1
	}
	n := 0
	for part := range strings.SplitSeq(text, "\n") {
		n += max(1, (widthOf(part)+room-1)/room)
	}
	return n
}

// heightOf is the height in points of a row whose text wraps.
func heightOf(text string, width float64) float64 { return rowHeight(linesOf(text, width)) }

// rowHeight is the height in points of a row of so many lines.
func rowHeight(lines int) float64 { return min(3+13.5*float64(lines), excelize.MaxRowHeight) }
