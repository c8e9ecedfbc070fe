package ooxml

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"io"

	"keyroster/io/cellio"
)

// What to do about a damaged workbook: RemedySave where saving it again may mend it,
// RemedyExport where rows may be lost.
const (
	RemedySave   = "open it in a spreadsheet program and save it again as .xlsx; if it does not open, take the export again"
	RemedyExport = "take the export again; if it stays damaged, open it in a spreadsheet program, check that all rows are there and save it as .xlsx"
)

// ErrTooLarge is what a part's reader returns when the bound on inflated bytes
// is reached.
var ErrTooLarge = errors.New("too large")

// Fault is an InputError about the file as a whole.
func (p *Package) Fault(kind, message, remedy string) *cellio.InputError {
	return &cellio.InputError{File: p.file, Kind: kind, Message: message, Remedy: remedy}
}

// PartFault turns an error from reading a part into an InputError. The text of
// errors from below is not passed on where it could quote content.
func (p *Package) PartFault(part string, err error) *cellio.InputError {
	if known, ok := errors.AsType[*cellio.InputError](err); ok {
		return known
	}
	what := "part " + part + " "
	if syntax, ok := errors.AsType[SyntaxError](err); ok {
		kind := cellio.KindDamaged
		if syntax == errNotUTF8 {
			kind = cellio.KindEncoding
		}
		return p.Fault(kind, what+syntax.Error(), RemedyExport)
	}
	if _, ok := errors.AsType[flate.CorruptInputError](err); ok {
		return p.Fault(cellio.KindDamaged, what+"cannot be unpacked: its compressed data is damaged", RemedyExport)
	}
	switch {
	case errors.Is(err, ErrTooLarge):
		return p.Fault(
			cellio.KindTooLarge, what+"unpacks to more than the bound",
			"save the roster alone, without other sheets, in a workbook of its own",
		)
	case errors.Is(err, zip.ErrChecksum):
		return p.Fault(cellio.KindDamaged, what+"does not match its checksum", RemedyExport)
	case errors.Is(err, zip.ErrAlgorithm):
		return p.Fault(cellio.KindFileType, what+"is packed by a method that spreadsheets do not use", RemedySave)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, zip.ErrFormat):
		return p.Fault(cellio.KindDamaged, what+"is cut off or not as long as the file says", RemedyExport)
	}
	return p.Fault(cellio.KindDamaged, "read "+what+"of the workbook: "+err.Error(), RemedyExport)
}
