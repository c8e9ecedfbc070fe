package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"keyroster/io/atomicio"
	"keyroster/io/store"
)

// lock is the lock of a tenant's folder, held.
type lock struct {
	folder string
	runs   runs
	flock  *flock.Flock
	// holder is who has the lock, left who had it before.
	holder, left store.Holder
	// lost is why the lock is no longer held, nil while it is.
	lost atomic.Pointer[error]
}

// take takes the lock of a tenant's folder; PID and Host of the holder are filled in
// when they are zero.
func take(folder string, runs runs, holder store.Holder) (*lock, error) {
	if holder.PID == 0 {
		holder.PID = os.Getpid()
	}
	if holder.Host == "" {
		holder.Host, _ = os.Hostname()
	}
	path := filepath.Join(folder, lockFile)
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("lock %s: %s is not a regular file; move it away", folder, lockFile)
	}
	l := &lock{folder: folder, runs: runs, flock: flock.New(path), holder: holder}
	taken, err := l.flock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", folder, err)
	}
	if !taken {
		return nil, &store.LockedError{Place: folder, Holder: heldBy(folder)}
	}
	err = l.Held() // it may have been replaced between opening and locking it
	if err == nil {
		l.left = heldBy(folder)
		err = l.sign()
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", folder, errors.Join(err, l.flock.Unlock()))
	}
	return l, nil
}

// sign records who holds the lock before it empties the locked file: otherwise a crash in
// between would lose the holder who is recorded there.
func (l *lock) sign() error {
	if err := writeHolder(l.folder, l.holder); err != nil {
		return err
	}
	path := filepath.Join(l.folder, lockFile)
	if info, err := os.Lstat(path); err != nil || info.Size() == 0 {
		return err
	}
	return os.Truncate(path, 0)
}

// Held implements [store.Lock]: the file that was locked must still be the one that
// others would lock.
func (l *lock) Held() error {
	if lost := l.lost.Load(); lost != nil {
		return *lost
	}
	path := filepath.Join(l.folder, lockFile)
	mine, err := l.flock.Stat()
	if err == nil {
		var there os.FileInfo
		if there, err = os.Lstat(path); err == nil && os.SameFile(mine, there) {
			return nil
		}
	}
	reason := fmt.Errorf("%w: %s was replaced", store.ErrNotLocked, path)
	if err != nil {
		reason = fmt.Errorf("%w: %v", store.ErrNotLocked, err) // must not read as a missing file
	}
	l.lost.CompareAndSwap(nil, &reason)
	return *l.lost.Load()
}

// Predecessor implements [store.Lock].
func (l *lock) Predecessor() store.Holder { return l.left }

// Lost implements [store.Lock].
func (l *lock) Lost() <-chan struct{} { return nil }

// FreedAt implements [store.Lock]: the lock ends with its process.
func (l *lock) FreedAt() time.Time { return time.Time{} }

// ForgetPredecessor implements [store.Lock].
func (l *lock) ForgetPredecessor() { l.left = store.Holder{} }

// Name implements [store.Lock].
func (l *lock) Name(runID string) error {
	err := l.Held()
	if err == nil {
		l.holder.RunID = runID
		err = writeHolder(l.folder, l.holder)
	}
	if err != nil {
		return fmt.Errorf("name the run in %s: %w", l.folder, err)
	}
	return nil
}

// Save implements [store.Lock].
func (l *lock) Save(name store.Document, data []byte) error {
	if err := store.CheckPart(name); err != nil {
		return err
	}
	if err := l.Held(); err != nil {
		return err
	}
	return l.write(string(name), data)
}

// Drop implements [store.Lock].
func (l *lock) Drop(name store.Document) error {
	if err := store.CheckPart(name); err != nil {
		return err
	}
	if err := l.Held(); err != nil {
		return err
	}
	err := os.Remove(filepath.Join(l.folder, string(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(err, atomicio.SyncDir(l.folder))
}

// SetKey implements [store.Lock].
func (l *lock) SetKey(name store.Key, text []byte) error {
	if err := store.CheckPart(name); err != nil {
		return err
	}
	if err := l.Held(); err != nil {
		return err
	}
	return l.write(string(name), text)
}

// Adopt implements [store.Lock]. Only the files of an existing run show which tenant it belongs to.
func (l *lock) Adopt(id string) (*store.Run, error) {
	err := l.Held()
	if err == nil && !store.ValidID(id) {
		err = fmt.Errorf("%q is not a run id", id)
	}
	if err == nil {
		err = makeFolders(l.runs.path(id))
	}
	if err != nil {
		return nil, fmt.Errorf("make run folder in %s: %w", string(l.runs), err)
	}
	return store.NewRun(id, files(l.runs.path(id))), nil
}

func (l *lock) write(name string, data []byte) error {
	return atomicio.WriteFile(filepath.Join(l.folder, name), 0o600, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Create implements [store.Lock].
func (l *lock) Create(account string, now time.Time) (*store.Run, error) {
	if err := l.Held(); err != nil {
		return nil, fmt.Errorf("make run folder in %s: %w", string(l.runs), err)
	}
	return l.runs.create(account, now)
}

// Begin implements [store.Lock]: it records where the run's folder is, since the next run may
// be started elsewhere.
func (l *lock) Begin(run *store.Run) error {
	err := l.Held()
	if err == nil {
		var path string
		if path, err = filepath.Abs(run.Path("")); err == nil {
			err = l.write(openRunFile, []byte(path))
		}
	}
	if err != nil {
		return fmt.Errorf("note the run's folder: %w", err)
	}
	return nil
}

var errReleased = fmt.Errorf("%w: it was released", store.ErrNotLocked)

// Close implements [store.Lock]. The holder is cleared while the lock is still ours, so that no
// process hears of a run that has ended; after a lost lock, that is up to the new holder.
func (l *lock) Close() error {
	if lost := l.lost.Load(); lost != nil && errors.Is(*lost, errReleased) {
		return nil
	}
	var err error
	if l.Held() == nil {
		err = writeHolder(l.folder, l.left)
	}
	l.lost.Store(&errReleased)
	if err := errors.Join(err, l.flock.Unlock()); err != nil {
		return fmt.Errorf("unlock %s: %w", l.folder, err)
	}
	return nil
}
