package reportio

import (
	"fmt"
	"html/template"
	"path/filepath"
	"slices"
	"strings"

	"keyroster/reconcile"
)

// htmlPage is what the page says without its table: the same as the workbook's
// sheets Summary, Problems and Run.
type htmlPage struct {
	Policy string
	Style  template.CSS
	Script template.JS

	Title, Kicker    string
	Tone, ToneWord   string
	Verdict, Stopped string
	Facts            [][2]string

	Outcomes []htmlOutcome
	// None names the outcomes that no line has.
	None    string
	Chart   htmlChart
	Closing []string

	FirstTitle string
	First      []htmlFirst
	// More is the number of lines that need a person and are not in First.
	More string

	Problems     []reconcile.Problem
	ProblemCount string
	MoreProblems string
	Sections     []section

	// Listed is the number of lines in the table, and LeftOut says which are
	// missing.
	Listed  string
	LeftOut string

	quota htmlQuota
}

type htmlOutcome struct {
	ID, Label, Count, Share, Meaning string
	// Width is the share in hundredths, for the bar beside it.
	Width float64
}

type htmlFirst struct {
	Line                               int
	ID, Where, Outcome, Who, What, Why string
}

// problemsMax and warningsMax are how many of each the page lists; the
// workbook has all.
const (
	problemsMax = 200
	warningsMax = 200
)

var toneNames = [...]string{Good: "good", Notice: "notice", Attention: "attention", Alarm: "alarm"}

// toneWords say what the colour says.
var toneWords = [...]string{Good: "As desired", Notice: "Dry run", Attention: "Needs attention", Alarm: "Not done"}

func newHTMLPage(r *Report, o HTMLOptions) *htmlPage {
	text, tone := verdict(r)
	p := &htmlPage{
		Policy: pagePolicy, Style: template.CSS(pageStyle), Script: template.JS(pageScript),
		Title:  joinFilled(" · ", "keyroster "+r.Command, r.Account, day(r.StartedAt)),
		Kicker: joinFilled(" · ", "keyroster "+r.Command, r.Account, r.Provider, day(r.StartedAt)),
		Tone:   toneNames[tone], ToneWord: toneWords[tone],
		Verdict: text, Stopped: r.Stopped,
		Chart: newHTMLChart(r), Closing: closingWords(&r.Summary),
	}
	for _, fact := range runFacts(r, "see About this run") {
		if fact[1] != "" {
			p.Facts = append(p.Facts, fact)
		}
	}
	p.addOutcomes(r)
	p.addFirst(r)
	p.addProblems(o.Problems)
	p.addSections(r)
	p.leaveOut(r, o.MaxLines)
	return p
}

func (p *htmlPage) addOutcomes(r *Report) {
	var none []string
	for _, o := range reconcile.Outcomes {
		n := r.Summary.Of(o)
		if n == 0 {
			none = append(none, outcomeLabel(o))
			continue
		}
		share := float64(n) / float64(r.Summary.Sum()) * 100
		p.Outcomes = append(p.Outcomes, htmlOutcome{
			ID: o.String(), Label: outcomeLabel(o), Count: thousands(n), Share: shareText(share), Width: max(share, 1), Meaning: meanings[o],
		})
	}
	if len(p.Outcomes) > 0 {
		p.None = strings.Join(none, ", ")
	}
}

func outcomeLabel(o reconcile.Outcome) string { return strings.ReplaceAll(o.String(), "_", " ") }

// shareText is a share that never reads as none or as all when it is neither.
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
	p.FirstTitle = "What needs a person first"
	if all == 0 {
		p.FirstTitle = "Nothing needs a person"
	}
	for i := range t.first {
		l := &t.first[i]
		id := l.Outcome.String()
		if l.Outcome == reconcile.Applied {
			id = reconcile.Failed.String()
		}
		p.First = append(p.First, htmlFirst{
			Line: l.Line, ID: id, Where: placeWords(r, l), Outcome: outcomeWord(l), Who: l.Who(), What: l.What(), Why: l.Reason,
		})
	}
	if more := all - len(t.first); more > 0 {
		p.More = thousands(more)
	}
}

func (p *htmlPage) addProblems(problems []reconcile.Problem) {
	p.Problems, p.ProblemCount = problems, count(len(problems), "problem")
	if more := len(problems) - problemsMax; more > 0 {
		p.Problems = problems[:problemsMax]
		p.MoreProblems = fmt.Sprintf("… and %s more: the sheet Problems of the workbook has them all.", thousands(more))
	}
	p.Problems = slices.Clone(p.Problems)
	for i := range p.Problems {
		p.Problems[i].File = filepath.Base(p.Problems[i].File)
	}
}

func (p *htmlPage) addSections(r *Report) {
	for _, s := range runSections(r) {
		if more := len(s.rows) - warningsMax; more > 0 {
			s.rows = append(slices.Clone(s.rows[:warningsMax]), [3]string{"…", fmt.Sprintf("and %s more: the sheet Run of the workbook has them all", thousands(more))})
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

// The kinds of lines, those that are left out last first.
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

// leaveOut decides which lines the table holds, and says which it does not.
func (p *htmlPage) leaveOut(r *Report, maxLines int) {
	needs := r.settled.needRows + r.settled.needRecords
	sizes := htmlQuota{
		kindNeeds: needs, kindUnlisted: r.Summary.Unlisted, kindUnchanged: r.Summary.Unchanged,
		kindChanged: r.Summary.Sum() - needs - r.Summary.Unlisted - r.Summary.Unchanged,
	}
	words := [...]string{kindNeeds: "that need a person", kindChanged: "changed", kindUnlisted: "unlisted", kindUnchanged: "unchanged"}
	room, listed := maxLines, 0
	var missing []string
	for kind, size := range sizes {
		p.quota[kind] = min(size, room)
		room -= p.quota[kind]
		listed += p.quota[kind]
		if left := size - p.quota[kind]; left > 0 {
			missing = append(missing, thousands(left)+" "+words[kind])
		}
	}
	p.Listed = thousands(listed)
	if len(missing) > 0 {
		p.LeftOut = fmt.Sprintf("This page lists %s of %s lines. Left out: %s. The workbook and the CSV file of this run hold every line.",
			p.Listed, thousands(r.Summary.Sum()), strings.Join(missing, ", "))
	}
}

// take tells whether a line is listed.
func (q *htmlQuota) take(l *Line) bool {
	kind := kindOfLine(l)
	q[kind]--
	return q[kind] >= 0
}
