package migrationio

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"keyroster/io/atomicio"
	"keyroster/io/csvio"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

// The files of a migration.
const (
	RosterFile    = "roster.csv"
	CrosswalkFile = "crosswalk.csv"
	MissingFile   = "missing-holders.csv"
	LossFile      = "loss.csv"
	// PlanFile is the plan with its budget, which is a report's to write: it
	// belongs to the files, and is not among those of [Write].
	PlanFile = "plan.json"
)

// Options say how the files are written.
type Options struct {
	// Reveal writes values as they are; else Mask says what may be shown.
	Reveal bool
	Mask   reconcile.Masker
	// Seal encrypts the target roster; nil writes it as it is. An encrypted
	// file is called roster.csv.age.
	Seal func(w io.Writer, write func(io.Writer) error) error
}

// Files is everything that the files say.
type Files struct {
	Move *migration.Move
	// Source has the records, Holders their people.
	Source  *reconcile.Set
	Holders map[string]reconcile.Holder
	// People are the columns in which the target takes people, Set the cells
	// that the configuration gives its rows.
	People []string
	Set    map[string]string
	// IDs has the target's id of the rows that have a record there already.
	IDs map[int]string
	// Refused has the rows that the plan does not send, with the reason.
	Refused map[int]string
}

// Write writes the files into a folder, which it makes if there is none, and
// returns their names. Files of an earlier migration are replaced.
func Write(folder string, f *Files, options Options) ([]string, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the migration: %w", err)
	}
	seal := options.Seal
	roster := RosterFile
	if seal == nil {
		seal = func(w io.Writer, write func(io.Writer) error) error { return write(w) }
	} else {
		roster += ".age"
	}
	var names []string
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{roster, func(w io.Writer) error {
			return seal(w, func(w io.Writer) error { return f.writeRoster(w, options, sideFiles(folder, options)) })
		}},
		{CrosswalkFile, f.writeCrosswalk},
		{MissingFile, f.writeMissing},
		{LossFile, f.writeLosses},
	} {
		if err := atomicio.WriteFile(filepath.Join(folder, file.name), 0o600, file.write); err != nil {
			return nil, err
		}
		names = append(names, file.name)
	}
	return names, nil
}

// maxCell is the longest text that a cell of a spreadsheet holds; one of just
// that length may be the beginning of a longer one.
const maxCell = 32_766

// sideFile stores a text that no cell holds and returns what the cell says.
type sideFile func(line, column, text string) (string, error)

// sideFiles keeps such texts in a folder beside the roster. An encrypted roster
// has none: nothing of it may lie there in plain text, and no spreadsheet opens
// it.
func sideFiles(folder string, options Options) sideFile {
	if options.Seal != nil {
		return nil
	}
	return func(line, column, text string) (string, error) {
		name := RosterFile + ".files/" + line + "." + column + ".txt"
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return "", fmt.Errorf("make the folder of the roster's files: %w", err)
		}
		return "@" + name, atomicio.WriteFile(path, 0o600, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
	}
}

// writeRoster writes the rows as a roster of the target. Two columns more name
// the record of the source.
func (f *Files) writeRoster(w io.Writer, options Options, side sideFile) error {
	rows := f.Move.Roster.Rows
	schema := rows.Schema()
	var columns []int
	header := []string{}
	for col := range schema.Columns {
		if f.fills(col) {
			columns = append(columns, col)
			header = append(header, schema.Columns[col].Name)
		}
	}
	out := csvio.NewFileWriter(w)
	if err := out.Write(append(header, "source_credential_id", "source_holder_id")); err != nil {
		return err
	}
	first := f.firstRecords()
	for row := range rows.Len() {
		line := make([]string, 0, len(columns)+2)
		for _, col := range columns {
			cell := rows.Record(row).Cell(col)
			text := cell.Text()
			if schema.Columns[col].Secret() && !options.Reveal {
				text = options.Mask.Value(rows.Record(row), col)
			}
			if len(text) > maxCell && schema.Columns[col].Sided() && side != nil {
				var err error
				if text, err = side(LineOf(row), schema.Columns[col].Name, text); err != nil {
					return err
				}
			}
			line = append(line, text)
		}
		source := f.Source.Record(first[row])
		if err := out.Write(append(line, source.ID(), source.Text("holder_id"))); err != nil {
			return err
		}
	}
	return out.Flush()
}

// fills tells whether the roster gets a column: any row has something in it, or
// there is no row to judge by.
func (f *Files) fills(col int) bool {
	rows := f.Move.Roster.Rows
	for row := range rows.Len() {
		if rows.Record(row).Cell(col).Filled() {
			return true
		}
	}
	return rows.Len() == 0 && rows.Schema().Columns[col].Role == reconcile.RoleMatch
}

// firstRecords has, for each row, the first record that became it.
func (f *Files) firstRecords() []int {
	first := make([]int, f.Move.Roster.Rows.Len())
	for n := len(f.Move.RowOf) - 1; n >= 0; n-- {
		if row := f.Move.RowOf[n]; row >= 0 {
			first[row] = n
		}
	}
	return first
}

// crosswalkHeader are the columns of the crosswalk. roster_line is the line of
// the target roster, and of the run's report.
var crosswalkHeader = []string{"source_credential_id", "source_holder_id", "target_holder_id", "target_credential_id", "roster_line"}

// The numbers of the crosswalk's columns.
const (
	atTargetHolder = 2
	atTargetID     = 3
	atLine         = 4
)

func (f *Files) writeCrosswalk(w io.Writer) error {
	out := csvio.NewWriter(w)
	if err := out.Write(crosswalkHeader); err != nil {
		return err
	}
	for n, row := range f.Move.RowOf {
		source := f.Source.Record(n)
		line := []string{source.ID(), source.Text("holder_id"), f.Move.HolderOf[n], "", ""}
		if row >= 0 {
			line[atTargetID], line[atLine] = f.IDs[row], LineOf(row)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

// LineOf is the line of a row in the target roster.
func LineOf(row int) string { return strconv.Itoa(row + 2) }

// The words of the losses' column lost.
const (
	LostWhole  = "all"
	LostColumn = "column"
)

var lossHeader = []string{"source_credential_id", "source_holder_id", "holder_name", "holder_email", "type", "lost", "column", "found", "reason"}

// How a loss was found: in the listing, by the plan, or as the run's outcome. The
// last two are about rows.
const (
	foundListing = "listing"
	foundPlan    = "plan"
	foundRun     = "run"
	atFound      = 7
)

func (f *Files) writeLosses(w io.Writer) error {
	out := csvio.NewFileWriter(w)
	if err := out.Write(lossHeader); err != nil {
		return err
	}
	for _, l := range f.Move.Losses {
		lost := LostColumn
		if l.Whole {
			lost = LostWhole
		}
		if err := out.Write(f.lossLine(l.Record, lost, l.Column, foundListing, l.Reason)); err != nil {
			return err
		}
	}
	for n, row := range f.Move.RowOf {
		reason, refused := f.Refused[row]
		if row < 0 || !refused {
			continue
		}
		if err := out.Write(f.lossLine(n, LostWhole, "", foundPlan, reason)); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (f *Files) lossLine(n int, lost, column, found, reason string) []string {
	source := f.Source.Record(n)
	holder := f.Holders[source.Text("holder_id")]
	kind := source.Text("type_name")
	if kind == "" {
		kind = source.Text("type")
	}
	return []string{source.ID(), holder.ID, holder.Name, holder.Email, kind, lost, column, found, reason}
}
