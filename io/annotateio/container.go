package annotateio

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// maxSmall bounds a part that is held in memory unpacked.
const maxSmall = 64 << 20

// container is the workbook's package with the parts that replace its own in the
// copy. All other entries are copied still packed.
type container struct {
	// original is the package that is copied; empty for a new workbook.
	original *officeio.Package
	// changed are the parts that are rewritten, by folded name; added are those that the
	// original does not have, in order.
	changed map[string]*packed
	added   []*packed
	// drawings are the blocks of shape numbers that new drawings took.
	drawings []int
}

// packed is a part as it is written.
type packed struct {
	name string
	data []byte
	size uint64
	sum  uint32
}

func openContainer(name string, original []byte) (*container, error) {
	p, err := officeio.Open(name, bytes.NewReader(original), int64(len(original)), officeio.MaxBytes)
	return &container{original: p, changed: map[string]*packed{}}, err
}

// has reports whether the copy has a part.
func (c *container) has(name string) bool {
	return c.original.Has(name) ||
		slices.ContainsFunc(
			c.added,
			func(p *packed) bool { return officeio.CaseFoldName(p.name) == officeio.CaseFoldName(name) },
		)
}

// document reads a small part of the original down to a depth of its elements.
func (c *container) document(name string, depth int) (*document, error) {
	data, err := c.read(name)
	if err != nil {
		return nil, err
	}
	d, err := parseDocument(data, depth)
	if err != nil {
		return nil, &UnsafeError{Reason: "the part " + name + " " + err.Error()}
	}
	return d, nil
}

// documentOr is document, or the parsed text of a new part where there is none.
func (c *container) documentOr(name, bare string, depth int) (d *document, fresh bool, err error) {
	if name != "" && c.has(name) {
		d, err = c.document(name, depth)
		return d, false, err
	}
	d, err = parseDocument([]byte(bare), depth)
	return d, true, err
}

func (c *container) read(name string) ([]byte, error) {
	if !c.original.Has(name) {
		return nil, &UnsafeError{Reason: "the part " + name + " is missing"}
	}
	data, err := c.original.Read(name, maxSmall)
	switch fault, ok := errors.AsType[*cellio.InputError](err); {
	case ok && fault.Kind == cellio.KindTooLarge:
		return nil, &UnsafeError{Reason: fmt.Sprintf("the part %s is larger than %d MiB", name, maxSmall>>20)}
	case err != nil:
		return nil, &UnsafeError{Reason: "the part " + name + " cannot be unpacked"}
	}
	return data, nil
}

// put makes data the content of a part, in place of the original's or new.
func (c *container) put(name string, data []byte) error {
	return c.stream(name, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// stream is put for content that write produces.
func (c *container) stream(name string, write func(io.Writer) error) error {
	p, err := pack(name, write)
	if err != nil {
		return err
	}
	if entry := c.original.Entry(name); entry != nil {
		p.name = entry.Name
		c.changed[officeio.CaseFoldName(name)] = p
		return nil
	}
	c.added = append(c.added, p)
	return nil
}

func pack(name string, write func(io.Writer) error) (*packed, error) {
	p := &packed{name: name}
	var out bytes.Buffer
	deflate, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if err := write(&tally{p, deflate}); err != nil {
		return nil, err
	}
	if err := deflate.Close(); err != nil {
		return nil, err
	}
	p.data = out.Bytes()
	return p, nil
}

// tally counts and sums what is written to a part.
type tally struct {
	part *packed
	to   io.Writer
}

func (t *tally) Write(b []byte) (int, error) {
	t.part.size += uint64(len(b))
	t.part.sum = crc32.Update(t.part.sum, crc32.IEEETable, b)
	return t.to.Write(b)
}

// write writes the copy: the entries in the order of the original, then the new
// ones.
func (c *container) write(out io.Writer) error {
	z := zip.NewWriter(out)
	var when *zip.File
	for _, entry := range c.original.Entries {
		p := c.changed[officeio.CaseFoldName(entry.Name)]
		if p == nil {
			if err := z.Copy(entry); err != nil {
				return err
			}
			continue
		}
		when = entry
		if err := p.writeTo(z, entry); err != nil {
			return err
		}
	}
	for _, p := range c.added {
		if err := p.writeTo(z, when); err != nil {
			return err
		}
	}
	return z.Close()
}

// writeTo writes an entry with the modification time of another.
func (p *packed) writeTo(z *zip.Writer, like *zip.File) error {
	header := &zip.FileHeader{}
	if like != nil {
		*header = like.FileHeader
	}
	const utf8Name = 0x800
	header.Flags &= utf8Name
	header.Name, header.Method, header.Extra, header.Comment = p.name, zip.Deflate, nil, ""
	header.CRC32, header.CompressedSize64, header.UncompressedSize64 = p.sum, uint64(len(p.data)), p.size
	w, err := z.CreateRaw(header)
	if err != nil {
		return err
	}
	_, err = w.Write(p.data)
	return err
}

// free is a part name that is not taken: pattern with a number in it.
func (c *container) free(pattern string) string {
	for n := 1; ; n++ {
		if name := fmt.Sprintf(pattern, n); !c.has(name) {
			return name
		}
	}
}

// drop undoes a put: the copy gets the original's part again.
func (c *container) drop(name string) { delete(c.changed, officeio.CaseFoldName(name)) }
