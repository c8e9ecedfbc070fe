package status_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"keyroster/cmd/internal/fleet/status"
	"keyroster/io/store"
	"keyroster/io/termio"
)

// troubled returns a fleet with a night of each kind.
func troubled(t *testing.T) *world {
	w := fleet(t, 991)
	w.worker("worker-d", 14*time.Minute)
	w.end("annex", 0, 3, "2 failed, 1 blocked of 412 rows")
	w.end("bakery", 0, 4, "the plan updates 61 of 200 records, and the limit is 20%").Provider = "seam"
	w.end("cinema", 0, 5, "the roster has problems in 40 of 90 rows, and the limit is 5%")
	w.end("depot", 0, 6, "the provider refuses the refresh token: a person must log in once more")
	w.end("estate", 2, 64, "the configuration is wrong")
	lost := w.end("foundry", 0, 1, "another worker has taken the night over")
	lost.Lost, lost.Generation = []string{"worker-d"}, 2
	w.end("garage", 0, 1, "the host does not answer: "+strings.Repeat("it was asked again and again, ", 4)+"in vain")
	granary := w.end("granary", 0, 0, "") // one of its two lost workers had only stood still
	granary.Lost, granary.Began = []string{"worker-d", "worker-b"}, now.Add(-10*time.Minute)
	w.end("harbour", 0, 130, "")
	w.end("inn", 0, 7, "another run holds the lock")
	w.add("jetty", 0, store.NightMissed)
	w.add("kiosk", 0, store.NightRunning)
	w.add("lodge", 0, store.NightRunning).Expires = now.Add(-time.Second)
	w.add("mill", 0, store.NightRunning).Total = 0
	again := w.end("nursery", 0, 1, "the host does not answer")
	again.State, again.Tries, again.Next, again.Last.Again = store.NightWaiting, 1, now.Add(time.Minute), true
	w.add("office", 0, store.NightWaiting)
	w.end("pool", 0, 4, "never mind")
	w.Accounts[len(w.Accounts)-1].Disabled = true
	w.Accounts = append(w.Accounts,
		status.Configured{Name: "quarry", Provider: "seam", Scheduled: true},
		status.Configured{Name: "ranch", Provider: "seam"},
	)
	w.end("long gone", 8, 1, "it is not configured any more")
	w.Accounts = w.Accounts[:len(w.Accounts)-1]
	return w
}

// TestText: the text is what a person reads in the morning.
func TestText(t *testing.T) {
	for name, c := range map[string]struct {
		world *world
		status.TextOptions
	}{
		"well.txt":     {fleet(t, 1000), status.TextOptions{Width: 80}},
		"troubled.txt": {troubled(t), status.TextOptions{Width: 80}},
		"failed.txt":   {troubled(t), status.TextOptions{Failed: true}},
	} {
		got := c.world.text(c.TextOptions)
		golden(t, name, got)
		for line := range strings.Lines(got) {
			// A command is not folded, so that it can be copied whole.
			width := termio.Width(strings.TrimSuffix(line, "\n"))
			if c.Width > 0 && width > c.Width && !strings.HasPrefix(line, "    keyroster ") {
				t.Errorf("%s: a line of %d columns: %s", name, width, line)
			}
		}
	}
}

// TestManual: the manual shows what is printed.
func TestManual(t *testing.T) {
	w := newWorld(t)
	w.worker("north-1", 2*time.Second)
	w.worker("north-2", 4*time.Second)
	for n := range 197 {
		w.end(fmt.Sprintf("site-%03d", n), 0, 0, "")
	}
	w.end("site-197", 0, 3, "2 rows failed, 1 is blocked")
	w.end("site-198", 0, 4, "the plan updates 61 of 200 records, and the limit is 20%")
	w.add("site-199", 0, store.NightRunning).Worker = "north-2"
	got := w.text(status.TextOptions{Width: 80})
	golden(t, "manual.txt", got)
	page, err := os.ReadFile("../../../keyroster/manual/fleet.md")
	must(t, err)
	if !strings.Contains(string(page), "```\n$ keyroster fleet status\n"+got+"```\n") {
		t.Errorf("the manual does not show:\n%s", got)
	}
}

// TestTextIsAGlance: the text can be taken in at a glance, whatever the size of the fleet.
func TestTextIsAGlance(t *testing.T) {
	well := fleet(t, 600)
	for n := range 30 {
		well.worker(fmt.Sprintf("worker-%02d", n), time.Minute/2)
	}
	for n := range 400 {
		w := well.add(fmt.Sprintf("site-%03d", n), 0, store.NightRunning)
		w.Worker, w.Lost = fmt.Sprintf("worker-%02d", n%30), []string{fmt.Sprintf("worker-%02d", n%29)}
		well.Accounts = append(well.Accounts, status.Configured{Name: fmt.Sprintf("later-%03d", n), Scheduled: true})
	}
	text := well.text(status.TextOptions{Width: 80})
	if lines := strings.Count(text, "\n"); lines > 40 {
		t.Errorf("%d lines where all is well:\n%s", lines, text)
	}
	for _, want := range []string{
		"400 accounts, by worker", "14 accounts", "and 20 more workers", "none needs a person", "and 390 more",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	for i := range well.workers { // as a cluster names them
		w := &well.workers[i]
		w.Host = fmt.Sprintf("keyroster-worker-7d9c6b5f4-%s", w.Name)
		w.Name = w.Host + "-1"
	}
	for i := range well.nights {
		n := &well.nights[i]
		n.Worker = fmt.Sprintf("keyroster-worker-7d9c6b5f4-%s-1", n.Worker)
	}
	text = well.text(status.TextOptions{Width: 80})
	if lines := strings.Count(text, "\n"); lines > 40 {
		t.Errorf("%d lines where names are long:\n%s", lines, text)
	}
	for line := range strings.Lines(text) {
		if termio.Width(strings.TrimSuffix(line, "\n")) > 80 {
			t.Errorf("more than 80 columns: %s", line)
		}
	}
	ill := fleet(t, 10)
	for n := range 500 {
		ill.end(fmt.Sprintf("site-%03d", n), 0, 1, fmt.Sprintf("reason %d of many", min(n/60, 7)))
	}
	text = ill.text(status.TextOptions{Width: 80})
	for _, want := range []string{
		"500 need a person", "site-019",
		"and 480 more accounts, which keyroster fleet status --failed lists",
		"   80  reason 7 of many\n", "   60  reason 1 of many\n", "  160  for other reasons\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "site-020") {
		t.Error("more than 20 accounts of a kind are listed")
	}
	if all := ill.text(status.TextOptions{Failed: true}); strings.Count(all, "keyroster fleet run --account") != 500 {
		t.Error("--failed does not list all")
	}
}
