package odsio

import (
	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// sheetFault says why a sheet cannot be read although the document as a whole can.
type sheetFault struct{ kind, message, remedy string }

func (e *sheetFault) Error() string { return e.message }

func malformed(message string) *sheetFault {
	return &sheetFault{cellio.KindDamaged, message, officeio.RemedyExport}
}

const remedyDelete = "delete the rows below the list and the columns beside it, and save it again"

var (
	errStray    = malformed("holds text where none is allowed")
	errUnknown  = malformed("holds an element that is not allowed there")
	errWrapped  = malformed("holds rows in an element that only some programs read")
	errRepeat   = malformed("repeats a number of times that no sheet has")
	errColumn   = &sheetFault{cellio.KindTooLarge, "reaches beyond column XFD, the last one", remedyDelete}
	errRowRange = &sheetFault{cellio.KindTooLarge, "has content beyond row 1,048,576, the last one", remedyDelete}
	errRepeats  = &sheetFault{
		cellio.KindTooLarge, "repeats cells with content so often that they fill more than 100,000 further ones",
		remedyDelete,
	}
)

const (
	badTime     = officeio.CellFault("is stored as a time but holds none")
	badError    = officeio.CellFault("is stored as an error but does not name one")
	badContent  = officeio.CellFault("holds more than text, numbers and comments")
	badSubTable = officeio.CellFault("holds a table of its own")
	badBreak    = officeio.CellFault("holds line breaks within a paragraph, which some programs read as spaces")
)

const (
	errTwice  = officeio.SyntaxError("holds an element twice that is allowed once")
	errNoBody = officeio.SyntaxError("does not hold a spreadsheet")
	errRoot   = officeio.SyntaxError("is not an OpenDocument document")
)
