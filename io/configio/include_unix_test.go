//go:build !windows

package configio_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/configio"
)

// TestFilesThatCannotBeSeen: what cannot be read might hold accounts, so it never counts as
// nothing. An unreadable folder stops everything; an unreadable file that a pattern matches stops
// only what it holds.
func TestFilesThatCannotBeSeen(t *testing.T) {
	for link, want := range map[string]string{"d": "too many levels", "e/a.yaml": "no such file"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "keyroster.yaml")
		err := errors.Join(
			os.WriteFile(path, []byte(hq+"include: ['{d,e}/*.yaml']\n"), 0o600), os.Mkdir(filepath.Join(dir, "e"), 0o700),
			os.Symlink(filepath.Base(link), filepath.Join(dir, "loop")), os.Symlink("loop", filepath.Join(dir, link)),
		)
		if err != nil {
			t.Fatal(err)
		}
		c, err := configio.Open(path, known())
		if link == "e/a.yaml" && err == nil {
			if diff := cmp.Diff([]string{filepath.Join(dir, link)}, c.Nightly()); diff != "" {
				t.Error(diff)
			}
			_, err = c.Account(filepath.Join(dir, link))
		}
		if err == nil || !strings.Contains(err.Error(), "keyroster.yaml:3:11: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", link, err)
		}
	}
}
