package migrationio

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestKilledBetweenManifestAndFile: a killed migration leaves a file in one of two states, and the
// next migration takes either for its own; what another person made of the file is theirs alone.
func TestKilledBetweenManifestAndFile(t *testing.T) {
	of := Identity{From: "old", To: "new"}
	for name, tc := range map[string]struct {
		before, left string
		refused      bool
	}{
		"before a first file stands":    {"", "", false},
		"a first file stands":           {"", "second", false},
		"before the file was replaced":  {"first", "first", false},
		"the file was replaced":         {"first", "second", false},
		"somebody changed it meanwhile": {"first", "third", true},
		"somebody made it meanwhile":    {"", "third", true},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			f, err := Open(folder, of)
			if err == nil && tc.before != "" {
				err = f.put(LossFile, func(w io.Writer) error { _, err := io.WriteString(w, tc.before); return err })
			}
			if err == nil {
				sum := sha256.Sum256([]byte("second"))
				err = f.announce(LossFile, hex.EncodeToString(sum[:]))
			}
			if err == nil && tc.left != "" {
				err = os.WriteFile(filepath.Join(folder, LossFile), []byte(tc.left), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Open(folder, of); (err != nil) != tc.refused {
				t.Errorf("opened again: %v", err)
			}
		})
	}
}
