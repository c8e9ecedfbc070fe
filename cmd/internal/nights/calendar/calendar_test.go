package calendar_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/nights/calendar"
	"keyroster/cmd/internal/nights/pagetest"
	"keyroster/io/reportio"
	"keyroster/io/rights/rightstest"
	"keyroster/io/store"
	"keyroster/io/store/folder"
	"keyroster/io/store/memory"
	"keyroster/reconcile"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// now is the time at which the page is written.
var now = time.Date(2026, 11, 30, 7, 0, 0, 0, time.UTC)

// world is a folder of runs.
type world struct {
	*testing.T
	dir   string
	store *folder.Folder
}

func newWorld(t *testing.T) *world {
	dir := t.TempDir()
	return &world{t, filepath.Join(dir, "runs"), folder.New(filepath.Join(dir, "state"), filepath.Join(dir, "runs"))}
}

// begin makes a run that has no files yet.
func (w *world) begin(account string, at time.Time) *store.Run {
	w.Helper()
	tenant, err := w.store.Tenant("seam", account)
	must(w.T, err)
	lock, err := tenant.Lock(store.Holder{PID: 1})
	must(w.T, err)
	run, err := lock.Create(account, at)
	must(w.T, err)
	must(w.T, lock.Close())
	return run
}

// end ends a run with this many changes.
func (w *world) end(run *store.Run, account string, at time.Time, code, applied int) {
	w.Helper()
	report := &reportio.Report{
		RunID: run.ID(), Account: account, Provider: "seam", Command: "apply", Operator: "Example Operator",
		StartedAt: at, FinishedAt: at.Add(time.Minute), ExitCode: code, Limits: reconcile.Limits{},
		Summary: reconcile.Summary{Rows: applied, Applied: applied},
		Lines: func(yield func(*reportio.Line, error) bool) {
			for n := range applied {
				l := reportio.Line{
					Line: n, Source: &reconcile.Source{File: "x.csv", Line: n}, HolderName: "Example Holder",
					Situation: reconcile.Drifted, Action: reconcile.Update, Outcome: reconcile.Applied,
				}
				if !yield(&l, nil) {
					return
				}
			}
		},
	}
	must(w.T, run.Write(store.ReportJSONFile, func(out io.Writer) error { return reportio.WriteJSON(out, report) }))
	must(w.T, run.Write(store.ReportHTMLFile, text("<!doctype html>")))
	must(w.T, run.WriteManifest(store.Manifest{Account: account}))
}

func (w *world) run(account string, at time.Time, code, applied int) *store.Run {
	w.Helper()
	run := w.begin(account, at)
	w.end(run, account, at, code, applied)
	return run
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// page writes the page and returns it.
func (w *world) page() string {
	w.Helper()
	must(w.T, calendar.Write(w.store, now))
	return w.read()
}

func (w *world) read() string {
	w.Helper()
	page, err := os.ReadFile(filepath.Join(w.dir, calendar.File))
	must(w.T, err)
	return string(page)
}

func (w *world) has(page string, texts ...string) {
	w.Helper()
	for _, want := range texts {
		if !strings.Contains(page, want) {
			w.Errorf("the page lacks %q", want)
		}
	}
}

func (w *world) lacks(page string, texts ...string) {
	w.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			w.Errorf("the page has %q", text)
		}
	}
}

func TestPage(t *testing.T) {
	w := newWorld(t)
	if must(t, calendar.Write(w.store, now)); exists(w.dir) {
		t.Error("a page of no runs made their folder")
	}
	must(t, calendar.Write(memory.New(), now)) // a store without a folder for it
	var ids []string
	for n, code := range []int{0, 3, 4, 0, 0} {
		ids = append(ids, w.run("hq", now.AddDate(0, 0, n-5), code, n).ID())
	}
	ids = append(ids, w.run(`<b>"Hall" & co`, now.AddDate(0, 0, -1), 6, 1500).ID())
	open := w.begin("hq", now.Add(-time.Hour))
	must(t, open.Write(store.SealedFile, text("sealed")))
	must(t, os.Mkdir(filepath.Join(w.dir, "old backups"), 0o700))
	page := w.page()
	for _, id := range ids {
		w.has(page, `href="`+id+`/report.html"`)
	}
	w.has(page,
		"Open and damaged runs", "keyroster resume "+open.Place(), "old backups",
		"Last run of 2 accounts: 1 login failed or lacks a permission, 1 open", ">1k<", "&lt;b&gt;", "Nov 2026",
		`aria-label="29 November 2026, 07:00: as desired: 4 applied"`,
	)
	w.lacks(page, "Example Operator", "Example Holder", "<b>\"Hall", "http://", "https://", "<script>", "interrupted")
	rightstest.Private(t, filepath.Join(w.dir, calendar.File))
	pagetest.WellBuilt(t, page)
	must(t, os.RemoveAll(w.dir))
	must(t, os.Mkdir(w.dir, 0o700))
	must(t, os.WriteFile(filepath.Join(w.dir, calendar.File), []byte(page), 0o600))
	w.has(w.page(), "No runs")
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// TestPageReadsWhatChanged: a run that has not changed is not read again, one that has is, and the
// page may be lost.
func TestPageReadsWhatChanged(t *testing.T) {
	w := newWorld(t)
	run := w.run("hq", now.AddDate(0, 0, -2), 0, 7)
	w.has(w.page(), "as desired: 7 applied")
	// Written in place, so that the folder of the run does not change.
	path := run.Path(store.ReportJSONFile)
	report, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, bytes.Replace(report, []byte(`"applied": 7`), []byte(`"applied": 8`), 1), 0o600))
	w.has(w.page(), "as desired: 7 applied")
	must(t, os.WriteFile(filepath.Join(w.dir, calendar.File), []byte("<script type=\"application/json\" id=\"kept\">{"), 0o600))
	w.has(w.page(), "as desired: 8 applied")
	open := w.begin("hq", now.Add(-time.Hour))
	must(t, open.Write(store.SealedFile, text("sealed")))
	w.has(w.page(), "Open and damaged runs")
	must(t, open.Unseal())
	w.end(open, "hq", now.Add(-time.Hour), 3, 1)
	page := w.page()
	w.has(page, "not fully as desired: 1 applied")
	w.lacks(page, "Open and damaged runs")
	must(t, run.Discard())
	w.lacks(w.page(), run.ID())
}

// TestPageIsBounded: runs older than a little more than a year are only counted.
func TestPageIsBounded(t *testing.T) {
	w := newWorld(t)
	for n := range 6 {
		w.run("hq", now.AddDate(0, 0, -100*n), 0, n)
	}
	for n := range 7 {
		w.run("lab", now.Add(time.Duration(n)*time.Second), 0, 0)
	}
	page := w.page()
	w.has(page, "1 older run", "keyroster runs lists them all", ">+3<", "as desired: 4 applied")
	w.lacks(page, "as desired: 5 applied")
}

// TestPageOfProcessesThatEndAtOnce: processes that end at the same time leave a page of all runs,
// whichever writes it last.
func TestPageOfProcessesThatEndAtOnce(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	ids := make(chan string, 16)
	for n := range 8 {
		all.Go(func() {
			for range 2 {
				account := fmt.Sprintf("site-%d", n)
				ids <- w.run(account, now.Add(-time.Hour), 0, 1).ID()
				if err := calendar.Write(w.store, now); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	close(ids)
	page := w.read()
	for id := range ids {
		w.has(page, id+"/report.html")
	}
	if entries, err := os.ReadDir(w.dir); err != nil || len(entries) != 17 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}

// TestKeeper: a process that ends many runs writes the page now and then, and at its end.
func TestKeeper(t *testing.T) {
	w := newWorld(t)
	w.run("hq", now, 0, 1)
	var log bytes.Buffer
	logger, path := zerolog.New(&log), filepath.Join(w.dir, calendar.File)
	var k calendar.Keeper
	k.Close(w.store, logger)
	if exists(path) {
		t.Error("nothing has ended, and there is a page")
	}
	k.Ended(w.store, logger)
	must(t, os.Remove(path)) // it was written
	k.Ended(w.store, logger)
	if exists(path) {
		t.Error("written again at once")
	}
	k.Close(w.store, logger)
	must(t, os.Remove(path))
	k.Close(w.store, logger)
	if exists(path) || log.Len() > 0 {
		t.Errorf("written without need, or warned: %s", &log)
	}
	must(t, os.Mkdir(path, 0o700))
	new(calendar.Keeper).Ended(w.store, logger)
	if !strings.Contains(log.String(), `"level":"warn"`) {
		t.Errorf("logged %q", &log)
	}
}
