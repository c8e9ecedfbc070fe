//go:build browser

package reportio

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// timing runs before the page's own script: it records the longest time that the window was
// blocked, and searches at the first moment when that is possible.
const timing = `
window.busiest = 0;
let ready = Infinity;
new PerformanceObserver((list) => {
	for (const task of list.getEntries()) if (task.startTime > ready) busiest = Math.max(busiest, task.duration);
}).observe({ type: 'longtask', buffered: true });
window.until = (act) => new Promise((done) => {
	const begun = performance.now();
	act();
	const look = () => {
		if (document.getElementById('grid').hasAttribute('aria-busy')) requestAnimationFrame(look);
		else requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun), 0));
	};
	look();
});
window.type = (words) => until(() => {
	const input = document.getElementById('search');
	input.value = words;
	input.dispatchEvent(new Event('input'));
});
new MutationObserver((_, observer) => {
	if (!document.documentElement.dataset.ready) return;
	observer.disconnect();
	ready = performance.now();
	window.early = type('holder 09999');
}).observe(document, { attributes: true, subtree: true });
`

// TestBrowserStaysQuickAtManyLines measures what a person waits for. The times are logged; the
// bounds are generous, since test machines are busy, and catch only what has become unusable.
func TestBrowserStaysQuickAtManyLines(t *testing.T) {
	const n = 100_000
	b := browse(t, writePage(t, siteReport(n), HTMLOptions{}))
	call(t, b, page.Enable, page.EnableParams{})
	call(t, b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: timing})
	for _, slower := range []float64{1, 4} {
		call(t, b, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slower})
		most := 1000 * slower
		within := func(what, script string) {
			t.Helper()
			took := ask[float64](t, b, script)
			t.Logf("%gx slower: %s: %.0f ms until drawn, %s", slower, what, took, ask[string](t, b, shownCount))
			if took > most {
				t.Errorf("%s took %.0f ms", what, took)
			}
		}
		begun := time.Now()
		b.open(t)
		t.Logf("%gx slower: ready after %v, first paint after %.0f ms", slower, time.Since(begun).Round(time.Millisecond),
			ask[float64](t, b, "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"))
		within("search at load", "early")
		b.expect(t, shownCount, "11 of 100,000 lines")
		for _, words := range []string{"holder 09999", "example", "failed already", "e", "nobody at all", ""} {
			within("search for "+words, "type('"+words+"')")
		}
		b.expect(t, shownCount, "100,000 lines")
		for _, name := range []string{"who", "what", "outcome", "why", "where"} {
			within("sort by "+name, "until(() => document.querySelector('th[data-sort="+name+"] button').click())")
		}
		within("filter", "until(() => document.querySelector('#chips button').click())")
		within("no filter", "until(() => document.getElementById('clear').click())")
		b.do(t, chromedp.WaitVisible(chromedp.CSS("html[data-read]")))
		busiest := ask[float64](t, b, "busiest")
		t.Logf("%gx slower: the longest time without an answer was %.0f ms", slower, busiest)
		if busiest > most {
			t.Errorf("the page gave no answer for %.0f ms", busiest)
		}
	}
}

func TestBrowserShowsManyLines(t *testing.T) {
	b := browse(t, writePage(t, siteReport(100_000), HTMLOptions{}))
	b.open(t)
	b.expect(t, shownCount, "100,000 lines")
	// If searches follow each other faster than they finish, the last one wins.
	ask[bool](t, b, `(() => {
		const input = document.getElementById('search');
		for (const words of ['h', 'ho', 'holder 0', 'holder 09', 'holder 09999', '', 'example.holder.01234']) {
			input.value = words;
			input.dispatchEvent(new Event('input'));
		}
		return true;
	})()`)
	b.expect(t, shownCount, "10 of 100,000 lines")
	b.click(t, "#clear")
	b.expect(t, shownCount, "100,000 lines")
	ask[bool](t, b, "(scrollTo(0, document.documentElement.scrollHeight), true)")
	b.expect(t, "[...document.querySelectorAll('#rows tr')].pop().getAttribute('aria-rowindex')", "100001")
	if rows := ask[int](t, b, "document.querySelectorAll('#rows tr').length"); rows > 100 {
		t.Errorf("%d rows exist at once", rows)
	}
	ask[bool](t, b, "(dispatchEvent(new Event('beforeprint')), true)")
	b.expect(t, "document.getElementById('printed').textContent",
		"Lines printed: 500 of 20,903 that changed or need a person. Choose lines by the search and the filters to print them, or print the workbook.")
}
