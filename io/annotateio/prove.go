package annotateio

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/io/xlsxio"
)

// prove reads the copy and compares it with the original: entries that were copied
// by their checksums, rewritten sheets by their cells, and comments by their texts.
func (c *copying) prove() error {
	damaged := &UnsafeError{Reason: fmt.Sprintf("the copy of %s would be damaged", c.name)}
	data := c.result.Data
	copied, err := openContainer(c.name, data)
	if err != nil || !c.sameEntries(copied.original.Entries) {
		return damaged
	}
	after, err := xlsxio.OpenReader(bytes.NewReader(data), int64(len(data)), c.name)
	if err != nil {
		return damaged
	}
	order := slices.Clone(c.order)
	if c.result.ListSheet != "" {
		order = append(order, c.result.ListSheet)
	}
	var found []string
	for _, s := range after.Sheets() {
		found = append(found, s.Name)
	}
	if !slices.Equal(order, found) {
		return &UnsafeError{Reason: fmt.Sprintf("the copy of %s would have other sheets", c.name)}
	}
	sheets := c.touched()
	if c.hasAddedStyles() {
		// Cells of any sheet may name a style that is only defined now.
		sheets = nil
		for _, name := range c.order {
			sheets = append(sheets, c.sheets[name])
		}
	}
	for _, s := range sheets {
		if err := c.proveSheet(s, after); err != nil {
			return err
		}
	}
	return c.proveComments(copied)
}

// sameEntries compares the entries that were copied unchanged with the original's.
func (c *copying) sameEntries(copied []*zip.File) bool {
	if len(copied) != len(c.zip.original.Entries)+len(c.zip.added) {
		return false
	}
	for i, was := range c.zip.original.Entries {
		is := copied[i]
		if is.Name != was.Name {
			return false
		}
		if c.zip.changed[officeio.CaseFoldName(was.Name)] == nil &&
			(is.CRC32 != was.CRC32 || is.UncompressedSize64 != was.UncompressedSize64) {
			return false
		}
	}
	return true
}

// proveSheet reads a sheet of the original and of the copy side by side.
func (c *copying) proveSheet(s *sheetPlan, copied *xlsxio.Workbook) error {
	was, err := c.book.Table(s.name)
	if err != nil {
		return fmt.Errorf("annotate workbook: %w", err)
	}
	defer was.Close()
	is, err := copied.Table(s.name)
	if err != nil {
		return &UnsafeError{Reason: fmt.Sprintf("the copy of %s would be damaged", c.name)}
	}
	defer is.Close()
	left, right := cursor{table: was}, cursor{table: is}
	for {
		left.advance()
		right.advance()
		if left.err != nil || right.err != nil {
			return c.readError(left.err, right.err)
		}
		before, after := left.line, right.line
		switch {
		case before == nil && after == nil:
			return nil
		case after == nil || before != nil && before.Number < after.Number:
			after = &cellio.Line{Number: before.Number, Hidden: before.Hidden}
			right.keep = true
		case before == nil || after.Number < before.Number:
			before = &cellio.Line{Number: after.Number, Hidden: after.Hidden}
			left.keep = true
		}
		if col := s.sameLine(before, after); col > 0 {
			return c.differs(s, after.Number, col)
		}
	}
}

// cursor walks over the lines of a table.
type cursor struct {
	table *xlsxio.Table
	// line is nil at the end.
	line *cellio.Line
	err  error
	// keep: the next step stays on this line.
	keep bool
}

func (c *cursor) advance() {
	if c.keep {
		c.keep = false
		return
	}
	if c.line, c.err = c.table.Next(); errors.Is(c.err, io.EOF) {
		c.line, c.err = nil, nil
	}
}

func (c *copying) readError(original, copied error) error {
	if original != nil {
		return fmt.Errorf("annotate workbook: %w", original)
	}
	return &UnsafeError{Reason: fmt.Sprintf("the copy of %s would be damaged", c.name)}
}

func (c *copying) differs(s *sheetPlan, row, col int) error {
	return &UnsafeError{
		Reason: fmt.Sprintf("the copy of %s would differ at %s of sheet %q", c.name, CellName(row, col), s.name),
	}
}

// sameLine returns the first column in which a row of the copy is not as it must be, or 0.
func (s *sheetPlan) sameLine(before, after *cellio.Line) int {
	if before.Hidden != after.Hidden {
		return 1
	}
	var none cellio.Cell
	for i := range max(len(before.Cells), len(after.Cells)) {
		was, is := &none, &none
		if i < len(before.Cells) {
			was = &before.Cells[i]
		}
		if i < len(after.Cells) {
			is = &after.Cells[i]
		}
		if text, added := s.addedAt(before.Number, i+1); added {
			if is.Text != text || is.Kind != cellio.Text && is.Kind != cellio.Blank {
				return i + 1
			}
		} else if *was != *is {
			return i + 1
		}
	}
	return 0
}

// addedAt is the text that a cell of an added column must have.
func (s *sheetPlan) addedAt(row, col int) (string, bool) {
	for _, c := range s.columns {
		switch {
		case c.col != col || row < c.HeaderRow:
		case row == c.HeaderRow:
			return c.Title, true
		default:
			return fitting(c.Cells[row].Text), true
		}
	}
	return "", false
}

// proveComments looks for each remark in the copy's comments, and for each
// comment of the original.
func (c *copying) proveComments(copied *container) error {
	for _, s := range c.touched() {
		if len(s.remarks) == 0 || s.notes == nil || !s.notes.added {
			continue
		}
		if !copied.has(s.notes.part) {
			return c.otherComments(s)
		}
		got, err := copied.openComments(s.notes.part, c.namespace)
		if err != nil {
			return c.otherComments(s)
		}
		texts := func(n *comments, cell string) string {
			if own := n.byCell[cell]; own != nil {
				return commentText(n.doc.data[own.from:own.to])
			}
			return ""
		}
		for cell := range s.notes.byCell {
			if was, is := texts(s.notes, cell), texts(got, cell); !strings.HasPrefix(is, was) {
				return c.otherComments(s)
			}
		}
		if len(got.byCell) != len(s.notes.byCell)+s.drawn {
			return c.otherComments(s)
		}
	}
	return nil
}

func (c *copying) otherComments(s *sheetPlan) error {
	return &UnsafeError{Reason: fmt.Sprintf("the copy of %s would have other comments on sheet %q", c.name, s.name)}
}
