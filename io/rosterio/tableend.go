package rosterio

import (
	"strings"
	"unicode"

	"keyroster/io/cellio"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// The file itself shows where a table ends: a header directly below a row comes
// from a second file that a person appended to the first, and its rows belong to
// the table. After a blank line or a title it begins another table, of which
// nothing is known: rows of returned cards would be issued again. So lines that do
// not look like rows are kept until it is known what they belong to.

// pendingLines is how many of them are kept; that many are another table.
const (
	pendingLines = 256
	pendingText  = 16 << 20
)

// tableEnd is how far the table is read.
type tableEnd struct {
	// before is the physical line on which the last line with content ended.
	before int
	// pending are the lines since the last row that do not look like rows; apart: a
	// blank line precedes them.
	pending []*cellio.Line
	apart   bool
	// size is the size of their texts.
	size int
	// over: the table has ended; first and last are the lines after it.
	over        bool
	first, last int
	// header: a header ended it, else lines of another form.
	header bool
	// rowColumn is the column whose cell last showed that a line is not a header.
	rowColumn int
	// again are the lines that repeat the header.
	again noted
}

// take handles the next line: a row or something else.
func (d *decoder) take(line *cellio.Line) {
	if wholeBlank(line) {
		return
	}
	if d.isBeside(line) {
		d.beside.add(line.Number)
		return
	}
	end := &d.end
	apart := line.Number > end.before+1
	end.before = line.End()
	switch {
	case end.over:
		end.last = line.End()
	case d.isHeader(line):
		if !apart && len(end.pending) == 0 && d.sameHeader(line) {
			end.again.add(line.Number)
			return
		}
		d.endTable(line, true)
	case d.mayFollow(line, apart):
		if len(end.pending) == 0 {
			end.apart, end.size = apart, 0
		}
		text, _ := lineText(line)
		end.size += text
		end.pending = append(end.pending, keepLine(line))
		if len(end.pending) == pendingLines || end.size > pendingText {
			d.endTable(line, false)
		}
	case len(end.pending) > 0 && end.apart && d.foreignHeader(end.pending[len(end.pending)-1]):
		d.endTable(line, true)
	default:
		d.flushPending()
		d.ready = append(d.ready, line)
	}
}

// endTable ends the table before the pending lines, else before this one.
func (d *decoder) endTable(line *cellio.Line, header bool) {
	end := &d.end
	end.over, end.header, end.first, end.last = true, header, line.Number, line.End()
	if len(end.pending) > 0 {
		end.first = end.pending[0].Number
	}
	end.pending = nil
}

// flushPending takes the pending lines as rows after all.
func (d *decoder) flushPending() {
	d.ready = append(d.ready, d.end.pending...)
	d.end.pending = d.end.pending[:0]
}

// resolvePending decides what the lines below the last row are.
func (d *decoder) resolvePending() {
	end := &d.end
	if len(end.pending) == 0 {
		return
	}
	first, last := end.pending[0], end.pending[len(end.pending)-1]
	notes := 0
	for _, line := range end.pending {
		if d.isFootnote(line) {
			notes++
		}
	}
	switch {
	case end.apart && notes == len(end.pending):
		p := d.problem(first.Number, -1, nil, &fault{
			kind: KindFootnote, message: "the text below the table is not a row and is not read",
			remedy: "no action needed; if it belongs to the roster, remove the blank line above it",
		})
		p.Severity, p.LastLine = reconcile.SeverityWarning, lastLine(first.Number, last.End())
		var text strings.Builder
		for _, line := range end.pending {
			for i := range line.Cells {
				text.WriteString(line.Cells[i].Text + " ")
			}
		}
		d.roster.ReportNote(p, reconcile.NewSecret(text.String()))
		end.pending = nil
	case end.apart && len(end.pending)-notes > 1:
		d.endTable(last, false)
	default:
		d.flushPending()
	}
}

// lastLine is the last line of a problem that begins on the line first: 0 where that is the same.
func lastLine(first, last int) int {
	if last <= first {
		return 0
	}
	return last
}

// reportEnd reports, once, what follows the table.
func (d *decoder) reportEnd() {
	end := &d.end
	d.warnNoted(&end.again, KindHeaderAgain, "the line repeats the header and is skipped",
		"%d lines repeat the header and are skipped", "no action needed if files were joined")
	if !end.over {
		return
	}
	message := "another table starts below the first, after a blank line or a title; it is not read"
	remedy := "move it to its own sheet or file; if its rows belong to the roster, remove everything between them " +
		"and the rows above, including the header"
	if !end.header {
		message = "lines that do not fit the table follow it after a blank line; they are not read"
		remedy = "move them to their own sheet or file, or remove them; if they are rows, remove the blank line above them"
	}
	p := d.problem(end.first, -1, nil, &fault{kind: KindSecondTable, message: message, remedy: remedy})
	p.LastLine = lastLine(end.first, end.last)
	d.roster.ReportUnread(p)
}

// isHeader reports whether a line reads as a header of this provider's rosters. A
// cell that only rows have ends the search: nearly every row has one.
func (d *decoder) isHeader(line *cellio.Line) bool {
	if at := d.end.rowColumn; at < len(line.Cells) && isRowCell(&line.Cells[at]) {
		return false
	}
	filled, codes := 0, 0
	for i := range line.Cells {
		cell := &line.Cells[i]
		switch {
		case blank(cell):
			continue
		case isRowCell(cell):
			d.end.rowColumn = i
			return false
		case threeDigits(cell.Text):
			codes++
		}
		filled++
	}
	if filled < 2 && filled < len(d.fields) || 2*codes >= filled {
		return false
	}
	h := d.header.binder.bind(line)
	if !h.Known {
		return false
	}
	known := 0
	for _, target := range h.targets {
		if target >= 0 {
			known++
		}
	}
	return h.Whole() && 2*known > filled || known > 1 && 4*known >= 3*filled
}

// isRowCell reports whether a cell is one that no header has.
func isRowCell(cell *cellio.Cell) bool {
	return !blank(cell) &&
		(cell.Kind != cellio.Text || cell.Formula || len(cell.Text) > maxHeaderBytes ||
			shape.AllDigits(cell.Text) || strings.IndexByte(cell.Text, '@') >= 0)
}

// threeDigits reports whether a text has at least three digits, which only a year
// in the name of a column does.
func threeDigits(text string) bool {
	n := 0
	for i := range len(text) {
		if text[i] >= '0' && text[i] <= '9' {
			n++
		}
	}
	return n >= 3
}

// sameHeader reports whether a header has the columns that are read in the same
// positions, so that its rows can be read like those above.
func (d *decoder) sameHeader(line *cellio.Line) bool {
	h := d.header.binder.bind(line)
	read := 0
	for _, target := range h.targets {
		if target >= 0 && d.header.schema.Columns[target].Role != reconcile.RoleInfo {
			read++
		}
	}
	for i := range d.fields {
		at := d.fields[i].at
		if at >= len(h.targets) || h.targets[at] != d.fields[i].target || h.kind(at) != d.header.kind(at) {
			return false
		}
	}
	return read == len(d.fields)
}

// mayFollow reports whether a line may be something other than a row: a title, a
// footnote, a line of another table.
func (d *decoder) mayFollow(line *cellio.Line, apart bool) bool {
	apart = apart || len(d.end.pending) > 0
	single, short := hasOneCell(line), !d.workbook && len(line.Cells) < d.header.width
	if !apart && !single && !short {
		return false
	}
	if single && apart {
		return true
	}
	forIt, againstIt := d.cellEvidence(line)
	switch {
	case forIt > 0:
		return false
	case single:
		return !d.identifying(line)
	case short:
		return true
	}
	return againstIt > 0 || isTotal(line)
}

// hasOneCell reports whether a line has exactly one cell with content.
func hasOneCell(line *cellio.Line) bool {
	n := 0
	for i := range line.Cells {
		if !blank(&line.Cells[i]) {
			if n++; n > 1 {
				return false
			}
		}
	}
	return n == 1
}

// cellEvidence counts the cells that are evidence for and against a line being a row.
func (d *decoder) cellEvidence(line *cellio.Line) (forIt, againstIt int) {
	for i := range d.fields {
		switch d.evidenceAt(line, i) {
		case speaksFor:
			forIt++
		case against:
			againstIt++
		}
	}
	return forIt, againstIt
}

// evidenceAt evaluates the cell of field i. Numbers and dates where codes or dates
// belong are a row's, whatever is wrong with them.
func (d *decoder) evidenceAt(line *cellio.Line, i int) evidence {
	f := &d.fields[i]
	if f.at >= len(line.Cells) || blank(&line.Cells[f.at]) {
		return silent
	}
	cell := &line.Cells[f.at]
	switch cell.Kind {
	case cellio.Text:
		return d.like.of(i, cell.Text)
	case cellio.Number:
		if f.class.code() && len(cell.Text) > 3 {
			return speaksFor
		}
	case cellio.Date:
		return either(f.class == classTime || f.class.code())
	}
	return silent
}

// identifying reports whether a line of one cell could be a row: the cell alone
// says which record is meant.
func (d *decoder) identifying(line *cellio.Line) bool {
	holders, others, _ := matchColumns(d.header.schema)
	for i := range d.fields {
		f := &d.fields[i]
		if f.at >= len(line.Cells) || blank(&line.Cells[f.at]) {
			continue
		}
		alone := f.target == d.header.schema.Key()
		for _, col := range others {
			alone = alone || len(holders) == 0 && col == f.target
		}
		if alone {
			return d.evidenceAt(line, i) != against
		}
	}
	return false
}

// foreignHeader reports whether a line could be the header of a table with other
// names: several words, and nothing that rows have.
func (d *decoder) foreignHeader(line *cellio.Line) bool {
	if hasOneCell(line) {
		return false
	}
	forIt, againstIt := d.cellEvidence(line)
	for i := range line.Cells {
		cell := &line.Cells[i]
		if !blank(cell) &&
			(cell.Kind != cellio.Text || len(cell.Text) > maxHeaderBytes || strings.ContainsFunc(cell.Text, unicode.IsDigit)) {
			return false
		}
	}
	return forIt == 0 && againstIt > 0
}
