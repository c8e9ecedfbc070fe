package store

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
)

// CheckName is the error of a name that is none for a file of a run: it is not
// clean, or leads out of the run, on this system or another. Stores ask it first.
func CheckName(name string) error {
	if name == "." || path.Clean(name) != name || !filepath.IsLocal(filepath.FromSlash(name)) || strings.ContainsRune(name, 0) {
		return fmt.Errorf("file %q: %w", name, errName)
	}
	return nil
}

var errName = errors.New("not a name for a file of a run")

// CheckPart is the error of a name that is none for a document or a key of a tenant: it
// leads elsewhere. Stores ask it first.
func CheckPart[T Document | Key](name T) error {
	if strings.ContainsAny(string(name), `/\`) || CheckName(string(name)) != nil {
		return fmt.Errorf("%q is not a name for a part of what is remembered", name)
	}
	return nil
}
