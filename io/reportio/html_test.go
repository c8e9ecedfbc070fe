package reportio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"keyroster/reconcile"
)

func writePage(t testing.TB, r *Report, o HTMLOptions) string {
	t.Helper()
	return string(render(t, func(b *bytes.Buffer) error { return WriteHTML(b, r, o) }))
}

func rosterProblems() []reconcile.Problem {
	return []reconcile.Problem{
		{
			Source: reconcile.Source{File: "rosters/badges.xlsx", Sheet: "Doors", Line: 13}, Cell: "D13", Column: "value", Kind: "rounded",
			Message: "the card number is a number rounded by the spreadsheet", Likely: "••••", Remedy: "type it again as text",
		},
		{
			Source: reconcile.Source{File: "rosters/badges.xlsx"}, Kind: "unknown-column", Severity: reconcile.SeverityWarning,
			Message: "column \"Floor\" is not known and was carried over",
		},
	}
}

func withProblems(r *Report) *Report {
	r.Problems = rosterProblems()
	return r
}

// TestGoldenPage fixes what the page says; its style and script are in files of their own.
func TestGoldenPage(t *testing.T) {
	page := writePage(t, withProblems(report(everyOutcome())), HTMLOptions{})
	for _, part := range []string{pageStyle, pageScript, html.EscapeString(pagePolicy), strings.ReplaceAll(html.EscapeString(pagePolicy), "+", "&#43;")} {
		page = strings.ReplaceAll(page, part, "…")
	}
	golden(t, "report.html", []byte(page))
}

func TestPageWithoutLines(t *testing.T) {
	r := report(nil)
	r.ExitCode, r.Stopped = 4, "the listing is not proved complete"
	page := writePage(t, r, HTMLOptions{})
	for _, want := range []string{
		"Refused by a safety rule; nothing was written", "the listing is not proved complete",
		"Nothing to compare", "Nothing needs a person",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	writePage(t, &Report{}, HTMLOptions{})
}

// TestNoTextOfThePageIsMarkup plants markup wherever a text comes from outside, and parses the page
// as a browser would.
func TestNoTextOfThePageIsMarkup(t *testing.T) {
	const evil = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1><!--\u2028'\"><a href=javascript:window.hacked=1>"
	r := evilReport(evil)
	r.Problems = []reconcile.Problem{{
		Source: reconcile.Source{File: evil, Sheet: evil}, Cell: evil, Column: evil, Kind: evil, Message: evil, Read: evil, Likely: evil, Remedy: evil,
	}}
	page := writePage(t, r, HTMLOptions{})
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	texts, running := 0, 0
	for n := range elements(doc) {
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || strings.Contains(a.Val, "javascript:") || a.Key == "style" {
				t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
			}
		}
		switch n.Data {
		case "img", "iframe", "object", "embed", "form", "base":
			t.Errorf("the page has an element <%s>", n.Data)
		case "a":
			if href := attribute(n, "href"); !strings.HasPrefix(href, "#") {
				t.Errorf("a link leads to %q", href)
			}
		case "script":
			if attribute(n, "type") == "" {
				running++
			} else if n.FirstChild != nil && !json.Valid([]byte(n.FirstChild.Data)) {
				t.Errorf("a block of data is cut short: %.80s", n.FirstChild.Data)
			} else if n.FirstChild != nil && strings.Contains(n.FirstChild.Data, "window.hacked") {
				texts++
			}
		}
	}
	// The block of lines has the text, and so has the list of types.
	if running != 1 || texts != 2 {
		t.Errorf("%d scripts run, want 1; %d blocks hold the planted text, want 2", running, texts)
	}
}

// evilReport returns a report with the text in every place that takes one from outside.
func evilReport(evil string) *Report {
	l := change(row(0), reconcile.Failed, "8220934417", "5550001234567")
	l.Source = &reconcile.Source{File: evil, Sheet: evil, Line: 2}
	l.Sources = []reconcile.Source{{File: evil, Sheet: evil, Line: 3}}
	l.CredentialID, l.HolderID, l.HolderName, l.HolderEmail, l.Type, l.TypeName = evil, evil, evil, evil, evil, evil
	l.Reason, l.RequestID, l.Warnings = evil, evil, []string{evil}
	l.Fields = append(l.Fields, newField(cardMask, designColumn, text("a"), text(evil)), newField(cardMask, endsColumn, text(evil), text(evil)))
	l.Effective = ptr(evil)
	r := report([]Line{l})
	r.RunID, r.Account, r.Provider, r.Command, r.Operator, r.Tool, r.Stopped = evil, evil, evil, evil, evil, evil, evil
	r.Inputs = []Input{{File: evil, SHA256: evil}}
	r.Overrides, r.Warnings = []Override{{Name: evil, Value: evil, Reason: evil}}, []string{evil}
	r.Listing.Strategy, r.Listing.Evidence = evil, reconcile.Evidence(evil)
	return r
}

func elements(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for d := range n.Descendants() {
			if d.Type == html.ElementNode && !yield(d) {
				return
			}
		}
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestPageHoldsNoSecret(t *testing.T) {
	page := writePage(t, withProblems(report(everyOutcome())), HTMLOptions{})
	for _, secret := range planted {
		if strings.Contains(page, secret) {
			t.Errorf("the page holds a planted secret of %d characters", len(secret))
		}
	}
	if !strings.Contains(page, "••••18") {
		t.Error("the page holds no mask either")
	}
}

// TestPageStandsAlone: nothing in the page's own parts can request another file, and texts never
// become markup.
func TestPageStandsAlone(t *testing.T) {
	for name, text := range map[string]string{"style": pageStyle, "script": pageScript} {
		for _, word := range []string{
			"http:", "https:", "url(", "@import", "fetch(", "XMLHttp", "import(", "WebSocket", "sendBeacon", "innerHTML", "outerHTML",
			"insertAdjacent", "document.write", "eval(", "Function(", "localStorage", "</", "<!--",
		} {
			if strings.Contains(text, word) {
				t.Errorf("the %s has %q", name, word)
			}
		}
	}
}

func TestEveryOutcomeHasItsColours(t *testing.T) {
	for _, o := range reconcile.Outcomes {
		if !strings.Contains(pageStyle, ".o-"+o.String()+" {") {
			t.Errorf("the page has no colour for %s", o)
		}
	}
	for _, tone := range tones {
		if !strings.Contains(pageStyle, ".verdict."+tone.name+" {") {
			t.Errorf("the page has no colour for the tone %s", tone.name)
		}
	}
}

// TestTextsStandOut holds the colours of texts to WCAG 2.2, 1.4.3: 4.5 to 1.
func TestTextsStandOut(t *testing.T) {
	pairs := [][2]string{
		{"ink", "page"},
		{"ink", "card"},
		{"ink", "head"},
		{"ink", "stripe"},
		{"ink", "field"},
		{"muted", "card"},
		{"muted", "head"},
		{"muted", "stripe"},
		{"muted", "field"},
		{"link", "card"},
		{"card", "ink"},
		{"ins", "ins-fill"},
		{"del", "del-fill"},
		{"good-ink", "good-fill"},
		{"notice-ink", "notice-fill"},
		{"attention-ink", "attention-fill"},
		{"alarm-ink", "alarm-fill"},
		{"plain-ink", "plain-fill"},
		{"blocked-ink", "blocked-fill"},
		{"conflict-ink", "conflict-fill"},
		{"unknown-ink", "unknown-fill"},
		{"waiting-ink", "waiting-fill"},
		{"invalid-ink", "invalid-fill"},
	}
	light, dark, ok := strings.Cut(pageStyle, "prefers-color-scheme: dark")
	if !ok {
		t.Fatal("the page has no dark colours")
	}
	for theme, css := range map[string]string{"light": light, "dark": dark} {
		for _, pair := range pairs {
			if ratio := contrast(colorOf(t, css, pair[0]), colorOf(t, css, pair[1])); ratio < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f", theme, pair[0], pair[1], ratio)
			}
		}
	}
}

func colorOf(t *testing.T, css, name string) [3]float64 {
	t.Helper()
	m := regexp.MustCompile(`--` + name + `: #([0-9a-f]{3,6});`).FindStringSubmatch(css)
	if m == nil {
		t.Fatalf("no colour --%s", name)
	}
	if len(m[1]) == 3 {
		m[1] = string([]byte{m[1][0], m[1][0], m[1][1], m[1][1], m[1][2], m[1][2]})
	}
	var c [3]float64
	for i := range c {
		n, _ := strconv.ParseUint(m[1][i*2:i*2+2], 16, 8)
		c[i] = float64(n) / 255
	}
	return c
}

// contrast returns the contrast ratio of two colours, as WCAG defines it by relative luminance.
func contrast(a, b [3]float64) float64 {
	luminance := func(c [3]float64) float64 {
		for i, v := range c {
			if c[i] = v / 12.92; v > 0.04045 {
				c[i] = math.Pow((v+0.055)/1.055, 2.4)
			}
		}
		return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
	}
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}

func TestPageLeavesOutTheUnchangedFirst(t *testing.T) {
	lines := everyOutcome()
	for _, c := range []struct {
		max, listed int
		want        string
	}{
		{0, 14, ""},
		{14, 14, ""},
		{13, 13, "This page lists 13 of 14 lines. Left out: 1 unchanged. "},
		{12, 12, "Left out: 1 unlisted, 1 unchanged. "},
		{3, 3, "Left out: 7 that need a person, 2 changed, 1 unlisted, 1 unchanged. "},
	} {
		if c.max == 3 {
			c.want = fmt.Sprintf("Left out: %d that need a person, 2 changed, 1 unlisted, 1 unchanged. ", 14-2-1-1-3)
		}
		page := writePage(t, report(lines), HTMLOptions{MaxLines: c.max})
		if columns, _ := readPage(t, page); len(columns["line"]) != c.listed {
			t.Errorf("at most %d lines: %d are listed, want %d", c.max, len(columns["line"]), c.listed)
		}
		if (c.want == "") == strings.Contains(page, "Left out") || !strings.Contains(page, c.want) {
			t.Errorf("at most %d lines: the page does not say %q", c.max, c.want)
		}
	}
}

// TestPageDataIsTheLines unpacks what the page's script would read.
func TestPageDataIsTheLines(t *testing.T) {
	const n = 2*blockLines + 17
	r := siteReport(n)
	got, _ := readPage(t, writePage(t, r, HTMLOptions{}))
	i := 0
	for l, err := range r.Lines {
		if err != nil {
			t.Fatal(err)
		}
		for n, want := range l.pageTexts() {
			if name := htmlTexts[n]; got[name][i] != want {
				t.Fatalf("line %d: %s is %q, want %q", i, name, got[name][i], want)
			}
		}
		for n, want := range l.pageWords(r) {
			if name := htmlWords[n]; got[name][i] != want {
				t.Fatalf("line %d: %s is %q, want %q", i, name, got[name][i], want)
			}
		}
		for n, want := range l.pageNumbers() {
			if name := htmlNumbers[n]; got[name][i] != float64(want) {
				t.Fatalf("line %d: %s is %v, want %d", i, name, got[name][i], want)
			}
		}
		var fields []string
		for _, f := range l.Fields {
			fields = append(fields, f.Name, f.Before, f.After)
		}
		if words, _ := got["fields"][i].([]string); !slices.Equal(words, fields) {
			t.Fatalf("line %d: fields are %q, want %q", i, words, fields)
		}
		i++
	}
	if i != n || len(got["line"]) != n {
		t.Errorf("%d lines, the page has %d", i, len(got["line"]))
	}
}

// TestPageSize: a report of 100,000 lines can be mailed, even if all of them changed or each has
// words of its own. Blocks of data are independent of each other, so the size grows evenly.
func TestPageSize(t *testing.T) {
	const n, most = 5 * blockLines, 25 << 20
	for name, r := range map[string]*Report{
		"a usual run": siteReport(n),
		"all changed": eachLine(n, func(i int, l Line) Line {
			l = change(l, reconcile.Applied, "8220934417", fmt.Sprint(8220900000+i))
			l.RequestID = fmt.Sprintf("%08x-0000-4000-8000-%012x", i*2654435761%(1<<32), i)
			return l
		}),
		"all blocked": eachLine(n, func(i int, l Line) Line {
			return stays(l, reconcile.Ambiguous, reconcile.Blocked, fmt.Sprintf(
				"the value is in use by credential c%07x of person %d, which does not change", i*7919, i))
		}),
	} {
		var size counter
		if err := WriteHTML(&size, r, HTMLOptions{}); err != nil {
			t.Fatal(err)
		}
		all := int(size) * 100_000 / n
		t.Logf("%s: 100,000 lines take %.1f MiB", name, float64(all)/(1<<20))
		if all > most {
			t.Errorf("%s: 100,000 lines take %.1f MiB", name, float64(all)/(1<<20))
		}
	}
}
