package folder

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"keyroster/io/atomicio"
	"keyroster/io/rights"
)

// maxName keeps folder names below the 255 bytes that file systems allow.
const maxName = 150

// tenantFolder encodes a tenant's id so that no two ids share a name, even where the file
// system ignores case: lower-case letters, digits, dots, dashes and underscores stay, every
// other byte becomes %XX, and so does a dot at the end on Windows, which drops it. A long one
// is cut and ends in ~ and its digest; no other name contains ~.
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

// makeFolders is os.MkdirAll that survives a crash: a synced journal in an unsynced folder
// would be lost with it.
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
	if err := rights.Mkdir(path); err != nil {
		// Another run may have made it in between.
		if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
			return nil
		}
		return err
	}
	return atomicio.SyncDir(parent)
}
