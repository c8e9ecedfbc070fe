package store

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// CheckName is the error of a name that a file of a run cannot have: it is not clean, or leads
// out of the run, on this system or another. Stores call it first.
func CheckName(name string) error {
	if name == "." || path.Clean(name) != name || !filepath.IsLocal(filepath.FromSlash(name)) ||
		strings.ContainsRune(name, 0) {
		return fmt.Errorf("file %q: %w", name, errName)
	}
	return nil
}

var errName = errors.New("not a valid file name in a run")

// CheckPart is the error of a name that is not one of a tenant's documents or keys. Stores call
// it first: beside these they may keep other things, such as the lock.
func CheckPart[T Document | Key](name T) error {
	known := []T{T(FingerprintKey), T(SealKey)}
	if _, is := any(name).(Document); is {
		known = []T{T(StateDocument), T(ValuesDocument), T(UnlistedDocument), T(MovedDocument)}
	}
	if !slices.Contains(known, name) {
		return fmt.Errorf("%q is not a valid name in the state", name)
	}
	return nil
}
