package status_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/cmd/internal/fleet/status"
	"keyroster/io/rights/rightstest"
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
		private bool
		has     string
	}{f.Metrics: {false, "keyroster_fleet_needs_person 10\n"}, f.Page: {true, "10 need a person"}} {
		text, err := os.ReadFile(path)
		must(t, err)
		if !strings.Contains(string(text), c.has) {
			t.Errorf("%s lacks %q", path, c.has)
		}
		if c.private {
			rightstest.Private(t, path)
		} else {
			rightstest.Readable(t, path)
		}
	}
	f.Page = filepath.Join(dir, "none", "fleet.html")
	if f.Write(&w.board, w.read()) == nil {
		t.Error("a folder that is not there takes a page")
	}
}
