package audit_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"keyroster/cmd/internal/audit"
	"keyroster/cmd/internal/failure"
	"keyroster/io/plainfile/linktest"
	"keyroster/io/store"
)

func TestRenderMakesTheSameFilesAgain(t *testing.T) {
	for name, st := range stores {
		t.Run(name, func(t *testing.T) {
			r := closedRun(t, st(t))
			for _, file := range []string{store.ReportJSONFile, store.ReportCSVFile} {
				out := filepath.Join(t.TempDir(), "again"+filepath.Ext(file))
				doc, err := audit.Render(r.store, r.Place(), out)
				must(t, err)
				if doc.Schema != "keyroster/rendered/1" || doc.RunID != r.ID() || !slices.Equal(doc.Files, []string{out}) {
					t.Errorf("%+v", doc)
				}
				text, err := os.ReadFile(out)
				must(t, err)
				if string(text) != string(r.read(t, file)) {
					t.Errorf("%s is not what the run has", out)
				}
			}
			for _, ending := range []string{".xlsx", ".ndjson", ".html"} {
				_, err := audit.Render(r.store, r.Place(), filepath.Join(t.TempDir(), "again"+ending))
				must(t, err)
			}
		})
	}
}

// TestRenderOfAReportAlone: a report may lie outside any run, in a folder of any name.
func TestRenderOfAReportAlone(t *testing.T) {
	r := closedRun(t, inFolder(t))
	home := t.TempDir()
	path := filepath.Join(home, store.ReportJSONFile)
	must(t, os.WriteFile(path, r.read(t, store.ReportJSONFile), 0o600))
	for _, ref := range []string{path, home} {
		doc, err := audit.Render(r.store, ref, filepath.Join(home, "again.csv"))
		if err != nil || doc.RunID != r.ID() {
			t.Errorf("%s: %+v (%v)", ref, doc, err)
		}
	}
}

// TestRenderKeepsClosedRuns: nothing is rendered into a closed run, by whatever names the run and
// the file are reached.
func TestRenderKeepsClosedRuns(t *testing.T) {
	r := closedRun(t, inFolder(t))
	link := filepath.Join(t.TempDir(), "link")
	if !linktest.Symlink(t, r.Place(), link) {
		link = r.Place()
	}
	report := r.Path(store.ReportJSONFile)
	for _, c := range [][2]string{
		{r.Place(), r.Place()},
		{r.ID(), r.Place()},
		{link, r.Place()},
		{r.Place(), link},
		{report, r.Place()},
		{filepath.Join(link, store.ReportJSONFile), link},
	} {
		_, err := audit.Render(r.store, c[0], filepath.Join(c[1], "more.csv"))
		f, ok := errors.AsType[*failure.Error](err)
		if !ok || f.Kind != failure.Usage || f.Hint != "name a file elsewhere" || !strings.Contains(f.Error(), "is in the run folder") {
			t.Errorf("%s into %s: %v", c[0], c[1], err)
		}
	}
	t.Chdir(r.Place())
	if _, err := audit.Render(r.store, store.ReportJSONFile, "more.csv"); err == nil {
		t.Error("a file was rendered into the closed run in which keyroster stands")
	}
	if failed := r.found(t); len(failed) > 0 {
		t.Errorf("the run was changed: %v", failed)
	}
	must(t, r.Remove(store.ManifestFile))
	if _, err := audit.Render(r.store, r.Place(), "more.csv"); err != nil {
		t.Errorf("a run that is not closed keeps its files to itself: %v", err)
	}
}

// TestWhatIsNotRendered: where a report cannot be rendered, nothing is written.
func TestWhatIsNotRendered(t *testing.T) {
	r := closedRun(t, inFolder(t))
	home := t.TempDir()
	broken := filepath.Join(home, "broken.json")
	must(t, os.WriteFile(broken, r.read(t, store.ReportJSONFile)[:200], 0o600))
	for name, c := range map[string]struct {
		ref, out string
		kind     failure.Kind
		want     string
	}{
		"nothing there":      {filepath.Join(home, "none"), "x.csv", failure.Usage, "open report: open "},
		"no run, no report":  {home, "x.csv", failure.Usage, "open report: open "},
		"a report cut short": {broken, "x.csv", failure.Stopped, "ends too early"},
		"an unknown ending":  {r.Place(), "x.pdf", failure.Usage, "that ends in .csv, .xlsx, .json, .ndjson or .html"},
		"no file":            {r.Place(), "", failure.Usage, "that ends in .csv, .xlsx, .json, .ndjson or .html"},
	} {
		out := c.out
		if out != "" {
			out = filepath.Join(home, out)
		}
		doc, err := audit.Render(r.store, c.ref, out)
		f, ok := errors.AsType[*failure.Error](err)
		if doc != nil || !ok || f.Kind != c.kind || f.Hint == "" || !strings.Contains(f.Error(), c.want) {
			t.Errorf("%s: %+v (%v)", name, doc, err)
		}
		if found, err := filepath.Glob(filepath.Join(home, "x.*")); len(found) > 0 || err != nil {
			t.Errorf("%s: %q was written (%v)", name, found, err)
		}
	}
}
