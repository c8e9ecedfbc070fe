package sealio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"keyroster/reconcile"
)

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// packed returns a snapshot that some version wrote, as plain data.
func packed(t testing.TB, data []byte) *reconcile.Packed {
	t.Helper()
	s, err := decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	p, err := reconcile.Pack(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// same has the options to compare what a codec is given.
var same = cmp.Options{
	cmpopts.EquateEmpty(),
	cmpopts.IgnoreUnexported(reconcile.Schema{}, reconcile.Plan{}, reconcile.Roster{}),
	cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) && a.String() == b.String() }),
	cmp.Transformer("joined", func(p *reconcile.Packed) reconcile.Packed {
		copied := *p
		copied.Sets, copied.Chunks = nil, nil
		chunks := p.Chunks
		for _, set := range p.Sets { // how records are divided into chunks does not matter
			copied.Sets = append(copied.Sets, reconcile.PackedSet{Schema: set.Schema})
			copied.Chunks = append(copied.Chunks, bytes.Join(chunks[:set.Chunks], nil))
			chunks = chunks[set.Chunks:]
		}
		return copied
	}),
}

// TestEveryVersionIsRead: runs that earlier versions left open can be resumed. The files hold one
// snapshot without zero members, as each version wrote it.
func TestEveryVersionIsRead(t *testing.T) {
	for version := 1; version <= 4; version++ {
		want := packed(t, read(t, "snapshot-4.bin"))
		if version < 3 {
			want.Plan.Joined, want.Listing.Beyond, want.Listing.Unseen = nil, nil, nil
		}
		if version < 2 {
			want.Roster.Unread, want.Listing.Ending, want.Listing.Replaced = nil, nil, nil
			want.Plan.Lines[1].Ending = false
			for i := range want.Roster.Problems {
				want.Roster.Problems[i].LastLine = 0
			}
		}
		got := packed(t, read(t, fmt.Sprintf("snapshot-%d.bin", version)))
		if diff := cmp.Diff(want, got, same); diff != "" {
			t.Errorf("version %d (-want +got):\n%s", version, diff)
		}
	}
}

func TestFirstSnapshotIsRead(t *testing.T) {
	s, err := decode(bytes.NewReader(read(t, "first.bin")))
	if err != nil {
		t.Fatal(err)
	}
	change := s.Plan.Change(0)
	if len(s.Plan.Lines) != 1 || change.Action != reconcile.Update || !change.Fields.Has(s.Plan.Want.Schema().Index("value")) {
		t.Errorf("the plan is %v", s.Plan.Lines)
	}
	if s.Plan.Joined(0) != nil || s.Plan.Notes(0)[0] != "a note" || s.Meta["account"] != "hq" || s.Roster.Source(0).Line != 2 {
		t.Error("a part of the snapshot is not as it was written")
	}
}

func TestCutAndContinuedSnapshotsAreRefused(t *testing.T) {
	for version := 1; version <= 4; version++ {
		data := read(t, fmt.Sprintf("snapshot-%d.bin", version))
		for cut := range data {
			if _, err := decode(bytes.NewReader(data[:cut])); err == nil {
				t.Fatalf("version %d: decoded the first %d of %d bytes", version, cut, len(data))
			}
		}
		if _, err := decode(bytes.NewReader(append(slices.Clone(data), 0))); err == nil {
			t.Errorf("version %d: decoded with a byte too many", version)
		}
		if _, err := decode(iotest.OneByteReader(bytes.NewReader(data))); err != nil {
			t.Errorf("version %d, byte by byte: %v", version, err)
		}
		broken := errors.New("broken")
		if _, err := decode(io.MultiReader(bytes.NewReader(data[:len(data)/2]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("version %d: %v", version, err)
		}
	}
	if _, err := decode(bytes.NewReader([]byte("keyroster snapshot 9\n"))); err == nil {
		t.Error("decoded another version")
	}
}

// FuzzDecode: no bytes make decoding panic or claim memory that they do not fill, and whatever
// decodes can be encoded again.
func FuzzDecode(f *testing.F) {
	for version := 1; version <= 4; version++ {
		f.Add(read(f, fmt.Sprintf("snapshot-%d.bin", version)))
		f.Add(fmt.Appendf(nil, header+"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", version))
	}
	f.Add(read(f, "first.bin"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := encode(&b, s); err != nil {
			t.Fatal(err)
		}
		want, err := reconcile.Pack(s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, packed(t, b.Bytes()), same); diff != "" {
			t.Fatal(diff)
		}
		if s.Plan != nil {
			for i := range s.Plan.Lines {
				_ = s.Plan.Notes(i)
			}
		}
	})
}
