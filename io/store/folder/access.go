package folder

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"keyroster/io/atomicio"
)

// maxName keeps folder names below the 255 bytes that file systems allow.
const maxName = 150

// tenantFolder spells a tenant's id so that no two ids share a name, also where
// the file system does not tell upper case from lower: lower-case letters,
// digits, dots, dashes and underscores stand for themselves, every other byte
// is %XX, as a dot at the end is on Windows, which drops it. A long one is cut and ends in ~ and its digest; no name contains ~
// otherwise.
func tenantFolder(system, id string) string {
	var b strings.Builder
	for i, c := range []byte(id) {
		switch {
		case c == '.' && i == len(id)-1 && system == "windows":
			b.WriteString("%2E")
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	name := b.String()
	if len(name) <= maxName {
		return name
	}
	digest := sha256.Sum256([]byte(id))
	return name[:maxName-1-2*len(digest)] + "~" + hex.EncodeToString(digest[:])
}

// tighten takes away what others may do with a file. Volumes that are mounted
// for a group get group rights anew at each mount, so that is mended rather
// than refused; it fails only when every user could look in.
func tighten(path string, perm fs.FileMode) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	mode := info.Mode().Perm()
	if mode&^perm == 0 {
		return nil
	}
	if err := os.Chmod(path, perm); err != nil && mode&0o007 != 0 {
		return fmt.Errorf("%s is open to every user of this machine: %w", path, err)
	}
	return nil
}

// makeFolders is os.MkdirAll that survives a crash: a journal that is synced in
// a folder that is not would be lost with it.
func makeFolders(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := makeFolders(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		// Another run may have made it in between.
		if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
			return nil
		}
		return err
	}
	return atomicio.SyncDir(parent)
}
