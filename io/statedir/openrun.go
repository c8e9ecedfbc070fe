package statedir

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
)

// NoteRun writes down where the folder of the run is that is begun: the next one
// may look from another place.
func (d *Dir) NoteRun(folder string) error {
	path, err := filepath.Abs(folder)
	if err == nil {
		err = atomicio.WriteFile(filepath.Join(d.path, openRunFile), 0o600, func(w io.Writer) error {
			_, err := io.WriteString(w, path)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("note the run's folder: %w", err)
	}
	return nil
}

// NotedRun is the folder of the run that was begun last, empty when none was.
func (d *Dir) NotedRun() (string, error) {
	path, err := plainfile.Read(filepath.Join(d.path, openRunFile), smallMax)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the run's folder: %w", err)
	}
	return string(path), nil
}
