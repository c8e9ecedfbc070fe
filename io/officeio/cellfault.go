package officeio

// CellFault says what is wrong with one cell alone: its sheet can be read, and no reader
// need look at the cell.
type CellFault string

func (e CellFault) Error() string { return string(e) }

// The faults that cells of all kinds of workbooks can have.
const (
	BadType   = CellFault("has a type that spreadsheets do not use")
	BadStyle  = CellFault("holds a number, and its style is not defined in the workbook")
	BadNumber = CellFault("is stored as a number but holds none")
	BadBool   = CellFault("is stored as true or false but holds neither")
	BadDate   = CellFault("is stored as a date but holds none")
	BadLength = CellFault("holds more than 1 MiB of text")
	BadStruck = CellFault("holds crossed-out text beside other text")
)

// Catch takes the fault of one cell out of an error; what it returns is the sheet's.
func (e *CellFault) Catch(err error) error {
	if fault, ok := err.(CellFault); ok {
		*e = fault
		return nil
	}
	return err
}
