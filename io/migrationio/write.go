package migrationio

import (
	"cmp"
	"io"
	"strconv"

	"keyroster/io/cellio"
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
	// PlanFile is the plan with its budget. It is one of the files, but written by
	// [Folder.WritePlan], since a report makes it.
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
	Holders *reconcile.Holders
	// People are the columns in which the target takes people, Set the cells
	// that the configuration gives its rows.
	People []string
	Set    map[string]string
	// IDs has the target's id of the rows that have a record there already.
	IDs map[int]string
	// Refused has the rows that the plan does not send, with the reason.
	Refused map[int]string
}

// sealedRoster is the name of an encrypted target roster.
const sealedRoster = RosterFile + ".age"

// Write writes the files and returns their names. Those of an earlier attempt of
// the same migration are replaced, or removed where this one has no such file.
func (f *Folder) Write(files *Files, options Options) ([]string, error) {
	seal, roster := options.Seal, sealedRoster
	if seal == nil {
		seal, roster = func(w io.Writer, write func(io.Writer) error) error { return write(w) }, RosterFile
	}
	// An interrupted run of this migration may have been settled, and its files
	// completed, since the folder was opened.
	fresh, err := Open(f.path, f.of)
	if err != nil {
		return nil, err
	}
	f.written = fresh.written
	keep := map[string]bool{}
	var names []string
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{roster, func(w io.Writer) error {
			return seal(w, func(w io.Writer) error { return files.writeRoster(w, options, f.sideFiles(options, keep)) })
		}},
		{CrosswalkFile, files.writeCrosswalk},
		{MissingFile, files.writeMissing},
		{LossFile, files.writeLosses},
	} {
		if err := f.put(file.name, file.write); err != nil {
			return nil, err
		}
		keep[file.name] = true
		names = append(names, file.name)
	}
	return names, f.removeStale(keep)
}

// sideFile stores a text that no cell can hold and returns the cell's text.
type sideFile func(line, column, text string) (string, error)

// sideFiles keeps such texts in a folder beside the roster. An encrypted roster has
// none: none of its texts may be there in plain text, and no spreadsheet opens it.
func (f *Folder) sideFiles(options Options, keep map[string]bool) sideFile {
	if options.Seal != nil {
		return nil
	}
	return func(line, column, text string) (string, error) {
		name := RosterFile + ".files/" + line + "." + column + ".txt"
		keep[name] = true
		return "@" + name, f.put(name, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
	}
}

// writeRoster writes the rows as a roster of the target. Two more columns name the
// record of the source.
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
			text := reconcile.RosterText(cell.Text())
			if schema.Columns[col].Secret() && !options.Reveal {
				text = options.Mask.Value(rows.Record(row), col)
			}
			if len(text) >= cellio.TextMax && schema.Columns[col].AllowsSideFile() && side != nil {
				var err error
				if text, err = side(LineOf(row), schema.Columns[col].Name, text); err != nil {
					return err
				}
			}
			line = append(line, text)
		}
		source := f.Source.Record(first[row])
		if err := out.Write(append(line, source.ID(), source.Of(reconcile.HolderID))); err != nil {
			return err
		}
	}
	return out.Flush()
}

// fills reports whether the roster gets a column: some row fills it, or there are no rows.
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
// the target roster, and of the run's report. A record that the target does not
// have, or not as it should be, has no target_credential_id: it is among the
// losses.
var crosswalkHeader = []string{
	"source_credential_id",
	"source_holder_id",
	"target_holder_id",
	"target_credential_id",
	"roster_line",
}

// The numbers of the crosswalk's columns.
const (
	atTargetHolder = 2
	atTargetID     = 3
	atLine         = 4
)

func (f *Files) writeCrosswalk(w io.Writer) error {
	var lines [][]string
	for n, row := range f.Move.RowOf {
		source := f.Source.Record(n)
		line := []string{source.ID(), source.Of(reconcile.HolderID), f.Move.HolderOf[n], "", ""}
		if row >= 0 {
			line[atLine] = LineOf(row)
			if _, refused := f.Refused[row]; !refused {
				line[atTargetID] = f.IDs[row]
			}
		}
		lines = append(lines, line)
	}
	return writeLines(csvio.NewWriter(w), crosswalkHeader, lines)
}

// LineOf is the line of a row in the target roster.
func LineOf(row int) string { return strconv.Itoa(row + 2) }

// The words of the losses' column lost.
const (
	LostWhole  = "all"
	LostColumn = "column"
	// LostUnproved: the target has the record, and nothing proves that it is as
	// it should be.
	LostUnproved = "unproved"
)

// lossHeader are the columns of the losses, in the source's words.
var lossHeader = []string{
	"source_credential_id",
	"source_holder_id",
	"holder_name",
	"holder_email",
	"type",
	"lost",
	"column",
	"found",
	"reason",
}

// How a loss was found: in the listing, by the plan, or as the run's outcome. The
// last two are about rows.
const (
	foundListing = "listing"
	foundPlan    = "plan"
	foundRun     = "run"
	atFound      = 7
)

func (f *Files) writeLosses(w io.Writer) error {
	var lines [][]string
	for _, l := range f.Move.Losses {
		lost := LostColumn
		if l.Whole {
			lost = LostWhole
		}
		lines = append(lines, f.lossLine(l.Record, lost, l.Column, foundListing, l.Reason))
	}
	for n, row := range f.Move.RowOf {
		if reason, refused := f.Refused[row]; row >= 0 && refused {
			lines = append(lines, f.lossLine(n, LostWhole, "", foundPlan, reason))
		}
	}
	return writeLines(csvio.NewFileWriter(w), lossHeader, lines)
}

// Words name a record's person and type, as the source does.
type Words struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Type  string `json:"type"`
}

// WordsOfRows are the words of each row's first record.
func (f *Files) WordsOfRows() []Words {
	out := make([]Words, f.Move.Roster.Rows.Len())
	for row, n := range f.firstRecords() {
		out[row] = f.words(n)
	}
	return out
}

func (f *Files) words(n int) Words {
	source := f.Source.Record(n)
	holder := f.Holders.Of(source.Of(reconcile.HolderID))
	return Words{holder.Name, holder.Email, cmp.Or(source.Of(reconcile.TypeName), source.Of(reconcile.TypeID))}
}

func (f *Files) lossLine(n int, lost, column, found, reason string) []string {
	source := f.Source.Record(n)
	return lossLine(source.ID(), f.Holders.Of(source.Of(reconcile.HolderID)).ID, f.words(n), lost, column, found, reason)
}

func lossLine(id, holder string, w Words, lost, column, found, reason string) []string {
	return []string{id, holder, w.Name, w.Email, w.Type, lost, column, found, reason}
}
