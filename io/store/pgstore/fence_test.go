//go:build postgres

package pgstore_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"keyroster/io/journalio"
	"keyroster/io/store"
	"keyroster/io/store/pgstore"
)

var night = time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)

// text returns a function that writes a text.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// read returns the content of a file.
func read(t testing.TB, files store.Files, name string) string {
	t.Helper()
	f, err := files.Open(name)
	must(t, err)
	data, err := io.ReadAll(f)
	must(t, err)
	return string(data)
}

// work is a process at a tenant: it holds its lock, and has a run with an open journal.
type work struct {
	of      store.Tenant
	l       store.Lock
	run     *store.Run
	journal journalio.File
	mark    journalio.Mark
}

// take takes the lock of the tenant that the tests are about.
func take(t testing.TB, s store.Store) (store.Tenant, store.Lock) {
	t.Helper()
	of, err := s.Tenant("doorflow", "abc123")
	must(t, err)
	l, err := of.Lock(store.Holder{RunID: "r"})
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return of, l
}

func atWork(t testing.TB, s store.Store) work {
	t.Helper()
	of, l := take(t, s)
	w := work{of: of, l: l}
	must(t, l.Save(store.StateDocument, []byte("kept")))
	var err error
	w.run, err = l.Create("hq", night)
	must(t, err)
	must(t, l.Begin(w.run))
	must(t, w.run.Write(store.PlanFile, text("kept")))
	w.journal, w.mark, err = w.run.CreateJournal()
	must(t, err)
	w.append(t, "kept\n")
	must(t, w.mark.Put([]byte("kept")))
	return w
}

func (w work) append(t testing.TB, line string) {
	t.Helper()
	_, err := w.journal.Write([]byte(line))
	must(t, errors.Join(err, w.journal.Sync()))
}

// writes has everything that a holder can write.
var writes = map[string]func(w work) error{
	"save":   func(w work) error { return w.l.Save(store.StateDocument, []byte("late")) },
	"name":   func(w work) error { return w.l.Name("late") },
	"begin":  func(w work) error { return w.l.Begin(store.NewRun("20260131T020001Z-late-000000", w.run.Files)) },
	"create": func(w work) error { _, err := w.l.Create("late", night); return err },
	"write":  func(w work) error { return w.run.Write(store.PlanFile, text("late")) },
	"new":    func(w work) error { return w.run.Write("late.csv", text("late")) },
	"remove": func(w work) error { return w.run.Remove(store.PlanFile) },
	"unmark": func(w work) error { return w.run.Remove(store.MarkFile) },
	"drop":   func(w work) error { return w.run.Remove(store.JournalFile) },
	"lines":  func(w work) error { return w.run.Files.Write(store.JournalFile, text("late")) },
	"discard": func(w work) error {
		return w.run.Discard()
	},
	"append": func(w work) error {
		_, err := w.journal.Write([]byte("late\n"))
		return errors.Join(err, w.journal.Sync())
	},
	"truncate": func(w work) error { return w.journal.Truncate(0) },
	"mark":     func(w work) error { return w.mark.Put([]byte("late")) },
	"ended":    func(w work) error { return w.mark.Close(true) },
	"close": func(w work) error {
		_, err := w.journal.Write([]byte("late\n"))
		return errors.Join(err, w.journal.Close())
	},
}

// untouched fails if something was written late.
func untouched(t *testing.T, s store.Store, id string) {
	t.Helper()
	of, err := s.Look("doorflow", "abc123")
	must(t, err)
	if data, err := of.Document(store.StateDocument); err != nil || string(data) != "kept" {
		t.Errorf("the state is %q, %v", data, err)
	}
	begun, run, err := of.LastBegun()
	if err != nil || begun != id {
		t.Fatalf("begun is %s, %v", begun, err)
	}
	if ids, err := s.Runs(); err != nil || !slices.Equal(ids, []string{id}) {
		t.Errorf("runs %q, %v", ids, err)
	}
	list, err := run.List()
	must(t, err)
	var names []string
	for _, e := range list {
		names = append(names, e.Name)
	}
	if want := []string{store.JournalFile, store.MarkFile, store.PlanFile}; !slices.Equal(names, want) {
		t.Fatalf("files %q", names)
	}
	for name, want := range map[string]string{store.PlanFile: "kept", store.JournalFile: "kept\n", store.MarkFile: "kept"} {
		if got := read(t, run, name); got != want {
			t.Errorf("%s holds %q", name, got)
		}
	}
}

// TestWhoLostTheLeaseWritesNothing: a holder whose lease ran out or was taken by another, and who
// does not know it yet, learns of it from the statement that would write; that statement writes
// nothing.
func TestWhoLostTheLeaseWritesNothing(t *testing.T) {
	pool := connect(t, database)
	for name, write := range writes {
		for _, taken := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, taken %t", name, taken), func(t *testing.T) {
				schema := place(t, pool)
				other := process(t, pool, schema, long)
				w := atWork(t, process(t, pool, schema, long))
				must(t, pgstore.RunOut(w.l))
				if taken {
					_, _ = take(t, other)
				}
				must(t, w.l.Held()) // it cannot know
				if err := write(w); !errors.Is(err, store.ErrNotLocked) || errors.Is(err, fs.ErrNotExist) {
					t.Errorf("error %v", err)
				}
				if err := w.l.Held(); !errors.Is(err, store.ErrNotLocked) {
					t.Errorf("held: %v", err)
				}
				untouched(t, other, w.run.ID())
			})
		}
	}
}

// TestWhoStoodStillWritesNothing: a holder whose process stood still for too long considers the
// lease lost, although no other process has taken it on the server.
func TestWhoStoodStillWritesNothing(t *testing.T) {
	pool := connect(t, database)
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			schema := place(t, pool)
			w := atWork(t, process(t, pool, schema, long))
			pgstore.Freeze(w.l, time.Now().Add(-long/10*9))
			if err := write(w); !errors.Is(err, store.ErrNotLocked) {
				t.Errorf("error %v", err)
			}
			pgstore.Freeze(w.l, time.Now()) // a late renewal changes nothing
			if err := w.l.Held(); !errors.Is(err, store.ErrNotLocked) {
				t.Errorf("held again: %v", err)
			}
			untouched(t, process(t, pool, schema, long), w.run.ID())
		})
	}
}

// TestOldWorkOfAProcessThatTookTheLeaseAgain: a process that lost a lease and took another one for
// the same tenant writes only with the new one: what it began under the old one stays fenced.
func TestOldWorkOfAProcessThatTookTheLeaseAgain(t *testing.T) {
	pool := connect(t, database)
	schema := place(t, pool)
	s := process(t, pool, schema, long)
	old := atWork(t, s)
	must(t, pgstore.RunOut(old.l))
	_, l := take(t, s)
	for _, write := range []string{"write", "append", "mark", "discard", "save"} {
		if err := writes[write](old); !errors.Is(err, store.ErrNotLocked) {
			t.Errorf("%s: %v", write, err)
		}
	}
	untouched(t, s, old.run.ID())
	must(t, l.Held())
	run, err := s.Run(old.run.ID())
	must(t, err)
	must(t, run.Write(store.PlanFile, text("new")))
	_ = old.l.Close()
	must(t, l.Held())
	must(t, pgstore.RunOut(l))
	if err := run.Write(store.PlanFile, text("late")); !errors.Is(err, store.ErrNotLocked) {
		t.Errorf("by the run that was opened again: %v", err)
	}
	_ = l.Close()
	if err := run.Write(store.PlanFile, text("late")); !errors.Is(err, store.ErrNotLocked) {
		t.Errorf("once the lost lock was let go: %v", err)
	}
	if got := read(t, run, store.PlanFile); got != "new" {
		t.Errorf("the plan is %q", got)
	}
}

// TestNothingArrivesAfterATakeover: whoever takes a lease sees everything that its former holder
// has written, and nothing arrives afterwards, however many statements were under way.
func TestNothingArrivesAfterATakeover(t *testing.T) {
	pool := connect(t, database)
	schema := place(t, pool)
	other := process(t, pool, schema, long)
	for round := range 150 {
		w := atWork(t, process(t, pool, schema, long))
		var writers errgroup.Group
		for i := range 6 {
			writers.Go(func() error {
				for {
					if err := w.run.Write(fmt.Sprint(i), text("x")); err != nil {
						return err
					}
					if err := w.run.Remove(fmt.Sprint(i)); err != nil {
						return err
					}
				}
			})
		}
		writers.Go(func() error {
			for {
				_, err := w.journal.Write([]byte("line\n"))
				if err = errors.Join(err, w.journal.Sync()); err != nil {
					return err
				}
			}
		})
		must(t, pgstore.RunOut(w.l))
		_, now := take(t, other)
		run, err := other.Run(w.run.ID())
		must(t, err)
		list, err := run.List()
		must(t, err)
		lines := read(t, run, store.JournalFile)
		if err := writers.Wait(); !errors.Is(err, store.ErrNotLocked) {
			t.Fatalf("round %d: %v", round, err)
		}
		after, err := run.List()
		must(t, err)
		if got := read(t, run, store.JournalFile); got != lines || !slices.Equal(list, after) {
			t.Fatalf("round %d: %d bytes of lines, then %d; %v, then %v", round, len(lines), len(got), list, after)
		}
		must(t, run.Discard())
		now.ForgetPredecessor()
		must(t, now.Close())
	}
}
