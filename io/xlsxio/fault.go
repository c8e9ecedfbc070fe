package xlsxio

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"io"

	"keyroster/io/cellio"
)

// Kinds of warnings, beside those of cellio.
const (
	// KindHiddenColumns: hidden columns hold content, which is read.
	KindHiddenColumns = "hidden_columns"
	// KindMergedCells: merged cells lie among the rows. What they hide is read.
	KindMergedCells = "merged_cells"
	// KindMacros: the workbook carries macros, which are never run.
	KindMacros = "macros"
)

const (
	remedySave   = "open it in a spreadsheet program and save it again as .xlsx; if it does not open, take the export again"
	remedyExport = "take the export again; if it stays damaged, open it in a spreadsheet program, check that all rows are there and save it as .xlsx"
)

// errTooLarge is what a part's reader returns when the bound on inflated bytes
// is reached.
var errTooLarge = errors.New("too large")

// fault is an InputError about the file as a whole.
func fault(file, kind, message, remedy string) *cellio.InputError {
	return &cellio.InputError{File: file, Kind: kind, Message: message, Remedy: remedy}
}

// partFault turns an error from reading a part into an InputError. The text of
// errors from below is not passed on where it could quote content.
func partFault(file, part string, err error) *cellio.InputError {
	if known, ok := errors.AsType[*cellio.InputError](err); ok {
		return known
	}
	what := "part " + part + " "
	if syntax, ok := errors.AsType[syntaxError](err); ok {
		kind := cellio.KindDamaged
		if syntax == errNotUTF8 {
			kind = cellio.KindEncoding
		}
		return fault(file, kind, what+syntax.Error(), remedyExport)
	}
	if _, ok := errors.AsType[flate.CorruptInputError](err); ok {
		return fault(file, cellio.KindDamaged, what+"cannot be unpacked: its compressed data is damaged", remedyExport)
	}
	switch {
	case errors.Is(err, errTooLarge):
		return fault(
			file, cellio.KindTooLarge, what+"unpacks to more than the bound",
			"save the roster alone, without other sheets, in a workbook of its own",
		)
	case errors.Is(err, zip.ErrChecksum):
		return fault(file, cellio.KindDamaged, what+"does not match its checksum", remedyExport)
	case errors.Is(err, zip.ErrAlgorithm):
		return fault(file, cellio.KindFileType, what+"is packed by a method that spreadsheets do not use", remedySave)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, zip.ErrFormat):
		return fault(file, cellio.KindDamaged, what+"is cut off or not as long as the file says", remedyExport)
	}
	return fault(file, cellio.KindDamaged, "read "+what+"of the workbook: "+err.Error(), remedyExport)
}
