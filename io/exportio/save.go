package exportio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"keyroster/io/atomicio"
	"keyroster/io/csvio"
	"keyroster/io/plainfile"
	"keyroster/io/rights"
)

// Format is a file format of exports.
type Format string

// The formats.
const (
	CSV    Format = "csv"
	XLSX   Format = "xlsx"
	JSON   Format = "json"
	NDJSON Format = "ndjson"
)

// Formats are all of them.
var Formats = []Format{CSV, XLSX, JSON, NDJSON}

// FormatOf is the format that a file's name ends in, apart from .age, or empty.
func FormatOf(path string) Format {
	ext := strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(strings.ToLower(path), ".age")), ".")
	for _, f := range Formats {
		if ext == string(f) {
			return f
		}
	}
	return ""
}

// Save writes an export to a file, 0600, whole or not at all, encrypted when
// there are recipients. Beside a CSV file it writes FILE.meta.json, and what no
// cell holds to files in the folder FILE.files; they are in place before the
// file itself, and on an error those of this call are removed.
func Save(path string, format Format, e *Export, to Recipients) error {
	if format == CSV && len(e.Accounts) != 1 {
		return fmt.Errorf("write %s: a CSV file holds one account, but there are %d", path, len(e.Accounts))
	}
	s := &saver{path: path, export: e, to: to}
	if err := s.checkMeta(format); err != nil {
		return err
	}
	err := atomicio.WriteFile(path, 0o600, func(w io.Writer) error {
		if err := to.Seal(w, func(w io.Writer) error { return s.write(w, format) }); err != nil {
			return err
		}
		if format != CSV {
			return nil
		}
		// Last before the rename: a failure leaves the old pair in place.
		meta, other := path+MetaSuffix, path+MetaSuffix+".age"
		if !to.None() {
			meta, other = other, meta
		}
		if err := atomicio.WriteFile(meta, 0o600, func(w io.Writer) error {
			return to.Seal(w, func(w io.Writer) error { return WriteMeta(w, e) })
		}); err != nil {
			return err
		}
		// An earlier export's, in the other form, is about a file that is gone.
		if err := os.Remove(other); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove what an earlier export left: %w", err)
		}
		return nil
	})
	if err != nil {
		s.discard()
	}
	return err
}

// checkMeta refuses to replace a file beside the export that no export wrote.
func (s *saver) checkMeta(format Format) error {
	if format != CSV {
		return nil
	}
	for _, suffix := range []string{MetaSuffix, MetaSuffix + ".age"} {
		data, err := plainfile.Read(s.path+suffix, metaMax)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var meta struct {
			Schema string `json:"schema"`
		}
		sealed := suffix != MetaSuffix && bytes.HasPrefix(data, []byte(sealedHead))
		if err != nil || !sealed && (json.Unmarshal(data, &meta) != nil || meta.Schema != Schema) {
			return fmt.Errorf(
				"write %s: %s exists and is not part of an export: use another file, or move it away",
				s.path, s.path+suffix,
			)
		}
	}
	return nil
}

// sealedHead begins every file that is encrypted with age.
const sealedHead = "age-encryption.org/"

// Write writes an export to a stream. CSV is the credentials alone, without the
// byte order mark that a file has.
func Write(w io.Writer, format Format, e *Export) error {
	return (&saver{export: e}).write(w, format)
}

type saver struct {
	path   string
	export *Export
	to     Recipients
	sides  []string
}

func (s *saver) write(w io.Writer, format Format) (err error) {
	switch format {
	case CSV:
		out := csvio.NewFileWriter(w)
		if s.path == "" {
			out = csvio.NewWriter(w)
		}
		return WriteCSV(out, s.export.Accounts[0], s.sideFile())
	case JSON:
		return WriteJSON(w, s.export)
	case NDJSON:
		return WriteNDJSON(w, s.export)
	case XLSX:
		temp, err := s.tempDir()
		if err != nil {
			return fmt.Errorf("make a folder for the workbook's sheets: %w", err)
		}
		if temp != "" {
			defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
		}
		return WriteXLSX(w, s.export, XLSXOptions{SideFile: s.sideFile(), TempDir: temp})
	}
	return fmt.Errorf("unknown format %q", format)
}

// tempDir makes the folder where sheets wait; empty where they must not be on a disk
// in plain text. Revealed values are only ever on the disk of the export itself.
func (s *saver) tempDir() (string, error) {
	switch {
	case !s.to.None():
		return "", nil
	case slices.ContainsFunc(s.export.Accounts, func(a *Account) bool { return a.Revealed }):
		dir, err := os.MkdirTemp(filepath.Dir(s.path), ".keyroster-")
		if err == nil {
			err = rights.Tighten(dir, 0o700)
		}
		return dir, err
	}
	return os.MkdirTemp("", "keyroster-")
}

// sideFile stores the texts that no cell can hold; nil where there is no folder for
// them, or nothing may be there in plain text.
func (s *saver) sideFile() SideFile {
	if s.path == "" || !s.to.None() {
		return nil
	}
	return func(credential, column, text string) (string, error) {
		folder := s.path + sideFolder
		if err := rights.MkdirAll(folder); err != nil {
			return "", fmt.Errorf("make %s: %w", folder, err)
		}
		name := fileName(credential) + "." + column + extension(text)
		path := filepath.Join(folder, name)
		if err := atomicio.WriteFile(path, 0o600, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}); err != nil {
			return "", err
		}
		s.sides = append(s.sides, path)
		return filepath.Base(s.path) + sideFolder + "/" + name, nil
	}
}

// discard removes the side files of an export that was not written.
func (s *saver) discard() {
	for _, path := range s.sides {
		_ = os.Remove(path)
	}
	_ = os.Remove(s.path + sideFolder) // if nothing else is in it
}

// fileName is a credential's id as a file's name: two ids never share one.
func fileName(id string) string {
	const most = 80
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, id)
	if safe == id && len(id) <= most {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return safe[:min(len(safe), most)] + "~" + hex.EncodeToString(sum[:4])
}

// extension is the file extension that fits a text.
func extension(text string) string {
	text = strings.TrimSpace(text[:min(len(text), 100)])
	switch {
	case strings.HasPrefix(text, "<svg"), strings.HasPrefix(text, "<?xml"):
		return ".svg"
	case strings.HasPrefix(text, "{"), strings.HasPrefix(text, "["):
		return ".json"
	}
	return ".txt"
}
