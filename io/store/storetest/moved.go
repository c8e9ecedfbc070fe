package storetest

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"testing"

	"keyroster/io/store"
)

var movedLaws = []law{
	{"a document that was dropped is not there", droppedDocuments},
	{"a key is what it was set to last, whoever made one before", setKeys},
	{"a run that comes from another store keeps its id, and what it has", adoptedRuns},
	{"a tenant that lives elsewhere says so to every process, until it is back", movedTenants},
}

// elsewhere is the id of a run that another store has made.
const elsewhere = "20260130T020001Z-hq-00aa11"

func droppedDocuments(t *testing.T, open open) {
	w := open(t)
	_, l := locked(t, w.Open())
	for range 2 {
		for _, name := range documents {
			must(t, l.Drop(name))
			of := tenant(t, w.Open())
			_, err := of.Document(name)
			is(t, "a document that was dropped", err, fs.ErrNotExist)
			if of.Has(name) {
				t.Errorf("%s is there", name)
			}
			must(t, l.Save(name, []byte("again")))
		}
	}
	if err := l.Drop("lock"); err == nil {
		t.Error("the lock was dropped")
	}
}

func setKeys(t *testing.T, open open) {
	w := open(t)
	of, l := locked(t, w.Open())
	made := func() ([]byte, error) { return []byte("made here"), nil }
	for i, name := range []store.Key{store.FingerprintKey, store.SealKey} {
		if i > 0 {
			_, err := of.Key(name, made)
			must(t, err)
		}
		for _, text := range []string{"brought", "brought again"} {
			must(t, l.SetKey(name, []byte(text)))
			for _, of := range []store.Tenant{of, tenant(t, w.Open())} {
				if got, err := of.Key(name, made); err != nil || string(got) != text || !of.HasKey(name) {
					t.Errorf("%s is %q, %v", name, got, err)
				}
			}
		}
	}
	if err := l.SetKey("lock", []byte("x")); err == nil {
		t.Error("the lock is a key")
	}
}

func adoptedRuns(t *testing.T, open open) {
	w := open(t)
	s := w.Open()
	_, l := locked(t, s)
	made, err := l.Create("hq", began)
	must(t, err)
	files := map[string]string{
		store.PlanFile: "{}", store.JournalFile: "one\ntwo\n", store.MarkFile: "8", "side/file.txt": "\x00",
	}
	for range 2 {
		run, err := l.Adopt(elsewhere)
		must(t, err)
		for name, content := range files {
			must(t, run.Write(name, text(content)))
		}
	}
	run, err := w.Open().Run(elsewhere)
	must(t, err)
	if run.ID() != elsewhere {
		t.Errorf("it is called %s", run.ID())
	}
	wantFiles(t, run, files)
	ids, err := s.Runs()
	if want := []string{elsewhere, made.ID()}; err != nil || !slices.Equal(ids, want) {
		t.Errorf("runs %q, want %q, %v", ids, want, err)
	}
	must(t, l.Begin(run))
	for _, id := range []string{"", "..", "runs", "../" + elsewhere} {
		if _, err := l.Adopt(id); err == nil {
			t.Errorf("a run called %q", id)
		}
	}
}

func movedTenants(t *testing.T, open open) {
	w := open(t)
	of, l := locked(t, w.Open())
	must(t, store.CheckMoved(of))
	for range 2 {
		must(t, store.RecordMove(l, "the database db.example/keyroster", began))
		for _, of := range []store.Tenant{of, tenant(t, w.Open())} {
			moved, is := errors.AsType[*store.MovedError](store.CheckMoved(of))
			if !is || moved.To != "the database db.example/keyroster" || !moved.At.Equal(began) || moved.Place != of.Place() {
				t.Errorf("it lives in %+v", moved)
			}
		}
		must(t, l.Drop(store.MovedDocument))
		must(t, store.CheckMoved(of))
	}
	for _, damaged := range []string{
		"", "{}", `{"schema":"keyroster/moved/2","to":"x"}`, `{"schema":"keyroster/moved/1"}`,
	} {
		must(t, l.Save(store.MovedDocument, []byte(damaged)))
		err := store.CheckMoved(of)
		_, moved := errors.AsType[*store.MovedError](err)
		if err == nil || moved || bytes.Contains([]byte(err.Error()), []byte("{")) {
			t.Errorf("%q: %v", damaged, err)
		}
	}
}
