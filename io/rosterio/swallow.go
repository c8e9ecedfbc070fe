package rosterio

import (
	"fmt"
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// A quote that is missing, or one too many, makes the rows up to the next quote
// the text of one cell. The file is valid CSV all the same, and the rows are gone.
// So each quoted cell with line breaks is checked for lines that look like rows of
// this table. Those of addresses, notes and documents do not.

// lawWidth is the least number of columns at which the right number of separators
// in every line of a cell is enough to show that it holds rows.
const lawWidth = 3

// textLines splits a text at its line breaks of any kind.
func textLines(text string) []string {
	return strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
}

// findSwallowed reports the quoted cells of a line that hold rows of the table, and
// whether there was one.
func (d *decoder) findSwallowed(line *cellio.Line, ragged bool) bool {
	found := false
	for _, span := range line.Spans {
		if at := d.firstSwallowed(line, span, ragged); at >= 0 {
			p := d.problem(span.First, -1, nil, swallowFault(span, at))
			p.LastLine = max(span.Last, line.End()) // the cells after it may be another row's too
			d.roster.Report(-1, p)
			found = true
		}
	}
	return found
}

func swallowFault(span cellio.Span, at int) *fault {
	where := fmt.Sprintf("the quoted cell that starts on line %d ends on line %d, and ", span.First, span.Last)
	if span.Last == span.First {
		where = fmt.Sprintf("the quoted cell on line %d holds line breaks, and ", span.First)
	}
	what := "the text in it looks like rows of this table"
	if at > 0 && span.First+at <= span.Last {
		what = fmt.Sprintf("line %d in it looks like a row of this table", span.First+at)
	}
	return &fault{
		kind: KindSwallowedRows, message: where + what,
		remedy: "look for stray quotes at its start and end: remove both, or double each that is part of the text",
	}
}

// firstSwallowed is the number, from 0, of the first line of a cell's text that
// looks like a row of the table, or -1.
func (d *decoder) firstSwallowed(line *cellio.Line, span cellio.Span, ragged bool) int {
	separator := d.separator()
	if separator == "" {
		return -1
	}
	// In a column without line breaks, or a row that does not fit, less evidence is enough.
	loose := ragged
	for i := range d.fields {
		loose = loose ||
			d.fields[i].at == span.Column && d.fields[i].class != classText && d.fields[i].class != classJSON
	}
	texts := textLines(line.Cells[span.Column].Text)
	lawful := d.header.width >= lawWidth && !strings.Contains(line.Cells[span.Column].Text, `"`)
	for i, text := range texts {
		cells := strings.Split(text, separator)
		part := rowPart{cells: cells, whole: d.header.width, last: i == len(texts)-1}
		part.open = strings.Count(text, `"`)%2 == 1 || strings.Count(text, "'")%2 == 1
		switch {
		case i == 0:
			part.from = span.Column
		case part.last:
			part.whole = span.Column + 1
		}
		seen := d.weigh(&part)
		lawful = lawful && seen.exact && seen.againstIt == 0
		if seen.row(loose) || i > 0 && d.header.binder.isHeaderText(text, separator) {
			return i
		}
	}
	if lawful {
		return 1
	}
	return -1
}

// rowPart is a line of a cell's text, split at the separators.
type rowPart struct {
	cells []string
	// from is the column of the first cell, whole the number of columns that a row would have.
	from, whole int
	// last: the cell ends within the last of the cells. open: a quote is left open, so that the
	// row that this line may be continues on the next ones.
	last, open bool
}

// weight is the evidence for and against a line of text being a row.
type weight struct {
	cells            int
	first            bool
	exact, address   bool
	forIt, againstIt int
	// begins: the line has an address and more, and leaves a quote open, so that it may begin
	// a row that has the next lines too.
	begins bool
}

// row reports whether the line looks like a row. If loose, a single piece of
// evidence for it is enough.
func (w *weight) row(loose bool) bool {
	switch {
	case w.forIt == 0, w.first && w.cells < 2:
		return false
	case loose && !w.first:
		return true
	case w.cells < 2:
		return false
	}
	return w.exact && (w.againstIt == 0 || w.address || w.forIt > 1) || w.againstIt == 0 && (w.forIt > 1 || w.begins)
}

// weigh compares a line of text with the columns.
func (d *decoder) weigh(part *rowPart) weight {
	n := part.from + len(part.cells)
	w := weight{cells: len(part.cells), first: part.from > 0, exact: n == part.whole}
	if !part.last {
		w.exact = w.exact || n == len(d.header.titles)
	}
	for i := range d.fields {
		at := d.fields[i].at - part.from
		if at < 0 || at >= len(part.cells) || part.from > 0 && at == 0 {
			continue
		}
		switch d.like.of(i, part.cells[at]) {
		case speaksFor:
			w.forIt++
			w.address = w.address || d.fields[i].class == classEmail
		case against:
			if !part.last || at < len(part.cells)-1 {
				w.againstIt++
			}
		}
	}
	w.begins = part.open && w.address && w.cells > 2 && n < part.whole
	return w
}

// reportSwallowed reports the quoted cells above the rows that contain a header.
func (b *binder) reportSwallowed(h *Header) {
	separator := separatorOf(b.table)
	if separator == "" {
		return
	}
	h.broken = slices.DeleteFunc(h.broken, func(line *cellio.Line) bool {
		for _, span := range line.Spans {
			if at := b.headerIn(line.Cells[span.Column].Text, separator); at >= 0 {
				f := swallowFault(span, at)
				h.Problems = append(h.Problems, b.problem(nil, -1, reconcile.Problem{
					Source: reconcile.Source{Line: span.First}, LastLine: max(span.Last, line.End()),
					Kind: f.kind, Message: f.message, Remedy: f.remedy,
				}))
				return true
			}
		}
		return false
	})
}

// headerIn is the number, from 0, of the first line of a text that names two
// columns, or -1.
func (b *binder) headerIn(text, separator string) int {
	return slices.IndexFunc(textLines(text), func(line string) bool { return b.isHeaderText(line, separator) })
}

// isHeaderText reports whether half of the cells of a line of text name columns,
// and two of them do. Quotes mean that it is from a document.
func (b *binder) isHeaderText(line, separator string) bool {
	known, cells := 0, 0
	for cell := range strings.SplitSeq(line, separator) {
		cells++
		if cell != "" && b.column(trimInvisible(cell)) >= 0 {
			known++
		}
	}
	return known > 1 && 2*known >= cells && !strings.Contains(line, `"`)
}

// findSwallowedAbove reports the quoted cells of the header and above it that hold rows.
func (d *decoder) findSwallowedAbove() {
	for _, line := range d.header.broken {
		if line.Number <= d.header.Line {
			d.findSwallowed(line, true)
		}
	}
}

// rowsAbove is how many cells of a line above the header must look like a row's: a
// title may have one.
const rowsAbove = 2

// reportAbove reports, once, rows above the header: the header over them is broken,
// and no other check would notice that they are missing. The rows below it have shown by now
// what references and types look like.
func (d *decoder) reportAbove() {
	first, last, broken := 0, 0, false
	for _, line := range d.header.above {
		forIt, against := d.cellEvidence(line)
		if forIt >= rowsAbove && forIt > against || broken && !hasOneCell(line) {
			if first == 0 {
				first = line.Number
			}
			last = line.End()
		}
		// Below a header that lacks a name, rows may have any columns.
		broken = broken || d.header.binder.bind(line).known() >= rowsAbove
	}
	if first == 0 {
		return
	}
	p := d.problem(first, -1, nil, &fault{
		kind: KindRowsAbove, message: fmt.Sprintf("rows seem to stand above the header, which is on line %d; none of them would be read", d.header.Line),
		remedy: "correct the header above them (a stray quote, a misspelt name), or remove what is not part of the table",
	})
	p.LastLine = lastLine(first, last)
	d.roster.Report(-1, p)
}

// separator is the text between the cells of the table's lines, empty for a workbook.
func (d *decoder) separator() string { return separatorOf(d.header.table) }

func separatorOf(table cellio.Table) string {
	if t, ok := table.(cellio.Separated); ok {
		return string(t.Separator())
	}
	return ""
}
