package migrationio

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
	"keyroster/io/rights"
)

// ManifestFile records which files of a folder a migration wrote, with their
// digests: files of others, and those changed since, are never replaced.
const ManifestFile = "migration.json"

// ManifestSchema is its schema. Members may be added, never renamed.
const ManifestSchema = "keyroster/migration/1"

// Identity says which migration wrote a folder.
type Identity struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// manifest is the content of ManifestFile.
type manifest struct {
	Schema string `json:"schema"`
	Identity
	Files []manifestFile `json:"files"`
}

type manifestFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256,omitempty"`
	// Next is the digest of the content that was about to be written when the
	// manifest was: a migration killed then has left the one or the other.
	Next string `json:"sha256_next,omitempty"`
}

// Folder is the folder of a migration's files.
type Folder struct {
	path string
	of   Identity
	// written has the digests of the files that the migration wrote, by name.
	written map[string]manifestFile
}

// ForeignError names the files that are in a migration's way: not its own, or no
// longer as it wrote them.
type ForeignError struct {
	Folder string
	Names  []string
}

// Error names the folder and the files.
func (e *ForeignError) Error() string {
	return fmt.Sprintf(
		"write the migration's files: %s has files that this migration did not write, or that were changed since: %s",
		e.Folder, strings.Join(e.Names, ", "),
	)
}

// Open prepares a folder for a migration's files, and writes nothing. It refuses a
// folder that has files of others under these names.
func Open(path string, of Identity) (*Folder, error) {
	f := &Folder{path: path, of: of, written: map[string]manifestFile{}}
	m, err := readManifest(path)
	if err != nil {
		return nil, err
	}
	if m != nil && m.Identity == of {
		f.written = m.byName()
	}
	foreign := &ForeignError{Folder: path}
	for _, name := range []string{RosterFile, sealedRoster, CrosswalkFile, MissingFile, LossFile, PlanFile} {
		if !f.mayReplace(name) {
			foreign.Names = append(foreign.Names, name)
		}
	}
	if m != nil && m.Identity != of {
		foreign.Names = append(
			foreign.Names,
			fmt.Sprintf("%s (of the migration from %s to %s)", ManifestFile, m.From, m.To),
		)
	}
	if len(foreign.Names) > 0 {
		return nil, foreign
	}
	return f, nil
}

// readManifest reads a folder's manifest, nil when it has none. A file of that name
// that is something else is foreign.
func readManifest(folder string) (*manifest, error) {
	path := filepath.Join(folder, ManifestFile)
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var m manifest
	if err == nil && info.Mode().IsRegular() && info.Size() < maxManifest {
		data, err := plainfile.Read(path, maxManifest)
		if err == nil && json.Unmarshal(data, &m) == nil && m.Schema == ManifestSchema {
			return &m, nil
		}
	}
	return nil, &ForeignError{Folder: folder, Names: []string{ManifestFile}}
}

// maxManifest bounds what is read of a manifest.
const maxManifest = 64 << 20

func (m *manifest) byName() map[string]manifestFile {
	out := make(map[string]manifestFile, len(m.Files))
	for _, file := range m.Files {
		out[file.Name] = file
	}
	return out
}

// mayReplace reports whether there is no file of that name, or one that is as the
// migration wrote it.
func (f *Folder) mayReplace(name string) bool {
	path := f.at(name)
	info, err := os.Lstat(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	own, known := f.written[name]
	if !known || !info.Mode().IsRegular() {
		return false
	}
	sum, err := digestOf(path)
	return err == nil && (sum == own.SHA256 || sum == own.Next)
}

func digestOf(path string) (string, error) {
	file, err := plainfile.Open(path, plainfile.Unlimited)
	if err != nil {
		return "", fmt.Errorf("read a file of the migration: %w", err)
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("read a file of the migration: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func (f *Folder) at(name string) string { return filepath.Join(f.path, filepath.FromSlash(name)) }

// put writes a file and records it as the migration's. The manifest is written
// before the file, so that a kill in between leaves nothing that looks foreign.
func (f *Folder) put(name string, write func(io.Writer) error) error {
	if !f.mayReplace(name) {
		return &ForeignError{Folder: f.path, Names: []string{name}}
	}
	path := f.at(name)
	if err := rights.MkdirAll(filepath.Dir(path)); err != nil {
		return fmt.Errorf("make the folder of the migration: %w", err)
	}
	err := atomicio.WriteFile(path, 0o600, func(w io.Writer) error {
		sum := sha256.New()
		if err := write(io.MultiWriter(w, sum)); err != nil {
			return err
		}
		return f.announce(name, hex.EncodeToString(sum.Sum(nil)))
	})
	if err != nil {
		return err
	}
	f.written[name] = manifestFile{Name: name, SHA256: f.written[name].Next}
	return f.save()
}

// announce records the digest that a file is about to have.
func (f *Folder) announce(name, sum string) error {
	f.written[name] = manifestFile{Name: name, SHA256: f.written[name].SHA256, Next: sum}
	return f.save()
}

// save writes the manifest. Files of a version that kept none stay without one.
func (f *Folder) save() error {
	if f.of == (Identity{}) {
		return nil
	}
	m := manifest{Schema: ManifestSchema, Identity: f.of, Files: []manifestFile{}}
	for _, file := range f.written {
		m.Files = append(m.Files, file)
	}
	slices.SortFunc(m.Files, func(a, b manifestFile) int { return cmp.Compare(a.Name, b.Name) })
	return atomicio.WriteFile(f.at(ManifestFile), 0o600, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(m)
	})
}

// removeStale removes what an earlier attempt wrote and this one did not: plain
// values must not stay beside an encrypted roster.
func (f *Folder) removeStale(keep map[string]bool) error {
	for _, name := range slices.Sorted(maps.Keys(f.written)) {
		if keep[name] || name == PlanFile || !f.mayReplace(name) {
			continue
		}
		if err := os.Remove(f.at(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove a file of an earlier attempt: %w", err)
		}
		delete(f.written, name)
		if folder := filepath.Dir(f.at(name)); folder != filepath.Clean(f.path) {
			_ = os.Remove(folder) // if nothing else is in it
		}
	}
	return f.save()
}

// WritePlan writes the plan beside the other files.
func (f *Folder) WritePlan(write func(io.Writer) error) error { return f.put(PlanFile, write) }
