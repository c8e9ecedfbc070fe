package sealio

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"

	"keyroster/reconcile"
)

// header begins the encoding of each version. From the fourth on, gobs follow: one of
// everything but the chunks, then one of each chunk; their members have names, so
// adding one needs no new version.
const header = "keyroster snapshot %d\n"

const version = 4

// errContent also covers the bytes of another version; it hides the cause, which may quote them.
var errContent = errors.New("decode snapshot: not a keyroster snapshot")

// encode writes s in the clear.
func encode(w io.Writer, s *Snapshot) error {
	packed, err := reconcile.Pack(s)
	if err != nil {
		return fmt.Errorf("encode snapshot: %w", err)
	}
	if _, err := fmt.Fprintf(w, header, version); err != nil {
		return err
	}
	out, chunks := gob.NewEncoder(w), packed.Chunks
	packed.Chunks = nil
	err = out.Encode(packed)
	for n := 0; n < len(chunks) && err == nil; n++ {
		err = out.Encode(chunks[n])
	}
	return err
}

// decode reads what [encode] or an earlier version wrote, to its end. Sets and schemas
// that were shared are shared again.
//
// Whatever the bytes, it does not panic, and its memory is bounded by their number.
// Errors quote no content; they wrap that of r.
func decode(r io.Reader) (*Snapshot, error) {
	from := &source{r: r}
	in := bufio.NewReaderSize(from, 64<<10)
	packed, err := decodePacked(in)
	if err == nil {
		if _, more := in.ReadByte(); more != io.EOF {
			err = errContent
		}
	}
	switch {
	case from.err != nil:
		return nil, fmt.Errorf("decode snapshot: %w", from.err)
	case err != nil:
		return nil, errContent
	}
	s, err := packed.Unpack()
	if err != nil {
		return nil, fmt.Errorf("decode snapshot: %w", err)
	}
	return s, nil
}

func decodePacked(in *bufio.Reader) (*reconcile.Packed, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	packed := &reconcile.Packed{}
	for old := 1; old < version; old++ {
		if line == fmt.Sprintf(header, old) {
			return packed, decodeOld(in, old, packed)
		}
	}
	if line != fmt.Sprintf(header, version) {
		return nil, errContent
	}
	from := gob.NewDecoder(in)
	err = from.Decode(packed)
	for _, set := range packed.Sets {
		for n := 0; n < set.Chunks && err == nil; n++ {
			var chunk []byte
			err = from.Decode(&chunk)
			packed.Chunks = append(packed.Chunks, chunk)
		}
	}
	return packed, err
}
