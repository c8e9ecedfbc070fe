package reportio

import (
	"fmt"
	"io"

	"keyroster/io/csvio"
)

// CSVOptions say how report.csv is written.
type CSVOptions struct {
	// SideFile takes the texts of 32,767 characters and more, which
	// spreadsheets would cut on opening. nil leaves them in their cells: CSV
	// itself has no limit.
	SideFile SideFile
}

// WriteCSV writes report.csv: a header, and one record for each line. Cells
// that a spreadsheet would take for formulas are guarded by the writer. The file
// begins with a byte order mark, since people open it in spreadsheets.
func WriteCSV(w io.Writer, r *Report, o CSVOptions) error {
	if err := r.Tally(); err != nil {
		return err
	}
	out := csvio.NewFileWriter(w)
	if err := out.Write(columnNames()); err != nil {
		return fmt.Errorf("write csv report: %w", err)
	}
	for line, err := range r.lines() {
		if err != nil {
			return fmt.Errorf("read report lines: %w", err)
		}
		cells := line.cells()
		for i := range cells {
			cells[i] = csvText(oneLine(cells[i]))
			if o.SideFile == nil {
				continue
			}
			if cells[i], err = o.SideFile.cellText(line.Line, columns[i].name, cells[i]); err != nil {
				return err
			}
		}
		if err := out.Write(cells[:]); err != nil {
			return fmt.Errorf("write csv report: %w", err)
		}
	}
	return during("write csv report", out.Flush())
}
