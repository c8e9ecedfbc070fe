package folder_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/plainfile/linktest"
	"keyroster/io/rights/rightstest"
	"keyroster/io/store"
	"keyroster/io/store/folder"
)

// create makes a run in a store.
func create(t *testing.T, f *folder.Folder) *store.Run {
	t.Helper()
	l, err := tenant(t, f).Lock(store.Holder{})
	must(t, err)
	run, err := l.Create("hq", night)
	must(t, err)
	must(t, l.Close())
	return run
}

func TestCreate(t *testing.T) {
	f, _, root := empty(t)
	run := create(t, f)
	if !regexp.MustCompile(`^20260131T020001Z-hq-[0-9a-f]{6}$`).MatchString(run.ID()) {
		t.Errorf("id %q", run.ID())
	}
	if run.Path("") != filepath.Join(root, run.ID()) || run.Path("a/b") != filepath.Join(root, run.ID(), "a", "b") {
		t.Errorf("path %q, %q", run.Path(""), run.Path("a/b"))
	}
	if run.Place() != run.Path("") || run.Scratch() != run.Path("") {
		t.Errorf("place %q, scratch %q", run.Place(), run.Scratch())
	}
	if entries, err := run.List(); err != nil || len(entries) != 0 {
		t.Errorf("the new run holds %v, %v", entries, err)
	}
}

func TestCreateTwiceInOneSecond(t *testing.T) {
	f, _, _ := empty(t)
	ids := map[string]bool{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 20 {
		opened, err := f.Tenant("seam", strconv.Itoa(i))
		must(t, err)
		l := lock(t, opened, "")
		wg.Go(func() {
			run, err := l.Create("hq", night)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			ids[run.ID()] = true
		})
	}
	wg.Wait()
	if len(ids) != 20 {
		t.Errorf("%d folders of 20", len(ids))
	}
}

func TestCreateRefusesWhatIsNoFolder(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "file"), "")
	for _, name := range []string{"file", "file/runs"} {
		root := filepath.Join(dir, name)
		l := lock(t, tenant(t, folder.New(filepath.Join(dir, "state"), root)), "")
		_, err := l.Create("hq", night)
		want := "make run folder in " + root + ": it is a file, or inside a file; choose a folder"
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v", err)
		}
		must(t, l.Close())
	}
}

func TestRunIsFoundAgain(t *testing.T) {
	f, _, root := empty(t)
	made := create(t, f)
	for _, ref := range []string{made.ID(), made.Path(""), made.Path("") + "/", root + "/../runs/" + made.ID()} {
		again, err := f.Run(ref)
		must(t, err)
		if again.ID() != made.ID() || again.Path(store.PlanFile) != made.Path(store.PlanFile) && !strings.HasPrefix(ref, root) {
			t.Errorf("%s opened %q at %q", ref, again.ID(), again.Path(""))
		}
	}

	write(t, made, "marked.xlsx", "x")
	made.HoldsValues("marked.xlsx")
	must(t, made.WriteManifest(store.Manifest{Account: "hq"}))
	moved := filepath.Join(t.TempDir(), "audit")
	must(t, os.Rename(made.Path(""), moved))
	t.Chdir(moved)
	again, err := f.Run(".")
	must(t, err)
	if again.ID() != made.ID() || again.Place() != "." {
		t.Errorf("opened %q at %s", again.ID(), again.Place())
	}
	// Closing it again keeps what the first manifest knew.
	must(t, again.WriteManifest(store.Manifest{Account: "hq"}))
	if m, err := again.Manifest(); err != nil || len(m.Files) != 1 || !m.Files[0].HoldsValues || m.RunID != made.ID() {
		t.Errorf("manifest %+v, %v", m, err)
	}
	// A bare name also finds a folder in the working folder.
	t.Chdir(filepath.Dir(moved))
	if again, err = f.Run("audit"); err != nil || again.ID() != made.ID() || again.Place() != "audit" {
		t.Errorf("opened %v, %v", again, err)
	}
}

// TestRunOfTheStoreComesFirst: a copy in the working folder does not stand for the run that the
// store keeps, since whatever deletes old runs must not come across it.
func TestRunOfTheStoreComesFirst(t *testing.T) {
	f, _, root := empty(t)
	made := create(t, f)
	work := t.TempDir()
	t.Chdir(work)
	must(t, os.Mkdir(made.ID(), 0o700))
	for ref, want := range map[string]string{made.ID(): filepath.Join(root, made.ID()), "./" + made.ID(): made.ID()} {
		if run, err := f.Run(ref); err != nil || run.Place() != want {
			t.Errorf("%s is at %v, %v", ref, run, err)
		}
	}
}

// statOf returns what the system says about a path where there is nothing.
func statOf(path string) string {
	_, err := os.Stat(path)
	return err.Error()
}

func TestRunRefuses(t *testing.T) {
	f, _, root := empty(t)
	made := create(t, f)
	dir := t.TempDir()
	put(t, filepath.Join(dir, "file"), "")
	must(t, os.Mkdir(filepath.Join(dir, "photos"), 0o700))
	for ref, want := range map[string]string{
		filepath.Join(dir, "file"):    "is a file, not a run folder",
		filepath.Join(dir, "photos"):  "is not a run folder",
		filepath.Join(dir, "missing"): syscall.ENOENT.Error(),
		"20260131T020001Z-hq-000000":  "20260131T020001Z-hq-000000: " + syscall.ENOENT.Error(),
		"":                            statOf(""),
		"..":                          "is not a run folder",
		root + "/../runs":             "is not a run folder",
	} {
		run, err := f.Run(ref)
		if err == nil || run != nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "open run: ") {
			t.Errorf("%s: %v, error %v", ref, run, err)
		}
	}
	if _, err := f.Run("20260131T020001Z-hq-000000"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a run that is not there: %v", err)
	}

	// A manifest that cannot be read is a finding about a run, which still has its name.
	put(t, made.Path(store.ManifestFile), "{")
	run, err := f.Run(made.ID())
	must(t, err)
	if j := run.Assess(); j.Flaw != store.FlawManifest {
		t.Errorf("judged %+v", j)
	}
	renamed := filepath.Join(dir, "renamed")
	must(t, os.Rename(made.Path(""), renamed))
	run, err = f.Run(renamed)
	if err == nil || run == nil || run.Place() != renamed || !strings.HasPrefix(err.Error(), "read manifest ") {
		t.Errorf("opened %v, %v", run, err)
	}
}

func TestRunsInOrder(t *testing.T) {
	f, _, root := empty(t)
	if ids, err := f.Runs(); err != nil || ids != nil {
		t.Errorf("runs %q, %v", ids, err)
	}
	closed := create(t, f)
	must(t, closed.WriteManifest(store.Manifest{Account: "hq"}))
	must(t, os.Rename(closed.Path(""), filepath.Join(root, "audit")))
	for _, name := range []string{"20260131T020002Z-hq-abcdef", "20250131T020001Z-z-abcdef", "20260131T020002Z-b-abcdef", "photos"} {
		must(t, os.Mkdir(filepath.Join(root, name), 0o700))
	}
	put(t, filepath.Join(root, "20240131T020001Z-z-abcdef"), "")
	linktest.Symlink(t, "audit", filepath.Join(root, "20230131T020001Z-z-abcdef"))
	ids, err := f.Runs()
	must(t, err)
	want := []string{"20250131T020001Z-z-abcdef", "audit", "20260131T020002Z-b-abcdef", "20260131T020002Z-hq-abcdef"}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, id := range ids {
		if _, err := f.Run(id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	put(t, filepath.Join(root, "file"), "")
	if _, err := folder.New("", filepath.Join(root, "file")).Runs(); err == nil {
		t.Error("a file has runs")
	}
}

// TestBegun: the run that was begun last is found below the runs folder, or else where it was.
func TestBegun(t *testing.T) {
	f, state, root := empty(t)
	if id, run, err := tenant(t, f).LastBegun(); id != "" || run != nil || err != nil {
		t.Errorf("%q %v %v", id, run, err)
	}
	t.Chdir(filepath.Dir(root))
	here := folder.New("state", "runs")
	l := lock(t, tenant(t, here), "")
	made, err := l.Create("hq", night)
	must(t, err)
	must(t, l.Begin(made))
	must(t, l.Close())
	rightstest.Private(t, filepath.Join(state, "doorflow-abc123", "open_run.path"))
	t.Chdir(t.TempDir())

	elsewhere := filepath.Join(t.TempDir(), "runs")
	for _, other := range []*folder.Folder{f, folder.New(state, elsewhere), folder.New(state, "")} {
		id, run, err := tenant(t, other).LastBegun()
		if id != made.ID() || err != nil || run.ID() != id || run.Place() != filepath.Join(root, id) {
			t.Errorf("%q %v %v", id, run, err)
		}
	}
	// The runs folder was moved with everything in it.
	must(t, os.Rename(root, elsewhere))
	id, run, err := tenant(t, folder.New(state, elsewhere)).LastBegun()
	if id != made.ID() || err != nil || run.Place() != filepath.Join(elsewhere, id) {
		t.Errorf("%q %v %v", id, run, err)
	}
	id, run, err = tenant(t, f).LastBegun()
	if id != made.ID() || run != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%q %v %v", id, run, err)
	}
}

func TestWrite(t *testing.T) {
	f, _, _ := empty(t)
	run := create(t, f)
	write(t, run, store.ReportCSVFile, "one")
	write(t, run, store.ReportCSVFile, "two")
	write(t, run, "report.files/42.value.txt", "long")
	for name, want := range map[string]string{store.ReportCSVFile: "two", "report.files/42.value.txt": "long"} {
		got, err := os.ReadFile(run.Path(name))
		if err != nil || string(got) != want {
			t.Errorf("%s holds %q (%v)", name, got, err)
		}
		rightstest.Private(t, run.Path(name))
	}
	rightstest.Private(t, run.Path("report.files"))

	refused := errors.New("refused")
	if err := run.Write(store.ReportCSVFile, func(io.Writer) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("error %v", err)
	}
	if got, _ := os.ReadFile(run.Path(store.ReportCSVFile)); string(got) != "two" {
		t.Errorf("a failed write left %q", got)
	}
	want := []store.Entry{{Name: store.ReportCSVFile, Regular: true}, {Name: "report.files/42.value.txt", Regular: true}}
	if linktest.Symlink(t, "nowhere", run.Path("link")) {
		want = append([]store.Entry{{Name: "link"}}, want...)
	}
	entries, err := run.List()
	if diff := cmp.Diff(want, entries); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestNamesOutsideTheRun(t *testing.T) {
	f, _, _ := empty(t)
	run := create(t, f)
	put(t, filepath.Join(filepath.Dir(run.Path("")), "x"), "not ours")
	for _, name := range []string{"", ".", "..", "../x", "/etc/x", "a/../../x", "a/../b", "a//b", "a/", "a\x00b"} {
		const says = "not a valid file name in a run"
		_, openErr := run.Open(name)
		for what, err := range map[string]error{"open": openErr, "write": run.Write(name, func(io.Writer) error { return nil }), "remove": run.Remove(name)} {
			if err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), what+" file ") {
				t.Errorf("%s %q: %v", what, name, err)
			}
		}
		if run.Has(name) {
			t.Errorf("there is a %q", name)
		}
	}
	if err := run.Write(store.ManifestFile, func(io.Writer) error { return nil }); err == nil ||
		err.Error() != `write file "manifest.json": not a valid file name in a run` {
		t.Errorf("the manifest: %v", err)
	}
}

func TestRemoveAndDiscard(t *testing.T) {
	f, _, _ := empty(t)
	run := create(t, f)
	write(t, run, store.SealedFile, "x")
	if !run.Has(store.SealedFile) {
		t.Error("it was not written")
	}
	must(t, run.Unseal())
	must(t, run.Unseal())
	if run.Has(store.SealedFile) {
		t.Error("it was not removed")
	}
	write(t, run, "report.files/1", "x")
	must(t, run.Discard())
	must(t, run.Discard())
	for _, name := range []string{store.PlanFile, "report.files/1"} {
		if err := run.Write(name, func(io.Writer) error { return nil }); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s was written to a run that was discarded: %v", name, err)
		}
	}
	if _, err := f.Run(run.ID()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a run that was discarded: %v", err)
	}
}
