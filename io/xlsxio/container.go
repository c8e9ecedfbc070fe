package xlsxio

import (
	"archive/zip"
	"hash/crc32"
	"io"
	"path"
	"strings"

	"keyroster/io/cellio"
)

const (
	defaultMaxBytes = 1 << 30
	maxMaxBytes     = 1 << 40
	// maxSmallPart bounds the parts that are held in memory as a whole.
	maxSmallPart = 16 << 20
	maxEntries   = 65_535
	// Past bombFloor bytes a part that unpacks to more than bombRatio times
	// its size is a bomb: rows of a sheet reach about 60, deflate's limit
	// is 1,032.
	bombFloor = 8 << 20
	bombRatio = 250
	// Shared strings are kept, so their bounds are narrower: past textFloor
	// bytes they may unpack to textRatio times their size, and past minTexts
	// there may be as many as the file has bytes. A cell that refers to a
	// string of its own takes more than a byte even when it is packed.
	textFloor = 64 << 20
	textRatio = 64
	minTexts  = 1 << 20
)

// container is the zip file with its entries by normalised name.
type container struct {
	file    string
	entries map[string]*zip.File
	// size is that of the file. Entries may claim more.
	size int64
	// left is what may still be inflated; a sheet that is read twice counts
	// each time anew (see part).
	left int64
}

// openContainer indexes a zip file and refuses names that two programs could
// read differently.
func openContainer(file string, src io.ReaderAt, size, maxBytes int64) (*container, error) {
	archive, err := zip.NewReader(src, size)
	if err != nil {
		return nil, fault(
			file, cellio.KindDamaged,
			"the workbook's zip directory is missing or damaged: the file is cut off or was not copied whole",
			remedyExport,
		)
	}
	if len(archive.File) > maxEntries {
		return nil, fault(file, cellio.KindTooLarge, "the zip file holds more than 65,535 entries", remedySave)
	}
	c := &container{file: file, entries: make(map[string]*zip.File, len(archive.File)), size: size, left: maxBytes}
	for _, entry := range archive.File {
		name, ok := partName(entry.Name)
		if !ok {
			return nil, fault(
				file, cellio.KindDamaged, "the zip file holds an entry whose name leads out of it",
				remedySave,
			)
		}
		if _, double := c.entries[name]; double {
			return nil, fault(
				file, cellio.KindDamaged,
				"the zip file holds two entries of one name, so that programs differ in what they read",
				remedySave,
			)
		}
		c.entries[name] = entry
	}
	return c, nil
}

// partName folds an entry's name as spreadsheet programs do: no matter the
// case, \ is /. Not ok when it is absolute or climbs.
func partName(raw string) (string, bool) {
	name := strings.ToLower(strings.ReplaceAll(raw, `\`, "/"))
	if strings.ContainsRune(name, 0) {
		return "", false
	}
	clean := strings.TrimSuffix(name, "/")
	if clean == "" || path.IsAbs(clean) || path.Clean(clean) != clean || clean == ".." ||
		strings.HasPrefix(clean, "../") {
		return "", false
	}
	if len(clean) > 1 && clean[1] == ':' {
		return "", false
	}
	return clean, true
}

// has reports whether a part exists.
func (c *container) has(name string) bool {
	_, ok := c.entries[strings.ToLower(name)]
	return ok
}

// open starts reading a part. Its reader reports io.EOF only when size and
// checksum are right, and errTooLarge when the bound is passed.
func (c *container) open(name string) (*part, error) {
	entry, ok := c.entries[strings.ToLower(name)]
	if !ok {
		return nil, fault(
			c.file, cellio.KindDamaged,
			"the workbook refers to the part "+name+", which is missing", remedyExport,
		)
	}
	if entry.Flags&1 != 0 {
		return nil, fault(
			c.file, cellio.KindPassword, "the zip file's entries are encrypted",
			"unpack it with its password and save the workbook without one",
		)
	}
	src, err := entry.Open()
	if err != nil {
		return nil, partFault(c.file, name, err)
	}
	// No more than the packed bytes are ever read, so they bound the ratio.
	packed := int64(min(entry.CompressedSize64, uint64(c.size), uint64(c.left)))
	left := min(c.left, max(bombFloor, bombRatio*packed))
	return &part{name: name, src: src, packed: packed, left: left, want: entry.CRC32}, nil
}

// openTexts opens the part of the shared strings and tells how many of them
// there may be.
func (c *container) openTexts(name string) (*part, int, error) {
	p, err := c.open(name)
	if err != nil {
		return nil, 0, err
	}
	p.left = min(p.left, max(textFloor, textRatio*p.packed))
	return p, int(max(minTexts, c.size)), nil
}

// small reads a whole part of bounded size and counts it.
func (c *container) small(name string) ([]byte, error) {
	p, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	p.left = min(p.left, maxSmallPart)
	data, err := io.ReadAll(p)
	if err != nil {
		return nil, partFault(c.file, name, err)
	}
	c.left -= int64(len(data))
	return data, nil
}

// part reads one entry, counting what it inflates to.
type part struct {
	name string
	src  io.ReadCloser
	// packed is the most that its packed bytes can be.
	packed int64
	// read is how much has come, left the bound on it.
	read, left int64
	// want is the checksum. archive/zip does not check one that is zero.
	want uint32
	sum  uint32
}

// Read implements [io.Reader].
func (p *part) Read(b []byte) (int, error) {
	n, err := p.src.Read(b)
	p.read += int64(n)
	if p.read > p.left {
		return 0, errTooLarge
	}
	if p.want == 0 {
		p.sum = crc32.Update(p.sum, crc32.IEEETable, b[:n])
		if err == io.EOF && p.sum != 0 {
			return n, zip.ErrChecksum
		}
	}
	return n, err
}

// Close implements [io.Closer].
func (p *part) Close() error { return p.src.Close() }
