// Package sheetio opens workbooks of all supported kinds, detected by content and not by
// name: .xlsx and .xlsm with xlsxio, .ods with odsio.
package sheetio

import (
	"io"

	"keyroster/io/cellio"
	"keyroster/io/odsio"
	"keyroster/io/officeio"
	"keyroster/io/xlsxio"
	"keyroster/reconcile"
)

// Book is a workbook of some kind. It is not safe for concurrent use.
type Book interface {
	// Sheets are the sheets in the workbook's order.
	Sheets() []cellio.Sheet
	// Find returns the sheets that a person means, as [cellio.FindSheets] does. If
	// there is none, the error is a [*cellio.InputError] that lists the sheets.
	Find(pattern string) ([]cellio.Sheet, error)
	// Warnings are facts about the workbook and about every sheet that was read to its
	// end, in the workbook's order.
	Warnings() []reconcile.Problem
}

// Table is the stream of the lines of one sheet.
type Table interface {
	cellio.Table
	// Close releases the sheet. It may be called before the end of the table, and does
	// not prove that the table is sound.
	Close() error
	// KnowMerges says which merged cells need no warning: see [officeio.Facts.KnowMerges].
	KnowMerges(above int, columns []int)
	// TallMerges are the merged ranges that may hide what is meant for a row, once the table was read to its end.
	TallMerges() []officeio.Area
}

// Workbook is an open [Book], and how its sheets are read.
type Workbook struct {
	Book
	// OpenDocument: the file is an .ods, not an .xlsx.
	OpenDocument bool

	table  func(name string) (Table, error)
	closer io.Closer
}

// Open opens a workbook file. For anything but a readable workbook, the error is a
// [*cellio.InputError] that says what the file is and what to do.
func Open(path string) (*Workbook, error) {
	f, size, err := officeio.OpenFile(path)
	if err != nil {
		return nil, err
	}
	w, err := OpenReader(f, size, path)
	if err != nil {
		f.Close()
		return nil, err
	}
	w.closer = f
	return w, nil
}

// OpenReader opens a workbook of the given size; name is what errors call it. src must
// stay readable and unchanged until the workbook is closed.
func OpenReader(src io.ReaderAt, size int64, name string) (*Workbook, error) {
	zip, err := officeio.Open(name, src, size, officeio.DefaultBytes)
	if err != nil {
		return nil, err
	}
	if odsio.Is(zip) {
		book, err := odsio.Load(name, zip)
		if err != nil {
			return nil, err
		}
		return &Workbook{Book: book, OpenDocument: true, table: tables(book.Table)}, nil
	}
	book, err := xlsxio.Load(name, zip)
	if err != nil {
		return nil, err
	}
	return &Workbook{Book: book, table: tables(book.Table)}, nil
}

func tables[T Table](open func(string) (T, error)) func(string) (Table, error) {
	return func(name string) (Table, error) {
		table, err := open(name)
		if err != nil {
			return nil, err
		}
		return table, nil
	}
}

// Table starts reading the sheet of exactly that name. A sheet may be read several times.
func (w *Workbook) Table(name string) (Table, error) { return w.table(name) }

// Close releases the file that [Open] opened.
func (w *Workbook) Close() error {
	if w.closer == nil {
		return nil
	}
	return w.closer.Close()
}
