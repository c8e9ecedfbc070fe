package nights_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/nights"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// TestReadNamesEveryRun: each run is listed with how it stands, whatever its files are like.
func TestReadNamesEveryRun(t *testing.T) {
	w := newWorld(t)
	w.add(night{account: "hq", at: on(1), lines: []reportio.Line{line(2, update, applied, "K1", "")}})
	w.add(night{account: "hq", at: on(2), open: true, lines: []reportio.Line{
		line(2, update, applied, "K1", ""), line(3, update, reconcile.Unknown, "K2", ""),
	}})
	w.create("hq", on(3)) // killed before it sent anything
	damaged := w.create("London HQ", on(4))
	must(t, damaged.Write(store.JournalFile, text("no journal\n")))
	given := w.create("hq", on(5))
	must(t, given.Write(store.AbandonedFile, text("{}")))
	half := w.add(night{account: "hq", at: on(6)})
	run, err := w.store.Run(half)
	must(t, err)
	must(t, run.Write(store.ReportJSONFile, text(`{"schema": "keyroster/report/1", "run_id": "20260131T020001Z-hq-00aa11"`)))
	w.add(night{account: "hq", at: on(7), code: 130})

	list, err := nights.Read(w.store, nights.Filter{Known: []string{"hq", "London HQ"}})
	must(t, err)
	var got []string
	for i := range list.Runs {
		e := &list.Runs[i]
		got = append(got, e.Account+" "+string(e.Status)+": "+e.Result)
		if needs := e.Status == store.RunOpen || e.Status == store.RunDamaged; needs != (e.Next > "") {
			t.Errorf("%s, which is %s: next %q", e.RunID, e.Status, e.Next)
		}
	}
	want := []string{
		"hq closed: as desired: 1 applied", "hq open: open: 1 applied", "hq empty: empty: it sent nothing",
		"London HQ damaged: damaged", "hq abandoned: given up", "hq damaged: damaged", "hq closed: interrupted",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var out bytes.Buffer
	doc := nights.Document{List: list, Disabled: []string{"attic"}}
	must(t, doc.WriteText(&out, time.UTC))
	for _, text := range []string{"1m30s", "cron", "disabled in the configuration: attic", "--abandon"} {
		if !strings.Contains(out.String(), text) {
			t.Errorf("the text lacks %q:\n%s", text, &out)
		}
	}
	for what, c := range map[string]struct {
		filter nights.Filter
		want   int
	}{
		"an account":     {nights.Filter{Account: func(name string) bool { return name == "London-HQ" }}, 1},
		"since a night":  {nights.Filter{Since: on(5)}, 3},
		"since tomorrow": {nights.Filter{Since: on(8)}, 0},
	} {
		if list, err := nights.Read(w.store, c.filter); err != nil || len(list.Runs) != c.want || list.Runs == nil {
			t.Errorf("%s: %d runs, %v, want %d", what, len(list.Runs), err, c.want)
		}
	}
}

// TestShow: Show says how a run stands, what it did, and how to go on or back.
func TestShow(t *testing.T) {
	w := newWorld(t)
	id := w.add(night{account: "hq", at: on(1), code: 3, lines: []reportio.Line{
		line(2, update, applied, "K1", ""), line(3, update, reconcile.Failed, "K2", ""), line(4, update, reconcile.Unchanged, "K3", ""),
	}})
	s, err := nights.Show(w.store, id, quiet)
	must(t, err)
	if s.RunID != id || len(s.Changes) != 2 || s.Problem > "" || s.Undo != "its old values are no longer kept (undo_for)" {
		t.Errorf("shown %+v", s)
	}
	run, err := w.store.Run(id)
	must(t, err)
	must(t, run.Write(store.UndoFile, text("sealed")))
	if s, err = nights.Show(w.store, id, quiet); err != nil || s.Undo != "keyroster undo "+run.Place() {
		t.Errorf("undo %q, %v", s.Undo, err)
	}
	open := w.add(night{account: "hq", at: on(2), open: true, lines: []reportio.Line{line(2, update, reconcile.Unknown, "K1", "")}})
	s, err = nights.Show(w.store, open, quiet)
	must(t, err)
	if s.Status != store.RunDamaged || s.Problem == "" ||
		len(s.Changes) != 1 || s.Changes[0].Outcome != reconcile.Unknown {
		t.Errorf("shown %+v", s) // its sealed copy is not a real one
	}
	_, err = nights.Show(w.store, "20260131T020001Z-hq-00aa11", quiet)
	wantKind(t, "a run that never was", err, failure.Usage)
}

func TestParseSince(t *testing.T) {
	zone := time.FixedZone("", -5*3600)
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, zone)
	for text, want := range map[string]time.Time{
		"": {}, "30d": now.AddDate(0, 0, -30), "0d": now, "90m": now.Add(-90 * time.Minute),
		"2026-03-01": time.Date(2026, 3, 1, 0, 0, 0, 0, zone), "2026-03-01T04:00:00Z": time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC),
	} {
		if got, err := nights.ParseSince(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"yesterday", "-1d", "-5m", "30", "2026-13-01", "99999999d"} {
		_, err := nights.ParseSince(text, now)
		wantKind(t, text, err, failure.Usage)
	}
}
