package rosterio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// DecodeOptions say what rows become and where they are put.
type DecodeOptions struct {
	// File and Sheet are the indexes of the table in the roster's Files and
	// their Sheets.
	File, Sheet int
	// Row is a zero row struct of the provider, from which the schema was
	// derived.
	Row any
	// Check judges a pointer to a filled row struct; nil judges nothing. It is
	// not called for rows below a header with errors, nor for ragged rows,
	// and what it says about a cell that was refused already is dropped. The
	// row must not be kept: it is used again.
	Check func(row any, report func(reconcile.Finding))
	// Expand returns what a cell stands for that begins with @, in a column of
	// JSON or of long texts; a finding refuses the cell. nil takes such cells
	// as they are. It comes before Check.
	Expand func(col *reconcile.Column, text string) (string, *reconcile.Finding)
	// Doubt returns why the letters of a text are not certain, since the
	// encoding of the file is a guess; nil, and a nil Doubt, for none.
	Doubt func(text string) *reconcile.Finding
	// Budget bounds the text that is taken; nil takes any.
	Budget *Budget
	// Repair are the repairs that the configuration asks for. They come before
	// every judgement.
	Repair Repair
	// Judge looks at the values themselves, as a check does that has no records to
	// hold them against: those that can be no number or code are errors.
	Judge bool
	// Details are the sheets that hold columns of this table, read before it.
	Details []*Details
}

// Decode reads the rows below a header into a roster, with everything that is
// wrong with them: header problems first, then in reading order. Every row
// becomes a row of the roster; cells that were refused are unset, and the row is
// invalid. Nothing is decoded below a header that is not known.
//
// The error is the table's own: then the table is damaged, and nothing of what
// was added to the roster may be used. Decode returns ctx's error when it ends.
func Decode(ctx context.Context, header *Header, roster *reconcile.Roster, options DecodeOptions) error {
	for _, p := range header.Problems {
		roster.Report(-1, p)
	}
	for _, p := range header.unread {
		roster.ReportUnread(p)
	}
	if !header.Known {
		return nil
	}
	d, err := newDecoder(header, roster, options)
	if err != nil {
		return err
	}
	d.structs.next = func() ([]string, error) { return d.next(ctx) }
	d.structs.add = d.addRow
	if err := d.structs.run(); err != nil {
		return err
	}
	d.finish()
	return ctx.Err()
}

// decoder decodes one table.
type decoder struct {
	header  *Header
	roster  *reconcile.Roster
	options DecodeOptions
	file    *reconcile.File
	// sheet: the table is a workbook's, where trailing blank cells are not
	// stored and a short row is not a ragged one.
	sheet  bool
	fields []field
	// detailed are columns that the table does not have and a detail sheet does.
	detailed []field
	structs  *structs
	// ready are lines that are rows and not read yet; row is the one that is, texts
	// its texts.
	ready []*cellio.Line
	ended bool // the table has no further lines
	row   row
	texts []string
	cells []reconcile.Cell
	like  *likeness
	end   tableEnd
	// spent is where the budget ended.
	spent *cellio.InputError
	// beside are the lines that have content beside the table only, examples a
	// template's, hidden those of hidden rows.
	beside, examples, hidden noted
	// formula and headless are the cells of the table, by position, of which
	// a warning was given.
	formula, headless map[int]bool
	// totals is the row that holds the totals, 0 for none; leftOut: it came.
	totals   int
	leftOut  bool
	rows     int
	repaired []repaired
	values   values
}

// noted counts lines of one kind, of which one warning is given.
type noted struct{ lines, first int }

func (n *noted) add(line int) {
	if n.lines++; n.lines == 1 {
		n.first = line
	}
}

// warnNoted warns of the lines, at the first of them, if there are any: by one message or,
// with their number, by many.
func (d *decoder) warnNoted(n *noted, kind, one, many, remedy string) {
	switch {
	case n.lines == 0:
		return
	case n.lines > 1 || one == "":
		one = fmt.Sprintf(many, n.lines) + ", the first of them here"
	}
	d.warn(n.first, -1, nil, &fault{kind: kind, message: one, remedy: remedy})
}

// field is a column of the file that is read.
type field struct {
	at, target int
	class      class
	column     *reconcile.Column
}

func newDecoder(header *Header, roster *reconcile.Roster, options DecodeOptions) (*decoder, error) {
	d := &decoder{
		header: header, roster: roster, options: options, file: &roster.Files[options.File],
		sheet: header.table.CellName(1, 0) != "", formula: map[int]bool{}, headless: map[int]bool{},
	}
	var columns []int
	for at, target := range header.targets {
		if target >= 0 && header.schema.Columns[target].Role != reconcile.RoleInfo {
			col := &header.schema.Columns[target]
			d.fields = append(d.fields, field{at: at, target: target, class: classOf(col), column: col})
			columns = append(columns, target)
		}
	}
	d.like = newLikeness(d.fields)
	d.end.before = header.end
	d.totals = d.totalsRow()
	d.file.Partial = slices.Contains(header.titles, ReasonColumn)
	if header.errors() {
		d.options.Check = nil
	}
	d.file.Managed |= header.Managed
	for _, details := range options.Details {
		d.addDetails(details)
	}
	d.cells = make([]reconcile.Cell, len(header.schema.Columns))
	var err error
	if d.structs, err = newStructs(header.schema, columns, options.Row); err == nil {
		d.inspectAbove()
		d.reportAbove()
	}
	return d, err
}

// row is a row that is read.
type row struct {
	line int
	// bad are the columns whose cells were refused. A ragged row has none
	// that could be read.
	bad    reconcile.Columns
	ragged bool
}

// next returns the texts of the next row.
func (d *decoder) next(ctx context.Context) ([]string, error) {
	for d.spent == nil {
		if len(d.ready) > 0 {
			line := d.ready[0]
			if d.ready = slices.Delete(d.ready, 0, 1); d.isRow(line) {
				d.readRow(line)
				return d.texts, nil
			}
			continue
		}
		if d.ended {
			return nil, io.EOF
		}
		line, err := d.header.next()
		switch {
		case errors.Is(err, io.EOF):
			d.ended = true
			d.settlePending()
		case err != nil:
			return nil, err
		case ctx.Err() != nil:
			return nil, ctx.Err()
		default:
			d.take(line)
		}
	}
	return nil, d.spent
}

// isRow reports whether a line is no total and no example, and notes those.
func (d *decoder) isRow(line *cellio.Line) bool {
	switch {
	case line.Number == d.totals && !d.addressed(line):
		d.leftOut = true
	case d.example(line):
		d.examples.add(line.Number)
	default:
		return true
	}
	return false
}

// readRow judges the cells of a line that is not blank.
func (d *decoder) readRow(line *cellio.Line) {
	d.rows++
	number := d.roster.Rows.Len()
	d.row, d.texts = row{line: line.Number}, d.texts[:0]
	if line.Hidden {
		d.hidden.add(line.Number)
	}
	d.findHeadless(line)
	d.row.ragged = !d.sheet && d.ragged(line)
	d.like.learn(line)
	d.inspect(line, d.row.ragged)
	if d.row.ragged {
		p := d.problem(line.Number, -1, nil, &fault{
			kind: KindRagged, message: fmt.Sprintf("the row has %d fields, the header %d", len(line.Cells), d.header.width),
			remedy: "check the row for a missing or extra separator, and for quotes around cells that hold one",
		})
		p.LastLine = line.Last
		d.roster.Report(number, p)
		d.texts = append(d.texts, make([]string, len(d.fields))...)
	} else {
		for i := range d.fields {
			if !d.readCell(line, &d.fields[i], number) {
				d.row.bad = d.row.bad.With(d.fields[i].target)
			}
		}
	}
	for i := range d.fields {
		f := &d.fields[i]
		if (d.row.ragged || d.row.bad.Has(f.target)) && f.at < len(line.Cells) && line.Cells[f.at].Kind != cellio.Broken {
			text := line.Cells[f.at].Text
			d.spend(line.Number, f.at, len(text))
			d.roster.Refuse(number, f.target, reconcile.NewSecret(strings.Clone(text)))
		}
	}
}

// readCell takes the text of one cell and reports whether it is good.
func (d *decoder) readCell(line *cellio.Line, f *field, row int) bool {
	if f.at >= len(line.Cells) {
		d.texts = append(d.texts, "")
		return true
	}
	cell := d.repair(line, f)
	text, wrong := judge(f.class, f.column, cell)
	if d.options.Doubt != nil && text != "" {
		if doubt := d.options.Doubt(text); doubt != nil {
			wrong = &fault{kind: doubt.Kind, message: doubt.Message, likely: guess(f.class, doubt.Likely), remedy: doubt.Remedy}
		}
	}
	if wrong == nil && d.options.Expand != nil && f.column.Sided() && strings.HasPrefix(text, "@") {
		text, wrong = d.expand(f.column, text)
	}
	d.spend(line.Number, f.at, len(text))
	d.texts = append(d.texts, text)
	if wrong != nil {
		p := d.problem(line.Number, f.at, f.column, wrong)
		p.Read = shown(f.class, cell)
		d.roster.Report(row, p)
		return false
	}
	if cell.Formula && !d.formula[f.at] {
		d.formula[f.at] = true
		d.warn(line.Number, f.at, f.column, &fault{
			kind: KindFormula, message: "the column holds formulas; the results stored in the file are used",
			remedy: "see that the file was calculated when it was saved, or paste the values",
		})
	}
	return true
}

func (d *decoder) expand(col *reconcile.Column, text string) (string, *fault) {
	content, wrong := d.options.Expand(col, text)
	if wrong != nil {
		return "", &fault{kind: wrong.Kind, message: wrong.Message, likely: wrong.Likely, remedy: wrong.Remedy}
	}
	return content, nil
}

// ragged reports whether a CSV row does not fit its header. Blank fields beyond
// the header are a separator at the end of the line, which many exports write.
func (d *decoder) ragged(line *cellio.Line) bool {
	for i := d.header.width; i < len(line.Cells); i++ {
		if i >= len(d.header.titles) && !blank(&line.Cells[i]) {
			return true
		}
	}
	return len(line.Cells) < d.header.width
}

// findHeadless warns, once a column, of content that no header stands above.
func (d *decoder) findHeadless(line *cellio.Line) {
	for i := range line.Cells {
		headless := i >= len(d.header.titles) && d.sheet || i < len(d.header.titles) && d.header.titles[i] == ""
		if !headless || d.headless[i] || blank(&line.Cells[i]) {
			continue
		}
		d.headless[i] = true
		d.warn(line.Number, i, nil, &fault{
			kind: KindBlankHeader, message: fmt.Sprintf("column %d has content and no header; it is not read", i+1),
			remedy: "give the column its name in the header line",
		})
	}
}

func (d *decoder) problem(line, at int, col *reconcile.Column, f *fault) reconcile.Problem {
	p := reconcile.Problem{
		Source: reconcile.Source{File: d.file.Name, Sheet: d.file.Sheets[d.options.Sheet], Line: line},
		Kind:   f.kind, Message: f.message, Likely: shortLikely(f.likely), Remedy: f.remedy,
	}
	if at >= 0 {
		p.Cell = d.header.table.CellName(line, at)
	}
	if col != nil {
		p.Column = col.Name
	}
	return p
}

// warn reports a warning of no row.
func (d *decoder) warn(line, at int, col *reconcile.Column, f *fault) {
	p := d.problem(line, at, col, f)
	p.Severity = reconcile.SeverityWarning
	d.roster.Report(-1, p)
}

// finish reports what only the whole table shows.
func (d *decoder) finish() {
	d.reportEnd()
	d.warnNoted(&d.beside, KindBeside, "the line has content beside the table only, and is no row",
		"%d lines have content beside the table only, and are no rows", "nothing need be done")
	d.warnNoted(&d.examples, KindExample, "the row is the example of the template and is ignored",
		"%d rows are the example of the template and are ignored", "delete the row once the roster is filled in")
	d.reportTotals()
	d.reportRepairs()
	d.reportValues()
	if d.rows == 0 {
		f := fault{kind: KindNoRows, message: "there is a header and no row below it", remedy: "check that the export was complete"}
		if d.examples.lines > 0 {
			f.message, f.remedy = "there is no row but the template's example", "fill in the template"
		}
		d.roster.Report(-1, d.problem(d.header.Line, -1, nil, &f))
	}
	d.warnNoted(&d.hidden, KindHiddenRows, "", "%d hidden rows are read like all others", "delete the rows that do not belong to the roster")
}
