package exportio

import (
	"encoding/json"
	"fmt"
	"io"

	"keyroster/io/csvio"
)

// SideFile stores the text of a cell that is too long for one, and returns the
// path by which the cell names it, relative to the export's folder.
type SideFile func(credential, column, text string) (name string, err error)

// WriteCSV writes the credentials of one account as a CSV file that is a roster. Everything else
// is written by [WriteMeta]. side may be nil: then a text that a cell cannot hold is an error.
func WriteCSV(out *csvio.Writer, a *Account, side SideFile) error {
	if err := out.Write(a.Columns); err != nil {
		return err
	}
	rows := newRows(a, side)
	for n := range a.Records.Len() {
		row, err := rows.at(n)
		if err != nil {
			return err
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("write credential %s: %w", a.Records.Record(n).ID(), err)
		}
	}
	return out.Flush()
}

// WriteMeta writes an export without its credentials, as JSON: the file beside a CSV file.
func WriteMeta(w io.Writer, e *Export) error {
	e.Schema = Schema
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(e); err != nil {
		return fmt.Errorf("encode the export's head: %w", err)
	}
	return nil
}
