package journalio

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
)

// CreateAt is [Create] for a file, with mode 0600, in a folder that exists, and makes sure that the
// file itself survives a crash. A file that exists is fs.ErrExist; one that is gone although its
// mark tells of it is a [DamageError].
func CreateAt(path string) (*Journal, error) {
	text, err := markAt(path)
	if err == nil {
		_, err = Read(bytes.NewReader(nil), text, path)
	}
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create journal: %w", err)
	}
	if err := atomicio.SyncDir(filepath.Dir(path)); err != nil {
		return nil, errors.Join(fmt.Errorf("create journal: %w", err), f.Close())
	}
	return Create(f, &markFile{path: path + MarkSuffix})
}

// ResumeAt is [Resume] for a file.
func ResumeAt(path string) (*Journal, *Replay, error) {
	found, err := plainfile.Open(path, plainfile.Unlimited)
	if err == nil {
		err = found.Close()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("resume journal: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("resume journal: %w", err)
	}
	text, err := markAt(path)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return Resume(f, &markFile{path: path + MarkSuffix}, text, path)
}

// ReadAt is [Read] for a file; a missing journal is fs.ErrNotExist.
func ReadAt(path string) (*Replay, error) {
	said, damage, err := SalvageAt(path)
	if damage != nil {
		return nil, damage
	}
	return said, err
}

// SalvageAt is [Salvage] for a file.
func SalvageAt(path string) (*Replay, *DamageError, error) {
	f, err := plainfile.Open(path, plainfile.Unlimited)
	if errors.Is(err, fs.ErrNotExist) {
		if text, markErr := markAt(path); markErr == nil {
			if said, damage, _ := Salvage(bytes.NewReader(nil), text, path); damage != nil {
				return said, damage, nil
			}
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read journal: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	text, err := markAt(path)
	if err != nil {
		return nil, nil, err
	}
	return Salvage(f, text, path)
}

// markAt returns the text of the mark of the journal at path, empty if there is none.
func markAt(path string) ([]byte, error) {
	text, err := plainfile.Read(path+MarkSuffix, MarkMax)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the mark of the journal: %w", err)
	}
	return text, nil
}

// markFile is a mark in a file that is created when something is first put into it.
type markFile struct {
	path string
	file *os.File
}

// Put implements [Mark].
func (m *markFile) Put(text []byte) error {
	if m.file == nil {
		f, err := os.OpenFile(m.path, os.O_WRONLY|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		m.file = f
	}
	_, err := m.file.WriteAt(text, 0)
	return err
}

// Close implements [Mark].
func (m *markFile) Close(ended bool) error {
	if m.file == nil {
		return nil
	}
	err := m.file.Close()
	if ended {
		err = errors.Join(err, os.Remove(m.path))
	}
	return err
}
