package officeio

import (
	"archive/zip"
	"io"

	"keyroster/io/cellio"
)

const (
	// DefaultBytes is the default bound on inflated bytes, MaxBytes the largest.
	DefaultBytes = 1 << 30
	MaxBytes     = 1 << 40
	maxEntries   = 65_535
	// Past bombFloor bytes a part that unpacks to more than bombRatio times
	// its size is a bomb: rows of a sheet reach about 60, deflate's limit
	// is 1,032.
	bombFloor = 8 << 20
	bombRatio = 250
)

// Package is a zip file with its parts by folded name. It is not safe for
// concurrent use.
type Package struct {
	// Entries are those of the zip file, in its order.
	Entries []*zip.File

	file  string
	parts map[string]*zip.File
	// size is that of the file. Entries may claim more.
	size int64
	// left is what may still be inflated; see Part.Keep.
	left int64
}

// Open indexes a zip file of the given size; file is what errors call it, and maxBytes
// bounds the total that its parts unpack to. Names that two programs could read differently
// are refused, and so is anything but a zip file. The error is a [*cellio.InputError].
func Open(file string, src io.ReaderAt, size, maxBytes int64) (*Package, error) {
	if err := sniff(file, src, size); err != nil {
		return nil, err
	}
	p := &Package{file: file, size: size, left: maxBytes}
	archive, err := zip.NewReader(src, size)
	if err != nil {
		return nil, p.Fault(
			cellio.KindDamaged,
			"the workbook's zip directory is missing or damaged: the file is cut off or was not copied completely",
			RemedyExport,
		)
	}
	if len(archive.File) > maxEntries {
		return nil, p.Fault(cellio.KindTooLarge, "the zip file holds more than 65,535 entries", RemedySave)
	}
	p.Entries, p.parts = archive.File, make(map[string]*zip.File, len(archive.File))
	for _, entry := range archive.File {
		name, ok := partName(entry.Name)
		if !ok {
			return nil, p.Fault(
				cellio.KindDamaged, "the zip file holds an entry whose path leads outside the file", RemedySave,
			)
		}
		if _, double := p.parts[name]; double {
			return nil, p.Fault(
				cellio.KindDamaged,
				"the zip file holds two entries of the same name, so programs may read different data",
				RemedySave,
			)
		}
		p.parts[name] = entry
	}
	return p, nil
}

// Size is that of the file.
func (p *Package) Size() int64 { return p.size }

// Entry is the entry of a part; nil when there is none.
func (p *Package) Entry(name string) *zip.File { return p.parts[CaseFoldName(name)] }

// Has reports whether a part exists.
func (p *Package) Has(name string) bool { return p.Entry(name) != nil }

// Open starts reading a part.
func (p *Package) Open(name string) (*Part, error) {
	entry := p.Entry(name)
	if entry == nil {
		return nil, p.Fault(
			cellio.KindDamaged,
			"the workbook refers to the part "+name+", which is missing", RemedyExport,
		)
	}
	if entry.Flags&1 != 0 {
		return nil, p.Fault(
			cellio.KindPassword, "the zip file's entries are encrypted",
			"unpack it with its password and save the workbook without one",
		)
	}
	src, err := entry.Open()
	if err != nil {
		return nil, p.PartFault(name, err)
	}
	// No more than the packed bytes are ever read, so they bound the ratio.
	packed := int64(min(entry.CompressedSize64, uint64(p.size), uint64(p.left)))
	left := min(p.left, max(bombFloor, bombRatio*packed))
	return &Part{Name: name, Packed: packed, book: p, src: src, left: left, want: entry.CRC32}, nil
}

// Read reads a whole part of at most that many bytes, and counts it.
func (p *Package) Read(name string, most int64) ([]byte, error) {
	part, err := p.Open(name)
	if err != nil {
		return nil, err
	}
	defer part.Close()
	part.Bound(most)
	data, err := io.ReadAll(part)
	if err != nil {
		return nil, p.PartFault(name, err)
	}
	part.Keep()
	return data, nil
}
