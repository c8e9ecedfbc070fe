package rundir

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var night = time.Date(2026, 1, 31, 4, 0, 1, 999, time.FixedZone("", 2*3600))

func TestCreate(t *testing.T) {
	root := filepath.Join(t.TempDir(), "var", "runs")
	old := syscall.Umask(0)
	d, err := Create(root, "hq", night)
	syscall.Umask(old)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^20260131T020001Z-hq-[0-9a-f]{6}$`).MatchString(d.ID) {
		t.Errorf("id %q", d.ID)
	}
	if d.Path("") != filepath.Join(root, d.ID) || d.Path("a/b") != filepath.Join(root, d.ID, "a", "b") {
		t.Errorf("path %q, %q", d.Path(""), d.Path("a/b"))
	}
	for _, folder := range []string{root, filepath.Dir(root), d.Path("")} {
		if info, err := os.Stat(folder); err != nil || info.Mode() != fs.ModeDir|0o700 {
			t.Errorf("%s has mode %v (%v)", folder, info.Mode(), err)
		}
	}
	if entries, _ := os.ReadDir(d.Path("")); len(entries) != 0 {
		t.Errorf("the new folder holds %v", entries)
	}
}

func TestCreateTwiceInOneSecond(t *testing.T) {
	root := t.TempDir()
	ids := map[string]bool{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			d, err := Create(root, "hq", night)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			ids[d.ID] = true
		})
	}
	wg.Wait()
	if len(ids) != 20 {
		t.Errorf("%d folders of 20", len(ids))
	}
}

func TestFolderName(t *testing.T) {
	tests := map[string]string{
		"hq":                    "hq",
		"Site 2/East (new)":     "Site-2-East-new",
		"../../etc/passwd":      "etc-passwd",
		"":                      "account",
		"..":                    "account",
		"Zürich":                "Z-rich",
		"a\x00b\nc":             "a-b-c",
		"main.door_1-x":         "main.door_1-x",
		strings.Repeat("x", 99): strings.Repeat("x", 64),
	}
	for account, want := range tests {
		got := folderName(account)
		if got != want {
			t.Errorf("folderName(%q) = %q, want %q", account, got, want)
		}
		if id := "20260131T020001Z-" + got + "-00ff00"; !idPattern.MatchString(id) {
			t.Errorf("%q is no id", id)
		}
	}
}

func TestCreateRefusesWhatIsNoFolder(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	for _, name := range []string{"file", "file/runs"} {
		root := filepath.Join(dir, name)
		_, err := Create(root, "hq", night)
		if err == nil || !strings.HasPrefix(err.Error(), "make run folder in "+root+": it is, or lies in, a file and not a folder; choose another") {
			t.Errorf("error %v", err)
		}
	}
}

func TestDescribe(t *testing.T) {
	tests := []struct {
		cause error
		want  string
	}{
		{syscall.ENOSPC, "make run folder in runs: the disk is full; free some space (write p: no space left on device)"},
		{syscall.EDQUOT, "make run folder in runs: the disk is full; free some space (write p: disk quota exceeded)"},
		{syscall.EROFS, "make run folder in runs: the disk is read-only; choose another folder with --runs (write p: read-only file system)"},
		{syscall.EACCES, "make run folder in runs: this user may not write there; choose another folder with --runs (write p: permission denied)"},
		{syscall.EIO, "make run folder in runs: write p: input/output error"},
	}
	for _, test := range tests {
		// As probe returns it: the write failed, closing and removing did not.
		err := describe("runs", errors.Join(&fs.PathError{Op: "write", Path: "p", Err: test.cause}, nil))
		if err.Error() != test.want {
			t.Errorf("got  %s\nwant %s", err, test.want)
		}
		if !errors.Is(err, test.cause) {
			t.Errorf("%v does not wrap %v", err, test.cause)
		}
	}
}

func TestProbeLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	must(t, probe(dir))
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("left %v", entries)
	}
	if err := probe(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestWrite(t *testing.T) {
	d := create(t)
	write(t, d, ReportCSVFile, "one")
	write(t, d, ReportCSVFile, "two")
	write(t, d, "report.files/42.value.txt", "long")
	for name, want := range map[string]string{ReportCSVFile: "two", "report.files/42.value.txt": "long"} {
		got, err := os.ReadFile(d.Path(name))
		if err != nil || string(got) != want {
			t.Errorf("%s holds %q (%v)", name, got, err)
		}
		if info, err := os.Stat(d.Path(name)); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s has mode %v (%v)", name, info.Mode(), err)
		}
	}
	if info, err := os.Stat(d.Path("report.files")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder has mode %v (%v)", info.Mode(), err)
	}

	refused := errors.New("refused")
	if err := d.Write(ReportCSVFile, func(io.Writer) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("error %v", err)
	}
	if got, _ := os.ReadFile(d.Path(ReportCSVFile)); string(got) != "two" {
		t.Errorf("a failed write left %q", got)
	}
}

func TestWriteRefusesNamesOutsideTheFolder(t *testing.T) {
	d := create(t)
	for _, name := range []string{"", ".", "..", "../x", "/etc/x", "a/../../x", ManifestFile} {
		if err := d.Write(name, func(io.Writer) error { return nil }); err == nil {
			t.Errorf("%q was written", name)
		}
	}
}

func TestManifest(t *testing.T) {
	d := create(t)
	write(t, d, PlanFile, "{}")
	write(t, d, FailedFile, "credential_id,value\r\n")
	write(t, d, "badges.annotated.xlsx", "PK")
	d.HoldsValues("badges.annotated.xlsx")
	must(t, d.WriteManifest(Manifest{
		Account:         "Site 2",
		Inputs:          []Input{{File: "badges.xlsx", SHA256: "ab"}},
		JournalLastHash: "cd",
	}))

	data, err := os.ReadFile(d.Path(ManifestFile))
	must(t, err)
	var got, want any
	must(t, json.Unmarshal(data, &got))
	must(t, json.Unmarshal([]byte(`{
		"schema": "keyroster/manifest/1", "run_id": "`+d.ID+`", "account": "Site 2",
		"inputs": [{"file": "badges.xlsx", "sha256": "ab"}],
		"files": [
			{"name": "badges.annotated.xlsx", "bytes": 2, "holds_values": true,
			 "sha256": ""},
			{"name": "failed.csv", "bytes": 21, "holds_values": true, "sha256": ""},
			{"name": "plan.json", "bytes": 2, "holds_values": false,
			 "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}
		],
		"journal_last_hash": "cd"}`), &want))
	// Only the well-known digest of {} is spelt out; Verify checks the rest.
	opts := cmp.FilterPath(func(p cmp.Path) bool {
		return strings.Contains(p.GoString(), `["files"]`) && strings.HasSuffix(p.GoString(), `["sha256"].(string)`) && !strings.Contains(p.GoString(), "[2]")
	}, cmp.Ignore())
	if diff := cmp.Diff(want, got, opts); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	if v, err := Verify(d.Path("")); err != nil || !v.OK() || v.Manifest.Account != "Site 2" {
		t.Errorf("verify %+v, %v", v, err)
	}
}

func TestManifestOfAnEmptyRunHasLists(t *testing.T) {
	d := create(t)
	must(t, d.WriteManifest(Manifest{Account: "hq"}))
	data, err := os.ReadFile(d.Path(ManifestFile))
	must(t, err)
	if !strings.Contains(string(data), `"inputs": []`) || !strings.Contains(string(data), `"files": []`) {
		t.Errorf("manifest %s", data)
	}
}

func TestVerifyTellsEveryDifference(t *testing.T) {
	d := create(t)
	for _, name := range []string{PlanFile, ReportJSONFile, ReportCSVFile, "report.files/1.txt", "report.files/2.txt", JournalFile} {
		write(t, d, name, "content of "+name)
	}
	must(t, d.WriteManifest(Manifest{Account: "hq"}))

	must(t, os.WriteFile(d.Path(ReportCSVFile), []byte("Content of report.csv"), 0o600)) // same size
	must(t, os.WriteFile(d.Path("report.files/1.txt"), nil, 0o600))
	must(t, os.Remove(d.Path("report.files/2.txt")))
	must(t, os.Remove(d.Path(PlanFile)))
	must(t, os.WriteFile(d.Path("report.files/3.txt"), nil, 0o600))
	must(t, os.WriteFile(d.Path("notes.txt"), nil, 0o600))
	must(t, os.Remove(d.Path(ReportJSONFile)))
	must(t, os.Symlink(JournalFile, d.Path(ReportJSONFile)))

	v, err := Verify(d.Path(""))
	must(t, err)
	want := &Verification{
		Manifest: v.Manifest,
		Differ:   []string{ReportCSVFile, "report.files/1.txt", ReportJSONFile},
		Missing:  []string{PlanFile, "report.files/2.txt"},
		Extra:    []string{"notes.txt", "report.files/3.txt"},
	}
	if diff := cmp.Diff(want, v); diff != "" || v.OK() {
		t.Errorf("verification (-want +got):\n%s", diff)
	}
}

func TestVerifyWithoutAGoodManifest(t *testing.T) {
	d := create(t)
	if _, err := Verify(d.Path("")); !errors.Is(err, ErrNoManifest) || !strings.Contains(err.Error(), "the run is not closed") {
		t.Errorf("error %v", err)
	}
	for _, text := range []string{"", "{", `{"schema":"keyroster/manifest/2"}`, "[]"} {
		must(t, os.WriteFile(d.Path(ManifestFile), []byte(text), 0o600))
		if _, err := Verify(d.Path("")); err == nil || errors.Is(err, ErrNoManifest) || !strings.HasPrefix(err.Error(), "read manifest ") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

// What a killed process left of a write may hold values: nobody can know.
func TestLeftoversCountAsValues(t *testing.T) {
	d := create(t)
	must(t, os.WriteFile(d.Path(".failed.csv8234123412341234"), []byte("x"), 0o600))
	// So may the annotated copy of an attempt that another one ends.
	write(t, d, AnnotatedFile+".xlsx", "x")
	must(t, d.WriteManifest(Manifest{Account: "hq"}))
	m, err := d.Manifest()
	must(t, err)
	if len(m.Files) != 2 || !m.Files[0].HoldsValues || !m.Files[1].HoldsValues {
		t.Errorf("files %+v", m.Files)
	}
}

func TestOpen(t *testing.T) {
	d := create(t)
	again, err := Open(d.Path(""))
	must(t, err)
	if again.ID != d.ID || again.Path(PlanFile) != d.Path(PlanFile) {
		t.Errorf("opened %q at %q", again.ID, again.Path(""))
	}

	write(t, d, "marked.xlsx", "x")
	d.HoldsValues("marked.xlsx")
	must(t, d.WriteManifest(Manifest{Account: "hq"}))
	moved := filepath.Join(t.TempDir(), "audit")
	must(t, os.Rename(d.Path(""), moved))
	t.Chdir(moved)
	again, err = Open(".")
	must(t, err)
	if again.ID != d.ID {
		t.Errorf("opened %q", again.ID)
	}
	// Closing once more keeps what the first manifest knew.
	must(t, again.WriteManifest(Manifest{Account: "hq"}))
	if m, err := again.Manifest(); err != nil || len(m.Files) != 1 || !m.Files[0].HoldsValues || m.RunID != d.ID {
		t.Errorf("manifest %+v, %v", m, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	must(t, os.Mkdir(filepath.Join(dir, "photos"), 0o700))
	for name, want := range map[string]string{
		"file":    "is a file, not a run folder",
		"photos":  "is no run folder",
		"missing": "no such file or directory",
	} {
		if _, err := Open(filepath.Join(dir, name)); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "open run: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func create(t *testing.T) *Dir {
	t.Helper()
	d, err := Create(t.TempDir(), "hq", night)
	must(t, err)
	return d
}

func write(t *testing.T, d *Dir, name, text string) {
	t.Helper()
	must(t, d.Write(name, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestOf(t *testing.T) {
	d, err := Create(t.TempDir(), "north/ost wing", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		id, account string
		want        bool
	}{
		{d.ID, "north/ost wing", true},
		{d.ID, "north", false},
		{"20260131T020001Z-hq-00aa11", "hq", true},
		{"20260131T020001Z-hq-2-00aa11", "hq", false},
		{"20260131T020001Z-hq-2-00aa11", "hq-2", true},
		{"runs", "hq", false},
		{"", "", false},
	} {
		if Of(test.id, test.account) != test.want {
			t.Errorf("%s of %s: want %v", test.id, test.account, test.want)
		}
	}
}
