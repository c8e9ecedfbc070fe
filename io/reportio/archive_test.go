package reportio

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
)

// TestWorkbooksOfOneReportAreEqual: the same report always gives the same workbook, so that a hash
// of it means something.
func TestWorkbooksOfOneReportAreEqual(t *testing.T) {
	r := flawed()
	first := writeBook(t, r, XLSXOptions{TempDir: t.TempDir()})
	for range 20 {
		if next := writeBook(t, r, XLSXOptions{TempDir: t.TempDir()}); !bytes.Equal(next, first) {
			t.Fatalf("a second workbook of one report differs from the first: parts\n%q\n%q", partNames(t, first), partNames(t, next))
		}
	}
	if names := partNames(t, first); !slices.IsSorted(names) || names[0] != "[Content_Types].xml" {
		t.Errorf("the parts stand in the order %q", names)
	}
}

func partNames(t *testing.T, book []byte) []string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range archive.File {
		names = append(names, f.Name)
	}
	return names
}

// full is a disk with limited room.
type full struct{ room int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWorkbookSaysThatTheDiskIsFull(t *testing.T) {
	whole := len(writeBook(t, flawed(), XLSXOptions{TempDir: t.TempDir()}))
	for room := 0; room < whole; room += whole / 7 {
		if err := WriteXLSX(&full{room}, flawed(), XLSXOptions{TempDir: t.TempDir()}); !errors.Is(err, errFull) {
			t.Errorf("with room for %d of %d bytes: %v", room, whole, err)
		}
	}
	if err := WriteXLSX(io.Discard, flawed(), XLSXOptions{TempDir: t.TempDir() + "/missing"}); err == nil {
		t.Error("a workbook was written without a place for its parts")
	}
}
