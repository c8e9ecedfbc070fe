package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"keyroster/io/atomicio"
	"keyroster/io/journalio"
	"keyroster/io/plainfile"
)

func createJournal(path, markPath string) (journalio.File, journalio.Mark, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, err
	}
	if err := atomicio.SyncDir(filepath.Dir(path)); err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return journal{f}, &mark{path: markPath}, nil
}

func openJournal(path, markPath string) (journalio.File, journalio.Mark, error) {
	// plainfile refuses anything but regular files, but only opens for reading.
	found, err := plainfile.Open(path, plainfile.Unlimited)
	if err == nil {
		err = found.Close()
	}
	if err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, nil, err
	}
	return journal{f}, &mark{path: markPath}, nil
}

// journal is a file that is appended to.
type journal struct{ *os.File }

// Truncate implements [journalio.File].
func (j journal) Truncate(size int64) error { return truncate(j.File, size) }

// mark is the file of a mark. The first Put makes it, so that a refused journal gets none.
type mark struct {
	path string
	file *os.File
}

// Put implements [journalio.Mark]: it writes in place.
func (m *mark) Put(text []byte) error {
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

// Close implements [journalio.Mark]. A mark that was never put need not be removed.
func (m *mark) Close(ended bool) error {
	var err error
	if m.file != nil {
		err = m.file.Close()
	}
	if !ended {
		return err
	}
	if gone := os.Remove(m.path); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}
