package move

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/atomicio"
	"keyroster/io/rights"
	"keyroster/io/store"
	"keyroster/io/store/folder"
)

// Pulled is a copy of a run in a folder.
type Pulled struct {
	Schema string `json:"schema"`
	RunID  string `json:"run_id"`
	Folder string `json:"folder"`
	Files  int    `json:"files"`
}

// Pull copies a run into a folder, whole or not at all. dir becomes the run's folder, unless it
// is not empty, or the run is not closed and dir is not named by its id; then a folder in dir,
// named by the id, does.
func Pull(from store.Store, ref, dir string) (*Pulled, error) {
	run, err := from.Run(ref)
	if err != nil {
		return nil, history.NotOpenedError(err)
	}
	target, err := targetOf(run, dir)
	if err != nil {
		return nil, err
	}
	n, err := pullInto(run, target)
	if err != nil {
		return nil, failure.New(failure.Stopped, "", "pull run %s: %w", run.ID(), err)
	}
	return &Pulled{"keyroster/fleet-pull/1", run.ID(), target, n}, nil
}

// targetOf returns the folder to create for the run; it does not exist yet, or is empty.
func targetOf(run *store.Run, dir string) (string, error) {
	target := filepath.Clean(dir)
	entries, err := os.ReadDir(target)
	closed := run.Has(store.ManifestFile)
	if err == nil && len(entries) > 0 || !closed && filepath.Base(target) != run.ID() {
		if one, opened := folder.New("", "").Run(target); opened == nil && one.ID() == run.ID() {
			return "", taken(target)
		}
		target = filepath.Join(target, run.ID())
		entries, err = os.ReadDir(target)
	}
	switch {
	case err == nil && len(entries) > 0:
		return "", taken(target)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", failure.New(failure.Usage, "name a folder that is empty, or one that is not there yet", "pull: %w", err)
	}
	return target, nil
}

func taken(target string) error {
	return failure.New(failure.Usage, "name another folder, or move it away", "pull: %s is there already", target)
}

// pullInto copies a run into a temporary folder beside target, and renames it to target when
// complete. It returns the number of files.
func pullInto(run *store.Run, target string) (files int, err error) {
	parent := filepath.Dir(target)
	if err := rights.MkdirAll(parent); err != nil {
		return 0, err
	}
	beside := filepath.Join(parent, ".keyroster-pull-"+rand.Text())
	if err := rights.Mkdir(beside); err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(beside)
		}
	}()
	files, err = copyFiles(run, folder.Files(beside))
	if err == nil && run.Has(store.ManifestFile) {
		err = proved(beside)
	}
	if err == nil {
		err = atomicio.SyncDir(beside)
	}
	if err == nil {
		if err = os.Remove(target); errors.Is(err, fs.ErrNotExist) { // target exists and is empty
			err = nil
		}
	}
	if err == nil {
		err = os.Rename(beside, target)
	}
	return files, errors.Join(err, atomicio.SyncDir(parent))
}

// proved checks the copy of a closed run against its manifest.
func proved(dir string) error {
	run, err := store.Open(filepath.Base(dir), folder.Files(dir))
	if err != nil {
		return err
	}
	seen, err := run.Verify()
	if err == nil && !seen.OK() {
		err = fmt.Errorf("the copy does not match its manifest: %d files differ, %d are missing, %d are not in it",
			len(seen.Differ), len(seen.Missing), len(seen.Extra))
	}
	return err
}

// WriteText writes the result for people.
func (p *Pulled) WriteText(w io.Writer) error {
	_, err := fmt.Fprintf(w, "run %s is in %s: %s\n", p.RunID, p.Folder, failure.Plural(p.Files, "file"))
	return err
}
