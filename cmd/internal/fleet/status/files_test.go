package status_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/cmd/internal/fleet/status"
)

func TestFiles(t *testing.T) {
	w := troubled(t)
	dir := t.TempDir()
	must(t, status.Files{}.Write(nil, nil)) // the board is not asked if no file is wanted
	f := status.Files{
		Metrics: filepath.Join(dir, "fleet.prom"), Page: filepath.Join(dir, "fleet.html"), Tool: "keyroster test",
	}
	must(t, f.Write(&w.board, w.read()))
	for path, c := range map[string]struct {
		perm os.FileMode
		has  string
	}{f.Metrics: {0o644, "keyroster_fleet_needs_person 10\n"}, f.Page: {0o600, "10 need a person"}} {
		text, err := os.ReadFile(path)
		must(t, err)
		if !strings.Contains(string(text), c.has) {
			t.Errorf("%s lacks %q", path, c.has)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != c.perm {
			t.Errorf("%s is %v, %v", path, info.Mode(), err)
		}
	}
	f.Page = filepath.Join(dir, "none", "fleet.html")
	if f.Write(&w.board, w.read()) == nil {
		t.Error("a folder that is not there takes a page")
	}
}
