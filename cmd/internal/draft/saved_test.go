package draft

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/atomicio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// save saves the plan of a draft and opens it again.
func (w *world) save(d *Draft) *Saved {
	w.Helper()
	plan, err := d.PlanFile("keyroster test")
	if err != nil {
		w.Fatal(err)
	}
	path := w.file("plan.json", "")
	if err := atomicio.WriteFile(path, 0o600, func(to io.Writer) error { return reportio.WritePlan(to, plan.PlanFile) }); err != nil {
		w.Fatal(err)
	}
	saved, err := OpenSaved(path, "hq", time.Hour)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(saved.Close)
	return saved
}

// savedAs returns a saved plan without a file.
func savedAs(plan *reportio.PlanFile) *Saved { return &Saved{&history.SavedPlan{PlanFile: plan}} }

// sent returns the ids of the records that a plan changes.
func sent(d *Draft) []string {
	var ids []string
	for i := range d.Plan.Lines {
		if d.Plan.Lines[i].Sends() {
			ids = append(ids, d.Plan.HaveRecord(i).ID())
		}
	}
	return slices.Sorted(slices.Values(ids))
}

// TestRestrictTo: changes that a saved plan does not have, or has with a value that is another now,
// are taken back.
func TestRestrictTo(t *testing.T) {
	w := newWorld(t, "    limits: {update: 2}\n")
	seen := strings.NewReplacer("481057", "481058", "048216", "048217").Replace(same)
	now := strings.NewReplacer("481057", "481058", "048216", "048218", "739155", "739156").Replace(same)
	saved := w.save(w.make(seen, Options{}))
	d := w.make(now, Options{})
	if got := sent(d); !slices.Equal(got, []string{"P1", "P2", "P3"}) {
		t.Fatalf("the plan sends %v", got)
	}
	if d.Refusal() == nil {
		t.Error("three updates are within a limit of two")
	}
	if err := d.RestrictTo(saved); err != nil {
		t.Fatal(err)
	}
	if got := sent(d); !slices.Equal(got, []string{"P1"}) {
		t.Errorf("the plan sends %v, and P1 was approved", got)
	}
	if f := d.Refusal(); f != nil {
		t.Errorf("what is left is within the limit: %v", f)
	}
}

func TestRestrictToAnotherKey(t *testing.T) {
	w := newWorld(t, "")
	saved := w.save(w.make(same, Options{}))
	d := w.make(same, Options{})
	d.Known.Marks, _ = reportio.NewHMAC([]byte("another key of the tests"))
	wantFailure(t, d.RestrictTo(saved), failure.Unsafe,
		"the saved plan was made with another fingerprint key, so its values cannot be compared",
		"give both the same fingerprint_key in the configuration")
}

func TestSavedPlansThatAreRefused(t *testing.T) {
	now := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
	anew := "save it again, or allow it with --max-age"
	tests := []struct {
		name, account, text, hint string
		age                       time.Duration
	}{
		{name: "right", account: "hq", age: time.Hour},
		{name: "a clock that is behind", account: "hq", age: -9 * time.Minute},
		{name: "account", account: "lab", text: "the saved plan is for account hq, not lab"},
		{
			name: "old", account: "hq", age: 26 * time.Hour,
			text: "the saved plan is 26 hours old; the maximum is 24 hours", hint: anew,
		},
		{
			name: "future", account: "hq", age: -11 * time.Minute,
			text: "the saved plan is from 2026-02-01T12:11:00Z, which is in the future",
			hint: "set the clocks of both machines, and save the plan again",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := savedAs(&reportio.PlanFile{Account: "hq", CreatedAt: now.Add(-test.age)})
			wantFailure(t, s.check(test.account, 24*time.Hour, now), failure.Unsafe, test.text, test.hint)
		})
	}
}

func TestSavedPlanAndRoster(t *testing.T) {
	s := savedAs(&reportio.PlanFile{
		Tenant: "T", Roster: []reportio.PlanRoster{{File: "a.csv", SHA256: "1"}, {File: "b.csv", SHA256: "2"}},
	})
	files := func(digests ...string) *reconcile.Roster {
		out := &reconcile.Roster{}
		for _, d := range digests {
			out.Files = append(out.Files, reconcile.File{Name: d + ".csv", SHA256: d})
		}
		return out
	}
	wantFailure(t, s.SameRoster(files("1", "2")), failure.Unsafe, "", "")
	wantFailure(t, s.SameRoster(files("1")), failure.Unsafe, "the saved plan is for 2 roster files, and 1 is given", "")
	wantFailure(t, s.SameRoster(files()), failure.Unsafe, "the saved plan is for 2 roster files, and 0 are given", "")
	wantFailure(t, s.SameRoster(files("1", "3")), failure.Unsafe,
		"3.csv differs from the file that the saved plan was made from", "save the plan again with keyroster plan --out")
	if got := s.Rosters(); !slices.Equal(got, []string{"a.csv", "b.csv"}) {
		t.Errorf("rosters %v", got)
	}
	w := newWorld(t, "")
	wantFailure(t, s.SameTenant(w.acc), failure.Unsafe,
		"the saved plan is for tenant T, but account hq opens "+w.acc.Tenant.ID, "save it again with keyroster plan --out")
}

func TestAcceptingShapesOfASavedPlan(t *testing.T) {
	s := savedAs(&reportio.PlanFile{Overrides: []reportio.Override{
		{Name: "limit", Value: "update=1"}, {Name: overrideShape, Value: "card=hex:8"}, {Name: overrideShape, Value: "pin=digits:4"},
	}})
	given := Options{Shapes: []string{"pin=digits:4"}}
	if diff := cmp.Diff([]string{"pin=digits:4", "card=hex:8"}, s.Accepting(given).Shapes); diff != "" {
		t.Error(diff)
	}
	if len(given.Shapes) != 1 {
		t.Errorf("the options changed: %v", given.Shapes)
	}
}

// TestNoSavedPlan: without a saved plan, a run is held to nothing.
func TestNoSavedPlan(t *testing.T) {
	s, err := OpenSaved("", "hq", time.Hour)
	if s != nil || err != nil {
		t.Fatalf("%v, %v", s, err)
	}
	defer s.Close()
	roster := &reconcile.Roster{Files: make([]reconcile.File, 3)}
	if s.SameTenant(&account.Account{}) != nil || s.SameRoster(roster) != nil ||
		s.Rosters() != nil || (&Draft{}).RestrictTo(s) != nil {
		t.Error("no plan refuses something")
	}
	if diff := cmp.Diff(Options{Prune: true}, s.Accepting(Options{Prune: true})); diff != "" {
		t.Error(diff)
	}
}
