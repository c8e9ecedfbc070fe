package annotateio

import (
	"fmt"
	"regexp"
	"strconv"

	"keyroster/io/officeio"
)

// behindPageSetup are the elements of a worksheet between its page set-up and the drawing
// of its comments.
var behindPageSetup = map[string]bool{
	"headerFooter": true, "rowBreaks": true, "colBreaks": true, "customProperties": true, "cellWatches": true,
	"ignoredErrors": true, "smartTags": true, "drawing": true, "legacyDrawing": true,
}

// copyProperties copies the sheet's properties and makes pages fit its width. A person who
// had already chosen that has also chosen how.
func (s *sheetCopy) copyProperties() error {
	if !s.fits {
		return s.element(s.in.Raw())
	}
	s.write(opened(s.in.Raw()))
	told := false
	for {
		start, err := s.nextTag()
		switch {
		case err != nil:
			return err
		case !start:
			if !told {
				fmt.Fprintf(s.out, `<%spageSetUpPr fitToPage="1"/>`, s.prefix)
			}
			s.writeEnd()
			return nil
		}
		tag := s.in.Raw()
		if string(s.in.Name) == s.prefix+"pageSetUpPr" {
			told, s.setUp = true, officeio.Flag(value(tag, "fitToPage"))
			tag = withAttr(tag, "fitToPage", "1")
		}
		if err := s.element(tag); err != nil {
			return err
		}
	}
}

// copyPageSetup copies the page set-up: as wide as the sheet, and as many pages as it takes.
func (s *sheetCopy) copyPageSetup() error {
	tag := s.in.Raw()
	if s.fits && !s.setUp {
		tag = withAttr(withAttr(withAttr(tag, "orientation", "landscape"), "fitToWidth", "1"), "fitToHeight", "0")
	}
	s.setUp = true
	return s.element(tag)
}

// addPageSetup writes a page set-up where the sheet has none.
func (s *sheetCopy) addPageSetup() {
	if s.fits && !s.setUp {
		fmt.Fprintf(s.out, `<%spageSetup orientation="landscape" fitToWidth="1" fitToHeight="0"/>`, s.prefix)
	}
	s.setUp = true
}

// printArea is a print area of one range: before, at and after its last column.
var printArea = regexp.MustCompile(`^(.*!\$[A-Z]+\$\d+:\$)([A-Z]+)(\$\d+)$`)

// widenPrintAreas extends print areas of one range over the added columns.
func (c *copying) widenPrintAreas() {
	names, list := c.doc.root.child("definedNames"), c.doc.root.child("sheets")
	if names == nil {
		return
	}
	sheets := list.all("sheet")
	for _, n := range names.all("definedName") {
		at, err := strconv.Atoi(n.attr("localSheetId"))
		if n.attr("name") != "_xlnm.Print_Area" || err != nil || at < 0 || at >= len(sheets) {
			continue
		}
		plan, part := c.sheets[sheets[at].attr("name")], printArea.FindSubmatch(c.doc.data[n.inner:n.outer])
		if plan == nil || part == nil || len(plan.columns) == 0 {
			continue
		}
		last := plan.columns[len(plan.columns)-1].col
		if _, col, ok := parseCell(string(part[2]) + "1"); ok && col < last {
			from := n.inner + len(part[1])
			c.doc.edits = append(c.doc.edits, edit{from, from + len(part[2]), officeio.ColumnName(last - 1)})
		}
	}
}
