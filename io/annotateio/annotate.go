// Package annotateio writes copies of people's own workbooks with remarks: a
// comment and a colour on cells, and columns beside the rows.
//
// # Invariants
//
//   - The original is read and never written.
//   - A copy holds what the original held: after it was made, it is read with the
//     reader that proves a workbook whole, and every cell of every sheet is held
//     against the original. A copy that differs is thrown away. excelize, which
//     edits, would lose rows of a damaged or unusual file without a word.
//   - A copy holds the original's values, so it is 0600 and no part of it is ever
//     in a temporary file.
package annotateio

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Tone is the colour of a remark.
type Tone uint8

// The tones, from bad to good. Plain has no colour.
const (
	Plain Tone = iota
	Bad
	Doubtful
	Good
)

// fills are pale, so that any ink stays readable on them.
var fills = map[Tone]string{Bad: "FADBCB", Doubtful: "FCE8BF", Good: "D6EFE4"}

// Mark is a remark on one cell. Several on one cell become one comment.
type Mark struct {
	Sheet string
	// Cell is the name of the cell (C7). Empty: the first cell of Row that has
	// content.
	Cell string
	Row  int
	// Text of the comment; it must hold no secret.
	Text string
	Tone Tone
}

// Column is a column that is added beside the rows of a sheet, or filled anew
// when the sheet has one of that title.
type Column struct {
	Sheet, Title string
	// HeaderRow is the row of the sheet's header.
	HeaderRow int
	// Cells are the texts by row.
	Cells map[int]Text
}

// Text is the content of an added cell.
type Text struct {
	Text string
	Tone Tone
}

// Options say what is remarked on.
type Options struct {
	Marks   []Mark
	Columns []Column
}

// UnsafeError says why a workbook cannot be copied with remarks: the copy would
// not hold what the original holds. Nothing was written.
type UnsafeError struct{ Reason string }

// Error implements error.
func (e *UnsafeError) Error() string { return "annotate workbook: " + e.Reason }

// maxSize is the size of the largest workbook that is annotated: all of it is in
// memory several times.
const maxSize = 64 << 20

// maxComments is how many comments a sheet gets; spreadsheets become slow with
// more. Further cells are coloured alone. Tests lower it.
var maxComments = 2000

// Annotate returns a copy of the workbook with the remarks. name is how errors
// call it. The error is an [*UnsafeError] when a faithful copy cannot be made.
func Annotate(name string, original []byte, o Options) (copied []byte, err error) {
	// excelize panics on some files that lack a part.
	defer func() {
		if recover() != nil {
			copied, err = nil, &UnsafeError{Reason: fmt.Sprintf("%s lacks a part that editing needs; save it in a spreadsheet first", name)}
		}
	}()
	if len(original) > maxSize {
		return nil, &UnsafeError{Reason: fmt.Sprintf("%s is larger than %d MiB; split it", name, maxSize>>20)}
	}
	before, err := readBook(name, original)
	if err != nil {
		return nil, fmt.Errorf("annotate workbook: %w", err)
	}
	e := &editor{book: before, added: map[place]bool{}, tinted: map[tint]int{}}
	if copied, err = e.copy(name, original, o); err != nil {
		return nil, err
	}
	if err := e.prove(name, copied); err != nil {
		return nil, err
	}
	return copied, nil
}

// copy edits the workbook. What excelize holds of it, many times the file, is
// let go before the copy is proved.
func (e *editor) copy(name string, original []byte, o Options) ([]byte, error) {
	file, err := open(original)
	if err != nil {
		return nil, &UnsafeError{Reason: fmt.Sprintf("%s cannot be opened for editing", name)}
	}
	defer file.Close()
	e.file = file
	defer func() { e.file = nil }()
	if err := e.edit(o); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		return nil, &UnsafeError{Reason: fmt.Sprintf("%s cannot be written again", name)}
	}
	return out.Bytes(), nil
}

// open opens a workbook for editing, without temporary files: the parts of
// a workbook hold values.
func open(data []byte) (*excelize.File, error) {
	const inMemory = 1 << 30
	return excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: 2 * inMemory, UnzipXMLSizeLimit: inMemory})
}

// place is a cell of a sheet, row and column from 1.
type place struct {
	sheet    string
	row, col int
}

// tint is a cell style with a fill of ours.
type tint struct {
	style int
	tone  Tone
}

// editor edits one copy.
type editor struct {
	file *excelize.File
	book *book
	// added are the cells whose content is ours.
	added map[place]bool
	// tinted has the styles made so far, and fill the fills by tone.
	tinted map[tint]int
	fill   map[Tone]int
	// comments has what must be found in the copy, by sheet and cell.
	comments map[string]map[string]string
}

func (e *editor) edit(o Options) error {
	if err := e.makeFills(); err != nil {
		return err
	}
	if err := e.readComments(); err != nil {
		return err
	}
	for _, c := range o.Columns {
		if err := e.addColumn(c); err != nil {
			return err
		}
	}
	return e.addMarks(o.Marks)
}

// makeFills makes the fills of the tones. They are put into copies of the styles
// that the cells have, so that number format, font and borders stay exactly
// theirs.
func (e *editor) makeFills() error {
	e.fill = map[Tone]int{}
	for tone := Bad; tone <= Good; tone++ {
		id, err := e.file.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fills[tone]}}})
		if err != nil || e.file.Styles == nil || e.file.Styles.CellXfs == nil || id >= len(e.file.Styles.CellXfs.Xf) || e.file.Styles.CellXfs.Xf[id].FillID == nil {
			return &UnsafeError{Reason: "the workbook's styles cannot be added to"}
		}
		e.fill[tone] = *e.file.Styles.CellXfs.Xf[id].FillID
	}
	return nil
}

// colour gives a cell the fill of a tone and leaves all else of its style.
func (e *editor) colour(sheet, cell string, tone Tone) error {
	if tone == Plain {
		return nil
	}
	style, err := e.file.GetCellStyle(sheet, cell)
	if err != nil {
		return e.unsafe(sheet, cell)
	}
	key := tint{style, tone}
	id, made := e.tinted[key]
	if !made {
		xfs := e.file.Styles.CellXfs
		if style >= len(xfs.Xf) {
			return e.unsafe(sheet, cell)
		}
		xf, fill, yes := xfs.Xf[style], e.fill[tone], true
		xf.FillID, xf.ApplyFill = &fill, &yes
		xfs.Xf = append(xfs.Xf, xf)
		xfs.Count = len(xfs.Xf)
		id = len(xfs.Xf) - 1
		e.tinted[key] = id
	}
	if err := e.file.SetCellStyle(sheet, cell, cell, id); err != nil {
		return e.unsafe(sheet, cell)
	}
	return nil
}

func (e *editor) unsafe(sheet, cell string) error {
	return &UnsafeError{Reason: fmt.Sprintf("cell %s of sheet %q cannot be edited", cell, sheet)}
}

// addColumn writes a column to the right of all content, or over the one of that
// title.
func (e *editor) addColumn(c Column) error {
	s := e.book.sheets[c.Sheet]
	if s == nil {
		return &UnsafeError{Reason: fmt.Sprintf("there is no sheet %q", c.Sheet)}
	}
	col := s.columnOf(c.HeaderRow, c.Title)
	if col == 0 {
		s.width++
		col = s.width
	}
	name, err := excelize.ColumnNumberToName(col)
	if err != nil {
		return &UnsafeError{Reason: fmt.Sprintf("sheet %q has no room for another column", c.Sheet)}
	}
	write := func(row int, text Text) error {
		cell := fmt.Sprint(name, row)
		e.added[place{c.Sheet, row, col}] = true
		if err := e.file.SetCellStr(c.Sheet, cell, text.Text); err != nil {
			return e.unsafe(c.Sheet, cell)
		}
		return e.colour(c.Sheet, cell, text.Tone)
	}
	if err := write(c.HeaderRow, Text{Text: c.Title}); err != nil {
		return err
	}
	header, err := excelize.CoordinatesToCellName(max(s.firstCol(c.HeaderRow), 1), c.HeaderRow)
	if err == nil {
		if style, e2 := e.file.GetCellStyle(c.Sheet, header); e2 == nil {
			at := fmt.Sprint(name, c.HeaderRow)
			err = e.file.SetCellStyle(c.Sheet, at, at, style)
		}
	}
	if err != nil {
		return e.unsafe(c.Sheet, fmt.Sprint(name, c.HeaderRow))
	}
	for _, row := range s.rows {
		if row > c.HeaderRow {
			if text, given := c.Cells[row]; given || s.has(row, col) {
				if err := write(row, text); err != nil {
					return err
				}
			}
		}
	}
	width := min(4+float64(max(len(c.Title), longest(c.Cells))), 60)
	if err := e.file.SetColWidth(c.Sheet, name, name, width); err != nil {
		return e.unsafe(c.Sheet, name)
	}
	return nil
}

func longest(cells map[int]Text) int {
	n := 0
	for _, text := range cells {
		n = max(n, len(text.Text))
	}
	return n
}

// addMarks puts comments and colours on cells, in the order of the marks.
func (e *editor) addMarks(marks []Mark) error {
	type remark struct {
		sheet, cell string
		texts       []string
		tone        Tone
	}
	var order []*remark
	byCell := map[string]*remark{}
	for _, m := range marks {
		s := e.book.sheets[m.Sheet]
		if s == nil {
			return &UnsafeError{Reason: fmt.Sprintf("there is no sheet %q", m.Sheet)}
		}
		cell := m.Cell
		if cell == "" {
			var err error
			if cell, err = excelize.CoordinatesToCellName(max(s.firstCol(m.Row), 1), max(m.Row, 1)); err != nil {
				return &UnsafeError{Reason: fmt.Sprintf("sheet %q has no row %d", m.Sheet, m.Row)}
			}
		}
		r := byCell[m.Sheet+"\x00"+cell]
		if r == nil {
			r = &remark{sheet: m.Sheet, cell: cell, tone: m.Tone}
			byCell[m.Sheet+"\x00"+cell] = r
			order = append(order, r)
		}
		if m.Tone != Plain && (r.tone == Plain || m.Tone < r.tone) {
			r.tone = m.Tone
		}
		r.texts = append(r.texts, m.Text)
	}
	count := map[string]int{}
	for _, r := range order {
		if err := e.colour(r.sheet, r.cell, r.tone); err != nil {
			return err
		}
		if count[r.sheet]++; count[r.sheet] > maxComments {
			continue
		}
		if err := e.comment(r.sheet, r.cell, strings.Join(r.texts, "\n\n")); err != nil {
			return err
		}
	}
	return nil
}
