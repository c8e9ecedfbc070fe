package statedir

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"keyroster/io/plainfile"
)

// Holder says who holds the lock.
type Holder struct {
	PID       int       `json:"pid"`
	Host      string    `json:"host"`
	StartedAt time.Time `json:"started_at"`
	RunID     string    `json:"run_id"`
}

// LockedError says that another process is at work on the tenant. Holder is zero when
// it has not yet written who it is.
type LockedError struct {
	// Path is the state folder.
	Path string
	Holder
}

// Error names the holder.
func (e *LockedError) Error() string {
	if e.Holder == (Holder{}) {
		return fmt.Sprintf("lock %s: another run holds it", e.Path)
	}
	return fmt.Sprintf("lock %s: run %s holds it (pid %d on %s, since %s)",
		e.Path, e.RunID, e.PID, e.Host, e.StartedAt.Format(time.RFC3339))
}

// ErrNotLocked means that the state was to be saved without holding the lock.
var ErrNotLocked = errors.New("the lock is not held")

// Lock takes the tenant's lock and writes down who holds it; PID and Host are
// filled in when they are zero. It does not wait:
// when another Dir holds the lock, in this process or another, the error is a
// [*LockedError]. Locks on network file systems hold as far as the file system
// passes flock on.
func (d *Dir) Lock(info Holder) error {
	if d.lock.Locked() {
		return fmt.Errorf("lock %s: already held by this process", d.path)
	}
	if info.PID == 0 {
		info.PID = os.Getpid()
	}
	if info.Host == "" {
		info.Host, _ = os.Hostname()
	}
	path := filepath.Join(d.path, lockFile)
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("lock %s: %s is no regular file; move it away", d.path, lockFile)
	}
	taken, err := d.lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock %s: %w", d.path, err)
	}
	if !taken {
		return &LockedError{Path: d.path, Holder: readHolder(path)}
	}
	d.left = readHolder(path)
	if err := writeHolder(path, info); err != nil {
		_ = d.lock.Unlock()
		return fmt.Errorf("lock %s: %w", d.path, err)
	}
	return nil
}

// Left is who had the lock before and ended without letting go of it; zero for
// nobody, and before [Dir.Lock].
func (d *Dir) Left() Holder { return d.left }

// Forget says that what that process left was looked after. Until then, whoever
// takes the lock hears of it.
func (d *Dir) Forget() { d.left = Holder{} }

// Name writes down which run holds the lock, once it has a name. The error is
// [ErrNotLocked] when the lock is not held.
func (d *Dir) Name(runID string) error {
	if !d.lock.Locked() {
		return fmt.Errorf("name the run in %s: %w", d.path, ErrNotLocked)
	}
	path := filepath.Join(d.path, lockFile)
	info := readHolder(path)
	info.RunID = runID
	if err := writeHolder(path, info); err != nil {
		return fmt.Errorf("name the run in %s: %w", d.path, err)
	}
	return nil
}

// writeHolder writes in place: a file renamed over the lock would not be
// locked.
func writeHolder(path string, info Holder) error {
	data, err := json.Marshal(info)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o600)
}

// readHolder reads what may be being written at this moment.
func readHolder(path string) Holder {
	var h Holder
	data, err := plainfile.Read(path, smallMax)
	if err != nil || json.Unmarshal(data, &h) != nil {
		return Holder{}
	}
	return h
}

// Close lets go of the lock, if it is held, and clears who held it. The Dir can
// be locked again.
func (d *Dir) Close() error {
	if !d.lock.Locked() {
		return nil
	}
	// Emptied while it is still ours, so that nobody is told of a run that
	// has ended.
	path := filepath.Join(d.path, lockFile)
	err := os.Truncate(path, 0)
	if d.left != (Holder{}) {
		err = writeHolder(path, d.left)
	}
	if err := errors.Join(err, d.lock.Unlock()); err != nil {
		return fmt.Errorf("unlock %s: %w", d.path, err)
	}
	return nil
}
