package rosterio

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"keyroster/io/plainfile"
	"keyroster/reconcile"
)

// sideFileMax is the size in bytes up to which a cell's file is read.
const sideFileMax = 1 << 20

// sideFiles reads the files that the cells of one input name by @path. They are in the input's
// folder or below it: the folder is opened as a root, out of which no path or link leads.
type sideFiles struct {
	in   input
	root *os.Root
	// read has what was read by name, and list its digests in order.
	read map[string]*sideFile
	list []reconcile.SideFile
}

type sideFile struct {
	bytes []byte
	wrong *reconcile.Finding
}

func newSideFiles(in input) *sideFiles {
	return &sideFiles{in: in, read: map[string]*sideFile{}}
}

// close ends the reading, and records the digests in the roster.
func (s *sideFiles) close(part *reconcile.Roster) {
	if s.root != nil {
		_ = s.root.Close()
	}
	if len(part.Files) > 0 {
		part.Files[0].SideFiles = s.list
	}
}

// expand is the content of the file that a cell names with @, in a column of JSON or of long texts:
// a text as it is, without a byte order mark; an image as a data URL. A finding refuses the cell.
func (s *sideFiles) expand(col *reconcile.Column, text string) (string, *reconcile.Finding) {
	name := strings.TrimPrefix(text, "@")
	f := s.read[name]
	if f == nil {
		f = &sideFile{}
		f.bytes, f.wrong = s.open(name)
		s.read[name] = f
		if f.wrong == nil {
			sum := sha256.Sum256(f.bytes)
			s.list = append(s.list, reconcile.SideFile{Name: name, SHA256: hex.EncodeToString(sum[:])})
		}
	}
	switch {
	case f.wrong != nil:
		return "", f.wrong
	case col.Kind == reconcile.KindDocument && imageType(f.bytes) != "":
		return "data:" + imageType(f.bytes) + ";base64," + base64.StdEncoding.EncodeToString(f.bytes), nil
	}
	content := bytes.TrimPrefix(f.bytes, []byte("\ufeff"))
	switch {
	case len(bytes.TrimSpace(content)) == 0:
		return "", wrongFile(name, "is empty", "check that it was saved")
	case !utf8.Valid(content) || bytes.ContainsRune(content, 0):
		return "", wrongFile(name, "is neither UTF-8 text nor an image that can be used here", "save it as UTF-8")
	}
	return string(content), nil
}

// open reads a file of the folder.
func (s *sideFiles) open(name string) ([]byte, *reconcile.Finding) {
	path := filepath.FromSlash(name)
	switch {
	case s.in.path == Stdin:
		return nil, wrongFile(
			name, "cannot be found, because standard input has no folder",
			"give the roster as a file",
		)
	case name == "":
		return nil, &reconcile.Finding{
			Kind:    KindSideFile,
			Message: "the cell holds @ without the path of a file",
			Remedy:  "write @ and the path, such as @card.svg",
		}
	case filepath.IsAbs(path) || !filepath.IsLocal(path):
		return nil, wrongFile(
			name, "is outside the roster's folder",
			"put it in the roster's folder and use its path from there, such as @card.svg",
		)
	}
	if s.root == nil {
		root, err := os.OpenRoot(filepath.Dir(s.in.path))
		if err != nil {
			return nil, wrongFile(
				name, "cannot be read, because the roster's folder cannot be read",
				"check the folder's permissions",
			)
		}
		s.root = root
	}
	// Opening a pipe would block, so the file is examined first.
	info, err := s.root.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, wrongFile(name, "does not exist", "paths start at the roster's folder; check the spelling")
	case errors.Is(err, fs.ErrPermission):
		return nil, wrongFile(name, "cannot be read by this user", "check its permissions")
	case err != nil:
		return nil, wrongFile(
			name, "cannot be reached within the roster's folder",
			"put the file itself there; a link must not lead outside the folder",
		)
	case !info.Mode().IsRegular():
		return nil, wrongFile(name, "is not a regular file", "name a file")
	case info.Size() > sideFileMax:
		return nil, tooLarge(name)
	}
	return s.readAll(name, path)
}

func (s *sideFiles) readAll(name, path string) ([]byte, *reconcile.Finding) {
	f, err := plainfile.OpenIn(s.root, path, sideFileMax)
	if err != nil {
		return nil, wrongFile(name, "cannot be read by this user", "check its permissions")
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, sideFileMax+1))
	switch {
	case err != nil:
		return nil, wrongFile(name, "cannot be read", "check the disk or the network share")
	case len(content) > sideFileMax:
		return nil, tooLarge(name)
	}
	return content, nil
}

func wrongFile(name, message, remedy string) *reconcile.Finding {
	return &reconcile.Finding{
		Kind:    KindSideFile,
		Message: fmt.Sprintf("the file %q, which the cell names, %s", name, message),
		Remedy:  remedy,
	}
}

func tooLarge(name string) *reconcile.Finding {
	return wrongFile(name, fmt.Sprintf("is larger than %d KiB", sideFileMax>>10), "make it smaller")
}

// imageType is the media type of a bitmap image, by its first bytes; empty for
// anything else, which must be text.
func imageType(content []byte) string {
	for _, kind := range []struct{ begin, media string }{
		{"\x89PNG\r\n\x1a\n", "image/png"}, {"\xff\xd8\xff", "image/jpeg"}, {"GIF87a", "image/gif"}, {"GIF89a", "image/gif"},
	} {
		if bytes.HasPrefix(content, []byte(kind.begin)) {
			return kind.media
		}
	}
	if len(content) > 12 && string(content[:4]) == "RIFF" && string(content[8:12]) == "WEBP" {
		return "image/webp"
	}
	return ""
}
