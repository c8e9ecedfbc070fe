package officeio

import (
	"archive/zip"
	"hash/crc32"
	"io"
)

// Part reads one part of a package, counting what it inflates to. Its Read returns
// io.EOF only when size and checksum are right, and [ErrTooLarge] past the bound.
type Part struct {
	Name string
	// Packed is the most that its packed bytes can be.
	Packed int64

	book *Package
	src  io.ReadCloser
	// read is how much has come, left the bound on it.
	read, left int64
	// want is the checksum. archive/zip does not check one that is zero.
	want uint32
	sum  uint32
}

// Bound narrows the bound on what the part inflates to.
func (p *Part) Bound(most int64) { p.left = min(p.left, most) }

// Keep counts what was read against the bound of the package, for parts that stay
// in memory. Parts that are not kept do not add up.
func (p *Part) Keep() { p.book.left -= p.read }

// Read implements [io.Reader].
func (p *Part) Read(b []byte) (int, error) {
	n, err := p.src.Read(b)
	p.read += int64(n)
	if p.read > p.left {
		return 0, ErrTooLarge
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
func (p *Part) Close() error { return p.src.Close() }
