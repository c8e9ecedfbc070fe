// Package storetest has the promises of every store as tests: an implementation of the
// interfaces of package store calls [Laws] from its own test, with a [World] that holds it. It
// is only for tests.
//
// The laws use the interfaces. What happens to a process from outside (it is killed, its lock
// is taken, others put things beside its own) is done by the World.
//
// [Faulty] is a store whose process dies in the n-th call; one law takes a whole run through a
// death in each call.
package storetest

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"testing"
	"time"

	"keyroster/io/store"
)

// World is a store with data of its own, empty at first, and its surroundings. A function is
// nil if the store or the system has no such thing.
type World struct {
	// Open makes the handle of one more process on the data.
	Open func() store.Store
	// Kill ends a process that holds the lock of a tenant, as others see it: the lock is free,
	// and what the process recorded about itself stays.
	Kill func(of store.Tenant, held store.Lock)
	// Lose takes the lock from a process that goes on.
	Lose func(of store.Tenant, held store.Lock)
	// Stray puts something that is not a run where the runs are, under a name.
	Stray func(name string)
	// PowerCut ends all processes, and loses what was not synced.
	PowerCut func()
	// Fenced: a process that lost a tenant's lock cannot change the files of its runs either.
	Fenced bool
	// Finds: looking for runs finds only those that a query selects.
	Finds bool
	// Fast: calls do not wait for a disk, so more can be tried.
	Fast bool
	// Exclusive: an open file can be neither replaced nor removed.
	Exclusive bool
	// Modes are the permissions of all that is kept, by path, folders and files.
	Modes func() map[string]fs.FileMode
	// Loosen gives every user of the machine all rights to what is remembered of a
	// tenant.
	Loosen func(of store.Tenant)
}

// open makes a world for the duration of the test.
type open func(t *testing.T) World

// law is something that a store promises.
type law struct {
	name string
	test func(t *testing.T, open open)
}

// Laws checks that a store keeps all promises of stores. open makes an empty world; it is
// called many times, also by several goroutines at once.
func Laws(t *testing.T, open func(t *testing.T) World) {
	for _, group := range [][]law{
		fileLaws, nameLaws, tenantLaws, keyLaws, stateLaws, lockLaws, lostLaws, movedLaws,
		runLaws, journalLaws, statusLaws, modeLaws, modelLaws, crashLaws,
	} {
		for _, l := range group {
			t.Run(l.name, func(t *testing.T) { l.test(t, open) })
		}
	}
}

// began is when the runs of the laws begin.
var began = time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)

// holder is a process with its run, as a holder of locks.
func holder(pid int, run string) store.Holder {
	return store.Holder{PID: pid, Host: "host", StartedAt: began, RunID: run}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tenant is a process's handle on the tenant that most laws use.
func tenant(t *testing.T, s store.Store) store.Tenant {
	t.Helper()
	of, err := s.Tenant("doorflow", "abc123")
	must(t, err)
	return of
}

// locked is that tenant with its lock, which is released after the test.
func locked(t *testing.T, s store.Store) (store.Tenant, store.Lock) {
	t.Helper()
	of := tenant(t, s)
	l, err := of.Lock(holder(1, ""))
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return of, l
}

// created is an empty run, with its store.
func created(t *testing.T, w World) (store.Store, *store.Run) {
	t.Helper()
	s := w.Open()
	_, l := locked(t, s)
	run, err := l.Create("hq", began)
	must(t, err)
	return s, run
}

// text writes a text.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// content is the content of a file.
func content(files store.Files, name string) (string, error) {
	f, err := files.Open(name)
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(f)
	return string(data), errors.Join(err, f.Close())
}

// read is the content of a file that must exist.
func read(t *testing.T, files store.Files, name string) string {
	t.Helper()
	text, err := content(files, name)
	must(t, err)
	return text
}

// names are the names of all files.
func names(t *testing.T, files store.Files) []string {
	t.Helper()
	entries, err := files.List()
	must(t, err)
	list := []string{}
	for _, e := range entries {
		if !e.Regular {
			t.Errorf("%s is no file of the run's own", e.Name)
		}
		list = append(list, e.Name)
	}
	return list
}

// wantFiles compares all files and their contents.
func wantFiles(t *testing.T, files store.Files, want map[string]string) {
	t.Helper()
	list := names(t, files)
	if len(list) != len(want) || !slices.IsSorted(list) {
		t.Errorf("files %q, want %d in order", list, len(want))
	}
	for name, content := range want {
		if !files.Has(name) {
			t.Errorf("%s is not there", name)
		} else if got := read(t, files, name); got != content {
			t.Errorf("%s holds %q, want %q", name, got, content)
		}
	}
}

// is fails unless an error wraps the one that is promised.
func is(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", what, err, want)
	}
}
