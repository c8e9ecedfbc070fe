package pgstore

import (
	"bytes"
	"fmt"
	"io/fs"
	"sync"

	"keyroster/io/journalio"
	"keyroster/io/store"
)

// CreateJournal implements [store.Files].
func (f *files) CreateJournal() (journalio.File, journalio.Mark, error) {
	there, made, err := f.guarded(`, done AS (UPDATE keyroster.run r SET journal = true
		WHERE r.id IN (SELECT id FROM place) AND NOT r.journal RETURNING 1)`)
	switch {
	case err != nil:
	case !there:
		err = fs.ErrNotExist
	case !made:
		err = fs.ErrExist
	default:
		f.own.put(store.JournalFile, &kept{over: true}, nil)
	}
	return f.opened("create", err)
}

// OpenJournal implements [store.Files].
func (f *files) OpenJournal() (journalio.File, journalio.Mark, error) {
	var one int
	return f.opened("open", f.store.row("SELECT 1 FROM keyroster.run WHERE id = $1 AND journal", []any{f.id}, &one))
}

func (f *files) opened(op string, err error) (journalio.File, journalio.Mark, error) {
	if err != nil {
		return nil, nil, f.fault(op, store.JournalFile, err)
	}
	j := &journal{files: f}
	return j, mark{j}, nil
}

// lines are the bytes of the journal; fs.ErrNotExist where there is none.
func (f *files) lines() ([]byte, error) {
	rows, err := column[[]byte](f.store, `SELECT j.lines
		FROM keyroster.run r LEFT JOIN keyroster.journal j ON j.run = r.id
		WHERE r.id = $1 AND r.journal ORDER BY j.position`, f.id)
	if err == nil && len(rows) == 0 {
		err = fs.ErrNotExist
	}
	return bytes.Join(rows, nil), err
}

// journal is an open journal and its mark: writes wait for the next sync, and all that wait
// become one row.
type journal struct {
	files *files
	from  *bytes.Reader // the source of reads, nil before the first Read

	flushing sync.Mutex // one statement at a time, in order

	mu      sync.Mutex
	waiting []byte
	mark    []byte // the mark's new text, nil if it is up to date
	busy    bool   // a statement is running
	closed  bool
	failed  error // of the first statement that failed, which may still have taken effect
}

// Read implements [journalio.File].
func (j *journal) Read(p []byte) (int, error) {
	if j.from == nil {
		data, err := j.files.lines()
		if err != nil {
			return 0, j.files.fault("read", store.JournalFile, err)
		}
		j.from = bytes.NewReader(data)
	}
	return j.from.Read(p)
}

// usable is an error if the journal was closed or has failed.
func (j *journal) usable() error {
	if j.closed {
		return j.files.fault("use", store.JournalFile, fs.ErrClosed)
	}
	return j.failed
}

// Write implements [journalio.File].
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.usable(); err != nil {
		return 0, err
	}
	j.waiting = append(j.waiting, p...)
	return len(p), nil
}

// appendLines adds a row after the last, and updates the mark if it is to change.
const appendLines = `, marked AS (
    UPDATE keyroster.run SET mark = $5 WHERE $5::bytea IS NOT NULL AND id IN (SELECT id FROM place)
), done AS (
    INSERT INTO keyroster.journal (run, position, lines)
    SELECT id, coalesce((SELECT position + octet_length(lines) FROM keyroster.journal
        WHERE run = $3 ORDER BY position DESC LIMIT 1), 0), $4::bytea
    FROM place RETURNING 1)`

// putMark changes only the mark. It need not wait for the disk: the journal already has what
// the mark says.
const putMark = `, done AS (
    UPDATE keyroster.run SET mark = $4 WHERE id IN (SELECT id FROM place)
    RETURNING set_config('synchronous_commit', 'off', true))`

// flush writes what is waiting.
func (j *journal) flush() error {
	j.flushing.Lock()
	defer j.flushing.Unlock()
	j.mu.Lock()
	lines, mark := j.waiting, j.mark
	j.waiting, j.mark = nil, nil
	j.busy = true
	err := j.failed
	j.mu.Unlock()
	switch {
	case err != nil:
	case len(lines) > 0:
		err = j.files.change("write", store.JournalFile, appendLines, lines, mark)
	case mark != nil:
		err = j.files.change("write", store.MarkFile, putMark, mark)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.busy, j.failed = false, err
	return err
}

// Sync implements [journalio.File].
func (j *journal) Sync() error {
	j.mu.Lock()
	err := j.usable()
	j.mu.Unlock()
	if err != nil {
		return err
	}
	return j.flush()
}

// Truncate implements [journalio.File].
func (j *journal) Truncate(size int64) error {
	if err := j.Sync(); err != nil {
		return err
	}
	if size < 0 {
		return j.files.fault("truncate", store.JournalFile, fmt.Errorf("%w: %d bytes", fs.ErrInvalid, size))
	}
	return j.files.change("truncate", store.JournalFile, `, behind AS (
		DELETE FROM keyroster.journal WHERE run IN (SELECT id FROM place) AND position >= $4::bigint
	), done AS (
		UPDATE keyroster.journal SET lines = substring(lines FROM 1 FOR ($4 - position)::integer)
		WHERE run IN (SELECT id FROM place) AND position < $4 AND position + octet_length(lines) > $4
		RETURNING 1)`, size)
}

// Close implements [journalio.File].
func (j *journal) Close() error {
	j.mu.Lock()
	done := j.closed || j.failed != nil
	j.closed = true
	j.mu.Unlock()
	if done {
		return nil // the error was already returned
	}
	return j.flush()
}

// mark is the mark of an open journal.
type mark struct{ of *journal }

// Put implements [journalio.Mark]. If lines are waiting, it waits with them.
func (m mark) Put(text []byte) error {
	m.of.mu.Lock()
	m.of.mark = bytes.Clone(text)
	wait := len(m.of.waiting) > 0 || m.of.busy
	err := m.of.failed
	m.of.mu.Unlock()
	if wait || err != nil {
		return err
	}
	return m.of.flush()
}

// Close implements [journalio.Mark].
func (m mark) Close(ended bool) error {
	m.of.mu.Lock()
	failed := m.of.failed != nil
	if ended {
		m.of.mark = nil
	}
	m.of.mu.Unlock()
	if failed {
		return nil // the error was already returned
	}
	if err := m.of.flush(); err != nil || !ended {
		return err
	}
	return m.of.files.Remove(store.MarkFile)
}
