package memory

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"

	"keyroster/io/journalio"
	"keyroster/io/store"
)

// CreateJournal implements [store.Files].
func (f *files) CreateJournal() (journalio.File, journalio.Mark, error) {
	return f.open("create", f.change, func(all map[string]*content) error {
		if all[store.JournalFile] != nil {
			return fs.ErrExist
		}
		all[store.JournalFile] = &content{}
		return nil
	})
}

// OpenJournal implements [store.Files].
func (f *files) OpenJournal() (journalio.File, journalio.Mark, error) {
	return f.open("open", f.with, func(all map[string]*content) error {
		if all[store.JournalFile] == nil {
			return fs.ErrNotExist
		}
		return nil
	})
}

// open opens the journal, which exists unless ready returns an error.
func (f *files) open(
	op string, with func(op, name string, do func(map[string]*content) error) error,
	ready func(map[string]*content) error,
) (journalio.File, journalio.Mark, error) {
	j := &journal{files: f}
	err := with(op, store.JournalFile, func(all map[string]*content) error {
		if err := ready(all); err != nil {
			return err
		}
		j.content = all[store.JournalFile]
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("open journal: %w", err)
	}
	return j, &mark{of: j}, nil
}

// journal is an open journal. Like an open file, it remains usable when its name is gone. Where
// locks are leases, writes and the mark's new text wait for the next sync.
type journal struct {
	files   *files
	content *content
	read    int
	closed  bool
	waiting []byte
	mark    []byte
	failed  error // of the first sync that failed
}

// with calls do under the mutex, if the journal is usable.
func (j *journal) with(do func() error) error {
	j.files.store.lock()
	defer j.files.store.unlock()
	if j.closed {
		return fmt.Errorf("use journal %s: %w", j.files.Path(store.JournalFile), fs.ErrClosed)
	}
	if j.failed != nil {
		return j.failed
	}
	return do()
}

// Read implements [journalio.File].
func (j *journal) Read(p []byte) (n int, err error) {
	err = j.with(func() error {
		n = copy(p, j.content.data[min(j.read, len(j.content.data)):])
		j.read += n
		return nil
	})
	if err == nil && n == 0 && len(p) > 0 {
		err = io.EOF
	}
	return n, err
}

// Write implements [journalio.File].
func (j *journal) Write(p []byte) (int, error) {
	err := j.with(func() error {
		if j.files.store.leased() {
			j.waiting = append(j.waiting, p...)
		} else {
			j.content.data = append(j.content.data, p...)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// flush writes what is waiting. The mutex is held.
func (j *journal) flush() error {
	if j.files.store.leased() && (len(j.waiting) > 0 || j.mark != nil) {
		err := errCut
		if !j.files.store.cut {
			err = j.files.fenced(func(all map[string]*content) error {
				j.content.data = append(j.content.data, j.waiting...)
				if j.mark != nil {
					all[store.MarkFile] = &content{data: j.mark}
				}
				return nil
			})
		}
		j.waiting, j.mark = nil, nil
		if j.failed = j.files.fault("write", store.JournalFile, err); j.failed != nil {
			return j.failed
		}
	}
	j.content.synced = len(j.content.data)
	return nil
}

// Truncate implements [journalio.File].
func (j *journal) Truncate(size int64) error {
	return j.with(func() error {
		if err := j.flush(); err != nil {
			return err
		}
		if j.files.store.leased() {
			nothing := func(map[string]*content) error { return nil }
			if err := j.files.fenced(nothing); err != nil {
				return err
			}
		}
		if size < 0 || size > int64(len(j.content.data)) {
			return fmt.Errorf(
				"truncate journal %s to %d of %d bytes: %w", j.files.Path(store.JournalFile), size,
				len(j.content.data), fs.ErrInvalid,
			)
		}
		j.content.truncate(int(size))
		return nil
	})
}

// Sync implements [journalio.File].
func (j *journal) Sync() error { return j.with(j.flush) }

// Close implements [journalio.File].
func (j *journal) Close() error {
	j.files.store.lock()
	told := !j.closed && j.failed != nil
	j.files.store.unlock()
	if told {
		return nil
	}
	return j.with(func() error {
		j.closed = true
		if j.files.store.leased() {
			return j.flush()
		}
		return nil
	})
}

// mark records how far an open journal went. The first Put makes it.
type mark struct {
	of      *journal
	content *content
}

// Put implements [journalio.Mark]. If lines are waiting, it waits with them.
func (m *mark) Put(text []byte) error {
	f := m.of.files
	if f.store.leased() {
		f.store.lock()
		defer f.store.unlock()
		m.of.mark = bytes.Clone(text)
		if len(m.of.waiting) > 0 || m.of.failed != nil {
			return m.of.failed
		}
		return m.of.flush()
	}
	return f.with("mark", store.MarkFile, func(all map[string]*content) error {
		if m.content == nil {
			if m.content = all[store.MarkFile]; m.content == nil {
				m.content = &content{}
				all[store.MarkFile] = m.content
			}
		}
		m.content.data = bytes.Clone(text)
		return nil
	})
}

// Close implements [journalio.Mark].
func (m *mark) Close(ended bool) error {
	m.of.files.store.lock()
	failed := m.of.failed
	if ended {
		m.of.mark = nil
	}
	m.of.files.store.unlock()
	if failed != nil || !ended {
		return nil // the error was already returned
	}
	return m.of.files.Remove(store.MarkFile)
}
