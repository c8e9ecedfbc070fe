package annotateio

import (
	"fmt"
	"strconv"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
)

// listed is a remark that cannot be a comment.
type listed struct {
	sheet string
	*remark
}

// maxLinks is how many links a sheet may have; maxListed how many rows are left
// for remarks.
const (
	maxLinks  = 65_000
	maxListed = officeio.MaxRows - listHead
	listHead  = 3
)

// saveList adds the sheet with the remarks that cannot be comments.
func (c *copying) saveList() error {
	if len(c.listed) == 0 {
		return nil
	}
	c.result.Listed, c.result.ListSheet = len(c.listed), c.freeTitle()
	head, err := c.styles.tint(0, Doubtful, false)
	if err != nil {
		return err
	}
	part := c.zip.free("xl/worksheets/sheet%d.xml")
	if err := c.zip.put(part, []byte(c.listSheet(head))); err != nil {
		return err
	}
	c.types.add(part, typeWorksheet)
	id := c.rels.add(c.relation, "worksheet", part)
	sheets := c.doc.root.child("sheets")
	number := 0
	for _, n := range sheets.children {
		have, _ := strconv.Atoi(n.attr("sheetId"))
		number = max(number, have)
	}
	prefix, bound := c.doc.root.prefixOf(c.relation)
	bind := ""
	if !bound {
		prefix, bind = "r", ` xmlns:r="`+c.relation+`"`
	}
	c.doc.add(
		sheets,
		fmt.Sprintf(
			`<%ssheet%s name="%s" sheetId="%d" %s:id="%s"/>`,
			sheets.prefixColon(),
			bind,
			attrText(c.result.ListSheet),
			number+1,
			prefix,
			id,
		),
	)
	return nil
}

// freeTitle is a name for the sheet that no other has.
func (c *copying) freeTitle() string {
	taken := map[string]bool{}
	for _, n := range c.doc.root.child("sheets").children {
		taken[strings.ToLower(n.attr("name"))] = true
	}
	title := cellio.NotesSheet
	for n := 2; taken[title]; n++ {
		title = fmt.Sprintf("%s %d", cellio.NotesSheet, n)
	}
	return title
}

// listSheet is the part of the sheet: what it is, and a line for each remark
// with a link to its cell.
func (c *copying) listSheet(head int) string {
	var rows, links strings.Builder
	cell := func(row, col, style int, text string) {
		s := ""
		if style > 0 {
			s = fmt.Sprintf(` s="%d"`, style)
		}
		fmt.Fprintf(
			&rows,
			`<c r="%s"%s t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`,
			CellName(row, col),
			s,
			cellText(fitting(text)),
		)
	}
	fmt.Fprintf(&rows, `<row r="1">`)
	cell(1, 1, 0, c.listNote())
	rows.WriteString(`</row>`)
	fmt.Fprintf(&rows, `<row r="%d">`, listHead)
	for i, title := range []string{"In sheet", "In cell", "Problem"} {
		cell(listHead, i+1, head, title)
	}
	rows.WriteString(`</row>`)
	for i, r := range c.listed[:min(len(c.listed), maxListed)] {
		row, name := listHead+1+i, CellName(r.row, r.col)
		fmt.Fprintf(&rows, `<row r="%d">`, row)
		cell(row, 1, 0, r.sheet)
		cell(row, 2, 0, name)
		cell(row, 3, 0, r.text())
		rows.WriteString(`</row>`)
		if i < maxLinks {
			fmt.Fprintf(
				&links,
				`<hyperlink ref="%s" location="%s" display="%s"/>`,
				CellName(row, 2),
				attrText("'"+strings.ReplaceAll(r.sheet, "'", "''")+"'!"+name),
				name,
			)
		}
	}
	return declaration + `<worksheet xmlns="` + c.namespace + `"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><cols><col min="1" max="1" width="24" customWidth="1"/><col min="2" max="2" width="10" customWidth="1"/><col min="3" max="3" width="110" customWidth="1"/></cols>` +
		`<sheetData>` + rows.String() + `</sheetData><hyperlinks>` + links.String() + `</hyperlinks><pageSetup orientation="landscape" fitToHeight="0"/></worksheet>`
}

// listNote says why there is a list.
func (c *copying) listNote() string {
	note := fmt.Sprintf(
		"Problems without a comment (%d of %d): a sheet has room for %d comments, and a cell with a comment thread "+
			"takes no more. Their cells are coloured.",
		len(c.listed), len(c.listed)+c.result.Comments, maxComments,
	)
	if len(c.listed) > maxListed {
		note += fmt.Sprintf(" This sheet has room for the first %d; keyroster check prints all of them.", maxListed)
	}
	return note
}
