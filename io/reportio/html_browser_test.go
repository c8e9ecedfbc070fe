//go:build browser

package reportio

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"keyroster/reconcile"
)

// Texts on the page, as a user reads them.
const (
	shownCount  = "document.getElementById('count').textContent"
	firstWhere  = "document.querySelector('#rows tr .c-where').textContent"
	focusedRow  = "document.activeElement.getAttribute('aria-rowindex')"
	dialogOpen  = "document.getElementById('details').open"
	dialogTitle = "document.getElementById('details-title').textContent"
)

// sticksOut names the elements that are wider than the section they are in.
const sticksOut = `[...document.querySelectorAll('section > *, details > *')].filter((part) => {
	const [inner, outer] = [part.getBoundingClientRect(), part.parentElement.getBoundingClientRect()];
	return inner.width > 1 && inner.right > outer.right + 1 && part.id !== 'frame';
}).map((part) => part.tagName + ' ' + part.className + part.id).join(', ')`

func TestBrowserSearchFilterSort(t *testing.T) {
	b := browse(t, writePage(t, withProblems(report(everyOutcome())), HTMLOptions{}))
	b.open(t)
	b.expect(t, shownCount, "14 lines")
	b.expect(t, "document.querySelectorAll('#rows tr').length", "14")
	b.expect(t, "document.querySelector('#rows tr .badge').textContent", "different when read back")
	b.expect(t, "[...document.querySelectorAll('#rows tr .badge')].pop().textContent", "unchanged")
	b.expect(t, "document.querySelector('th[data-sort=outcome]').getAttribute('aria-sort')", "ascending")

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
	b.expect(t, "document.querySelector('#rows tr .badge').textContent", "unchanged")
	b.expect(t, "document.querySelector('th[data-sort=outcome]').getAttribute('aria-sort')", "descending")
	b.click(t, "th[data-sort=who] button")
	b.click(t, "th[data-sort=who] button")
	b.expect(t, "document.querySelector('#rows tr .one').textContent", "Example Holder 13")
	b.expect(t, "document.querySelector('th[data-sort=who]').getAttribute('aria-sort')", "descending")

	b.click(t, "a[data-outcome=failed]")
	b.expect(t, shownCount, "1 of 14 lines")
	b.click(t, ".changed a[data-line='0']")
	b.expect(t, dialogTitle, "Example Holder 0")
	b.expect(t, shownCount, "3 of 14 lines")
}

func TestBrowserDetailsByKeyboard(t *testing.T) {
	b := browse(t, writePage(t, report(everyOutcome()), HTMLOptions{}))
	b.open(t)
	b.click(t, "th[data-sort=where] button")
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
	b := browse(t, writePage(t, withProblems(report(everyOutcome())), HTMLOptions{}))
	b.open(t)
	b.click(t, "details")
	seen := accessibleNames(t, b)
	for role, want := range map[string]string{
		"searchbox": "Search the lines", "image": "Outcomes of 14 lines", "grid": "All lines", "main": "", "status": "",
		"button": "needs a person 10", "columnheader": "What happened", "heading": "Needs a person",
	} {
		if !slices.Contains(seen[role], want) {
			t.Errorf("no %s is called %q: %q", role, want, seen[role])
		}
	}
	if !slices.ContainsFunc(seen["row"], func(name string) bool { return strings.HasPrefix(name, "Doors, row 5 failed") }) {
		t.Errorf("no row is called after what it says: %q", seen["row"])
	}
	b.expect(t, "document.getElementById('grid').getAttribute('aria-rowcount')", "15")
	b.click(t, "th[data-sort=who] button")
	b.expect(t, "document.querySelector('[role=status]').textContent", "14 lines, sorted by who")
	b.click(t, "th[data-sort=where] button")
	b.click(t, "#rows tr .c-open button")
	b.expect(t, dialogOpen, "true")
	if seen := accessibleNames(t, b); !slices.Contains(seen["dialog"], "Example Holder 0") {
		t.Errorf("no dialog is called after its line: %q", seen["dialog"])
	}
}

// stop names the element that has the keyboard focus, and says if the focus is not visible.
const stop = `(() => {
	const at = document.activeElement;
	if (at === document.body) return 'end';
	const style = getComputedStyle(at);
	const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && at.getBoundingClientRect().width > 1;
	return (seen ? '' : 'unseen ') + at.tagName.toLowerCase() + (at.id ? '#' + at.id : '') + ' ' + (at.textContent || at.getAttribute('placeholder')).trim().slice(0, 20);
})()`

// TestBrowserKeyboardSeesWhereItIs goes through the page with Tab alone.
func TestBrowserKeyboardSeesWhereItIs(t *testing.T) {
	b := browse(t, writePage(t, withProblems(report(everyOutcome())), HTMLOptions{}))
	b.open(t)
	var stops []string
	for len(stops) < 100 {
		b.press(t, kb.Tab)
		at := ask[string](t, b, stop)
		if at == "end" {
			break
		}
		if strings.HasPrefix(at, "unseen") {
			t.Errorf("the focus is not seen: %s", at)
		}
		stops = append(stops, at)
	}
	last := 0
	for _, want := range []string{"a Skip", "a unchanged", "a Doors, row 15", "summary Problems", "summary About", "input#search", "select#situation", "button needs a person", "button Who", "tr "} {
		at := slices.IndexFunc(stops[last:], func(stop string) bool { return strings.HasPrefix(stop, want) })
		if at < 0 {
			t.Fatalf("Tab does not reach %q after the stop %d of %q", want, last, stops)
		}
		last += at
	}
	if rows := slices.DeleteFunc(stops, func(stop string) bool { return !strings.HasPrefix(stop, "tr") }); len(rows) != 1 {
		t.Errorf("Tab stops at %d lines", len(rows))
	}
}

// TestBrowserSaysThatMasksDiffer: the page says so when masked values differ, and says what to do
// about a line.
func TestBrowserSaysThatMasksDiffer(t *testing.T) {
	lines := everyOutcome()
	lines[3].Fields = []Field{newField(masks{}, valueColumn, text("4711"), text("4712"))}
	lines[3].Chain = lines[6].Chain
	b := browse(t, writePage(t, report(lines), HTMLOptions{}))
	b.open(t)
	b.click(t, "a[data-line='3']")
	details := ask[string](t, b, "document.getElementById('details').innerText")
	for _, want := range []string{"•••• (another value)", "What to do: " + outcomes[reconcile.Failed].advice, "In order with", "Doors, row 8"} {
		if !strings.Contains(details, want) {
			t.Errorf("the details do not say %q: %s", want, details)
		}
	}
	b.press(t, kb.Escape)
	b.expect(t, focusedRow, "4")
	b.do(t, chromedp.SendKeys(chromedp.ID("search"), "another"))
	b.expect(t, "[...document.querySelectorAll('#rows .c-why')].map((cell) => cell.textContent).join('|')",
		"422: value is already in use by another person · value: •••• → •••• (another value)")
}

// TestBrowserSearchesAsPeopleType: case, accents and the order of words do not matter, and
// everything that a line says is searched.
func TestBrowserSearchesAsPeopleType(t *testing.T) {
	lines := everyOutcome()
	lines[2].HolderName, lines[2].HolderEmail = "Zoë Żaneta	Quinn", "zoe@example.com"
	b := browse(t, writePage(t, report(lines), HTMLOptions{}))
	b.open(t)
	for words, want := range map[string]string{
		"żan ZOE quinn": "Doors, row 4", "zaneta": "Doors, row 4", "Zoë@EXAMPLE": "Doors, row 4",
		"row 13 invalid": "Doors, row 13", "different when read back": "Doors, row 15",
		"2026-02-01": "Doors, row 15", "second": "Doors, row 15", "record 1012": "record 1012", "req-0003": "Doors, row 5", "missing, create": "Doors, row 3",
		"secret": "", "zoe 9999": "", "••••18": "Doors, row 15|Doors, row 2",
	} {
		ask[bool](t, b, fmt.Sprintf(`(() => { const s = document.getElementById('search'); s.value = %q; s.dispatchEvent(new Event('input')); return true; })()`, words))
		got := ask[string](t, b, "[...document.querySelectorAll('#rows .c-where')].map((cell) => cell.textContent).join('|')")
		if got != want {
			t.Errorf("%q finds %q, want %q", words, got, want)
		}
	}
}

// accessibleNames returns the names of what the page shows, by role. Everything that can be
// operated must have one.
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
		case "button", "DisclosureTriangle", "table", "link", "searchbox", "textbox", "combobox", "option", "grid", "columnheader", "dialog", "image", "search", "region":
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
	b := browse(t, writePage(t, withProblems(r), HTMLOptions{}))
	for _, width := range []int64{320, 390, 768, 1024, 1440} {
		call(t, b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 844, DeviceScaleFactor: 1, Mobile: width < 768})
		b.open(t)
		ask[bool](t, b, "(document.querySelectorAll('details').forEach((d) => { d.open = true; }), true)")
		if out := ask[string](t, b, sticksOut); out != "" {
			t.Errorf("at a width of %d a part sticks out of its section: %s", width, out)
		}
		if wide := ask[int64](t, b, "document.documentElement.scrollWidth"); wide > width {
			t.Errorf("at a width of %d the page is %d wide", width, wide)
		}
	}
	ask[bool](t, b, "(dispatchEvent(new Event('beforeprint')), true)")
	b.expect(t, "document.querySelectorAll('#rows tr').length", "0")
	b.expect(t, "document.getElementById('printed').textContent",
		"All that changed or needs a person stands above. Choose lines by the search and the filters to print them, "+
			"or print the workbook.")
	ask[bool](t, b, "(dispatchEvent(new Event('afterprint')), true)")
	b.expect(t, "document.querySelectorAll('#rows tr').length", "14")
	b.click(t, "a[data-outcome=failed]")
	b.expect(t, shownCount, "1 of 14 lines")
	ask[bool](t, b, "(dispatchEvent(new Event('beforeprint')), true)")
	b.expect(t, "document.querySelectorAll('#rows tr').length", "1")
	b.expect(t, "document.getElementById('printed').textContent", "Lines printed: 1 of 1 that fit the search and the filters.")
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

// TestBrowserWithoutScripts: previews in mail programs run none.
func TestBrowserWithoutScripts(t *testing.T) {
	b := browse(t, writePage(t, report(everyOutcome()), HTMLOptions{}))
	call(t, b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.do(t, chromedp.Navigate(b.url))
	text, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("main")))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"10 of 13 rows need a person", "the totals add up", "different when read back",
		"needs JavaScript",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("without scripts the page does not say %q: %s", want, text)
		}
	}
	if strings.Contains(text, "Reading ") {
		t.Error("without scripts the page says that it reads lines")
	}
}
