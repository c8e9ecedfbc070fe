package status_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keyroster/cmd/internal/fleet/status"
	"keyroster/cmd/internal/nights/pagetest"
	"keyroster/io/store"
)

// crowd returns a fleet of many accounts with four weeks of nights each. Most of them went well;
// some of tonight's are not over.
func crowd(t *testing.T, accounts int) *world {
	w := newWorld(t)
	for n := range 6 {
		w.worker(fmt.Sprintf("worker-%c", 'a'+n), time.Duration(n)*time.Second)
	}
	w.worker("worker-x", 20*time.Minute)
	dice := rand.New(rand.NewPCG(1, 2))
	for n := range accounts {
		name := fmt.Sprintf("site-%04d", n)
		for days := status.Days - 1; days >= 0; days-- {
			code := 0
			if dice.IntN(50) == 0 {
				code = []int{1, 3, 3, 3, 4, 5, 6, 7, 64, 130}[dice.IntN(10)]
			}
			switch {
			case days > 0 && dice.IntN(300) == 0:
				w.add(name, days, store.NightMissed)
			case days == 0 && n%97 == 0:
				w.add(name, days, store.NightRunning).Worker = "worker-" + string(rune('a'+n%6))
			case days == 0 && n%101 == 0:
				w.add(name, days, store.NightWaiting)
			case n%250 == 9 && days > 8:
			case code != 0:
				w.end(name, days, code, "the reason why this night ended as it did, in one line").Last.Hint = "what to do about it"
			default:
				w.end(name, days, 0, "")
			}
		}
	}
	return w
}

func (w *world) page() string {
	w.Helper()
	h := w.history()
	return render(w.T, func(out io.Writer) error { return h.WritePage(out) })
}

// TestPageOfManyAccounts: a page of 1,000 accounts stays under 1 MB, so that it is there quickly.
func TestPageOfManyAccounts(t *testing.T) {
	w := crowd(t, 1000)
	page := w.page()
	if len(page) > 1_000_000 {
		t.Errorf("the page has %d bytes", len(page))
	}
	pagetest.WellBuilt(t, page)
	if dir := os.Getenv("KEYROSTER_PAGE"); dir != "" {
		must(t, os.WriteFile(filepath.Join(dir, "fleet.html"), []byte(page), 0o600))
	}
	// Even if nothing went well for weeks, it grows only a little.
	for i := range w.nights {
		if n := &w.nights[i]; n.State == store.NightEnded && n.Date < now.Format(time.DateOnly) {
			n.Last.ExitCode = 1
		}
	}
	if page = w.page(); len(page) > 1_250_000 {
		t.Errorf("the page has %d bytes", len(page))
	}
}

func TestPage(t *testing.T) {
	w := troubled(t)
	w.end(`<b>"Hall" & co`, 0, 3, `=cmd|' /c x'!A1 <script>alert(1)</script>`).Last.Hint = "</main><img src=x>"
	w.end("annex", 3, 4, "")
	w.Query.Accounts = append(w.Query.Accounts, status.Configured{Name: "<i>later", Scheduled: true})
	page := w.page()
	for _, want := range []string{
		"Needs a person now", "1,009 accounts: 11 need a person", "&lt;b&gt;", "&lt;script&gt;", "&lt;i&gt;later",
		"keyroster fleet pull 20261130T013000Z-annex-1a2b3c annex-2026-11-30", "12 of 40 lines", "lost by its worker",
		`title="27 Nov refused by a safety rule"`,
		`aria-label="0 of 2 nights as desired; 30 Nov not fully as desired; 27 Nov refused by a safety rule"`,
		"from 3 November on the left to 30 November 2026", "gone", "seen 14 minutes ago",
		"Disabled in the configuration: pool",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, text := range []string{"<b>\"Hall", "<script", "<img", "<i>later", "http://", "https://"} {
		if strings.Contains(page, text) {
			t.Errorf("the page has %q", text)
		}
	}
	pagetest.WellBuilt(t, page)
	none := newWorld(t).page()
	pagetest.WellBuilt(t, none)
	if !strings.Contains(none, "No night yet") {
		t.Error("a page of nothing does not say so")
	}
	alone := newWorld(t)
	alone.end("hq", 0, 0, "")
	page = alone.page()
	if !strings.Contains(page, "No worker is running") || !strings.Contains(page, `class="verdict alarm"`) {
		t.Error("the page does not say that nobody is at work")
	}
}
