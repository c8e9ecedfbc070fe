package history

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/store"
	"keyroster/providers/all"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// carriedOut returns a run of the plan of two whose one change was applied.
func carriedOut(t *testing.T) *engine.Run {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing is sent; the results are filled in here
	run := engine.Apply(ctx, planOfTwo(keeping(t)), engine.Options{Concurrency: 1})
	if len(run.Results()) != 1 {
		t.Fatalf("%d results", len(run.Results()))
	}
	run.Results()[0].Outcome = reconcile.Applied
	return run
}

// TestKeptSpellings: what the provider made of a text is remembered, and nothing else is mistaken
// for it.
func TestKeptSpellings(t *testing.T) {
	s, w := newSite(t), keeping(t)
	schema := all.Lookup("doorflow").Schema
	if w.KeptSpelling(schema) != nil || (*LastWritten)(nil).KeptSpelling(schema) != nil {
		t.Error("a spelling is kept before there was one")
	}
	run := carriedOut(t)
	value := schema.Value()
	run.Results()[0].Kept = []engine.Kept{{Column: value, Want: reconcile.TextCell("0481057"), Have: reconcile.TextCell("481057")}}
	must(t, w.Record(s.lock, run, nil))
	again := s.restored(w)
	look := again.KeptSpelling(schema)
	for _, c := range []struct {
		id, want, have string
		kept           bool
	}{
		{"P1", "0481057", "481057", true},
		{"P1", "0481058", "481057", false},
		{"P1", "0481057", "481058", false},
		{"P2", "0481057", "481057", false},
	} {
		if kept := look(c.id, value, reconcile.TextCell(c.want), reconcile.TextCell(c.have)); kept != c.kept {
			t.Errorf("%+v: %v", c, kept)
		}
	}
	// The next write of the column forgets its spelling.
	must(t, again.Record(s.lock, carriedOut(t), nil))
	if again = s.restored(again); again.KeptSpelling(schema) != nil {
		t.Errorf("kept for good: %v", again.kept)
	}
}

// restored returns what is stored, read back with the same key.
func (s *site) restored(w *LastWritten) *LastWritten {
	s.t.Helper()
	stored, err := store.ReadValues(s.tenant)
	must(s.t, err)
	return newLastWritten(stored, w.marks, w.keep, s.logger())
}

func TestNightsInARow(t *testing.T) {
	w := keeping(t)
	count := func(id string, whole bool) (int, []string) {
		run := carriedOut(t)
		n := w.CountNights(run, id, whole)
		return n, run.Results()[0].Warnings
	}
	if n, warnings := count("R1", true); n != 0 || warnings != nil {
		t.Errorf("the first night: %d %q", n, warnings)
	}
	if n, _ := count("R1", true); n != 0 {
		t.Errorf("the same run again: %d", n)
	}
	n, warnings := count("R2", false)
	want := []string{"written on 2 nights in a row: something changes it back, or the provider does not keep it"}
	if diff := cmp.Diff(want, warnings); n != 1 || diff != "" {
		t.Errorf("the second night: %d %s", n, diff)
	}
	if n := (*LastWritten)(nil).CountNights(carriedOut(t), "R3", true); n != 0 {
		t.Errorf("nothing counts %d", n)
	}
}

// TestLearnForgetsWhatIsGone: a record missing from the listing of the whole account is gone, and
// so is what was remembered of it.
func TestLearnForgetsWhatIsGone(t *testing.T) {
	s, w := newSite(t), keeping(t)
	w.byID["P1"], w.byID["P2"], w.byID["P3"] = "older", "other", "gone"
	run := carriedOut(t)
	listing := &reconcile.Listing{Records: run.Plan.Have}
	must(t, w.Record(s.lock, run, listing))
	want := map[string]string{"P1": w.mark("P1", reconcile.TextCell("481057")), "P2": "other"}
	if diff := cmp.Diff(want, s.restored(w).byID); diff != "" {
		t.Error(diff)
	}
	// A record that is left parked has a value other than the one that was written.
	run.Parked = []int{run.Results()[0].Line}
	must(t, w.Record(s.lock, run, nil))
	if diff := cmp.Diff(map[string]string{"P2": "other"}, s.restored(w).byID); diff != "" {
		t.Error(diff)
	}
}

// TestNothingToRemember: an account that never remembered anything leaves no document behind.
func TestNothingToRemember(t *testing.T) {
	s, w := newSite(t), keeping(t)
	w.keep = false
	must(t, w.Record(s.lock, carriedOut(t), nil))
	must(t, w.Drop(s.lock, planOfTwo(keeping(t))))
	must(t, (*LastWritten)(nil).Record(s.lock, nil, nil))
	must(t, (*LastWritten)(nil).Drop(s.lock, nil))
	if s.tenant.Has(store.ValuesDocument) {
		t.Error("there is a document")
	}
}
