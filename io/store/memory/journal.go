package memory

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"

	"keyroster/io/journalio"
)

const (
	journalName = "journal.ndjson"
	markName    = journalName + journalio.MarkSuffix
)

// CreateJournal implements [store.Files].
func (f *files) CreateJournal() (journalio.File, journalio.Mark, error) {
	c := &content{}
	err := f.with("create", journalName, func(all map[string]*content) error {
		if all[journalName] != nil {
			return fs.ErrExist
		}
		all[journalName] = c
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("create journal: %w", err)
	}
	return &journal{files: f, content: c}, &mark{files: f}, nil
}

// OpenJournal implements [store.Files].
func (f *files) OpenJournal() (journalio.File, journalio.Mark, error) {
	var c *content
	err := f.with("open", journalName, func(all map[string]*content) error {
		if c = all[journalName]; c == nil {
			return fs.ErrNotExist
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("resume journal: %w", err)
	}
	return &journal{files: f, content: c}, &mark{files: f}, nil
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
		return fmt.Errorf("use journal %s: %w", j.files.Path(journalName), fs.ErrClosed)
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
			err = fmt.Errorf("truncate journal %s to %d of %d bytes: %w", j.files.Path(journalName), size, len(c.data), fs.ErrInvalid)
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

// mark is where an open journal says how far it went.
type mark struct{ files *files }

// Put implements [journalio.Mark].
func (m *mark) Put(text []byte) error {
	return m.files.with("mark", markName, func(all map[string]*content) error {
		all[markName] = &content{data: bytes.Clone(text)}
		return nil
	})
}

// Close implements [journalio.Mark].
func (m *mark) Close(ended bool) error {
	if !ended {
		return nil
	}
	return m.files.with("unmark", markName, func(all map[string]*content) error {
		delete(all, markName)
		return nil
	})
}
