// Package storetest is what every store promises, as tests: an implementation of the
// interfaces of package store calls [Laws] from a test of its own, with a [World] that
// holds it. It is for tests alone.
//
// The laws ask through the interfaces. What a system does to a process from outside (it
// is killed, its lock is taken, others put things beside its own) is asked of the World.
//
// [Faulty] is a store that dies in the n-th call; a law of its own takes a whole run
// through each of them.
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

// World is a store on data of its own, empty at first, and what surrounds it. A nil
// function is about something that the store or the system does not have.
type World struct {
	// Open is the handle of one more process on the data.
	Open func() store.Store
	// Kill ends a process that holds the lock of a tenant, as others see it: the lock
	// is free, and what the process wrote of itself stays.
	Kill func(of store.Tenant, held store.Lock)
	// Lose takes the lock away from a process that goes on.
	Lose func(of store.Tenant, held store.Lock)
	// Stray puts something that is no run where the runs are, under a name.
	Stray func(name string)
	// PowerCut ends all processes, and takes away what was not synced.
	PowerCut func()
	// Fenced: whoever lost a tenant's lock changes the files of its runs no more than what
	// is remembered of it.
	Fenced bool
	// Finds: looking for runs finds no others.
	Finds bool
	// Fast: calls wait for no disk, so that more can be tried.
	Fast bool
	// Exclusive: a file that is open can be neither replaced nor removed.
	Exclusive bool
	// Modes are the permissions of all that is kept, by path, folders and files.
	Modes func() map[string]fs.FileMode
	// Loosen gives every user of the machine all rights to what is remembered of a
	// tenant.
	Loosen func(of store.Tenant)
}

// open makes a world that ends with the test.
type open func(t *testing.T) World

// law is something that a store promises.
type law struct {
	name string
	test func(t *testing.T, open open)
}

// Laws holds a store to all that stores promise. open makes an empty world; it is
// called many times, by several goroutines too.
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

// holder is a process that the laws tell apart from others.
func holder(pid int, run string) store.Holder {
	return store.Holder{PID: pid, Host: "host", StartedAt: began, RunID: run}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tenant is the tenant that most laws are about, as a process sees it.
func tenant(t *testing.T, s store.Store) store.Tenant {
	t.Helper()
	of, err := s.Tenant("doorflow", "abc123")
	must(t, err)
	return of
}

// locked is its lock, which ends with the test.
func locked(t *testing.T, s store.Store) (store.Tenant, store.Lock) {
	t.Helper()
	of := tenant(t, s)
	l, err := of.Lock(holder(1, ""))
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return of, l
}

// created is an empty run in a world of its own.
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

// content is what a file holds.
func content(files store.Files, name string) (string, error) {
	f, err := files.Open(name)
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(f)
	return string(data), errors.Join(err, f.Close())
}

// read is what a file holds that must be there.
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

// holds compares all files with what they should hold.
func holds(t *testing.T, files store.Files, want map[string]string) {
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

// is fails when an error does not wrap the one that is promised.
func is(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", what, err, want)
	}
}
