//go:build browser

package calendar_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"keyroster/cmd/internal/nights/calendar"
	"keyroster/cmd/internal/nights/pagetest"
)

// TestBrowserPage: the page can be read with a keyboard, a screen reader, a phone or a dark screen.
func TestBrowserPage(t *testing.T) {
	w := newWorld(t)
	for n := range 120 {
		code := []int{0, 0, 0, 3, 4, 5, 6, 1, 130}[n%9]
		w.run("hq", now.AddDate(0, 0, -n), code, n%7)
	}
	w.run("an account with quite a long name", now.AddDate(0, 0, -3), 0, 1)
	w.begin("hq", now)
	w.page()
	ctx := pagetest.Look(t, filepath.Join(w.dir, calendar.File), map[string]int{
		"table": 4, "rowheader": 100, "columnheader": 70, "link": 200, "heading": 5, "main": 1,
	})
	// From the skip link to the first night.
	pagetest.Do(t, ctx, chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	for range 3 {
		pagetest.Do(t, ctx, chromedp.KeyEvent(kb.Tab))
	}
	got := pagetest.Ask[string](t, ctx,
		"document.activeElement.getAttribute('aria-label') || document.activeElement.textContent")
	if !strings.Contains(got, "2026") {
		t.Errorf("the focus is on %q", got)
	}
}
