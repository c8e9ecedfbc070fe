package officetest

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"
)

// Damage is data with one or two random edits.
func Damage(rng *rand.Rand, data []byte) []byte {
	const pool = "<>&;/'\"=![]?-:_ \n\r\t\x00\x01\x80\xff0129ABZcrvtxs"
	data = bytes.Clone(data)
	for range 1 + rng.IntN(2) {
		at := rng.IntN(len(data))
		to := min(len(data), at+1+rng.IntN(30))
		switch rng.IntN(7) {
		case 0:
			data[at] = pool[rng.IntN(len(pool))]
		case 1:
			data[at] ^= 1 << rng.IntN(8)
		case 2:
			data = slices.Insert(data, at, pool[rng.IntN(len(pool))])
		case 3:
			data = slices.Delete(data, at, at+1)
		case 4:
			data = slices.Delete(data, at, to)
		case 5:
			data = slices.Insert(data, at, data[at:to]...)
		case 6:
			other := rng.IntN(len(data))
			data = slices.Insert(data, at, data[other:min(len(data), other+to-at)]...)
		}
	}
	return data
}

// ReadTwice reads a part at once and byte by byte, and fails the test where that differs.
func ReadTwice(t *testing.T, part []byte, read func(io.Reader) (string, error)) (string, error) {
	t.Helper()
	got, err := read(bytes.NewReader(part))
	slow, errSlow := read(iotest.OneByteReader(bytes.NewReader(part)))
	if got != slow || fmt.Sprint(err) != fmt.Sprint(errSlow) {
		t.Fatalf("reading byte by byte differs: %v, %v\n%q", err, errSlow, part)
	}
	return got, err
}

// Oracle compares a scanner of parts with encoding/xml, which must accept all that the
// scanner accepts and find the same content in it.
type Oracle struct {
	// Scan is what the scanner finds in a part, Decode what encoding/xml does.
	Scan   func(io.Reader) (string, error)
	Decode func(part []byte) (string, error)
	// Comparable reduces both results to what can be compared.
	Comparable func(scanned, decoded string) (have, want string)
}

// Accepts reports whether the scanner accepts a part.
func (o *Oracle) Accepts(t *testing.T, part []byte) bool {
	t.Helper()
	scanned, err := ReadTwice(t, part, o.Scan)
	if err != nil {
		return false
	}
	decoded, err := o.Decode(part)
	if err != nil {
		t.Fatalf("accepted what encoding/xml refuses: %v\n%q", err, part)
	}
	if have, want := o.Comparable(scanned, decoded); have != want {
		t.Fatalf("content differs\ngot  %q\nwant %q\n%q", have, want, part)
	}
	return true
}

// Damaged compares the scanner with encoding/xml on damaged copies of a part, and counts
// those accepted and refused.
func (o *Oracle) Damaged(t *testing.T, rng *rand.Rand, part string, copies int) (accepted, refused int) {
	t.Helper()
	for range copies {
		if o.Accepts(t, Damage(rng, []byte(part))) {
			accepted++
		} else {
			refused++
		}
	}
	return accepted, refused
}
