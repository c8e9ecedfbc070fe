package tableio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

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
	for {
		line, err := header.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		d.take(line)
		if d.spent != nil {
			return d.spent
		}
		if d.batch.full() {
			if err := d.flush(ctx); err != nil {
				return err
			}
		}
	}
	d.settlePending()
	if d.spent != nil {
		return d.spent
	}
	if err := d.flush(ctx); err != nil {
		return err
	}
	d.finish()
	return nil
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
	batch    *batch
	cells    []reconcile.Cell
	like     *likeness
	end      tableEnd
	// beside counts the lines that have content beside the table only.
	beside, firstBeside int
	// spent is where the budget ended.
	spent *InputError
	// formula and headless are the cells of the table, by position, of which
	// a warning was given.
	formula, headless map[int]bool
	hidden            int
	firstHidden       int
	// totals is the row that holds the totals, 0 for none; leftOut: it came.
	totals  int
	leftOut bool
	rows    int
	// examples counts the lines that are a template's example.
	examples, firstExample int
	repaired               []repaired
	values                 values
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
	b, err := newBatch(header.schema, columns, options.Row)
	d.batch = b
	if err == nil {
		d.inspectAbove()
		d.reportAbove()
	}
	return d, err
}

// readRow judges the cells of a line that is not blank, and adds it to the batch.
func (d *decoder) readRow(line *Line) {
	if line.Number == d.totals && !d.addressed(line) {
		d.leftOut = true
		return
	}
	if d.example(line) {
		d.skipExample(line.Number)
		return
	}
	d.rows++
	row := batchRow{line: line.Number}
	defer func() { d.batch.addRow(row) }()
	if line.Hidden {
		if d.hidden++; d.hidden == 1 {
			d.firstHidden = line.Number
		}
	}
	d.findHeadless(line)
	row.ragged = !d.sheet && d.ragged(line)
	d.like.learn(line)
	d.inspect(line, row.ragged)
	if row.ragged {
		p := d.problem(line.Number, -1, nil, &fault{
			kind: KindRagged, message: fmt.Sprintf("the row has %d fields, the header %d", len(line.Cells), d.header.width),
			remedy: "check the row for a missing or extra separator, and for quotes around cells that hold one",
		})
		p.LastLine = line.Last
		d.report(true, p)
	} else {
		for i := range d.fields {
			if !d.readCell(line, &d.fields[i]) {
				row.bad = row.bad.With(d.fields[i].target)
			}
		}
	}
	for i := range d.fields {
		f := &d.fields[i]
		if (row.ragged || row.bad.Has(f.target)) && f.at < len(line.Cells) && line.Cells[f.at].Kind != Broken {
			d.spend(line.Number, f.at, len(line.Cells[f.at].Text))
			row.refused = append(row.refused, refusedCell{f.target, reconcile.NewSecret(strings.Clone(line.Cells[f.at].Text))})
		}
	}
}

// readCell adds one cell to the batch and reports whether it is good.
func (d *decoder) readCell(line *Line, f *field) bool {
	if f.at >= len(line.Cells) {
		d.batch.add("")
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
	d.batch.add(text)
	if wrong != nil {
		p := d.problem(line.Number, f.at, f.column, wrong)
		p.Read = shown(f.class, cell)
		d.report(true, p)
		return false
	}
	if cell.Formula && !d.formula[f.at] {
		d.formula[f.at] = true
		p := d.problem(line.Number, f.at, f.column, &fault{
			kind: KindFormula, message: "the column holds formulas; the results stored in the file are used",
			remedy: "see that the file was calculated when it was saved, or paste the values",
		})
		p.Severity = reconcile.SeverityWarning
		d.report(false, p)
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
func (d *decoder) ragged(line *Line) bool {
	for i := d.header.width; i < len(line.Cells); i++ {
		if i >= len(d.header.titles) && !blank(&line.Cells[i]) {
			return true
		}
	}
	return len(line.Cells) < d.header.width
}

// findHeadless warns, once a column, of content that no header stands above.
func (d *decoder) findHeadless(line *Line) {
	for i := range line.Cells {
		headless := i >= len(d.header.titles) && d.sheet || i < len(d.header.titles) && d.header.titles[i] == ""
		if !headless || d.headless[i] || blank(&line.Cells[i]) {
			continue
		}
		d.headless[i] = true
		p := d.problem(line.Number, i, nil, &fault{
			kind: KindBlankHeader, message: fmt.Sprintf("column %d has content and no header; it is not read", i+1),
			remedy: "give the column its name in the header line",
		})
		p.Severity = reconcile.SeverityWarning
		d.report(false, p)
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

// report keeps a problem until its row has a number.
func (d *decoder) report(ofRow bool, p reconcile.Problem) {
	row := -1
	if ofRow {
		row = len(d.batch.rows)
	}
	d.batch.late = append(d.batch.late, lateProblem{row: row, problem: p})
}

// finish reports what only the whole table shows.
func (d *decoder) finish() {
	d.reportEnd()
	d.reportBeside()
	d.reportExamples()
	d.reportTotals()
	d.reportRepairs()
	d.reportValues()
	switch {
	case d.rows > 0:
	case d.examples > 0:
		d.roster.Report(-1, d.problem(d.header.Line, -1, nil, &fault{
			kind: KindNoRows, message: "there is no row but the template's example", remedy: "fill in the template",
		}))
	default:
		d.roster.Report(-1, d.problem(d.header.Line, -1, nil, &fault{
			kind: KindNoRows, message: "there is a header and no row below it",
			remedy: "check that the export was complete",
		}))
	}
	if d.hidden > 0 {
		p := d.problem(d.firstHidden, -1, nil, &fault{
			kind: KindHiddenRows, message: fmt.Sprintf("%d hidden rows are read like all others, the first of them here", d.hidden),
			remedy: "delete the rows that do not belong to the roster",
		})
		p.Severity = reconcile.SeverityWarning
		d.roster.Report(-1, p)
	}
}
