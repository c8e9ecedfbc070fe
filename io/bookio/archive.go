package bookio

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"slices"
)

// WriteSorted is [Book.Write] with the parts sorted by name, so that equal workbooks
// are equal files: they are packed into a file without a name and copied from there.
func (b *Book) WriteSorted(w io.Writer) (err error) {
	defer b.end(&err)
	packed, err := nameless(b.options.TempDir)
	if err != nil {
		return fmt.Errorf("pack workbook: %w", err)
	}
	defer func() { _ = packed.Close() }()
	if err := b.pack(packed); err != nil {
		return err
	}
	if err := sortParts(w, packed); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// sortParts copies an archive, still packed, in the order of the names of its
// parts. The list of content types is the first of them, and is sorted too.
func sortParts(w io.Writer, packed *os.File) error {
	size, err := packed.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	from, err := zip.NewReader(packed, size)
	if err != nil {
		return err
	}
	slices.SortFunc(from.File, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) })
	to := zip.NewWriter(w)
	for _, part := range from.File {
		if part.Name == typesPart {
			err = copySorted(to, part)
		} else {
			err = to.Copy(part)
		}
		if err != nil {
			return err
		}
	}
	return to.Close()
}

// typesPart is the list of content types. excelize writes its defaults, one for
// each kind of picture, in another order each time.
const typesPart = "[Content_Types].xml"

var typeDefault = regexp.MustCompile(`<Default [^>]*></Default>`)

func copySorted(to *zip.Writer, part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	defaults := typeDefault.FindAll(text, -1)
	slices.SortFunc(defaults, bytes.Compare)
	at := -1
	text = typeDefault.ReplaceAllFunc(bytes.Clone(text), func([]byte) []byte { at++; return defaults[at] })
	w, err := to.Create(part.Name)
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// archive refuses parts of 4 GiB: they need headers that archive/zip does not
// write and without which spreadsheets call the file damaged.
type archive struct {
	*zip.Writer
	instead string
}

// newArchive packs straight into w; excelize would first collect the whole archive in
// memory. instead is the advice when a part is too large.
func newArchive(w io.Writer, instead string) *archive { return &archive{zip.NewWriter(w), instead} }

// Create implements excelize.ZipWriter.
func (a *archive) Create(name string) (io.Writer, error) {
	part, err := a.Writer.Create(name)
	return &partWriter{w: part, name: name, instead: a.instead}, err
}

type partWriter struct {
	w             io.Writer
	name, instead string
	size          int64
	// rest is the start of a character that was cut, not yet written.
	rest []byte
}

// Write implements io.Writer.
func (p *partWriter) Write(b []byte) (int, error) {
	n := len(b)
	if p.size += int64(len(b)); p.size >= math.MaxUint32 {
		return 0, fmt.Errorf("pack %s: a sheet of 4 GiB cannot be opened; %s", p.name, p.instead)
	}
	if len(p.rest) > 0 {
		b = append(p.rest, b...)
	}
	out, rest := spellStandIns(b)
	p.rest = bytes.Clone(rest)
	if _, err := p.w.Write(out); err != nil {
		return 0, err
	}
	return n, nil
}
