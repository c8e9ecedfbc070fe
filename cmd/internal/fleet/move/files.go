package move

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"keyroster/io/store"
)

// inOrder sorts a run's files into the order for copying: the journal's mark before the
// journal, which may grow meanwhile, and the manifest last.
func inOrder(entries []store.Entry) ([]string, error) {
	var names []string
	for _, e := range entries {
		if !e.Regular {
			return nil, fmt.Errorf("%s does not belong to the run; move it away", e.Name)
		}
		names = append(names, e.Name)
	}
	late := func(name string) int {
		return slices.Index([]string{store.MarkFile, store.JournalFile, store.ManifestFile}, name)
	}
	slices.SortStableFunc(names, func(a, b string) int { return late(a) - late(b) })
	return names, nil
}

// copyFiles makes a copy's files equal to a run's, and proves it by reading them back. Other
// files in the copy are removed. It returns the number of files.
func copyFiles(from, to store.Files) (int, error) {
	entries, err := from.List()
	if err != nil {
		return 0, err
	}
	names, err := inOrder(entries)
	if err != nil {
		return 0, err
	}
	there, err := to.List()
	if err != nil {
		return 0, err
	}
	for _, e := range there {
		if !slices.Contains(names, e.Name) {
			if err := to.Remove(e.Name); err != nil {
				return 0, err
			}
		}
	}
	for _, name := range names {
		if err := copyFile(from, to, name); err != nil {
			return 0, err
		}
	}
	return len(names), nil
}

// copyFile copies one file, unless it is already there, and reads it back.
func copyFile(from, to store.Files, name string) error {
	data, err := content(from, name)
	if err != nil {
		return err
	}
	equal := func() (bool, error) {
		copied, err := content(to, name)
		return err == nil && bytes.Equal(copied, data), err
	}
	if to.Has(name) {
		if same, _ := equal(); same {
			return nil
		}
	}
	err = to.Write(name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	same, err := equal()
	if err == nil && !same {
		err = fmt.Errorf(
			"the copy of %s differs from the original: it was changed in the meantime, or the storage is damaged",
			name,
		)
	}
	return err
}

// content reads a whole file.
func content(files store.Files, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(f)
	return data, errors.Join(err, f.Close())
}
