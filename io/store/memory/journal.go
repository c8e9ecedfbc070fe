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
	return f.open("create", func(all map[string]*content) error {
		if all[store.JournalFile] != nil {
			return fs.ErrExist
		}
		all[store.JournalFile] = &content{}
		return nil
	})
}

// OpenJournal implements [store.Files].
func (f *files) OpenJournal() (journalio.File, journalio.Mark, error) {
	return f.open("open", func(all map[string]*content) error {
		if all[store.JournalFile] == nil {
			return fs.ErrNotExist
		}
		return nil
	})
}

// open opens the journal, which is there unless ready returns an error.
func (f *files) open(
	op string, ready func(map[string]*content) error,
) (journalio.File, journalio.Mark, error) {
	j, m := &journal{files: f}, &mark{files: f}
	err := f.with(op, store.JournalFile, func(all map[string]*content) error {
		if err := ready(all); err != nil {
			return err
		}
		j.content = all[store.JournalFile]
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("open journal: %w", err)
	}
	return j, m, nil
}

// journal is an open journal. Like an open file, it goes on when its name is gone.
type journal struct {
	files   *files
	content *content
	read    int
	closed  bool
}

// with does something with the journal's bytes, under the mutex.
func (j *journal) with(do func(c *content)) error {
	j.files.store.all.mu.Lock()
	defer j.files.store.all.mu.Unlock()
	if j.closed {
		return fmt.Errorf("use journal %s: %w", j.files.Path(store.JournalFile), fs.ErrClosed)
	}
	do(j.content)
	return nil
}

// Read implements [journalio.File].
func (j *journal) Read(p []byte) (n int, err error) {
	err = j.with(func(c *content) {
		n = copy(p, c.data[min(j.read, len(c.data)):])
		j.read += n
	})
	if err == nil && n == 0 && len(p) > 0 {
		err = io.EOF
	}
	return n, err
}

// Write implements [journalio.File].
func (j *journal) Write(p []byte) (int, error) {
	if err := j.with(func(c *content) { c.data = append(c.data, p...) }); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Truncate implements [journalio.File].
func (j *journal) Truncate(size int64) error {
	var err error
	closed := j.with(func(c *content) {
		if size < 0 || size > int64(len(c.data)) {
			err = fmt.Errorf(
				"truncate journal %s to %d of %d bytes: %w", j.files.Path(store.JournalFile), size,
				len(c.data), fs.ErrInvalid,
			)
			return
		}
		c.truncate(int(size))
	})
	if closed != nil {
		return closed
	}
	return err
}

// Sync implements [journalio.File].
func (j *journal) Sync() error { return j.with(func(c *content) { c.synced = len(c.data) }) }

// Close implements [journalio.File].
func (j *journal) Close() error {
	return j.with(func(*content) { j.closed = true })
}

// mark is where an open journal says how far it went. It is made by the first Put.
type mark struct {
	files   *files
	content *content
}

// Put implements [journalio.Mark].
func (m *mark) Put(text []byte) error {
	return m.files.with("mark", store.MarkFile, func(all map[string]*content) error {
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
	if !ended {
		return nil
	}
	return m.files.Remove(store.MarkFile)
}
