//go:build browser

package reportio

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tab is a page in a real browser, with what went wrong in it.
type tab struct {
	ctx context.Context
	url string

	mu    sync.Mutex
	wrong []string
}

// browse opens a page from a file, as somebody opens an attachment.
func browse(t *testing.T, page string) *tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Fatal("no Chromium is installed")
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1440, 900),
		chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(cancel)
	b := &tab{ctx: ctx, url: "file://" + file}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	call(t, b, network.Enable, network.EnableParams{})
	call(t, b, cdplog.Enable, cdp.Empty{})
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, text := range b.wrong {
			t.Error(text)
		}
	})
	return b
}

// note keeps what a page that stands alone never does: write to the console,
// fail, or ask for another file.
func (b *tab) note(event any) {
	text := ""
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		text = fmt.Sprintf("console: %s", e.Type)
	case *runtime.EventExceptionThrown:
		text = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
	case *cdplog.EventEntryAdded:
		text = "console: " + e.Entry.Text
	case *network.EventRequestWillBeSent:
		if at, _, _ := strings.Cut(e.Request.URL, "#"); at != b.url && !strings.HasPrefix(at, "data:,") {
			text = "request to " + e.Request.URL
		}
	}
	if text != "" {
		b.mu.Lock()
		b.wrong = append(b.wrong, text)
		b.mu.Unlock()
	}
}

func call[P, R any](t *testing.T, b *tab, command cdp.Command[P, R], params P) R {
	t.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func (b *tab) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// open loads the page and waits until its lines are read.
func (b *tab) open(t *testing.T) {
	t.Helper()
	b.do(t, chromedp.Navigate(b.url), chromedp.WaitVisible(chromedp.CSS("html[data-ready]")))
}

// ask evaluates JavaScript.
func ask[T any](t *testing.T, b *tab, script string) T {
	t.Helper()
	result, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return result
}

// expect waits for JavaScript to say want.
func (b *tab) expect(t *testing.T, script, want string) {
	t.Helper()
	for range 50 {
		if got := ask[string](t, b, "String("+script+")"); got == want {
			return
		}
		ask[bool](t, b, "new Promise((done) => requestAnimationFrame(() => done(true)))")
	}
	t.Errorf("%s is %q, want %q", script, ask[string](t, b, "String("+script+")"), want)
}

func (b *tab) click(t *testing.T, selector string) {
	t.Helper()
	ask[bool](t, b, "(document.querySelector("+fmt.Sprintf("%q", selector)+").click(), true)")
}

func (b *tab) press(t *testing.T, key string) {
	t.Helper()
	b.do(t, chromedp.KeyEvent(key))
}

// Texts of the page, as a user reads them.
const (
	shownCount  = "document.getElementById('count').textContent"
	firstWhere  = "document.querySelector('#rows tr .c-where').textContent"
	focusedRow  = "document.activeElement.getAttribute('aria-rowindex')"
	dialogOpen  = "document.getElementById('details').open"
	dialogTitle = "document.getElementById('details-title').textContent"
)

func TestBrowserSearchFilterSort(t *testing.T) {
	b := browse(t, writePage(t, report(everyOutcome()), HTMLOptions{Problems: rosterProblems()}))
	b.open(t)
	b.expect(t, shownCount, "14 lines")
	b.expect(t, "document.querySelectorAll('#rows tr').length", "14")

	b.do(t, chromedp.SendKeys(chromedp.ID("search"), "HOLDER7@"))
	b.expect(t, shownCount, "1 of 14 lines")
	b.expect(t, firstWhere, "Doors, row 9")
	b.do(t, chromedp.SendKeys(chromedp.ID("search"), " nobody"))
	b.expect(t, "document.getElementById('nothing').hidden", "false")
	b.click(t, "#clear")
	b.expect(t, shownCount, "14 lines")

	b.click(t, "#chips button:first-child")
	b.expect(t, shownCount, "10 of 14 lines")
	b.expect(t, "document.querySelector('#chips button').getAttribute('aria-pressed')", "true")
	b.click(t, "#clear")
	ask[bool](t, b, `(() => { const s = document.getElementById('situation'); s.value = [...s.options].find((o) => o.text.startsWith('ambiguous')).value; s.dispatchEvent(new Event('change')); return true; })()`)
	b.expect(t, shownCount, "1 of 14 lines")
	b.expect(t, firstWhere, "Doors, row 9")
	b.click(t, "#clear")

	b.click(t, "th[data-sort=outcome] button")
	b.expect(t, "document.querySelector('#rows tr .badge').textContent", "not as written")
	b.expect(t, "document.querySelector('th[data-sort=outcome]').getAttribute('aria-sort')", "ascending")
	b.click(t, "th[data-sort=who] button")
	b.click(t, "th[data-sort=who] button")
	b.expect(t, "document.querySelector('#rows tr .one').textContent", "Example Holder 13")
	b.expect(t, "document.querySelector('th[data-sort=who]').getAttribute('aria-sort')", "descending")

	b.click(t, "a[data-outcome=failed]")
	b.expect(t, shownCount, "1 of 14 lines")
}

func TestBrowserDetailsByKeyboard(t *testing.T) {
	b := browse(t, writePage(t, report(everyOutcome()), HTMLOptions{}))
	b.open(t)
	b.do(t, chromedp.Focus(chromedp.ID("search")))
	b.press(t, kb.ArrowDown)
	b.expect(t, focusedRow, "2")
	b.press(t, kb.ArrowDown)
	b.press(t, kb.ArrowDown)
	b.press(t, kb.ArrowDown)
	b.expect(t, focusedRow, "5")
	b.press(t, kb.Enter)
	b.expect(t, dialogOpen, "true")
	b.expect(t, dialogTitle, "Example Holder 3")
	text := ask[string](t, b, "document.getElementById('details').innerText")
	for _, want := range []string{"422: value is already in use by another person", "••••17", "••••67", "req-0003", "HTTP status"} {
		if !strings.Contains(text, want) {
			t.Errorf("the details do not say %q: %s", want, text)
		}
	}
	b.press(t, kb.ArrowRight)
	b.expect(t, dialogTitle, "Example Holder 4")
	b.press(t, kb.Escape)
	b.expect(t, dialogOpen, "false")
	b.expect(t, focusedRow, "6")
	b.press(t, kb.End)
	b.expect(t, focusedRow, "15")
	b.press(t, kb.Home)
	b.expect(t, focusedRow, "2")

	b.click(t, "a[data-line='13']")
	b.expect(t, dialogTitle, "Example Holder 13")
}

// TestBrowserSaysWhatThingsAre reads the page as a screen reader does.
func TestBrowserSaysWhatThingsAre(t *testing.T) {
	b := browse(t, writePage(t, report(everyOutcome()), HTMLOptions{Problems: rosterProblems()}))
	b.open(t)
	b.click(t, "details")
	seen := accessibleNames(t, b)
	for role, want := range map[string]string{
		"searchbox": "Search the lines", "image": "Outcomes of 14 lines", "grid": "All lines", "main": "", "status": "",
		"button": "needs a person 10", "columnheader": "What happened", "heading": "What needs a person first",
	} {
		if !slices.Contains(seen[role], want) {
			t.Errorf("no %s is called %q: %q", role, want, seen[role])
		}
	}
	if !slices.ContainsFunc(seen["row"], func(name string) bool { return strings.HasPrefix(name, "Doors, row 5 failed") }) {
		t.Errorf("no row is called after what it says: %q", seen["row"])
	}
	b.expect(t, "document.getElementById('grid').getAttribute('aria-rowcount')", "15")
	b.click(t, "#rows tr .c-open button")
	b.expect(t, dialogOpen, "true")
	if seen := accessibleNames(t, b); !slices.Contains(seen["dialog"], "Example Holder 0") {
		t.Errorf("no dialog is called after its line: %q", seen["dialog"])
	}
}

// accessibleNames are the names of what the page shows, by role. Whatever can
// be operated must have one.
func accessibleNames(t *testing.T, b *tab) map[string][]string {
	t.Helper()
	seen := map[string][]string{}
	for _, node := range call(t, b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		if node.Ignored || node.Role == nil {
			continue
		}
		role, name := strings.Trim(string(node.Role.Value), `"`), ""
		if node.Name != nil {
			name = strings.TrimSpace(strings.Trim(string(node.Name.Value), `"`))
		}
		seen[role] = append(seen[role], name)
		switch role {
		case "button", "link", "searchbox", "textbox", "combobox", "option", "grid", "columnheader", "dialog", "image", "search", "region":
			if name == "" {
				t.Errorf("a %s has no name", role)
			}
		}
	}
	return seen
}

func TestBrowserFitsPhoneAndPaper(t *testing.T) {
	r := report(everyOutcome())
	r.Inputs[0].File = strings.Repeat("averylongname", 12) + ".xlsx"
	b := browse(t, writePage(t, r, HTMLOptions{Problems: rosterProblems()}))
	for _, width := range []int64{320, 390, 768, 1024, 1440} {
		call(t, b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 844, DeviceScaleFactor: 1, Mobile: width < 768})
		b.open(t)
		if wide := ask[int64](t, b, "document.documentElement.scrollWidth"); wide > width {
			t.Errorf("at a width of %d the page is %d wide", width, wide)
		}
	}
	b.click(t, "a[data-outcome=failed]")
	b.expect(t, shownCount, "1 of 14 lines")
	ask[bool](t, b, "(dispatchEvent(new Event('beforeprint')), true)")
	b.expect(t, "document.querySelectorAll('#rows tr').length", "1")
	b.expect(t, "document.getElementById('printed').textContent", "Printed are the 1 of 14 lines that fit the search and the filters.")
	ask[bool](t, b, "(dispatchEvent(new Event('afterprint')), true)")
	b.expect(t, "document.getElementById('printed').hidden", "true")
	b.expect(t, "document.querySelectorAll('#rows tr').length", "1")
}

func TestBrowserRunsNoTextOfTheReport(t *testing.T) {
	const evil = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1><svg onload=window.hacked=1>"
	b := browse(t, writePage(t, evilReport(evil), HTMLOptions{}))
	b.open(t)
	b.expect(t, "document.querySelector('#rows tr .one').textContent", evil)
	b.click(t, "#rows tr")
	b.expect(t, dialogTitle, evil)
	b.expect(t, "window.hacked", "undefined")
	b.expect(t, "document.images.length", "0")
}

// TestBrowserWithoutScripts: previews of mail programs run none.
func TestBrowserWithoutScripts(t *testing.T) {
	b := browse(t, writePage(t, report(everyOutcome()), HTMLOptions{}))
	call(t, b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.do(t, chromedp.Navigate(b.url))
	text, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("main")))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"10 of 13 rows need a person", "the totals close", "not as written", "needs JavaScript"} {
		if !strings.Contains(text, want) {
			t.Errorf("without scripts the page does not say %q: %s", want, text)
		}
	}
	if strings.Contains(text, "Reading ") {
		t.Error("without scripts the page says that it reads lines")
	}
}

// TestBrowserStaysQuickAtManyLines measures what a person waits for. The times
// are logged; the bounds only catch what has become unusable.
func TestBrowserStaysQuickAtManyLines(t *testing.T) {
	const n = 100_000
	b := browse(t, writePage(t, siteReport(n), HTMLOptions{}))
	begun := time.Now()
	b.open(t)
	t.Logf("ready after %v, first paint after %.0f ms", time.Since(begun).Round(time.Millisecond),
		ask[float64](t, b, "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"))
	b.expect(t, shownCount, "100,000 lines")

	search := func(words string) float64 {
		return ask[float64](t, b, `new Promise((done) => {
			const input = document.getElementById('search');
			input.value = '`+words+`';
			const begun = performance.now();
			input.dispatchEvent(new Event('input'));
			requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun), 0));
		})`)
	}
	t.Logf("first search, made while the page still prepares: %.0f ms until drawn", search("zzz"))
	for _, words := range []string{"holder 09999", "example", "failed already", "nobody at all", ""} {
		took := search(words)
		t.Logf("search %q: %.0f ms until drawn, %s", words, took, ask[string](t, b, shownCount))
		if took > 2000 {
			t.Errorf("search %q took %.0f ms", words, took)
		}
	}
	for _, name := range []string{"who", "outcome", "why", "where"} {
		took := ask[float64](t, b, `new Promise((done) => {
			const begun = performance.now();
			document.querySelector('th[data-sort=`+name+`] button').click();
			requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun), 0));
		})`)
		t.Logf("sort by %s: %.0f ms until drawn", name, took)
		if took > 4000 {
			t.Errorf("sort by %s took %.0f ms", name, took)
		}
	}
	ask[bool](t, b, "(scrollTo(0, document.documentElement.scrollHeight), true)")
	b.expect(t, "[...document.querySelectorAll('#rows tr')].pop().getAttribute('aria-rowindex')", "100001")
	if rows := ask[int](t, b, "document.querySelectorAll('#rows tr').length"); rows > 100 {
		t.Errorf("%d rows exist at once", rows)
	}
	ask[bool](t, b, "(dispatchEvent(new Event('beforeprint')), true)")
	b.expect(t, "document.getElementById('printed').textContent",
		"Printed are the first 500 of 100,000 lines. Filter them before printing, or print the workbook.")
}
