package move

import (
	"errors"
	"io"
	"testing"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
	"keyroster/io/store/memory"
	"keyroster/io/store/storetest"
)

var now = time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// lived returns a store in which a tenant has been worked on, and its runs.
func lived(t *testing.T) (*memory.Store, []*store.Run) {
	t.Helper()
	s := memory.New()
	of, l := locked(t, s)
	must(t, store.SaveState(of, l, store.State{SyncOwed: true}))
	must(t, l.Save(store.ValuesDocument, []byte("values")))
	_, err := store.Fingerprints(of)
	must(t, err)
	var runs []*store.Run
	for _, id := range []string{"20260130T020001Z-hq-00aa11", "20260131T020001Z-hq-00aa22"} {
		run, err := l.Adopt(id)
		must(t, err)
		must(t, run.Write(store.PlanFile, text("plan of "+id)))
		must(t, run.Write(store.JournalFile, text("lines")))
		must(t, run.Write("side/"+id, text("")))
		runs = append(runs, run)
	}
	must(t, runs[0].WriteManifest(store.Manifest{Account: "hq"}))
	must(t, l.Begin(runs[1]))
	must(t, l.Close())
	return s, runs
}

func locked(t *testing.T, s store.Store) (store.Tenant, store.Lock) {
	t.Helper()
	of, err := s.Tenant("doorflow", "abc123")
	must(t, err)
	l, err := of.Lock(store.Holder{})
	must(t, err)
	return of, l
}

// moveIt moves the tenant from one store to another.
func moveIt(from, to store.Store) (string, counted, error) {
	a, err := from.Tenant("doorflow", "abc123")
	if err != nil {
		return refused, counted{}, err
	}
	b, err := to.Tenant("doorflow", "abc123")
	if err != nil {
		return refused, counted{}, err
	}
	ids, err := from.Runs()
	if err != nil {
		return refused, counted{}, err
	}
	var runs []*store.Run
	for _, id := range ids {
		run, err := from.Run(id)
		if err != nil {
			return refused, counted{}, err
		}
		runs = append(runs, run)
	}
	return moveTenant(&end{of: a, name: "one place"}, &end{of: b, name: "another"}, runs, now)
}

// lives reports whether a store allows writes to the tenant's provider.
func lives(t *testing.T, s store.Store) bool {
	t.Helper()
	of, l := locked(t, s)
	defer l.Close() //nolint:errcheck // in memory
	err := store.CheckMoved(of)
	if _, moved := errors.AsType[*store.MovedError](err); err != nil && !moved {
		t.Error(err)
	}
	return err == nil && (of.Has(store.StateDocument) || of.Has(store.ValuesDocument))
}

// arrivedWhole checks that two stores keep the same.
func arrivedWhole(t *testing.T, from, to store.Store) {
	t.Helper()
	a, err := from.Look("doorflow", "abc123")
	must(t, err)
	b, err := to.Look("doorflow", "abc123")
	must(t, err)
	for _, name := range []store.Document{store.StateDocument, store.ValuesDocument} {
		want, err := a.Document(name)
		must(t, err)
		if got, err := b.Document(name); err != nil || string(got) != string(want) {
			t.Errorf("%s is %q, %v, want %q", name, got, err, want)
		}
	}
	want, err := store.Fingerprints(a)
	must(t, err)
	if got, err := store.Fingerprints(b); err != nil || string(got) != string(want) {
		t.Errorf("another key, %v", err)
	}
	ids, err := to.Runs()
	if err != nil || len(ids) != 2 {
		t.Fatalf("runs %q, %v", ids, err)
	}
	id, run, err := b.LastBegun()
	if err != nil || id != ids[1] || run.ID() != id {
		t.Errorf("begun is %s, %v", id, err)
	}
	for _, id := range ids {
		mine, err := from.Run(id)
		must(t, err)
		its, err := to.Run(id)
		must(t, err)
		entries, err := its.List()
		must(t, err)
		for _, e := range entries {
			want, _ := content(mine.Files, e.Name)
			if got, err := content(its.Files, e.Name); err != nil || string(got) != string(want) {
				t.Errorf("%s of %s is %q, %v", e.Name, id, got, err)
			}
		}
	}
	first, err := to.Run(ids[0])
	must(t, err)
	if seen, err := first.Verify(); err != nil || !seen.OK() {
		t.Errorf("the closed run: %+v, %v", seen, err)
	}
}

func TestMove(t *testing.T) {
	from, _ := lived(t)
	to := memory.New()
	state, n, err := moveIt(from, to)
	if err != nil || state != arrived || n != (counted{2, 7}) {
		t.Fatalf("%s, %+v, %v", state, n, err)
	}
	arrivedWhole(t, from, to)
	for range 2 {
		if lives(t, from) || !lives(t, to) {
			t.Error("it does not live there alone")
		}
		if state, n, err := moveIt(from, to); state != already || n != (counted{}) || err != nil {
			t.Errorf("again: %s, %+v, %v", state, n, err)
		}
	}
	// The way back, with what has happened in the meantime.
	of, l := locked(t, to)
	must(t, store.SaveState(of, l, store.State{}))
	must(t, l.Close())
	if state, _, err := moveIt(to, from); err != nil || state != arrived || !lives(t, from) || lives(t, to) {
		t.Fatalf("back: %s, %v", state, err)
	}
	arrivedWhole(t, to, from)
}

func TestWhatDoesNotMove(t *testing.T) {
	from, _ := lived(t)
	other, _ := lived(t)
	if state, _, err := moveIt(from, other); state != refused || failure.Of(err).Kind != failure.Unsafe {
		t.Errorf("over another: %s, %v", state, err)
	}
	if !lives(t, from) || !lives(t, other) {
		t.Error("one of them does not live any more")
	}
	if state, _, err := moveIt(memory.New(), memory.New()); state != nothing || err != nil {
		t.Errorf("nothing: %s, %v", state, err)
	}
	to := memory.New()
	_, _, err := moveIt(from, to)
	must(t, err)
	if state, _, err := moveIt(from, memory.New()); state != refused || failure.Of(err).Kind != failure.Unsafe {
		t.Errorf("what left for elsewhere: %s, %v", state, err)
	}
	_, l := locked(t, to)
	if state, _, err := moveIt(to, from); state != refused || failure.Of(err).Kind != failure.Locked {
		t.Errorf("at work: %s, %v", state, err)
	}
	must(t, l.Close())
}

// TestMovesThatDie: whatever call a move dies in, at either end, the tenant lives at one end at
// most, and the same command run again brings it over whole.
func TestMovesThatDie(t *testing.T) {
	for _, death := range []storetest.Death{storetest.Before, storetest.After} {
		for _, atTarget := range []bool{false, true} {
			died := 0
			for n := 0; ; n++ {
				from, _ := lived(t)
				to := memory.New()
				var a, b store.Store = from, to
				faulty := storetest.Faulty(from, n, death)
				if a = faulty; atTarget {
					faulty = storetest.Faulty(to, n, death)
					a, b = from, faulty
				}
				_, _, _ = moveIt(a, b)
				if !faulty.Died() {
					break
				}
				died++
				must(t, faulty.Bury(func(of store.Tenant, _ store.Lock) {
					from.Expire(of.Of())
					to.Expire(of.Of())
				}))
				if lives(t, from) && lives(t, to) {
					t.Fatalf("death %d in call %d, at the target: %v: it lives twice", death, n, atTarget)
				}
				if _, _, err := moveIt(from, to); err != nil {
					t.Fatalf("death %d in call %d, at the target: %v: %v", death, n, atTarget, err)
				}
				if lives(t, from) || !lives(t, to) {
					t.Fatalf("death %d in call %d, at the target: %v: it did not arrive", death, n, atTarget)
				}
				arrivedWhole(t, from, to)
			}
			if died < 20 {
				t.Errorf("it died in %d calls only", died)
			}
		}
	}
}
