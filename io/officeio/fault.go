package officeio

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"io"
	"strconv"
	"strings"

	"keyroster/io/cellio"
)

// What to do about a damaged workbook: RemedySave where saving it again may repair
// it, RemedyExport where rows may be lost.
const (
	RemedySave = "open it in a spreadsheet program and save it again as .xlsx or .ods; " +
		"if it does not open, export the file again"
	RemedyExport = "export the file again; if it is still damaged, open it in a spreadsheet program, " +
		"check that all rows are there and save it again"
)

// ErrTooLarge is what a part's reader returns when the bound on inflated bytes
// is reached.
var ErrTooLarge = errors.New("too large")

// Fault is an InputError about the file as a whole.
func (p *Package) Fault(kind, message, remedy string) *cellio.InputError {
	return &cellio.InputError{File: p.file, Kind: kind, Message: message, Remedy: remedy}
}

// NoSheet is the error about a sheet that the workbook does not have among its sheets.
func (p *Package) NoSheet(name string, sheets []cellio.Sheet) *cellio.InputError {
	names := make([]string, len(sheets))
	for i, s := range sheets {
		names[i] = strconv.Quote(s.Name)
	}
	return p.Fault(
		cellio.KindSheet, "the workbook has no sheet "+strconv.Quote(name),
		"name one that it has: "+strings.Join(names, ", "),
	)
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
			cellio.KindTooLarge, what+"unpacks to more than the limit",
			"save only the roster, without other sheets, as a separate workbook",
		)
	case errors.Is(err, zip.ErrChecksum):
		return p.Fault(cellio.KindDamaged, what+"does not match its checksum", RemedyExport)
	case errors.Is(err, zip.ErrAlgorithm):
		return p.Fault(cellio.KindFileType, what+"is compressed with a method that spreadsheets do not use", RemedySave)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, zip.ErrFormat):
		return p.Fault(cellio.KindDamaged, what+"is cut off, or its length is wrong", RemedyExport)
	}
	return p.Fault(cellio.KindDamaged, "read "+what+"of the workbook: "+err.Error(), RemedyExport)
}
