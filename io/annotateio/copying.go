package annotateio

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"keyroster/io/officeio"
)

// copying is one copy in the making.
type copying struct {
	*Workbook
	zip *container
	// part is the workbook's main part, doc its content, rels its relations.
	part  string
	doc   *document
	rels  *relations
	types *types
	// namespace and relation are those of the workbook's dialect.
	namespace, relation string

	styles *stylesheet
	order  []string
	sheets map[string]*sheetPlan
	listed []listed
	result Copy
}

// sheetPlan is what happens to a sheet.
type sheetPlan struct {
	name, part string
	remarks    []*remark
	columns    []*addedColumn
	survey     *survey
	// notes are the sheet's comments, drawn counts those that are new.
	notes *comments
	drawn int
}

// remark is what is said about one cell.
type remark struct {
	row, col int
	texts    []string
	tone     Tone
}

func (r *remark) text() string { return strings.Join(r.texts, "\n\n") }

// newCopy finds the parts of the workbook.
func (w *Workbook) newCopy() (*copying, error) {
	c := &copying{Workbook: w, sheets: map[string]*sheetPlan{}}
	var err error
	if c.zip, err = openContainer(w.name, w.original); err != nil {
		return nil, err
	}
	top, err := c.zip.relations("")
	if err != nil {
		return nil, err
	}
	c.part = top.first("officeDocument")
	if c.doc, err = c.zip.document(c.part, 3); err != nil {
		return nil, err
	}
	if c.rels, err = c.zip.relations(c.part); err != nil {
		return nil, err
	}
	if c.types, err = c.zip.types(); err != nil {
		return nil, err
	}
	c.namespace, c.relation = officeio.Main, officeio.Relations
	for _, a := range c.doc.root.attrs {
		if a.value == officeio.StrictMain {
			c.namespace, c.relation = officeio.StrictMain, officeio.StrictRelations
		}
	}
	if c.styles, err = c.zip.openStyles(c.rels.first("styles"), c.namespace); err != nil {
		return nil, err
	}
	return c, c.findSheets()
}

// findSheets finds the parts of the worksheets that the proving reader knows.
func (c *copying) findSheets() error {
	list := c.doc.root.child("sheets")
	if list == nil {
		return &UnsafeError{Reason: "it lists no sheets"}
	}
	parts := map[string]string{}
	for _, n := range list.all("sheet") {
		for _, a := range n.attrs {
			if a.prefix != "" && a.local == "id" {
				parts[n.attr("name")] = c.rels.target(a.value)
			}
		}
	}
	seen := map[string]bool{}
	for _, s := range c.book.Sheets() {
		part := parts[s.Name]
		if !c.zip.has(part) || seen[officeio.CaseFoldName(part)] {
			return &UnsafeError{Reason: fmt.Sprintf("the part of sheet %q cannot be identified", s.Name)}
		}
		seen[officeio.CaseFoldName(part)] = true
		c.order = append(c.order, s.Name)
		c.sheets[s.Name] = &sheetPlan{name: s.Name, part: part}
	}
	return nil
}

// plan gives each sheet its remarks and columns.
func (c *copying) plan(o Options) error {
	for i := range o.Columns {
		s, err := c.sheet(o.Columns[i].Sheet)
		if err != nil {
			return err
		}
		s.columns = append(s.columns, &addedColumn{Column: o.Columns[i]})
	}
	byCell := map[string]map[[2]int]*remark{}
	for i := range o.Marks {
		m := &o.Marks[i]
		s, err := c.sheet(m.Sheet)
		if err != nil {
			return err
		}
		row, col, ok := parseCell(m.Cell)
		if m.Cell == "" {
			row = m.Row
			if row < 1 {
				row = max(s.survey.firstRow, 1)
			}
			col, ok = s.survey.firstCol(row), row <= officeio.MaxRows
		}
		if !ok {
			return &UnsafeError{Reason: fmt.Sprintf("sheet %q has no such cell as %s", m.Sheet, m.Cell)}
		}
		if byCell[m.Sheet] == nil {
			byCell[m.Sheet] = map[[2]int]*remark{}
		}
		r := byCell[m.Sheet][[2]int{row, col}]
		if r == nil {
			r = &remark{row: row, col: col}
			byCell[m.Sheet][[2]int{row, col}] = r
			s.remarks = append(s.remarks, r)
		}
		// A remark on a whole sheet must not colour its title.
		if m.Cell != "" || m.Row > 0 {
			r.tone = Worse(r.tone, m.Tone)
		}
		if m.Text != "" {
			r.texts = append(r.texts, m.Text)
		}
	}
	return nil
}

// sheet is the plan of a sheet, surveyed.
func (c *copying) sheet(name string) (*sheetPlan, error) {
	s := c.sheets[name]
	if s == nil {
		return nil, &UnsafeError{Reason: fmt.Sprintf("there is no sheet %q", name)}
	}
	var err error
	s.survey, err = c.survey(name)
	return s, err
}

// widest is the width in characters of an added column at most: longer texts wrap.
const widest = 45

// place says where the columns of a sheet go: over the one of that title, or directly to
// the right of the table, and of column after. It puts them in that order.
func (s *sheetPlan) place(after int) error {
	if len(s.columns) > 0 {
		after = s.survey.columnBeforeFree(s.columns[0].HeaderRow, len(s.columns), after)
	}
	for _, col := range s.columns {
		if col.col = s.survey.titles[col.HeaderRow][col.Title]; col.col > 0 {
			continue
		}
		after++
		col.col, col.fresh = after, true
		if after > officeio.MaxColumns {
			return &UnsafeError{Reason: fmt.Sprintf("sheet %q has no room for another column", s.name)}
		}
		longest := utf8.RuneCountInString(col.Title)
		for _, text := range col.Cells {
			longest = max(longest, utf8.RuneCountInString(text.Text))
		}
		col.width = min(4+float64(longest), widest)
	}
	slices.SortFunc(s.columns, func(a, b *addedColumn) int { return a.col - b.col })
	return nil
}

// saveRest writes the parts that all sheets share.
func (c *copying) saveRest() error {
	if err := c.saveList(); err != nil {
		return err
	}
	c.widenPrintAreas()
	if len(c.doc.edits) > 0 || c.result.Listed > 0 {
		if err := c.zip.put(c.part, c.doc.bytes()); err != nil {
			return err
		}
	}
	if c.hasAddedStyles() {
		folder := strings.TrimSuffix(c.part, c.part[strings.LastIndexByte(c.part, '/')+1:])
		c.styles.part = folder + "styles.xml"
		if c.zip.has(c.styles.part) {
			c.styles.part = c.zip.free(folder + "styles%d.xml")
		}
		c.rels.add(c.relation, "styles", c.styles.part)
		c.types.add(c.styles.part, typeStyles)
	}
	for _, save := range []func(*container) error{c.styles.save, c.rels.save, c.types.save} {
		if err := save(c.zip); err != nil {
			return err
		}
	}
	return nil
}

// hasAddedStyles reports whether the copy gets the styles that the original lacks.
func (c *copying) hasAddedStyles() bool { return c.styles.fresh && len(c.styles.list) > 0 }
