package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
)

// ManifestSchema is the schema of manifest.json. Members may be added, never
// renamed.
const ManifestSchema = "keyroster/manifest/1"

// manifestMax bounds what is read of a manifest: it has a line for each file, and
// a run may have a side file for each cell.
const manifestMax = 256 << 20

// ErrNoManifest says that a run has no manifest: the run is not closed.
var ErrNoManifest = errors.New("no " + ManifestFile)

// Manifest is what a closed run consists of. All digests are SHA-256 in hex.
type Manifest struct {
	Schema  string `json:"schema"`
	RunID   string `json:"run_id"`
	Account string `json:"account"`
	// Inputs are the rosters and side files that the run read.
	Inputs []Input `json:"inputs"`
	// Files are all files of the run except the manifest, by name.
	Files []Listed `json:"files"`
	// JournalLastHash is the hash of the journal's last line, empty without a journal: it shows
	// whether a journal was cut off at a line end.
	JournalLastHash string `json:"journal_last_hash"`
}

// Input is a file that the run read.
type Input struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// Listed is a file of the run; its name has slashes.
type Listed struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	// HoldsValues: the file holds real card numbers or PINs.
	HoldsValues bool `json:"holds_values"`
}

// WriteManifest closes the run: it hashes all its files and writes manifest.json, which must
// come last. Account, Inputs and JournalLastHash are the caller's; the rest of m is filled in.
func (r *Run) WriteManifest(m Manifest) error {
	files, err := r.hashed()
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	for i := range files {
		files[i].HoldsValues = r.holdsValues(files[i].Name)
	}
	m.Schema, m.RunID, m.Files = ManifestSchema, r.id, files
	if m.Inputs == nil {
		m.Inputs = []Input{} // a list in JSON, never null
	}
	return r.Files.Write(ManifestFile, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(m)
	})
}

// Manifest reads the run's manifest. The error is ErrNoManifest when the run
// has none.
func (r *Run) Manifest() (*Manifest, error) {
	data, err := read(r.Files, ManifestFile, manifestMax)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read run %s: %w: the run is not closed", r.Place(), ErrNoManifest)
	}
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("read manifest %s: %w", r.Path(ManifestFile), err)
	}
	if m.Schema != ManifestSchema {
		return nil, fmt.Errorf("read manifest %s: its schema is %q, this program knows %q",
			r.Path(ManifestFile), m.Schema, ManifestSchema)
	}
	return &m, nil
}

// Verification is how a run compares with its manifest. The lists have
// file names in order.
type Verification struct {
	Manifest *Manifest
	// Differ have another size or digest, Missing are gone, Extra came later. A missing
	// [UndoFile] does not count: it is meant to go.
	Differ, Missing, Extra []string
}

// OK reports whether the run is exactly what the manifest says.
func (v *Verification) OK() bool { return len(v.Differ)+len(v.Missing)+len(v.Extra) == 0 }

// Verify hashes the files of the run and compares them with its manifest. It cannot
// report whether the manifest itself was replaced. The error is ErrNoManifest when
// the run is not closed; any other says that it cannot be read.
func (r *Run) Verify() (*Verification, error) {
	m, err := r.Manifest()
	if err != nil {
		return nil, err
	}
	files, err := r.hashed()
	if err != nil {
		return nil, fmt.Errorf("verify run: %w", err)
	}
	found := map[string]Listed{}
	for _, f := range files {
		found[f.Name] = f
	}
	v := &Verification{Manifest: m}
	for _, want := range m.Files {
		got, ok := found[want.Name]
		delete(found, want.Name)
		switch {
		case !ok && want.Name == UndoFile:
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

// hashed lists the files of the run except the manifest, by name. Anything but a regular file
// has no digest: a link could lead anywhere.
func (r *Run) hashed() ([]Listed, error) {
	entries, err := r.List()
	if err != nil {
		return nil, err
	}
	files := make([]Listed, 0, len(entries)) // a list in JSON, never null
	for _, e := range entries {
		if e.Name == ManifestFile {
			continue
		}
		file := Listed{Name: e.Name}
		if e.Regular {
			if file.SHA256, file.Bytes, err = r.hash(e.Name); err != nil {
				return nil, err
			}
		}
		files = append(files, file)
	}
	return files, nil
}

func (r *Run) hash(name string) (digest string, size int64, err error) {
	f, err := r.Open(name)
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	size, copyErr := io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), size, errors.Join(copyErr, f.Close())
}
