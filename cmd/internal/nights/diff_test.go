package nights_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/nights"
	"keyroster/reconcile"

	"keyroster/io/reportio"

	_ "keyroster/reconcile/fixedseed"
)

const (
	applied = reconcile.Applied
	update  = reconcile.Update
)

// on returns when the run of night n begins, in the small hours; night 0 is that of January 30,
// 2026.
func on(n int) time.Time { return first.AddDate(0, 0, n).Add(3 * time.Hour) }

func wantKind(t *testing.T, what string, err error, kind failure.Kind) {
	t.Helper()
	if err == nil || failure.Of(err).Kind != kind {
		t.Errorf("%s: %v, want a failure of kind %d", what, err, kind)
	}
}

func TestBetween(t *testing.T) {
	w := newWorld(t)
	a := w.add(night{account: "hq", at: on(1), lines: []reportio.Line{line(2, update, applied, "K1", "")}})
	w.add(night{account: "lab", at: on(2), lines: []reportio.Line{line(2, update, applied, "L1", "")}})
	w.add(night{account: "hq", at: on(2), code: 3, lines: []reportio.Line{
		line(2, update, applied, "K2", ""), line(3, update, reconcile.Failed, "K3", ""),
		line(4, reconcile.Create, applied, "", "K9"),
	}})
	w.add(night{account: "hq", at: on(3), open: true, lines: []reportio.Line{
		line(5, update, applied, "K4", ""), line(6, update, reconcile.Unknown, "K5", ""),
	}})
	b := w.add(night{account: "hq", at: on(4), lines: []reportio.Line{line(7, reconcile.Replace, applied, "K2", "K10")}})
	w.add(night{account: "hq", at: on(5), lines: []reportio.Line{line(2, update, applied, "K1", "")}})

	d, err := nights.Between(w.store, a, b, time.UTC, nil)
	must(t, err)
	if diff := cmp.Diff([]string{"K2 row 2", "K9 row 4", "K4 row 5", "K2 row 7"}, ids(d.Changes)); diff != "" {
		t.Error(diff)
	}
	if len(d.Runs) != 3 || d.From != a || d.To != b || len(d.Skipped) != 0 || len(d.Flapping) != 0 {
		t.Errorf("diff %+v", d)
	}
	if c := d.Changes[3]; c.NewCredentialID != "K10" || c.Action != reconcile.Replace || c.RunID != b {
		t.Errorf("change %+v", c)
	}
	d, err = nights.Between(w.store, b, b, time.UTC, nil)
	if must(t, err); len(d.Changes) != 0 || len(d.Runs) != 0 {
		t.Errorf("between a run and itself: %+v", d)
	}
	_, err = nights.Between(w.store, b, a, time.UTC, nil)
	wantKind(t, "the later one first", err, failure.Usage)
	lab := w.add(night{account: "lab", at: on(6)})
	_, err = nights.Between(w.store, a, lab, time.UTC, nil)
	wantKind(t, "two accounts", err, failure.Usage)
	_, err = nights.Between(w.store, a, "20260131T020001Z-hq-00aa11", time.UTC, nil)
	wantKind(t, "a run that never was", err, failure.Usage)
}

// TestFlapping: a record that is written on three nights flaps, even if it was replaced in between.
func TestFlapping(t *testing.T) {
	w := newWorld(t)
	for n, l := range []reportio.Line{
		line(2, update, applied, "K1", ""), line(2, reconcile.Replace, applied, "K1", "K2"),
		line(9, update, applied, "K2", ""),
	} {
		w.add(night{account: "hq", at: on(n + 1), lines: []reportio.Line{l, line(3, update, applied, "K7", "")}})
	}
	// Three writes in one night do not flap, nor does another tenant's record of the same name.
	for n := range 3 {
		w.add(night{account: "hq", at: on(3).Add(time.Duration(n+1) * time.Minute), lines: []reportio.Line{line(4, update, applied, "K5", "")}})
		w.add(night{account: "lab", at: on(3).Add(time.Duration(n+1) * time.Minute), lines: []reportio.Line{line(4, update, applied, "K7", "")}})
	}
	d, err := nights.Last(w.store, 7, on(4), nights.Filter{})
	must(t, err)
	if len(d.Changes) != 12 || len(d.Flapping) != 2 {
		t.Fatalf("%d changes, flapping %+v", len(d.Changes), d.Flapping)
	}
	f := d.Flapping[0]
	if f.CredentialID != "K2" || !cmp.Equal(f.Earlier, []string{"K1"}) || f.Nights != 3 || f.Account != "hq" {
		t.Errorf("flap %+v", f)
	}
	if diff := cmp.Diff([]string{"K1 row 2", "K1 row 2", "K2 row 9"}, ids(f.Writes)); diff != "" {
		t.Error(diff)
	}
	if f := d.Flapping[1]; f.CredentialID != "K7" || len(f.Writes) != 3 {
		t.Errorf("flap %+v", f)
	}
	var out bytes.Buffer
	must(t, d.WriteText(&out, time.UTC))
	for _, want := range []string{"12 changes in 9 runs", "Written on three nights or more", "Example Holder", "badges.csv:9", "3 nights"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, &out)
		}
	}
	d, err = nights.Last(w.store, 3, on(4), nights.Filter{})
	if must(t, err); len(d.Flapping) != 0 || len(d.Changes) != 10 {
		t.Errorf("last three nights: %d changes, flapping %+v", len(d.Changes), d.Flapping)
	}
	d, err = nights.Last(w.store, 7, on(4), nights.Filter{Account: func(name string) bool { return name == "lab" }})
	if must(t, err); len(d.Changes) != 3 {
		t.Errorf("lab: %d changes", len(d.Changes))
	}
}

// TestBetweenAddsUp: what happened between two runs is what happened from the first to any third
// one, plus what happened from there to the second.
func TestBetweenAddsUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		var runs []string
		at := on(1)
		for range rapid.IntRange(3, 7).Draw(rt, "runs") {
			var lines []reportio.Line
			for i := range rapid.IntRange(0, 3).Draw(rt, "lines") {
				outcome := rapid.SampledFrom([]reconcile.Outcome{applied, reconcile.Failed, reconcile.Unchanged}).Draw(rt, "outcome")
				lines = append(lines, line(i+2, update, outcome, rapid.SampledFrom([]string{"K1", "K2", "K3"}).Draw(rt, "id"), ""))
			}
			// Several begin within one second, so their ids do not tell which was first.
			at = at.Add(100 * time.Millisecond)
			open := rapid.Bool().Draw(rt, "open")
			if open {
				at = at.Add(time.Second)
			}
			runs = append(runs, w.add(night{account: "hq", at: at, lines: lines, open: open}))
			if open {
				at = at.Add(time.Second)
			}
		}
		between := func(a, b string) []string {
			d, err := nights.Between(w.store, a, b, time.UTC, nil)
			if err != nil {
				rt.Fatal(err)
			}
			return ids(d.Changes)
		}
		last := len(runs) - 1
		mid := rapid.IntRange(0, last).Draw(rt, "mid")
		whole := between(runs[0], runs[last])
		parts := append(between(runs[0], runs[mid]), between(runs[mid], runs[last])...)
		if diff := cmp.Diff(whole, parts); diff != "" {
			rt.Error(diff)
		}
	})
}
