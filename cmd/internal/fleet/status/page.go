package status

import (
	"bufio"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/nights"
	"keyroster/io/reportio"
	"keyroster/io/termio"
)

//go:embed page.tmpl
var pageText string

//go:embed page.css
var ownStyle string

var (
	pageTemplate = sync.OnceValue(func() *template.Template {
		return template.Must(template.New("page").Parse(pageText))
	})
	style, pagePolicy = reportio.Styled(ownStyle)
)

// page is the data of the page.
type page struct {
	Policy, Written         string
	Style                   template.CSS
	Tone, ToneWord, Verdict string
	Counts                  []counted
	// Unattended says that no worker is alive; empty if one is.
	Unattended string
	Need       []need
	Running    []running
	Workers    []seen
	// Rest names the accounts that are in no table.
	Rest []string
	// Tiles shows all accounts, and Nights a row for each with its last weeks.
	Tiles, Nights template.HTML
	Legend        []nights.Verdict
	Days          int
	From, To      string
}

// counted is the number of accounts with an outcome.
type counted struct {
	nights.Verdict
	N string
}

// need is an account that needs a person; Night is empty for the newest night.
type need struct {
	nights.Verdict
	Name, Href, Night, Reason, Hint, Next string

	outcome Outcome
}

// running is an account that is being worked on.
type running struct{ Name, Worker, Lines, Lease string }

// seen is a worker.
type seen struct {
	Name, Host, Slots, Seen string
	Gone                    bool
}

// runningMax is how many running accounts the page lists.
const runningMax = 200

// tones describe in words how urgent a tone is.
var tones = map[nights.Tone]string{
	nights.Good: "All is well", nights.Quiet: "No night yet", nights.Attention: "Needs a person",
	nights.Alarm: "Needs a person now",
}

// WritePage writes the page. It loads nothing and runs no script; the reasons in it may name people.
func (h *History) WritePage(w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10)
	shown := termio.NewWriter(out)
	if err := pageTemplate().Execute(shown, newPage(h)); err != nil {
		return fmt.Errorf("write the page of the fleet: %w", err)
	}
	if err := shown.Flush(); err != nil {
		return fmt.Errorf("write the page of the fleet: %w", err)
	}
	return out.Flush()
}

func newPage(h *History) *page {
	c := newChart(h)
	p := &page{
		Policy: pagePolicy, Style: template.CSS(style), Written: h.At.Format("2 January 2006, 15:04 MST"),
		Verdict: strings.TrimSuffix(h.headline(), "."), Tiles: c.tiles(), Nights: c.rows(), Legend: c.legend(), Days: Days,
		From: c.day(0).Format("2 January"), To: c.day(Days - 1).Format("2 January 2006"),
	}
	worst := nights.Quiet
	for _, o := range outcomes {
		if n := h.Counts.Outcomes[o]; n > 0 {
			p.Counts = append(p.Counts, counted{presentations[o].Verdict, reportio.Thousands(n)})
			if o == AsDesired {
				worst = nights.Good
			}
		}
	}
	for i := range h.Accounts {
		p.add(h, &h.Accounts[i], i)
		if a := &h.Accounts[i]; a.NeedsPerson && presentations[a.Outcome].Tone.Urgency() > worst.Urgency() {
			worst = presentations[a.Outcome].Tone
		}
	}
	for _, a := range h.running() {
		if len(p.Running) < runningMax {
			p.Running = append(p.Running, running{h.nameOf(a), a.Worker, a.progress(), h.leaseText(a)})
		}
	}
	if h.Unattended {
		worst, p.Unattended = nights.Alarm, unattendedText
	}
	p.Tone, p.ToneWord = string(worst), tones[worst]
	p.order()
	for i := range h.Workers {
		w := &h.Workers[i]
		p.Workers = append(p.Workers, seen{w.Name, w.Host, w.slotsText(), w.seenText(h.At), w.Gone})
	}
	for _, part := range h.rest() {
		p.Rest = append(p.Rest, part.words+": "+failure.List(part.names))
	}
	return p
}

// add adds an account to the tables it belongs to.
func (p *page) add(h *History, a *Account, n int) {
	if !a.NeedsPerson {
		return
	}
	one := need{
		Verdict: presentations[a.Outcome].Verdict, Name: a.Account, Href: fmt.Sprintf("#n%d", n), Reason: a.reasonText(),
		Hint: cmp.Or(a.Hint, advice[a.Outcome]), Next: a.Next, outcome: a.Outcome,
	}
	if a.Night != h.newest {
		one.Night = a.Night
	}
	p.Need = append(p.Need, one)
}

// order sorts the most urgent first, with similar entries together.
func (p *page) order() {
	slices.SortStableFunc(p.Need, func(a, b need) int {
		return cmp.Or(
			b.Tone.Urgency()-a.Tone.Urgency(), slices.Index(outcomes, a.outcome)-slices.Index(outcomes, b.outcome),
		)
	})
}
