package calendar

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"keyroster/cmd/internal/nights"
	"keyroster/io/reportio"
	"keyroster/io/store"
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
	Policy  string
	Style   template.CSS
	Written string
	// Zone is the time zone of all times.
	Zone string

	Tone, ToneWord, Verdict string
	Attend                  []entry
	Accounts                []account
	Legend                  []nights.Verdict
	Latest                  []entry
	All                     string
	// Older says how many runs are not shown, Skipped names other things in the folder.
	Older   string
	Skipped []string

	seen *seen
}

// entry is a run in a table.
type entry struct {
	nights.Verdict
	Name, Href, Account, Command, Began, Took, Result, Problem, Next string
}

// account is an account and its nights.
type account struct {
	ID, Name string
	Last     entry
	// Good is when a run last ended as desired, empty for never.
	Good     string
	Runs     string
	Calendar template.HTML
	// Open: its calendar is expanded.
	Open bool
}

// latestMax is how many runs the page lists one by one, openMax how many calendars are expanded.
const (
	latestMax = 200
	openMax   = 12
)

// tones describe in words how urgent a verdict is.
var tones = map[nights.Tone]string{
	nights.Good: "All is well", nights.Quiet: "No run yet", nights.Attention: "Needs a person", nights.Alarm: "Needs a person now",
}

func newPage(s *seen, now time.Time) *page {
	p := &page{
		Policy: pagePolicy, Style: template.CSS(style), Written: now.Format("2 January 2006, 15:04 MST"),
		Zone: reportio.Zone(now), Skipped: s.skipped, All: reportio.Count(len(s.runs), "run"), seen: s,
	}
	loc := now.Location()
	for i := range s.runs {
		if one := &s.runs[i]; one.Next != "" {
			p.Attend = append(p.Attend, newEntry(one, loc))
		}
	}
	slices.Reverse(p.Attend)
	for i := len(s.runs) - 1; i >= 0 && len(p.Latest) < latestMax; i-- {
		p.Latest = append(p.Latest, newEntry(&s.runs[i], loc))
	}
	p.addAccounts(now)
	p.addLegend()
	p.summarize()
	if s.older > 0 {
		p.Older = fmt.Sprintf("%s not shown: this page has the newest %s runs of the last %d days. "+
			"keyroster runs lists them all.", reportio.Count(s.older, "older run"), reportio.Thousands(maxRuns), maxDays)
	}
	return p
}

func newEntry(one *shown, loc *time.Location) entry {
	e := entry{
		Verdict: one.Entry.Verdict(), Name: one.Name, Account: one.Account, Command: one.Command,
		Began: one.Began().In(loc).Format("2006-01-02 15:04"), Result: one.Result, Problem: one.Problem, Next: one.Next,
		Href: href(one),
	}
	if one.Status == store.RunClosed {
		e.Took = one.TookText()
	}
	return e
}

// href is the relative link to a run's report, empty for none.
func href(one *shown) string {
	if one.report == "" {
		return ""
	}
	return url.PathEscape(one.Name) + "/" + one.report
}

// addAccounts adds each account with its nights, by name.
func (p *page) addAccounts(now time.Time) {
	byName := map[string][]*shown{}
	for i := range p.seen.runs {
		one := &p.seen.runs[i]
		byName[one.Account] = append(byName[one.Account], one)
	}
	for name, runs := range byName {
		a := account{
			Name: name, Last: newEntry(runs[len(runs)-1], now.Location()), Runs: reportio.Count(len(runs), "run"),
			Calendar: months(name, runs, now), Open: len(byName) <= openMax,
		}
		for _, one := range slices.Backward(runs) {
			if one.Entry.Verdict().Tone == nights.Good {
				a.Good = one.Began().In(now.Location()).Format("2006-01-02 15:04")
				break
			}
		}
		p.Accounts = append(p.Accounts, a)
	}
	slices.SortFunc(p.Accounts, func(a, b account) int { return strings.Compare(a.Name, b.Name) })
	for i := range p.Accounts {
		p.Accounts[i].ID = fmt.Sprintf("a%d", i+1)
	}
}

// addLegend explains the signs used on the page.
func (p *page) addLegend() {
	has := map[nights.Verdict]bool{}
	for i := range p.seen.runs {
		has[p.seen.runs[i].Entry.Verdict()] = true
	}
	for _, v := range nights.Verdicts() {
		if has[v] {
			p.Legend = append(p.Legend, v)
		}
	}
}

// summarize describes the state of the accounts by their last runs.
func (p *page) summarize() {
	worst, counts := nights.Quiet, map[string]int{}
	for i := range p.Accounts {
		v := p.Accounts[i].Last.Verdict
		counts[v.Word]++
		if v.Tone.Urgency() > worst.Urgency() {
			worst = v.Tone
		}
	}
	if len(p.Attend) > 0 {
		worst = nights.Alarm
	}
	var parts []string
	for _, v := range nights.Verdicts() {
		if n := counts[v.Word]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", reportio.Thousands(n), v.Word))
		}
	}
	p.Tone, p.ToneWord = string(worst), tones[worst]
	p.Verdict = "No runs"
	if len(parts) > 0 {
		p.Verdict = "Last run of " + reportio.Count(len(p.Accounts), "account") + ": " + strings.Join(parts, ", ")
	}
}

// write writes the page.
func (p *page) write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10)
	shown := termio.NewWriter(out)
	if err := pageTemplate().ExecuteTemplate(shown, "top", p); err != nil {
		return fmt.Errorf("write %s: %w", File, err)
	}
	if err := shown.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", File, err)
	}
	_, _ = out.WriteString(keptBegin)
	// The encoder escapes what would end the element.
	if err := json.NewEncoder(out).Encode(document{keptSchema, p.seen.kept()}); err != nil {
		return fmt.Errorf("write %s: %w", File, err)
	}
	_, _ = out.WriteString(keptEnd + "\n</body>\n</html>\n")
	return out.Flush()
}
