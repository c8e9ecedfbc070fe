package storetest

import (
	"bytes"
	"fmt"
	"io/fs"
	"runtime"
	"sync"
	"testing"

	"keyroster/io/store"
)

var tenantLaws = []law{
	{"a document has what was saved last", savedDocuments},
	{"whoever reads a document sees it before a save or after it", documentsDuringSaves},
	{"looking at a tenant makes nothing", looking},
	{"what is remembered of a tenant is found without its lock", foundWithoutLock},
	{"the run that was begun last is found from any process", lastBegun},
	{"a last begun run that is gone is named", lastBegunGone},
}

var keyLaws = []law{
	{"a key is made once", keys},
	{"a key that cannot be made is not there", failedKeys},
	{"all who race for a key get the same", racingForKeys},
}

var documents = []store.Document{store.StateDocument, store.ValuesDocument, store.UnlistedDocument, store.MovedDocument}

func savedDocuments(t *testing.T, open open) {
	w := open(t)
	of, l := locked(t, w.Open())
	for _, name := range documents {
		_, err := of.Document(name)
		is(t, "a document that was never saved", err, fs.ErrNotExist)
		if of.Has(name) {
			t.Errorf("%s is there before it was saved", name)
		}
	}
	for _, content := range []string{"{}", `{"schema":"?"}`, "", "\x00\xff"} {
		for _, name := range documents {
			data := []byte(content + string(name))
			must(t, l.Save(name, data))
			clear(data) // the caller may change it
		}
		for _, name := range documents {
			for _, of := range []store.Tenant{of, tenant(t, w.Open())} {
				data, err := of.Document(name)
				if err != nil || string(data) != content+string(name) || !of.Has(name) {
					t.Errorf("%s holds %q, %v", name, data, err)
				}
				clear(data) // and what was read, too
			}
		}
	}
	must(t, l.Save(store.StateDocument, nil))
	if data, err := of.Document(store.StateDocument); err != nil || len(data) != 0 ||
		!of.Has(store.StateDocument) {
		t.Errorf("an empty document: %q, %v", data, err)
	}
}

func documentsDuringSaves(t *testing.T, open open) {
	w := open(t)
	if w.Exclusive {
		return // a save waits for readers, which never end here
	}
	_, l := locked(t, w.Open())
	content := func(i int) []byte { return bytes.Repeat([]byte{byte('a' + i)}, 50_000+i) }
	must(t, l.Save(store.StateDocument, content(0)))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		of := tenant(t, w.Open())
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				data, err := of.Document(store.StateDocument)
				if err != nil || len(data) == 0 || !bytes.Equal(data, content(int(data[0]-'a'))) ||
					!of.Has(store.StateDocument) {
					t.Errorf("a part of a document was seen: %d bytes, %v", len(data), err)
					return
				}
			}
		})
	}
	for i := range 20 {
		if err := l.Save(store.StateDocument, content(i)); err != nil {
			t.Error(err)
		}
	}
	close(done)
	readers.Wait()
}

func looking(t *testing.T, open open) {
	w := open(t)
	of, err := w.Open().Look("doorflow", "abc123")
	must(t, err)
	if provider, id := of.Of(); provider != "doorflow" || id != "abc123" || of.Place() == "" {
		t.Errorf("looking at %q of %q in %q", id, provider, of.Place())
	}
	_, err = of.Document(store.StateDocument)
	is(t, "a document", err, fs.ErrNotExist)
	_, err = of.Key(store.SealKey, nil)
	is(t, "a key", err, fs.ErrNotExist)
	if id, run, err := of.LastBegun(); id != "" || run != nil || err != nil {
		t.Errorf("begun: %q, %v, %v", id, run, err)
	}
	if of.Has(store.StateDocument) || of.HasKey(store.SealKey) {
		t.Error("something is there")
	}
	if w.Modes != nil {
		for path := range w.Modes() {
			t.Errorf("%s was made", path)
		}
	}
}

func foundWithoutLock(t *testing.T, open open) {
	w := open(t)
	_, l := locked(t, w.Open())
	must(t, l.Save(store.ValuesDocument, []byte("x")))
	for _, open := range []func(string, string) (store.Tenant, error){w.Open().Tenant, w.Open().Look} {
		of, err := open("doorflow", "abc123")
		must(t, err)
		if data, err := of.Document(store.ValuesDocument); err != nil || string(data) != "x" {
			t.Errorf("%q, %v", data, err)
		}
	}
}

func lastBegun(t *testing.T, open open) {
	w := open(t)
	of, l := locked(t, w.Open())
	if id, run, err := of.LastBegun(); id != "" || run != nil || err != nil {
		t.Errorf("before any run: %q, %v, %v", id, run, err)
	}
	for range 2 {
		run, err := l.Create("hq", began)
		must(t, err)
		must(t, run.Write("plan.json", text(run.ID())))
		must(t, l.Begin(run))
		for _, of := range []store.Tenant{of, tenant(t, w.Open())} {
			id, found, err := of.LastBegun()
			must(t, err)
			if id != run.ID() || found.ID() != id || read(t, found, "plan.json") != id {
				t.Errorf("begun is %q, want %q", id, run.ID())
			}
		}
	}
}

func lastBegunGone(t *testing.T, open open) {
	w := open(t)
	of, l := locked(t, w.Open())
	run, err := l.Create("hq", began)
	must(t, err)
	must(t, l.Begin(run))
	must(t, run.Discard())
	for _, of := range []store.Tenant{of, tenant(t, w.Open())} {
		id, _, err := of.LastBegun()
		is(t, "the run that was begun", err, fs.ErrNotExist)
		if id != run.ID() {
			t.Errorf("begun is %q, want %q", id, run.ID())
		}
	}
}

func keys(t *testing.T, open open) {
	w := open(t)
	of := tenant(t, w.Open())
	for _, name := range []store.Key{store.FingerprintKey, store.SealKey} {
		_, err := of.Key(name, nil)
		is(t, "a key that was never made", err, fs.ErrNotExist)
		if of.HasKey(name) {
			t.Errorf("%s is there", name)
		}
		for _, of := range []store.Tenant{of, tenant(t, w.Open())} {
			made := 0
			for range 2 {
				data, err := of.Key(name, func() ([]byte, error) {
					made++
					return []byte("first " + name), nil
				})
				if err != nil || string(data) != "first "+string(name) || !of.HasKey(name) {
					t.Errorf("key %q, %v", data, err)
				}
				clear(data)
			}
			if made > 1 {
				t.Errorf("%s was made %d times", name, made)
			}
			if data, err := of.Key(name, nil); err != nil || string(data) != "first "+string(name) {
				t.Errorf("key %q, %v", data, err)
			}
		}
	}
}

func failedKeys(t *testing.T, open open) {
	of := tenant(t, open(t).Open())
	_, err := of.Key(store.SealKey, func() ([]byte, error) { return []byte("half"), errWrite })
	is(t, "a key that cannot be made", err, errWrite)
	if of.HasKey(store.SealKey) {
		t.Error("it is there")
	}
	whole := func() ([]byte, error) { return []byte("whole"), nil }
	if data, err := of.Key(store.SealKey, whole); err != nil || string(data) != "whole" {
		t.Errorf("key %q, %v", data, err)
	}
}

func racingForKeys(t *testing.T, open open) {
	w := open(t)
	processes := []store.Store{w.Open(), w.Open(), w.Open(), w.Open()}
	for round := range 20 {
		raceForKey(t, processes, fmt.Sprint("tenant", round))
	}
}

// raceForKey lets all processes ask for a key of a tenant at once.
func raceForKey(t *testing.T, processes []store.Store, tenant string) {
	t.Helper()
	got := make([]string, len(processes))
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, s := range processes {
		of, err := s.Tenant("doorflow", tenant)
		must(t, err)
		all.Go(func() {
			<-start
			data, err := of.Key(store.FingerprintKey, func() ([]byte, error) {
				runtime.Gosched() // so that others can run in between
				return fmt.Appendf(nil, "%08d", i), nil
			})
			if err != nil {
				t.Error(err)
			}
			got[i] = string(data)
		})
	}
	close(start)
	all.Wait()
	for _, key := range got {
		if len(key) != 8 || key != got[0] {
			t.Fatalf("keys %q", got)
		}
	}
}
