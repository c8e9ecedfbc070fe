package exportio

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"unicode/utf16"
	"unicode/utf8"

	"keyroster/io/bookio"
	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// cellText is column col of a record, and its cell, as an export shows it.
func (a *Account) cellText(r reconcile.Record, c reconcile.Cell, col int, reveal bool) string {
	if r.Schema().Columns[col].Secret() && !(reveal && c.Filled()) {
		return a.mask.Cell(c, r.Of(reconcile.TypeID))
	}
	return c.Text()
}

// texts appends the cells of record n in the order of the file to dst.
func (a *Account) texts(dst []string, n int, cells []reconcile.Cell) ([]string, []reconcile.Cell) {
	record := a.Records.Record(n)
	cells = record.Cells(cells[:0])
	for _, col := range a.columns {
		dst = append(dst, a.cellText(record, cells[col], col, a.Revealed))
	}
	return dst, cells
}

// digester hashes the masked cells of records, each preceded by its length.
type digester struct {
	sum hash.Hash
	// waiting are small parts, which are hashed together.
	waiting []byte
}

func newDigester() *digester { return &digester{sum: sha256.New()} }

func (d *digester) add(text string) {
	d.waiting = append(binary.AppendUvarint(d.waiting, uint64(len(text))), text...)
	if len(d.waiting) > 4<<10 {
		d.flush()
	}
}

func (d *digester) flush() {
	_, _ = d.sum.Write(d.waiting)
	d.waiting = d.waiting[:0]
}

func (d *digester) String() string {
	d.flush()
	return "sha256:" + hex.EncodeToString(d.sum.Sum(nil))
}

// digest covers the names of the columns and the cells of all records as the file shows them, in
// order. A revealed value counts as dots: the digest of a few records would give a short one away.
func (a *Account) digest() string {
	d := newDigester()
	for _, name := range a.Columns {
		d.add(name)
	}
	var cells []reconcile.Cell
	for n := range a.Records.Len() {
		record := a.Records.Record(n)
		cells = record.Cells(cells[:0])
		for _, col := range a.columns {
			if a.Revealed && record.Schema().Columns[col].Secret() {
				d.add(cells[col].Mask())
				continue
			}
			d.add(a.cellText(record, cells[col], col, false))
		}
	}
	return d.String()
}

// shorten cuts a text that no cell holds, and says how long it is: for sheets
// that [Read] does not read back.
func shorten(text string) string {
	if cellio.Fits(text) {
		return text
	}
	const most = 32_000
	n := 0
	for i, r := range text {
		if n += utf16.RuneLen(r); n > most {
			return fmt.Sprintf("%s… (%d characters)", text[:i], utf8.RuneCountInString(text))
		}
	}
	return text
}

// unwritable reports whether no CSV file can hold the character.
func unwritable(r rune) bool { return r == 0 || r == utf8.RuneError }

// unstorable reports whether no workbook can hold the character, not even as an
// escape.
func unstorable(r rune) bool {
	return r == 0 || r == 0xfffe || r == 0xffff || r == utf8.RuneError || bookio.IsStandIn(r)
}

// unfit reports whether no workbook can hold the character. A carriage return
// would be read as a line feed.
func unfit(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff || r == utf8.RuneError
}

// spellOut writes characters that no workbook can hold as escapes (\x1b): for
// texts that [Read] does not read back.
func spellOut(text string) string { return bookio.SpellOut(text, unfit) }
