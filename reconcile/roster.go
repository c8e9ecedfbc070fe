package reconcile

import (
	"strconv"
	"strings"
)

// Roster is the desired state as it was read: raw rows with their places, and everything
// that is wrong with them. One goroutine builds it, many may read it.
type Roster struct {
	// Rows holds every row of every file, including the invalid ones, whose bad cells are
	// unset. Texts are exactly those of the file.
	Rows *Set
	// Files are the inputs in order.
	Files []File
	// places has one entry for each row: its file, sheet and line.
	places []place
	// Problems of all files in reading order; errors and warnings.
	Problems []Problem
	// Invalid has, for each row that must not be applied, the index of its first error in
	// Problems.
	Invalid map[int]int
	// FileErrors are the indexes in Problems of errors that belong to no row (a misspelt
	// header, no rows): any of them invalidates the whole roster.
	FileErrors []int
	// Unread are the indexes in Problems of errors about parts of a file that were not read
	// (a second table below the first): since their content is not known, nothing may be
	// deleted, and no run is as desired.
	Unread []int
	// Unlocated counts rows whose record cannot be determined (a ragged line, a refused
	// id): they are in Rows, invalid, and match nothing, so a record without a row may be
	// theirs.
	Unlocated int
	// refused has the texts of refused cells, by row: no plan is made from them, but a file
	// of the rows to mend shows them.
	refused map[int][]refusedCell
	notes   []note
	// Names has, by row, the file's name for the holder of a row without an id. Nothing is
	// compared with it.
	Names map[int]string
}

type refusedCell struct {
	column int
	text   Secret
}

// File is one input of a roster.
type File struct {
	Name   string
	SHA256 string
	// Sheets are the sheets read, in order; one empty name for a CSV file.
	Sheets []string
	Rows   int
	// Managed has the managed columns that the file's header names: a column that is absent
	// is not managed by this roster.
	Managed Columns
	// Wide are the value columns of the file's wide tables, in which each filled cell of a
	// line is a row.
	Wide []WideColumn
	// Partial: the file is the failed.csv of a run. It says nothing about people who are
	// not in it.
	Partial bool
	// SideFiles are the files that cells name by @path, in the order of their first use;
	// the rows hold their content.
	SideFiles []SideFile
}

// SideFile is a file that holds the content of a cell.
type SideFile struct {
	// Name is the path as the cell names it, relative to the roster's folder.
	Name   string
	SHA256 string
}

// WideColumn is a column of a wide table: its header, and the type of its values. Letters
// is its name in a workbook and empty in a CSV file; Sheet and Line are those of the
// header.
type WideColumn struct {
	Header, Type, Letters string
	Sheet                 string
	Line                  int
}

// Cell returns the cell of the header, empty in a CSV file.
func (c *WideColumn) Cell() string {
	if c.Letters == "" {
		return ""
	}
	return c.Letters + strconv.Itoa(c.Line)
}

// place is the place of a row. Wide is the number of its column in the file's Wide, from 1;
// 0 for a line that is one row.
type place struct {
	File, Sheet, Line, Wide uint32
}

// NewRoster returns an empty roster for rows of schema.
func NewRoster(schema *Schema) *Roster {
	return &Roster{Rows: NewSet(schema, 1024), Invalid: map[int]int{}, Names: map[int]string{}}
}

// Add appends a row read at a line of a sheet of a file, by their indexes in
// Files and Sheets, and returns its number.
func (r *Roster) Add(file, sheet, line int, cells []Cell) int {
	return r.AddCell(file, sheet, line, 0, cells)
}

// AddCell is [Roster.Add] for the row of one cell of a line of a wide table. column is the
// number of its column in the file's Wide, from 1; 0 for a line that is one row.
func (r *Roster) AddCell(file, sheet, line, column int, cells []Cell) int {
	r.places = append(r.places, place{uint32(file), uint32(sheet), uint32(line), uint32(column)})
	return r.Rows.Add(cells)
}

// Report records a problem. row is the row it makes invalid, or -1 for a problem of a whole
// file.
func (r *Roster) Report(row int, p Problem) {
	p.locate(r.Rows.schema)
	if p.Severity == SeverityError {
		r.noteError(row, len(r.Problems))
	}
	r.Problems = append(r.Problems, p)
}

// ReportUnread records an error about a part of a file that was not read: the rest can be
// applied.
func (r *Roster) ReportUnread(p Problem) {
	r.Unread = append(r.Unread, len(r.Problems))
	r.Problems = append(r.Problems, p)
}

// UnreadPlaces names the parts of files that were not read.
func (r *Roster) UnreadPlaces() []string {
	var places []string
	for _, problem := range r.Unread {
		places = append(places, r.Problems[problem].Place())
	}
	return places
}

func (r *Roster) noteError(row, problem int) {
	if row < 0 {
		r.FileErrors = append(r.FileErrors, problem)
	} else if _, known := r.Invalid[row]; !known {
		r.Invalid[row] = problem
	}
}

// ReportAgain makes another row invalid for the reported problem with that index, if it is
// an error.
func (r *Roster) ReportAgain(row, problem int) {
	if r.Problems[problem].Severity == SeverityError {
		r.noteError(row, problem)
	}
}

// Append adds the files, rows and problems of other, a roster of the same
// schema, after those of r.
func (r *Roster) Append(other *Roster) {
	files, rows, problems := len(r.Files), r.Rows.Len(), len(r.Problems)
	r.Files = append(r.Files, other.Files...)
	r.Problems = append(r.Problems, other.Problems...)
	r.Unlocated += other.Unlocated
	var cells []Cell
	for n, at := range other.places {
		at.File += uint32(files)
		r.places = append(r.places, at)
		cells = other.Rows.Record(n).Cells(cells[:0])
		r.Rows.Add(cells)
	}
	for _, n := range other.notes {
		r.notes = append(r.notes, note{problems + n.problem, n.text})
	}
	for row, problem := range other.Invalid {
		r.Invalid[rows+row] = problems + problem
	}
	for row, cells := range other.refused {
		for _, c := range cells {
			r.Refuse(rows+row, c.column, c.text)
		}
	}
	for row, name := range other.Names {
		r.Names[rows+row] = name
	}
	for _, problem := range other.FileErrors {
		r.FileErrors = append(r.FileErrors, problems+problem)
	}
	for _, problem := range other.Unread {
		r.Unread = append(r.Unread, problems+problem)
	}
}

// Refuse keeps the text of a refused cell.
func (r *Roster) Refuse(row, column int, text Secret) {
	if r.refused == nil {
		r.refused = map[int][]refusedCell{}
	}
	r.refused[row] = append(r.refused[row], refusedCell{column, text})
}

// MendMark precedes a refused text in a file of the rows to mend. Without it, a number that
// lost its zeros would be taken for text the second time.
const MendMark = "#MEND "

// AsRead returns a row as in its file, for a file of the rows to mend: the texts of all
// cells, <empty> where that was requested, and the refused ones after [MendMark], so that
// they are refused again unless a person mends them.
func (r *Roster) AsRead(row int) []Secret {
	texts := make([]Secret, len(r.Rows.schema.Columns))
	for col, c := range r.Rows.Record(row).Cells(nil) {
		switch c.State() {
		case Filled:
			texts[col] = NewSecret(RosterText(c.Text()))
		case Empty:
			texts[col] = NewSecret(EmptyMarker)
		case Masked:
			texts[col] = NewSecret(Dots)
		}
	}
	for _, c := range r.refused[row] {
		texts[c.column] = NewSecret(MendMark + strings.TrimPrefix(c.text.Reveal(), MendMark))
	}
	return texts
}

// Partial reports whether any file of the roster is a run's failed.csv.
func (r *Roster) Partial() bool {
	for i := range r.Files {
		if r.Files[i].Partial {
			return true
		}
	}
	return false
}

// Present counts the rows that want a record, all but those with state=absent.
func (r *Roster) Present() int {
	state := r.Rows.schema.state
	if state < 0 {
		return r.Rows.Len()
	}
	n := 0
	for row := range r.Rows.Len() {
		if r.Rows.Record(row).Cell(state).Text() != StateAbsent {
			n++
		}
	}
	return n
}

// Source returns the place of a row.
func (r *Roster) Source(row int) Source {
	at := r.places[row]
	f := &r.Files[at.File]
	s := Source{File: f.Name, Sheet: f.Sheets[at.Sheet], Line: int(at.Line)}
	if at.Wide > 0 {
		column := &f.Wide[at.Wide-1]
		if s.Header = column.Header; column.Letters != "" {
			s.Cell = column.Letters + strconv.Itoa(s.Line)
		}
	}
	return s
}

// listedPlaces is how many places are named of more rows.
const listedPlaces = 5

// Places lists the places of the first of some rows in their files: "line 7, 9 and others".
func (r *Roster) Places(rows []int) string {
	text := r.Source(rows[0]).Within()
	for i, row := range rows[1:] {
		if i+1 == listedPlaces {
			return text + " and others"
		}
		text += ", " + r.Source(row).At()
	}
	return text
}

// FileOf returns the index in Files of the file that a row came from.
func (r *Roster) FileOf(row int) int { return int(r.places[row].File) }

// Errors counts the problems that are errors.
func (r *Roster) Errors() int {
	n := 0
	for i := range r.Problems {
		if r.Problems[i].Severity == SeverityError {
			n++
		}
	}
	return n
}
