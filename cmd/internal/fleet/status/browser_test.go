//go:build browser

package status_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"keyroster/cmd/internal/nights/pagetest"
)

// TestBrowserPage: a person with a keyboard, a screen reader, a phone or a dark screen can read the
// page.
func TestBrowserPage(t *testing.T) {
	w := crowd(t, 150)
	w.end("an-account-with-quite-a-long-name-of-sixty-four-characters-at-most", 0, 6, "the provider refuses the token")
	file := filepath.Join(t.TempDir(), "fleet.html")
	must(t, os.WriteFile(file, []byte(w.page()), 0o600))
	ctx := pagetest.Look(t, file, map[string]int{
		"table": 4, "rowheader": 160, "columnheader": 14, "link": 155, "image": 150, "heading": 6, "main": 1,
		"navigation": 1, "list": 3,
	})
	// From the skip link to the nights.
	pagetest.Do(t, ctx, chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
	if got := pagetest.Ask[string](t, ctx, "document.activeElement.className"); got != "frame" {
		t.Errorf("the focus is on %q", got)
	}
}

// TestBrowserPageOfManyAccounts: a page of 1,000 accounts is there soon and whole, and a search
// finds all of it.
func TestBrowserPageOfManyAccounts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fleet.html")
	must(t, os.WriteFile(file, []byte(crowd(t, 1000).page()), 0o600))
	ctx := pagetest.Look(t, file, nil)
	t.Logf("the page took %.0f ms", pagetest.Ask[float64](t, ctx,
		"performance.getEntriesByType('navigation')[0].domComplete"))
	if found := pagetest.Ask[bool](t, ctx, "window.find('site-0999')"); !found {
		t.Error("the last account is not found")
	}
}
