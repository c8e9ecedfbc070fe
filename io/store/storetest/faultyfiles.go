package storetest

import (
	"errors"
	"io"

	"keyroster/io/journalio"
	"keyroster/io/store"
)

// faultyFiles are a run's files in a process that dies.
type faultyFiles struct {
	store.Files
	run    *store.Run
	faulty *FaultyStore
}

// Open implements [store.Files].
func (f *faultyFiles) Open(name string) (store.File, error) {
	return called(f.faulty, func() (store.File, error) { return f.Files.Open(name) })
}

// List implements [store.Files].
func (f *faultyFiles) List() ([]store.Entry, error) { return called(f.faulty, f.Files.List) }

// Write implements [store.Files].
func (f *faultyFiles) Write(name string, write func(io.Writer) error) error {
	return f.faulty.call(func() error { return f.Files.Write(name, write) })
}

// Remove implements [store.Files].
func (f *faultyFiles) Remove(name string) error {
	return f.faulty.call(func() error { return f.Files.Remove(name) })
}

// Discard implements [store.Files].
func (f *faultyFiles) Discard() error { return f.faulty.call(f.Files.Discard) }

// CreateJournal implements [store.Files].
func (f *faultyFiles) CreateJournal() (journalio.File, journalio.Mark, error) {
	return f.journal(f.Files.CreateJournal)
}

// OpenJournal implements [store.Files].
func (f *faultyFiles) OpenJournal() (journalio.File, journalio.Mark, error) {
	return f.journal(f.Files.OpenJournal)
}

func (f *faultyFiles) journal(
	open func() (journalio.File, journalio.Mark, error),
) (journalio.File, journalio.Mark, error) {
	var mark journalio.Mark
	file, err := called(f.faulty, func() (file journalio.File, err error) {
		if file, mark, err = open(); err == nil {
			keep(f.faulty, &f.faulty.journals, file)
			keep(f.faulty, &f.faulty.marks, mark)
		}
		return file, err
	})
	if err != nil {
		return nil, nil, err
	}
	return &faultyJournal{file, f.faulty}, &faultyMark{mark, f.faulty}, nil
}

// faultyJournal is an open journal in a process that dies.
type faultyJournal struct {
	journalio.File
	faulty *FaultyStore
}

// Write implements [journalio.File].
func (j *faultyJournal) Write(p []byte) (int, error) {
	now, before := j.faulty.dies()
	if !before {
		keep(j.faulty, &j.faulty.appends, j.faulty.count()-1)
	}
	switch {
	case before, now && j.faulty.death == Before:
		return 0, ErrDied
	case now && j.faulty.death == Torn:
		p = p[:len(p)/2]
	}
	n, err := j.File.Write(p)
	if now {
		return 0, errors.Join(ErrDied, err)
	}
	return n, err
}

// Truncate implements [journalio.File].
func (j *faultyJournal) Truncate(size int64) error {
	return j.faulty.call(func() error { return j.File.Truncate(size) })
}

// Sync implements [journalio.File].
func (j *faultyJournal) Sync() error { return j.faulty.call(j.File.Sync) }

// Close implements [journalio.File].
func (j *faultyJournal) Close() error {
	return j.faulty.call(func() error {
		drop(j.faulty, &j.faulty.journals, j.File)
		return j.File.Close()
	})
}

// faultyMark is the mark of a journal in a process that dies.
type faultyMark struct {
	journalio.Mark
	faulty *FaultyStore
}

// Put implements [journalio.Mark].
func (m *faultyMark) Put(text []byte) error {
	return m.faulty.call(func() error { return m.Mark.Put(text) })
}

// Close implements [journalio.Mark].
func (m *faultyMark) Close(ended bool) error {
	return m.faulty.call(func() error {
		drop(m.faulty, &m.faulty.marks, m.Mark)
		return m.Mark.Close(ended)
	})
}
