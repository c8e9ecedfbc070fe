package status_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/fleet/status"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

// TestNext: how a night ended says what a person does next.
func TestNext(t *testing.T) {
	const again = "keyroster fleet run --account hq --night 2026-11-30"
	for code, c := range map[int]struct {
		outcome status.Outcome
		next    string
		worst   int
	}{
		0:   {status.AsDesired, "", 0},
		1:   {status.Stopped, again, 1},
		3:   {status.Partial, "keyroster fleet pull 20261130T013000Z-hq-1a2b3c hq-2026-11-30", 3},
		4:   {status.Unsafe, "keyroster plan --account hq", 4},
		5:   {status.Roster, "keyroster check --account hq", 5},
		6:   {status.Denied, "keyroster login --account hq", 6},
		7:   {status.Locked, again, 7},
		64:  {status.Usage, "keyroster doctor --account hq", 64},
		99:  {status.Stopped, again, 1}, // no run ends like this
		130: {status.Interrupted, again, 130},
	} {
		w := fleet(t, 1)
		w.end("hq", 0, code, "")
		s := w.read()
		a := s.Accounts[1]
		if a.Outcome != c.outcome || a.Next != c.next || s.ExitCode != c.worst || *a.ExitCode != code {
			t.Errorf("exit code %d: %+v, and the command's %d", code, a, s.ExitCode)
		}
		if a.NeedsPerson != (code != 0) || a.NeedsPerson != (a.Reason != "") {
			t.Errorf("exit code %d: needs a person %v, reason %q", code, a.NeedsPerson, a.Reason)
		}
	}
	w := fleet(t, 1)
	w.end("hq", 0, 64, "")
	w.Accounts[1].Broken = true
	if got := w.read().Accounts[1].Next; got != "keyroster config check" {
		t.Errorf("where the configuration has mistakes: %s", got)
	}
	w = fleet(t, 1)
	w.end("hq", 0, 6, "")
	w.Accounts[1].Login = false
	w.end("unrecorded", 0, 3, "").Last.RunID = ""
	s := w.read()
	if got := s.Accounts[1].Next; got != "keyroster doctor --account hq" {
		t.Errorf("where nobody logs in: %s", got)
	}
	if got := s.Accounts[2].Next; got != "keyroster fleet run --account unrecorded --night 2026-11-30" {
		t.Errorf("where there is no run: %s", got)
	}
}

// TestWhatGoesOn: a night that goes on by itself needs no person, and has no exit code.
func TestWhatGoesOn(t *testing.T) {
	for outcome, make := range map[status.Outcome]func(w *world) *store.Night{
		status.Running: func(w *world) *store.Night { return w.add("hq", 0, store.NightRunning) },
		status.Waiting: func(w *world) *store.Night { return w.add("hq", 0, store.NightWaiting) },
		status.Again: func(w *world) *store.Night {
			n := w.add("hq", 0, store.NightWaiting)
			n.Tries, n.Last = 1, &store.Ending{ExitCode: 1, Again: true, RunID: "r", Reason: "no answer"}
			return n
		},
	} {
		w := newWorld(t)
		w.worker("worker-a", time.Second)
		make(w)
		s := w.read()
		a := s.Accounts[0]
		if a.Outcome != outcome || a.NeedsPerson || a.ExitCode != nil || a.Next != "" || s.ExitCode != 0 {
			t.Errorf("%s: %+v, exit code %d", outcome, a, s.ExitCode)
		}
	}
	handed := newWorld(t)
	handed.worker("worker-a", time.Second)
	handed.add("hq", 0, store.NightWaiting).Last = &store.Ending{ExitCode: 130, Again: true, Handed: true}
	if got := handed.read().Accounts[0].Outcome; got != status.Waiting {
		t.Errorf("a night that was handed over is %s", got)
	}
}

// TestNextCommandsHaveTheFlagsOfThisOne: a proposed command names the same configuration as this
// command line.
func TestNextCommandsHaveTheFlagsOfThisOne(t *testing.T) {
	w := newWorld(t)
	w.Flags = "--config 'else where/k.yaml'"
	w.end("hq", 0, 4, "the plan updates too much")
	s := w.read()
	const plan = "keyroster plan --account hq --config 'else where/k.yaml'"
	if got := s.Accounts[0].Next; got != plan {
		t.Errorf("next is %q, want %q", got, plan)
	}
	var text bytes.Buffer
	must(t, s.WriteText(&text, status.TextOptions{}))
	for _, want := range []string{plan + "\n", "keyroster worker --config 'else where/k.yaml'\n"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, text.String())
		}
	}
	w.Accounts, w.nights = nil, nil
	w.end("hq", 0, 0, "")
	if got := w.read().Accounts[0].Next; got != "" {
		t.Errorf("where nobody is needed, next is %q", got)
	}
}

// TestUnattended: nothing is well where no worker is alive.
func TestUnattended(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(w *world)
		want bool
	}{
		"no worker": {func(w *world) { w.end("hq", 0, 0, "") }, true},
		"a worker that is gone": {func(w *world) {
			w.end("hq", 0, 0, "")
			w.worker("worker-a", 2*lease+time.Second)
		}, true},
		"a worker": {func(w *world) {
			w.end("hq", 0, 0, "")
			w.worker("worker-a", 2*lease)
		}, false},
		"no schedule": {func(w *world) {
			w.end("hq", 0, 0, "")
			w.Accounts[0].Scheduled = false
		}, false},
		"a night that a person asked for": {func(w *world) {
			w.add("hq", 0, store.NightWaiting)
			w.Accounts[0].Scheduled = false
		}, true},
		"disabled": {func(w *world) {
			w.end("hq", 0, 0, "")
			w.Accounts[0].Disabled = true
		}, false},
	} {
		w := newWorld(t)
		c.set(w)
		s := w.read()
		if s.Unattended != c.want || (s.ExitCode == 1) != c.want {
			t.Errorf("%s: unattended %v, exit code %d", name, s.Unattended, s.ExitCode)
		}
	}
}

// TestNights: a date selects its nights; without one, the latest night of each account counts.
func TestNights(t *testing.T) {
	w := fleet(t, 0)
	w.end("hq", 1, 3, "")
	w.end("hq", 0, 0, "")
	w.end("lab", 2, 5, "")
	w.end("old", 8, 1, "")
	for night, want := range map[string]struct {
		accounts, code, without int
	}{
		"":           {3, 1, 0},
		"2026-11-30": {1, 0, 2},
		"2026-11-29": {1, 3, 2},
		"2026-01-01": {0, 0, 3},
	} {
		w.Night = night
		s := w.read()
		if len(s.Accounts) != want.accounts || s.ExitCode != want.code || len(s.WithoutNight) != want.without {
			t.Errorf("night %q: %d accounts, exit code %d, without %v", night, len(s.Accounts), s.ExitCode, s.WithoutNight)
		}
	}
	w.Accounts, w.Night = w.Accounts[:2], ""
	if s := w.read(); len(s.Accounts) != 2 {
		t.Error("an account counts that left the configuration long ago")
	}
	w.Accounts = w.Accounts[:1]
	if s := w.read(); len(s.Accounts) != 2 || !s.Accounts[1].NeedsPerson {
		t.Error("an account that this configuration does not know needs nobody")
	}
	w.Night = "yesterday"
	if _, err := status.Read(&w.board, &w.Query); err == nil || failure.Of(err).Kind != failure.Usage {
		t.Errorf("a night that is none: %v", err)
	}
}

// TestOnABoard: a board as workers use it tells all that a status needs.
func TestOnABoard(t *testing.T) {
	b := memory.New().Board()
	w := newWorld(t)
	w.Now = time.Now()
	date := w.Now.UTC().Format(time.DateOnly)
	key := func(account string) store.NightKey { return store.NightKey{Account: account, Date: date} }
	_, err := b.Add([]store.Night{{NightKey: key("hq"), Provider: "doorflow"}, {NightKey: key("lab"), Provider: "seam"}})
	must(t, err)
	_, err = b.Renew(store.Worker{Name: "worker-a", Host: "host", Slots: 8}, nil, lease)
	must(t, err)
	for account, end := range map[string]*store.Ending{
		"hq": {ExitCode: 3, RunID: "20260131T020001Z-hq-1a2b3c", Reason: "1 failed of 40 rows"}, "lab": nil,
	} {
		n, err := b.Take(key(account), "worker-a", lease)
		must(t, err)
		if end != nil {
			must(t, b.End(n, *end))
		}
	}
	s, err := status.Read(b, &w.Query)
	must(t, err)
	if s.Counts.Outcomes[status.Partial] != 1 || s.Counts.Outcomes[status.Running] != 1 || s.ExitCode != 3 {
		t.Errorf("counts %v, exit code %d", s.Counts, s.ExitCode)
	}
	if want := "keyroster fleet pull 20260131T020001Z-hq-1a2b3c hq-" + date; s.Accounts[0].Next != want {
		t.Errorf("next is %s, want %s", s.Accounts[0].Next, want)
	}
	if len(s.Workers) != 1 || s.Workers[0].Busy != 1 || s.Workers[0].Gone {
		t.Errorf("workers %+v", s.Workers)
	}
}

// TestOtherNightsAtWork: whatever is running is shown, and keeps slots busy, whichever night was
// asked about.
func TestOtherNightsAtWork(t *testing.T) {
	w := newWorld(t)
	w.worker("north-1", 0)
	w.end("hq", 0, 0, "")
	w.add("hq", 9, store.NightRunning).Worker = "north-1"
	s := w.read()
	if s.Workers[0].Busy != 1 || len(s.OtherNights) != 1 || s.Counts.Accounts != 1 {
		t.Errorf("busy %d, other nights %+v, accounts %d", s.Workers[0].Busy, s.OtherNights, s.Counts.Accounts)
	}
	must(t, fits(t, document(t, s)))
	want := "hq of " + s.OtherNights[0].Night + "  north-1"
	if !strings.Contains(w.text(status.TextOptions{Width: 80}), want) {
		t.Errorf("the text lacks %q", want)
	}
	if w.Night = s.OtherNights[0].Night; len(w.read().OtherNights) != 0 || w.read().Workers[0].Busy != 1 {
		t.Error("the night that was asked about is told of twice, or is no work")
	}
	w.Night = ""
	for n := range 12 {
		w.add(fmt.Sprintf("site-%d", n), 0, store.NightRunning).Worker = "north-1"
	}
	text := w.text(status.TextOptions{Width: 80})
	if !strings.Contains(text, "Running (13 accounts, 1 of them on other nights, by worker)") {
		t.Errorf("many at work: %s", text)
	}
	// An account from another machine's configuration is at work, whether its night is old or not.
	w.Night = ""
	w.add("old", 9, store.NightRunning)
	w.Accounts = w.Accounts[:1]
	if s := w.read(); len(s.OtherNights) != 2 {
		t.Errorf("other nights %+v", s.OtherNights)
	}
}
