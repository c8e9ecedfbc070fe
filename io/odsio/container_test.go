package odsio_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/odsio/odstest"
	"keyroster/io/officeio/officetest"
	"keyroster/io/xlsxio/xlsxtest"
)

// smallBook returns a workbook with a style part, a repeated row and a number.
func smallBook() odstest.Book {
	book := sheet(odstest.Grid([]string{"value"}, []string{"0012"}) +
		`<table:table-row table:number-rows-repeated="2">` + float("7", "zeros") + `</table:table-row>`)
	book.Common = odstest.Style("zeros", "number-style",
		`<number:number number:decimal-places="0" number:min-integer-digits="3"/>`)
	return book
}

var smallLines = []line{
	{Number: 1, Cells: []cellio.Cell{text("value")}},
	{Number: 2, Cells: []cellio.Cell{text("0012")}},
	{Number: 3, Cells: []cellio.Cell{number("7", cellio.FormatPad, 3)}},
	{Number: 4, Cells: []cellio.Cell{number("7", cellio.FormatPad, 3)}},
}

// sameOrRefused fails the test if a damaged file is read as something else. A file whose directory
// has lost the styles is refused cell by cell: its numbers are Broken.
func sameOrRefused(t *testing.T, data []byte, what string, at int) (refused bool) {
	t.Helper()
	lines, _, err := readAll(data)
	if err != nil {
		officetest.InputError(t, err)
		return true
	}
	if len(lines) == len(smallLines) && lines[2].Cells[0].Kind == cellio.Broken {
		return true
	}
	if diff := cmp.Diff(smallLines, lines); diff != "" {
		t.Fatalf("%s %d: read without an error, as something else (-want +got):\n%s", what, at, diff)
	}
	return false
}

// TestEveryByteOfAFile changes each byte of a file, and cuts the file there.
func TestEveryByteOfAFile(t *testing.T) {
	for _, deflate := range []bool{false, true} {
		book := smallBook()
		book.Deflate = deflate
		whole := book.Bytes(t)
		refused := 0
		for at := range whole {
			data := bytes.Clone(whole)
			data[at] ^= 0x55
			if sameOrRefused(t, data, "with another byte at", at) {
				refused++
			}
			if !sameOrRefused(t, whole[:at], "cut at", at) {
				t.Fatalf("cut at %d: read without an error", at)
			}
		}
		if refused < len(whole)/2 {
			t.Errorf("deflate %v: %d of %d changed bytes were noticed", deflate, refused, len(whole))
		}
	}
}

// TestDamagedParts damages the parts of files whose checksums are right: no error holds the content
// of a cell, and nothing panics.
func TestDamagedParts(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	refused := 0
	for range 1500 {
		entries := smallBook().Entries()
		one := &entries[rng.IntN(len(entries))]
		one.Data = string(officetest.Damage(rng, []byte(one.Data)))
		if _, _, err := readAll(xlsxtest.Zip(t, true, entries...)); err != nil {
			officetest.InputError(t, err)
			refused++
		}
	}
	if refused < 500 {
		t.Errorf("%d refused: the edits are not what they were meant to be", refused)
	}
}

// TestBomb: a bomb is refused while it unpacks.
func TestBomb(t *testing.T) {
	book := sheet(odstest.Grid([]string{"value"}) + "<!--" + string(bytes.Repeat([]byte(" "), 1<<20)) + "-->")
	for range 6 {
		book.Sheets[0].XML += book.Sheets[0].XML
	}
	book.Deflate = true
	_, _, err := readAll(book.Bytes(t))
	if e := officetest.InputError(t, err); e.Kind != cellio.KindTooLarge {
		t.Error(e)
	}
}
