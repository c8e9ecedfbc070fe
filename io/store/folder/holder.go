package folder

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
	"keyroster/io/store"
)

const (
	lockFile   = "lock"
	holderFile = "lock.json"
)

// heldBy is who holds the lock of a folder, or held it and ended without releasing it; zero for
// none. Earlier versions wrote the holder into the locked file itself: if it is there, it is
// later than the one in lock.json, since taking the lock empties the file.
func heldBy(folder string) store.Holder {
	if h := readHolder(filepath.Join(folder, lockFile)); h != (store.Holder{}) {
		return h
	}
	return readHolder(filepath.Join(folder, holderFile))
}

// readHolder reads a file that an older version may be writing at this moment.
func readHolder(path string) store.Holder {
	var h store.Holder
	data, err := plainfile.Read(path, smallMax)
	if err != nil || json.Unmarshal(data, &h) != nil {
		return store.Holder{}
	}
	return h
}

// writeHolder records who holds the lock; the zero Holder means that it is free.
func writeHolder(folder string, h store.Holder) error {
	path := filepath.Join(folder, holderFile)
	if h == (store.Holder{}) {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	return atomicio.WriteFile(path, 0o600, func(w io.Writer) error { return json.NewEncoder(w).Encode(h) })
}
