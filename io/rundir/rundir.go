// Package rundir is the folder of one run: plan, journal, reports, the sealed
// roster, and the manifest that closes it and lets anybody check it later.
//
// A run folder is runs/20260131T020001Z-<account>-<6 hex>/, 0700, its files
// 0600. [Create] proves that it can be written before the caller sends anything
// to a provider: a run must not find out afterwards that it cannot say what it
// did. Files appear whole or not at all ([Dir.Write]); the manifest is written
// last ([Dir.WriteManifest]), and [Verify] needs nothing but the folder.
//
// Few files hold real values (card numbers, PINs); the manifest names them, so
// that they can be kept apart or deleted.
package rundir

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
)

// Names of the files of a run.
const (
	PlanFile       = "plan.json"
	JournalFile    = "journal.ndjson"
	ReportJSONFile = "report.json"
	ReportCSVFile  = "report.csv"
	ReportXLSXFile = "report.xlsx"
	ReportHTMLFile = "report.html"
	FailedFile     = "failed.csv"
	SealedFile     = "sealed.age"
	ManifestFile   = "manifest.json"
	// AbandonedFile is what is known of a run that was given up.
	AbandonedFile = "abandoned.json"
	// AnnotatedFile is the name, but for what it ends in, of the annotated copy
	// of the user's workbook.
	AnnotatedFile = "annotated"
)

// Dir is the folder of one run. Its methods may be called by several goroutines
// as long as they write files of different names.
type Dir struct {
	// ID is the run's id, which is the folder's name when it was made.
	ID   string
	path string

	mu     sync.Mutex
	values map[string]bool // names of files that hold real values
}

// Create makes the run folder of an account below root, which it makes if
// needed, and proves that files can be written there. now is the start of the
// run. In the folder's name, characters of the account that are awkward in file
// names become dashes.
//
// An error says what to do about root: no permission, full or read-only disk,
// not a folder. It wraps its cause (ENOSPC, EACCES, ...), and no folder is left
// behind.
func Create(root, account string, now time.Time) (*Dir, error) {
	if err := makeFolders(root); err != nil {
		return nil, describe(root, err)
	}
	id, err := newFolder(root, account, now)
	if err != nil {
		return nil, describe(root, err)
	}
	d := newDir(id, filepath.Join(root, id))
	if err := errors.Join(probe(d.path), atomicio.SyncDir(root)); err != nil {
		_ = os.Remove(d.path) // it is empty, and the error says more
		return nil, describe(root, err)
	}
	return d, nil
}

// Open returns the folder of an earlier run. It may have been moved or renamed
// as long as it has its manifest; without one, its name must be a run's id.
func Open(path string) (*Dir, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open run: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("open run: %s is a file, not a run folder", path)
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open run: %w", err)
	}
	d := newDir(filepath.Base(full), path)
	m, err := d.Manifest()
	switch {
	case err == nil:
		d.ID = m.RunID
		for _, f := range m.Files {
			d.values[f.Name] = d.values[f.Name] || f.HoldsValues
		}
	case !errors.Is(err, ErrNoManifest) && idPattern.MatchString(d.ID):
		// A manifest that cannot be read is a finding: see [Dir.Judge].
	case !errors.Is(err, ErrNoManifest):
		return nil, err
	case !idPattern.MatchString(d.ID):
		return nil, fmt.Errorf("open run: %s is no run folder: it has no %s, and its name is no run's id", path, ManifestFile)
	}
	return d, nil
}

func newDir(id, path string) *Dir {
	return &Dir{ID: id, path: path, values: map[string]bool{FailedFile: true, SealedFile: true}}
}

// Path is the path of the named file of the run, or of the folder itself if
// name is empty. Names have slashes, whatever the system.
func (d *Dir) Path(name string) string { return filepath.Join(d.path, filepath.FromSlash(name)) }

// Unseal removes the sealed copy of a run that is over.
func (d *Dir) Unseal() error {
	if err := os.Remove(d.Path(SealedFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the sealed copy: %w", err)
	}
	return nil
}

// OpenFile opens the named file of the run for reading.
func (d *Dir) OpenFile(name string) (*os.File, error) {
	f, err := plainfile.Open(d.Path(name), plainfile.Unlimited)
	if err != nil {
		return nil, fmt.Errorf("read run: %w", err)
	}
	return f, nil
}

// Write makes or replaces a file of the run, whole or not at all, 0600. A name
// with slashes makes folders, 0700. A file that holds real values must be
// announced by [Dir.HoldsValues] first.
//
// Errors are those of [atomicio.WriteFile].
func (d *Dir) Write(name string, write func(io.Writer) error) error {
	if err := checkName(name); err != nil {
		return err
	}
	path := d.Path(name)
	if strings.Contains(name, "/") {
		if err := makeFolders(filepath.Dir(path)); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
	}
	return atomicio.WriteFile(path, 0o600, write)
}

// HoldsValues says that the named file holds, or will hold, real values: the
// manifest will say so. failed.csv, sealed.age and annotated workbooks always do.
func (d *Dir) HoldsValues(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.values[name] = true
}

func (d *Dir) holdsValues(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	// A name that begins with a dot is what a killed process left of a write:
	// nobody knows of what.
	return d.values[name] || strings.HasPrefix(filepath.Base(name), ".") || strings.HasPrefix(name, AnnotatedFile+".")
}

func checkName(name string) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) || name == "." || name == ManifestFile {
		return fmt.Errorf("write file %q: not a name for a file of a run", name)
	}
	return nil
}

const idTime = "20060102T150405Z"

var idPattern = regexp.MustCompile(`^\d{8}T\d{6}Z-[\w.-]+-[0-9a-f]{6}$`)

// Of reports whether a text is the id of a run of an account. Accounts whose names
// are awkward in file names may share ids.
func Of(id, account string) bool {
	if !idPattern.MatchString(id) {
		return false
	}
	const around = len(idTime)
	return id[around+1:len(id)-7] == folderName(account)
}

// newFolder makes the folder and returns its name. Two runs of one account in
// one second have different names.
func newFolder(root, account string, now time.Time) (string, error) {
	for tries := 0; ; tries++ {
		var random [3]byte
		_, _ = rand.Read(random[:]) // never fails
		id := now.UTC().Format(idTime) + "-" + folderName(account) + "-" + hex.EncodeToString(random[:])
		err := os.Mkdir(filepath.Join(root, id), 0o700)
		if err == nil {
			return id, nil
		}
		if !errors.Is(err, fs.ErrExist) || tries == 10 {
			return "", err
		}
	}
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

var awkward = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// folderName is the account's name as it may stand in a file name: short enough
// for every file system and without anything a shell or a path would read.
func folderName(account string) string {
	name := awkward.ReplaceAllString(account, "-")
	name = strings.Trim(name[:min(len(name), 64)], "-.")
	if name == "" {
		return "account"
	}
	return name
}
