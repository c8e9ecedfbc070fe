package rundir

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
)

// ManifestSchema is the schema of manifest.json. Members may be added, never
// renamed.
const ManifestSchema = "keyroster/manifest/1"

// manifestMax bounds what is read of a manifest: it has a line for each file, and
// a run may have a side file for each cell.
const manifestMax = 256 << 20

// ErrNoManifest says that a run folder has no manifest: the run is not closed.
var ErrNoManifest = errors.New("no " + ManifestFile)

// Manifest is what a closed run consists of. All digests are SHA-256 in hex.
type Manifest struct {
	Schema  string `json:"schema"`
	RunID   string `json:"run_id"`
	Account string `json:"account"`
	// Inputs are the rosters and side files that the run read.
	Inputs []Input `json:"inputs"`
	// Files are all files of the folder but the manifest, by name.
	Files []File `json:"files"`
	// JournalLastHash is the hash of the journal's last line, empty without
	// a journal: a journal cut off at a line end is else not noticed.
	JournalLastHash string `json:"journal_last_hash"`
}

// Input is a file that the run read.
type Input struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// File is a file of the run folder; its name has slashes.
type File struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	// HoldsValues: the file holds real card numbers or PINs.
	HoldsValues bool `json:"holds_values"`
}

// WriteManifest closes the run: it hashes every file of the folder and writes
// manifest.json, which must come last. Account, Inputs and JournalLastHash are
// the caller's; the rest of m is filled in.
func (d *Dir) WriteManifest(m Manifest) error {
	files, err := hashAll(d.path)
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	for i := range files {
		files[i].HoldsValues = d.holdsValues(files[i].Name)
	}
	m.Schema, m.RunID, m.Files = ManifestSchema, d.ID, files
	if m.Inputs == nil {
		m.Inputs = []Input{} // a list in JSON, never null
	}
	return atomicio.WriteFile(d.Path(ManifestFile), 0o600, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(m)
	})
}

// Manifest reads the run's manifest. The error is ErrNoManifest when the run
// has none.
func (d *Dir) Manifest() (*Manifest, error) {
	path := d.Path(ManifestFile)
	data, err := plainfile.Read(path, manifestMax)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read run %s: %w: the run is not closed", d.path, ErrNoManifest)
	}
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("read manifest %s: %w", path, err)
	}
	if m.Schema != ManifestSchema {
		return nil, fmt.Errorf("read manifest %s: its schema is %q, this program knows %q", path, m.Schema, ManifestSchema)
	}
	return &m, nil
}

// Verification is how a run folder compares with its manifest. The lists have
// file names in order.
type Verification struct {
	Manifest *Manifest
	// Differ have another size or digest, Missing are gone, Extra came later.
	Differ, Missing, Extra []string
}

// OK reports whether the folder is exactly what the manifest says.
func (v *Verification) OK() bool { return len(v.Differ)+len(v.Missing)+len(v.Extra) == 0 }

// Verify hashes the files of a run folder and compares them with its manifest.
// It cannot report whether the manifest itself was replaced. The error is
// ErrNoManifest when the run is not closed; any other says that the folder
// cannot be read.
func Verify(dir string) (*Verification, error) {
	m, err := newDir("", dir).Manifest()
	if err != nil {
		return nil, err
	}
	files, err := hashAll(dir)
	if err != nil {
		return nil, fmt.Errorf("verify run: %w", err)
	}
	found := map[string]File{}
	for _, f := range files {
		found[f.Name] = f
	}
	v := &Verification{Manifest: m}
	for _, want := range m.Files {
		got, ok := found[want.Name]
		delete(found, want.Name)
		switch {
		case !ok:
			v.Missing = append(v.Missing, want.Name)
		case got.SHA256 == "" || got.SHA256 != want.SHA256 || got.Bytes != want.Bytes:
			v.Differ = append(v.Differ, want.Name)
		}
	}
	for name := range found {
		v.Extra = append(v.Extra, name)
	}
	slices.Sort(v.Differ)
	slices.Sort(v.Missing)
	slices.Sort(v.Extra)
	return v, nil
}

// hashAll lists the files of a run folder but the manifest, by name. What is
// not a regular file has no digest: a link could lead anywhere.
func hashAll(folder string) ([]File, error) {
	files := []File{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		file := File{Name: filepath.ToSlash(name)}
		if file.Name == ManifestFile {
			return nil
		}
		if entry.Type().IsRegular() {
			if file.SHA256, file.Bytes, err = hashFile(path); err != nil {
				return err
			}
		}
		files = append(files, file)
		return nil
	})
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	return files, err
}

func hashFile(path string) (digest string, size int64, err error) {
	f, err := plainfile.Open(path, plainfile.Unlimited)
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	size, copyErr := io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), size, errors.Join(copyErr, f.Close())
}
