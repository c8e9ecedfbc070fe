package annotateio

import (
	"io"
	"maps"
	"slices"

	"keyroster/io/officeio"
)

// rewrite makes the copy of one sheet with its comments.
func (c *copying) rewrite(s *sheetPlan) error {
	rels, err := c.zip.relations(s.part)
	if err != nil {
		return err
	}
	notes, err := c.zip.openComments(rels.first("comments"), c.namespace)
	if err != nil {
		return err
	}
	s.notes = notes
	commented := c.comment(s, notes)
	s.drawn = len(commented)
	drawingPart := ""
	link := func() string {
		drawingPart = c.zip.free("xl/drawings/vmlDrawing%d.vml")
		return rels.add(c.relation, "vmlDrawing", drawingPart)
	}
	if len(commented) == 0 {
		link = nil
	}
	legacy, err := c.rewriteSheet(s, link)
	if err != nil {
		return err
	}
	if len(commented) == 0 {
		return notes.save(c.zip)
	}
	if drawingPart == "" { // the sheet has one
		if drawingPart = rels.target(legacy); drawingPart == "" {
			return &UnsafeError{Reason: "its drawings cannot be found"}
		}
	}
	boxes, err := c.zip.openDrawing(drawingPart)
	if err != nil {
		return err
	}
	for _, r := range commented {
		boxes.add(r.row, r.col, r.text())
	}
	c.types.extension("vml", typeDrawing)
	if notes.fresh {
		notes.part = c.zip.free("xl/comments%d.xml")
		rels.add(c.relation, "comments", notes.part)
		c.types.add(notes.part, typeComments)
	}
	for _, save := range []func(*container) error{notes.save, boxes.save, rels.save} {
		if err := save(c.zip); err != nil {
			return err
		}
	}
	return nil
}

// comment puts the remarks of a sheet into its notes, as many as there is room
// for, and lists the others. It returns those that need a box.
func (c *copying) comment(s *sheetPlan, notes *comments) []*remark {
	var drawn []*remark
	count := 0
	for _, r := range s.remarks {
		if len(r.texts) == 0 {
			continue
		}
		cell := CellName(r.row, r.col)
		if count >= maxComments || notes.threaded[cell] {
			c.listed = append(c.listed, listed{s.name, r})
			continue
		}
		count++
		if notes.add(cell, r.text()) {
			drawn = append(drawn, r)
		}
	}
	c.result.Comments += count
	return drawn
}

// rewriteSheet rewrites the part of a sheet and returns the relation of the
// drawing that it has. When a merged range turns out to cover an added column, it
// starts over with the columns to the right of that range.
func (c *copying) rewriteSheet(s *sheetPlan, link func() string) (legacy string, err error) {
	if link != nil {
		id, make := "", link
		link = func() string {
			if id == "" {
				id = make()
			}
			return id
		}
	}
	after := 0
	for try := 0; ; try++ {
		if err := s.place(after); err != nil {
			return "", err
		}
		sheet := &sheetCopy{styles: c.styles, columns: s.columns, link: link, fits: s.adds()}
		sheet.gather(s)
		c.zip.drop(s.part)
		err := c.zip.stream(s.part, func(w io.Writer) error {
			src, err := c.zip.original.Open(s.part)
			if err != nil {
				return err
			}
			defer src.Close()
			return sheet.copy(src, w)
		})
		if err != nil {
			return "", err
		}
		added := len(s.columns)
		if sheet.mergedInto == 0 || try > 0 || sheet.mergedInto+added > officeio.MaxColumns {
			return sheet.legacy, nil
		}
		after = max(after, sheet.mergedInto)
	}
}

// adds reports whether the sheet gets a new column.
func (s *sheetPlan) adds() bool {
	return slices.ContainsFunc(s.columns, func(c *addedColumn) bool { return c.fresh })
}

// gather makes the edits of the cells from the remarks and columns of a sheet.
func (s *sheetCopy) gather(plan *sheetPlan) {
	s.marks, s.headCol = map[int][]cellEdit{}, map[int]int{}
	rows := map[int]bool{}
	for _, r := range plan.remarks {
		s.marks[r.row] = append(s.marks[r.row], cellEdit{col: r.col, tone: r.tone})
		rows[r.row] = true
	}
	for row, edits := range s.marks {
		s.marks[row] = mergeEdits(edits)
	}
	for _, col := range plan.columns {
		s.headCol[col.HeaderRow] = plan.survey.firstCol(col.HeaderRow)
		rows[col.HeaderRow] = true
		for row, text := range col.Cells {
			if row > col.HeaderRow && (text.Text != "" || text.Tone != Plain) {
				rows[row] = true
			}
		}
	}
	s.rows = slices.Sorted(maps.Keys(rows))
}
