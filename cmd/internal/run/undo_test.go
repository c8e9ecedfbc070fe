package run_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
	"keyroster/io/reportio"
	"keyroster/io/sealio"
	"keyroster/io/store"
	"keyroster/io/store/storetest"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"

	_ "keyroster/reconcile/fixedseed"
)

// undo undoes a run in a process of its own.
func (s *site) undo(id string) (run.Outcome, error) {
	s.Helper()
	return s.undoIn(s.kept.Process(), id)
}

func (s *site) undoIn(st store.Store, id string) (run.Outcome, error) {
	s.Helper()
	undone, err := st.Run(id)
	if err != nil {
		return run.Outcome{}, err
	}
	options := s.options
	options.Command = "undo"
	return run.Undo(context.Background(), s.open(), st, undone, time.Now(), options)
}

// edit changes a credential behind the program's back.
func (s *site) edit(id, value string) {
	s.Helper()
	must(s, s.watch.Edit(sandbox.Edit{
		Collection: "credentials", ID: json.RawMessage(fmt.Sprintf("%q", id)),
		Set: json.RawMessage(fmt.Sprintf(`{"value":%q}`, value)),
	}))
}

// labels counts what a report says of the lines of an undo, by outcome.
func labels(t testing.TB, report *reportio.Report) map[string]int {
	t.Helper()
	out := map[string]int{}
	for line, err := range report.Lines {
		must(t, err)
		if line.Undo != "" {
			out[line.Outcome.String()+": "+line.Undo]++
		}
	}
	return out
}

// TestUndo: an undo brings back what was before, and can itself be undone; what is undone already
// is left alone.
func TestUndo(t *testing.T) {
	lines, after := changes()
	s := newSite(t)
	s.watch.may(columnBefore(), after)
	first, err := s.apply(s.roster(lines...))
	must(t, err)
	undone, err := s.undo(first.Run.ID())
	must(t, err)
	s.holds(columnBefore())
	if r := undone.Report; r.Undoes != first.Run.ID() || r.Command != "undo" || !r.Converged ||
		r.Limits[reconcile.LimitDelete].Count != 2 || r.LimitedTo != reportio.LimitedToUndo {
		t.Errorf("the report says %s undoes %s, %+v", r.Command, r.Undoes, r.Limits)
	}
	if got := labels(t, undone.Report); got["applied: undoable"] != 7 || got["applied: undoable with another id"] != 2 {
		t.Errorf("the lines are labelled %v", got)
	}
	if last := s.state().LastGood; last.RunID != first.Run.ID() || last.Records != len(columnBefore()) {
		t.Errorf("the next listing is held against %+v", last)
	}
	twice, err := s.undo(first.Run.ID())
	must(t, err)
	if got := labels(t, twice.Report); got["unchanged: already restored"] != 9 {
		t.Errorf("undone twice, the lines are labelled %v", got)
	}
	_, err = s.undo(undone.Run.ID())
	must(t, err)
	s.holds(after)
	if len(s.watch.idle) > 0 || s.watch.early > 0 {
		t.Errorf("sent again: %v; told too early: %d", s.watch.idle, s.watch.early)
	}
}

// TestUndoLeavesWhatSomebodyChanged: what another client has changed since is a conflict; the rest
// is undone.
func TestUndoLeavesWhatSomebodyChanged(t *testing.T) {
	lines, _ := changes()
	s := newSite(t)
	first, err := s.apply(s.roster(lines...))
	must(t, err)
	s.edit("K4", "0011111111")
	out, err := s.undo(first.Run.ID())
	if failure.Of(err).Kind != failure.Partial {
		t.Fatalf("the undo ended with %v", err)
	}
	id := first.Run.ID()
	if got := labels(t, out.Report); got["conflict: value changed at the provider since run "+id] != 1 || got["applied: undoable"] != 6 {
		t.Errorf("the lines are labelled %v", got)
	}
	s.holds(columnBefore().with("card of 504", "0011111111"))
	if out.Run.Has(store.FailedFile) {
		t.Error("values from before stand in failed.csv, and applied it would write over what somebody changed")
	}
}

// TestUndoPassesOverLimitsOfTypes: the limits of single types apply to an undo as little as those
// of the account.
func TestUndoPassesOverLimitsOfTypes(t *testing.T) {
	lines, _ := changes()
	s := newSite(t)
	first, err := s.apply(s.roster(lines...))
	must(t, err)
	s.config.TypeLimits = map[string]reconcile.Limits{"Proximity card": {
		reconcile.LimitUpdate: {}, reconcile.LimitCreate: {}, reconcile.LimitDelete: {},
	}}
	_, err = s.undo(first.Run.ID())
	must(t, err)
	s.holds(columnBefore())
}

// TestRunsThatCannotBeUndone: a run that cannot be undone says why, and nothing is sent.
func TestRunsThatCannotBeUndone(t *testing.T) {
	lines, _ := changes()
	for name, c := range map[string]struct {
		spoil func(s *site, done *store.Run)
		kind  failure.Kind
		want  string
	}{
		"the values are gone": {
			func(s *site, done *store.Run) { must(s, done.Remove(store.UndoFile)) },
			failure.Usage, "has no old values",
		},
		"the account keeps none": {
			func(s *site, done *store.Run) { s.config.UndoFor = 0; must(s, done.Remove(store.UndoFile)) },
			failure.Usage, "undo_for: 0",
		},
		"another tenant's": {
			func(s *site, done *store.Run) { s.swap(done) }, failure.Unsafe, "in tenant",
		},
		"another tenant's by its plan": {
			func(s *site, done *store.Run) { s.replan(done) }, failure.Unsafe, "worked on tenant another",
		},
		"sealed for another key": {
			func(s *site, done *store.Run) { s.reseal(done) }, failure.Stopped, "is not in the state folder",
		},
		"damaged": {
			func(s *site, done *store.Run) { s.damage(done) }, failure.Stopped, store.UndoFile,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			first, err := s.apply(s.roster(lines...))
			must(t, err)
			wrote := len(s.wrote())
			c.spoil(s, s.runOf(first.Run.ID()))
			_, err = s.undo(first.Run.ID())
			if f := failure.Of(err); err == nil || f.Kind != c.kind || !strings.Contains(f.Error(), c.want) {
				t.Errorf("the undo ended with %v", err)
			}
			if len(s.wrote()) > wrote || s.state().OpenRun != "" {
				t.Errorf("something was sent, or the run %q is open", s.state().OpenRun)
			}
		})
	}
	s := newSite(t)
	nothing, err := s.apply(s.roster(columnBefore().row(1)))
	must(t, err)
	if _, err := s.undo(nothing.Run.ID()); err == nil || !strings.Contains(err.Error(), "changed nothing") {
		t.Errorf("a run that changed nothing: %v", err)
	}
}

// swap makes the old values of a run say that they are another tenant's.
func (s *site) swap(done *store.Run) {
	s.Helper()
	kept, err := history.Kept(done, s.tenant())
	must(s, err)
	kept.Meta[history.MetaTenant] = "another"
	_, recipient, err := store.SealKeyOf(s.tenant())
	must(s, err)
	must(s, done.Write(store.UndoFile, func(w io.Writer) error { return sealio.Seal(w, recipient, kept.Snapshot) }))
}

// replan makes the plan of a run say that it is another tenant's.
func (s *site) replan(done *store.Run) {
	s.Helper()
	f, err := done.Open(store.PlanFile)
	must(s, err)
	text, err := io.ReadAll(f)
	must(s, err)
	other := strings.ReplaceAll(string(text), `"`+tenant+`"`, `"another"`)
	must(s, done.Write(store.PlanFile, func(w io.Writer) error { _, err := io.WriteString(w, other); return err }))
}

// reseal seals the old values of a run for a key that no state folder has.
func (s *site) reseal(done *store.Run) {
	s.Helper()
	key, err := sealio.NewKeyText()
	must(s, err)
	_, recipient, err := sealio.ParseKey(key, "")
	must(s, err)
	must(s, done.Write(store.UndoFile, func(w io.Writer) error {
		return sealio.Seal(w, recipient, &sealio.Snapshot{})
	}))
}

// damage truncates the old values of a run.
func (s *site) damage(done *store.Run) {
	s.Helper()
	f, err := done.Open(store.UndoFile)
	must(s, err)
	text, err := io.ReadAll(f)
	must(s, err)
	must(s, done.Write(store.UndoFile, func(w io.Writer) error { _, err := w.Write(text[:len(text)-9]); return err }))
}

// TestOldValuesAreWiped: old values are kept for as long as the account says, and wiped by whoever
// has the lock next; an open run keeps them.
func TestOldValuesAreWiped(t *testing.T) {
	lines, _ := changes()
	s := newSite(t)
	first, err := s.apply(s.roster(lines...))
	must(t, err)
	s.config.UndoFor = 24 * time.Hour
	run.Wipe(s.open(), s.kept.Process(), s.sinks())
	if !s.runOf(first.Run.ID()).Has(store.UndoFile) {
		t.Fatal("the values are gone that are to be kept for a day")
	}
	s.config.UndoFor = time.Nanosecond
	locked := s.lock()
	run.Wipe(s.open(), s.kept.Process(), s.sinks())
	if !s.runOf(first.Run.ID()).Has(store.UndoFile) {
		t.Error("the values were wiped while another held the lock")
	}
	locked.Unlock()
	run.Wipe(s.open(), s.kept.Process(), s.sinks())
	done := s.runOf(first.Run.ID())
	if done.Has(store.UndoFile) {
		t.Error("the values are kept that were to be wiped")
	}
	if v, err := done.Verify(); err != nil || !v.OK() {
		t.Errorf("without its old values the run is not whole: %+v, %v", v, err)
	}
	s.config.UndoFor = 0
	lines[len(lines)-1] = strings.Replace(lines[len(lines)-1], "00100", "00200", 1)
	second, err := s.apply(s.roster(lines...))
	must(t, err)
	if s.runOf(second.Run.ID()).Has(store.UndoFile) {
		t.Error("a run keeps values that the account does not keep")
	}
}

// TestUndoOfRandomRuns: whatever a run changed, whoever edits what in between, and wherever an undo
// dies, what no other client edited is as before, and what one edited is as that client left it.
func TestUndoOfRandomRuns(t *testing.T) {
	lines, _ := changes()
	checks := 12
	if testing.Short() {
		checks = 4
	}
	for seed := range checks {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			world := rapid.Custom(func(t *rapid.T) randomUndo { return drawUndo(t, lines) }).Example(seed)
			world.check(t)
		})
	}
}

// randomUndo is what happens around an undo.
type randomUndo struct {
	rows    []string
	edits   map[string]string
	dies    deathAt
	resumes bool
}

func drawUndo(t *rapid.T, lines []string) randomUndo {
	u := randomUndo{edits: map[string]string{}, resumes: rapid.Bool().Draw(t, "resumes")}
	// The rows of a cycle belong together: without one of them, a value is held twice.
	u.rows = append(u.rows, lines...)
	for n := 8; n <= 11; n++ {
		if rapid.Bool().Draw(t, "changed") {
			u.rows = slices.DeleteFunc(u.rows, func(row string) bool { return strings.HasPrefix(row, fmt.Sprintf("K%d,", n)) })
			u.rows = append(u.rows, fmt.Sprintf("K%d,%d,card,00300000%02d,", n, 500+n, n))
		}
		if rapid.Bool().Draw(t, "edited") {
			u.edits[fmt.Sprint("K", n)] = fmt.Sprintf("00400000%02d", n)
		}
	}
	u.dies = deathAt{
		rapid.IntRange(0, 120).Draw(t, "dies at"),
		rapid.SampledFrom([]storetest.Death{storetest.Before, storetest.Torn, storetest.After}).Draw(t, "how"),
	}
	return u
}

func (u randomUndo) check(t *testing.T) {
	s := newSite(t)
	first, err := s.apply(s.roster(u.rows...))
	must(t, err)
	want := columnBefore()
	for id, value := range u.edits {
		s.edit(id, value)
		want = want.with("card of "+fmt.Sprint(500+number(id)), value)
	}
	s.watch.may(columnBefore(), s.watch.held(), maps.Clone(want))
	id := first.Run.ID()
	s.diesInUndo(u.dies, id)
	if open := s.state().OpenRun; u.resumes && open != "" && s.runOf(open).Assess().Status == store.RunOpen {
		_, err = run.Resume(context.Background(), s.open(), s.kept.Process(), s.runOf(open), s.options)
	} else {
		_, err = s.undo(id)
	}
	if err != nil && failure.Of(err).Kind != failure.Partial {
		t.Fatal(err)
	}
	if _, err = s.undo(id); err != nil && failure.Of(err).Kind != failure.Partial {
		t.Fatal(err)
	}
	s.holds(want)
	if s.watch.early > 0 || s.state().SyncOwed {
		t.Errorf("the doors were told too early %d times, or are behind: %+v", s.watch.early, s.state())
	}
}

// number returns the number in a credential's id.
func number(id string) (n int) {
	_, _ = fmt.Sscanf(id, "K%d", &n)
	return n
}

// diesInUndo has a process die in a call of the store while it undoes a run.
func (s *site) diesInUndo(d deathAt, id string) {
	s.Helper()
	faulty := storetest.Faulty(s.kept.Process(), d.call, d.death)
	_, err := s.undoIn(faulty, id)
	if err != nil && !faulty.Died() && failure.Of(err).Kind != failure.Partial {
		s.Fatal(err)
	}
	if buried := faulty.Bury(func(store.Tenant, store.Lock) { s.dies() }); buried != nil {
		s.Error(buried)
	}
}
