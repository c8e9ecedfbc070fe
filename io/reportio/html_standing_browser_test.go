//go:build browser

package reportio

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBrowserStanding: lines that are right but not in force have words of their own on the page,
// are found by them, and come first on paper.
func TestBrowserStanding(t *testing.T) {
	b := browse(t, writePage(t, nextNight(), HTMLOptions{}))
	b.open(t)
	const badges = "[...document.querySelectorAll('#rows tr .badge')].map((b) => b.textContent).join()"
	b.expect(t, badges, "not effective,not yet effective,unlisted,unchanged,unchanged")
	b.click(t, "#chips button:first-child")
	b.expect(t, shownCount, "2 of 5 lines")
	b.click(t, "#clear")
	b.do(t, chromedp.SendKeys(chromedp.ID("search"), "yet effective"))
	b.expect(t, shownCount, "1 of 5 lines")
	b.expect(t, firstWhere, "Doors, row 3")
	b.click(t, "#clear")
	b.expect(t, firstWhere, "Doors, row 4")
	ask[bool](t, b, "(dispatchEvent(new Event('beforeprint')), true)")
	b.expect(t, badges, "")
	b.expect(t, "[...document.querySelectorAll('.first tbody .badge')].map((b) => b.textContent).join()",
		"not effective,not yet effective")
	ask[bool](t, b, "(dispatchEvent(new Event('afterprint')), true)")
	b.expect(t, shownCount, "5 lines")
}
