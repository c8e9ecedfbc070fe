package csvio_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"keyroster/io/csvio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func written(t interface{ Fatal(...any) }, records ...[]string) string {
	return writtenBy(t, csvio.NewWriter, records...)
}

func writtenBy(t interface{ Fatal(...any) }, by func(io.Writer) *csvio.Writer, records ...[]string) string {
	var b bytes.Buffer
	w := by(&b)
	for _, record := range records {
		if err := w.Write(record); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriter(t *testing.T) {
	tests := []struct {
		record []string
		want   string
	}{
		{[]string{"id", "0012", ""}, "id,0012,\r\n"},
		{[]string{"a,b", "a;b", "a|b", "a\tb"}, "\"a,b\",\"a;b\",\"a|b\",\"a\tb\"\r\n"},
		{[]string{`say "x"`, `"`, "x\r\ny\rz\n"}, "\"say \"\"x\"\"\",\"\"\"\",\"x\r\ny\rz\n\"\r\n"},
		{[]string{" x", "x ", "x y"}, "\" x\",\"x \",x y\r\n"},
		{[]string{"=1+1", "+1", "-1", "@x", "'=1", "'x"}, "\"'=1+1\",'+1,'-1,'@x,''=1,'x\r\n"}, // '…' in a first line would be quoting
		{[]string{"\tx", "\rx"}, "\"'\tx\",\"'\rx\"\r\n"},
		{[]string{""}, "\"\"\r\n"},
		{[]string{"sep=;"}, "\"sep=;\"\r\n"},
		{[]string{"\ufeffx", "\ufeffx"}, "\"\ufeffx\",\ufeffx\r\n"},
		{[]string{"%PDF-"}, "\"%PDF-\"\r\n"},
	}
	for _, test := range tests {
		if got := written(t, test.record); got != test.want {
			t.Errorf("%q: got %q, want %q", test.record, got, test.want)
		}
	}
}

func TestFilesBeginWithAMark(t *testing.T) {
	for want, records := range map[string][][]string{
		"\ufeffid,name\r\n••••17,Zoë\r\n": {{"id", "name"}, {"••••17", "Zoë"}},
		"\ufeff\"\ufeffx\"\r\n":           {{"\ufeffx"}},
		"\ufeff\"sep=;\"\r\n":             {{"sep=;"}},
		"":                                nil,
	} {
		if got := writtenBy(t, csvio.NewFileWriter, records...); got != want {
			t.Errorf("%q: got %q, want %q", records, got, want)
		}
	}
}

func TestWriterRefusesWhatIsNoText(t *testing.T) {
	var b bytes.Buffer
	w := csvio.NewWriter(&b)
	for _, bad := range []string{"481234\xff", "4812\x0034"} {
		err := w.Write([]string{"a", bad})
		if err == nil || !strings.HasSuffix(err.Error(), "cell 2 is not text") || strings.Contains(err.Error(), "4812") {
			t.Errorf("error %v", err)
		}
	}
	if err := errors.Join(w.Write([]string{"x"}), w.Flush()); err != nil || b.String() != "x\r\n" {
		t.Errorf("wrote %q, %v", b.String(), err)
	}
}

type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriterKeepsTheFirstError(t *testing.T) {
	w := csvio.NewWriter(full{})
	var err error
	for range 10_000 {
		if err = w.Write([]string{"some", "cells"}); err != nil {
			break
		}
	}
	if !errors.Is(err, errFull) || !errors.Is(w.Flush(), errFull) || !errors.Is(w.Write(nil), errFull) {
		t.Errorf("error %v", err)
	}
}

// text draws cells that are likely to be taken for something else.
func text() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"'", "=", "+", "-", "@", "\t", "\r", "\n", "\r\n", `"`, `""`, ",", ";", "|", " ", "sep=;", "\ufeff", "\ufffd", "0012", "é", "ÿ", "😀", "%PDF-", "PK\x03\x04"}),
		rapid.String(),
	)
	return rapid.Map(rapid.SliceOfN(piece, 0, 6), func(pieces []string) string {
		return strings.ReplaceAll(strings.ToValidUTF8(strings.Join(pieces, ""), ""), "\x00", "")
	})
}

func TestGuardIsUndoneByUnguard(t *testing.T) {
	guarded := regexp.MustCompile(`^'*[=+\-@\t\r]`)
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(text(), rapid.StringMatching(`'{0,3}[=+\-@\t\r']?.{0,3}`), rapid.String()).Draw(t, "cell")
		got := csvio.Guard(cell)
		want := cell
		if guarded.MatchString(cell) {
			want = "'" + cell
		}
		if got != want {
			t.Fatalf("Guard(%q) = %q, want %q", cell, got, want)
		}
		if strings.ContainsAny(got[:min(1, len(got))], "=+-@\t\r") {
			t.Fatalf("Guard(%q) = %q is a formula", cell, got)
		}
		if back := csvio.Unguard(got); back != cell {
			t.Fatalf("Unguard(%q) = %q, want %q", got, back, cell)
		}
		// What a person typed without a guard stays unchanged.
		if !guarded.MatchString(cell) && csvio.Unguard(cell) != cell {
			t.Fatalf("Unguard(%q) = %q", cell, csvio.Unguard(cell))
		}
	})
}

func TestReaderReadsWhatWriterWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.SliceOfN(rapid.SliceOfN(text(), 1, 4), 0, 8).Draw(t, "records")
		want := [][]string{}
		for _, record := range records {
			if strings.Join(record, "") != "" {
				want = append(want, record)
			}
		}
		by := rapid.SampledFrom([]func(io.Writer) *csvio.Writer{csvio.NewWriter, csvio.NewFileWriter}).Draw(t, "by")
		file := writtenBy(t, by, records...)
		table, err := csvio.Open(strings.NewReader(file), "x.csv")
		if err != nil {
			t.Fatalf("open %q: %v", file, err)
		}
		got := [][]string{}
		for {
			line, err := table.Next()
			if line == nil {
				if err.Error() != "EOF" {
					t.Fatalf("read %q: %v", file, err)
				}
				break
			}
			var cells []string
			for _, cell := range line.Cells {
				cells = append(cells, cell.Text)
			}
			got = append(got, cells)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", file, diff)
		}
	})
}
