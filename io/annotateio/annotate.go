// Package annotateio writes copies of people's own workbooks with remarks: a
// comment and a colour on cells, and columns beside the rows.
//
// # Invariants
//
//   - The original is read and never written.
//   - What a remark does not touch stays byte for byte: entries of the zip file are
//     copied still packed, and in the parts that are rewritten only the added
//     cells, styles, comments and relations differ. Sheets stream through: memory
//     grows only with their packed bytes.
//   - A copy holds what the original held: after it was made, it is read with the
//     reader that proves a workbook whole, side by side with the original, and
//     every cell of every rewritten sheet is compared. A copy that differs is
//     thrown away.
//   - No remark is lost silently: one that cannot be a comment goes on a sheet of
//     its own, and [Copy] counts it.
//   - A copy holds the original's values, so it is 0600 and no part of it is ever
//     in a temporary file.
package annotateio

import (
	"bytes"
	"fmt"

	"keyroster/io/xlsxio"
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

// fillColors are pale, so that any ink stays readable on them.
var fillColors = map[Tone]string{Bad: "FADBCB", Doubtful: "FCE8BF", Good: "D6EFE4"}

// Worse is the graver of two tones on one cell.
func Worse(a, b Tone) Tone {
	if a == Plain || b != Plain && b < a {
		return b
	}
	return a
}

// Mark is a remark on one cell. Several on one cell become one comment.
type Mark struct {
	Sheet string
	// Cell is the name of the cell (C7). Empty: the first cell of Row that has
	// content; with no Row either, the first of the sheet.
	Cell string
	Row  int
	// Text of the comment, empty for a colour alone; it must hold no secret.
	Text string
	Tone Tone
}

// Column is a column that is added beside the rows of a sheet, or overwritten when the sheet
// has one of that title.
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

// Options say what to add to the copy.
type Options struct {
	Marks   []Mark
	Columns []Column
}

// Copy is a workbook with remarks.
type Copy struct {
	Data []byte
	// Comments is the number of cells with a comment of ours.
	Comments int
	// Listed is the number of cells whose remark is not a comment but a line on a
	// sheet of its own, ListSheet: a sheet has room for only so many comments, and
	// cells with a thread of comments take none.
	Listed    int
	ListSheet string
}

// UnsafeError says why a workbook cannot be copied with remarks: the copy would
// not hold what the original holds. Nothing was written.
type UnsafeError struct{ Reason string }

// Error implements error.
func (e *UnsafeError) Error() string { return "annotate workbook: " + e.Reason }

// maxComments is how many comments a sheet gets; spreadsheets become slow with
// more. Remarks on further cells are listed. Tests lower it.
var maxComments = 2000

// Workbook is an original from which copies are made.
type Workbook struct {
	name     string
	original []byte
	book     *xlsxio.Workbook
	surveys  map[string]*survey
}

// Open opens a workbook; name is what errors call it. The error says why it cannot
// be read, or what it lacks that a copy needs.
func Open(name string, original []byte) (*Workbook, error) {
	book, err := xlsxio.OpenReader(bytes.NewReader(original), int64(len(original)), name)
	if err != nil {
		return nil, fmt.Errorf("annotate workbook: %w", err)
	}
	w := &Workbook{name: name, original: original, book: book, surveys: map[string]*survey{}}
	if _, err := w.newCopy(); err != nil {
		return nil, w.named(err)
	}
	return w, nil
}

// Annotate returns a copy of the workbook with the remarks. The error is an
// [*UnsafeError] when a faithful copy cannot be made. The original must not have
// changed since it was opened.
func (w *Workbook) Annotate(o Options) (*Copy, error) {
	c, err := w.draw(o)
	if err != nil {
		return nil, err
	}
	if err := c.prove(); err != nil {
		return nil, err
	}
	return &c.result, nil
}

// draw makes the copy, not yet proved.
func (w *Workbook) draw(o Options) (*copying, error) {
	c, err := w.newCopy()
	if err == nil {
		err = c.change(o)
	}
	if err != nil {
		return nil, w.named(err)
	}
	var out bytes.Buffer
	out.Grow(len(w.original) + len(w.original)/4)
	if err := c.zip.write(&out); err != nil {
		return nil, &UnsafeError{Reason: fmt.Sprintf("%s cannot be rewritten", w.name)}
	}
	c.result.Data = out.Bytes()
	return c, nil
}

// change puts the remarks into the parts of the copy.
func (c *copying) change(o Options) error {
	if err := c.plan(o); err != nil {
		return err
	}
	for _, s := range c.touched() {
		if err := c.rewrite(s); err != nil {
			return err
		}
	}
	return c.saveRest()
}

// touched are the sheets that are rewritten, in the order of the workbook.
func (c *copying) touched() []*sheetPlan {
	var list []*sheetPlan
	for _, name := range c.order {
		if s := c.sheets[name]; len(s.remarks) > 0 || len(s.columns) > 0 {
			list = append(list, s)
		}
	}
	return list
}

// named adds the workbook's name to an error.
func (w *Workbook) named(err error) error {
	if unsafe, ok := err.(*UnsafeError); ok {
		return &UnsafeError{Reason: w.name + ": " + unsafe.Reason}
	}
	return fmt.Errorf("annotate workbook: %w", err)
}
