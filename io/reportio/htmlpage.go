package reportio

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"keyroster/reconcile"
)

// htmlPage is the page without its table: the same content as the workbook's sheets
// Summary, Problems and Run.
type htmlPage struct {
	Policy string
	Style  template.CSS
	Script template.JS

	Title, Kicker    string
	Zone             string
	Tone, ToneWord   string
	Verdict, Stopped string
	// Long: the verdict is too long for a headline, and set as text.
	Long bool
	// Unlisted names the people in no row; empty for none.
	Unlisted string
	Facts    [][2]string

	Outcomes []htmlOutcome
	// None names the outcomes that no line has.
	None    string
	Chart   htmlChart
	Closing []string

	FirstTitle string
	First      []htmlFirst
	// More is the number of lines that need a person and are not in First.
	More   string
	Advice []remedy
	// Mend says where the rows to correct are.
	Mend string

	Changed htmlChanges

	Problems htmlProblems
	Sections []section

	// Listed is the number of lines in the table, LeftOut says which are missing.
	Listed  string
	LeftOut string

	quota htmlQuota
}

type htmlOutcome struct {
	ID, Label, Count, Share, Meaning string
	// Width is the share in hundredths, for the bar beside it.
	Width, share float64
}

type htmlFirst struct {
	Line                               int
	ID, Where, Outcome, Who, What, Why string
}

// warningsMax is how many warnings the page lists; the workbook has all.
const warningsMax = 200

// headlineMax is the longest verdict that is set as a headline, in bytes.
const headlineMax = 160

func newHTMLPage(r *Report, o HTMLOptions) *htmlPage {
	text, tone := verdictOf(r, nameOthers)
	p := &htmlPage{
		Policy: pagePolicy, Style: template.CSS(pageStyle), Script: template.JS(pageScript),
		Title:  JoinFilled(" · ", "keyroster "+r.Command, r.Account, r.day(r.StartedAt)),
		Kicker: JoinFilled(" · ", "keyroster "+r.Command, r.Account, r.Provider, r.day(r.StartedAt)),
		Zone:   r.zone().String(),
		Tone:   tones[tone].name, ToneWord: tones[tone].word,
		Verdict: text, Long: len(text) > headlineMax, Stopped: r.Stopped,
		Closing: closingWords(&r.Summary),
	}
	p.addFacts(r)
	p.addOutcomes(r)
	p.Chart = newHTMLChart(p.Outcomes, r.Summary.Sum())
	p.addFirst(r)
	p.Changed = newHTMLChanges(r)
	if !r.Unlisted.silent() {
		p.Unlisted = r.Unlisted.named()
	}
	p.Problems = newHTMLProblems(r)
	p.addSections(r)
	p.chooseLines(r, o.MaxLines)
	return p
}

// addFacts adds what was read and proved, then when and by whom; in runFacts the two alternate.
func (p *htmlPage) addFacts(r *Report) {
	facts := runFacts(r, "see About this run")
	for _, side := range []int{1, 0} {
		for i := side; i < len(facts); i += 2 {
			if facts[i][1] != "" {
				p.Facts = append(p.Facts, facts[i])
			}
		}
	}
}

func (p *htmlPage) addOutcomes(r *Report) {
	var none []string
	for _, o := range reconcile.Outcomes {
		n := r.Summary.Of(o)
		if n == 0 {
			none = append(none, plainWords(o.String()))
			continue
		}
		share := float64(n) / float64(r.Summary.Sum()) * 100
		p.Outcomes = append(p.Outcomes, htmlOutcome{
			ID: o.String(), Label: plainWords(o.String()), Count: Thousands(n), Share: shareText(share), Width: max(share, 1), share: share, Meaning: meaningOf(r, o),
		})
	}
	if len(p.Outcomes) > 0 {
		p.None = strings.Join(none, ", ")
	}
}

// plainWords is a word of the report as people read it: not attempted.
func plainWords(word string) string { return strings.ReplaceAll(word, "_", " ") }

// shareText is a share in words; it reads as none or all only if that is exact.
func shareText(share float64) string {
	switch {
	case share < 0.1:
		return "< 0.1 %"
	case share > 99.9 && share < 100:
		return "> 99.9 %"
	case share == 100:
		return "100 %"
	}
	return fmt.Sprintf("%.1f %%", share)
}

func (p *htmlPage) addFirst(r *Report) {
	t := r.settled
	all := t.needRows + t.needRecords
	p.FirstTitle = firstTitle(r)
	for i := range t.first {
		l := &t.first[i]
		p.First = append(p.First, htmlFirst{
			Line: l.Line, ID: needOutcome(l).String(), Where: placeWords(r, l), Outcome: outcomeWord(l), Who: l.Who(), What: l.What(), Why: why(l),
		})
	}
	if more := all - len(t.first); more > 0 {
		p.More = Thousands(more)
	}
	p.Advice, p.Mend = r.remedies(), correctionSentence(r)
}

func (p *htmlPage) addSections(r *Report) {
	for _, s := range runSections(r) {
		if more := len(s.rows) - warningsMax; more > 0 {
			s.rows = append(
				slices.Clone(s.rows[:warningsMax]),
				[3]string{"…", fmt.Sprintf("and %s more: the sheet Run of the workbook has them all", Thousands(more))},
			)
		}
		s.rows = slices.DeleteFunc(s.rows, func(row [3]string) bool { return row[1] == "" })
		if len(s.rows) > 0 {
			p.Sections = append(p.Sections, s)
		}
	}
}

// Title and Rows are for the template.
func (s section) Title() string     { return s.title }
func (s section) Rows() [][3]string { return s.rows }

// htmlQuota is how many lines of each kind may still be listed, by kind.
type htmlQuota [4]int

// The kinds of lines; those at the top are the last to be left out.
const (
	kindNeeds = iota
	kindChanged
	kindUnlisted
	kindUnchanged
)

func kindOfLine(l *Line) int {
	switch {
	case l.NeedsPerson():
		return kindNeeds
	case l.Outcome == reconcile.Unchanged:
		return kindUnchanged
	case l.Outcome == reconcile.LeftUnlisted:
		return kindUnlisted
	}
	return kindChanged
}

// chooseLines decides which lines the table has, and records which are left out.
func (p *htmlPage) chooseLines(r *Report, maxLines int) {
	needs := r.settled.needRows + r.settled.needRecords
	unchanged := r.Summary.Unchanged - r.Standing.Pending - r.Standing.Ineffective
	sizes := htmlQuota{
		kindNeeds: needs, kindUnlisted: r.Summary.Unlisted, kindUnchanged: unchanged,
		kindChanged: r.Summary.Sum() - needs - r.Summary.Unlisted - unchanged,
	}
	words := [...]string{
		kindNeeds:     "that need a person",
		kindChanged:   "changed",
		kindUnlisted:  "unlisted",
		kindUnchanged: "unchanged",
	}
	room, listed := maxLines, 0
	var missing []string
	for kind, size := range sizes {
		p.quota[kind] = min(size, room)
		room -= p.quota[kind]
		listed += p.quota[kind]
		if left := size - p.quota[kind]; left > 0 {
			missing = append(missing, Thousands(left)+" "+words[kind])
		}
	}
	p.Listed = Thousands(listed)
	if len(missing) > 0 {
		p.LeftOut = fmt.Sprintf(
			"This page lists %s of %s lines. Left out: %s. The workbook and the CSV file of this run have every line.",
			p.Listed, Thousands(r.Summary.Sum()), strings.Join(missing, ", "),
		)
	}
}

// take reports whether a line is listed.
func (q *htmlQuota) take(l *Line) bool {
	kind := kindOfLine(l)
	q[kind]--
	return q[kind] >= 0
}
