package folder

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"keyroster/io/store"
)

// beside is the runs folder as people see it.
type beside struct{ runs }

// Beside implements [store.Store].
func (r runs) Beside() store.Beside { return beside{r} }

// Place implements [store.Beside].
func (b beside) Place() string { return string(b.runs) }

// List implements [store.Beside].
func (b beside) List() ([]store.Neighbor, error) {
	entries, err := entriesOf(string(b.runs))
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	all := make([]store.Neighbor, len(entries))
	for i, e := range entries {
		all[i] = store.Neighbor{Name: e.Name(), Folder: e.IsDir(), Link: e.Type()&fs.ModeSymlink != 0, Changed: func() time.Time {
			info, err := os.Lstat(b.path(e.Name()))
			if err != nil {
				return time.Time{}
			}
			return info.ModTime()
		}}
	}
	return all, nil
}

// Open implements [store.Beside].
func (b beside) Open(name string) (store.File, error) { return files(b.runs).Open(name) }

// Write implements [store.Beside], 0600.
func (b beside) Write(name string, write func(io.Writer) error) error {
	return files(b.runs).Write(name, write)
}
