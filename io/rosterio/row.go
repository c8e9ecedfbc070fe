package rosterio

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// row is a row being read.
type row struct {
	line int
	// bad are the columns whose cells were refused. None of a ragged row's cells is read.
	bad    reconcile.Columns
	ragged bool
	// name is what the line calls its person, whom the provider may not know.
	name string
	// lacks is the problem of a line that does not name the holder of its values.
	lacks *reconcile.Problem
	// stateless is the problem of a line of the person above that leaves its state open.
	stateless *reconcile.Problem
}

// begin checks a whole line that is not blank, before its rows are read.
func (d *decoder) begin() {
	line := d.ready[0]
	d.lines++
	d.row = row{line: line.Number}
	if line.Hidden {
		d.hidden.add(line.Number)
	}
	if line.Struck {
		d.struck.add(line.Number)
	}
	d.findHeadless(line)
	d.row.ragged = !d.workbook && d.ragged(line)
	d.like.add(line)
	d.findSwallowed(line, d.row.ragged)
	if line.Number == d.header.end+1 && explains(line) {
		d.warn(line.Number, -1, nil, &fault{
			kind: KindHeaderAgain, message: "the line reads like a second one of the header, and is read as a row",
			remedy: "join it with the line above, or delete it",
		})
	}
	line = d.attribute(line)
	d.ready[0], d.row.name = line, d.nameOf(line)
	if d.wide != nil {
		d.wide.first = len(d.roster.Problems)
		d.wide.open(line, d.row.ragged)
		d.removesNothing(line)
	}
}

// readRow reads and checks the cells of a row.
func (d *decoder) readRow(line *cellio.Line) {
	d.rows++
	number := d.roster.Rows.Len()
	d.row.bad, d.texts = 0, d.texts[:0]
	if d.row.lacks != nil {
		d.report(number, *d.row.lacks)
	}
	if d.row.stateless != nil {
		d.report(number, *d.row.stateless)
	}
	if d.row.ragged {
		p := d.problem(line.Number, -1, nil, &fault{
			kind: KindRagged, message: fmt.Sprintf("the row has %d fields, but the header has %d", len(line.Cells),
				d.header.width),
			remedy: "check the row for a missing or extra separator; cells that contain a separator need quotes",
		})
		p.LastLine = line.Last
		d.report(number, p)
		d.texts = append(d.texts, make([]string, len(d.read))...)
	} else {
		for i := range d.read {
			if !d.readCell(line, &d.read[i], number) {
				d.row.bad = d.row.bad.With(d.read[i].target)
			}
		}
		d.misplaced(line, number)
	}
	if d.wide != nil {
		d.texts[d.wide.kind] = d.wide.at.kind
	}
	if !d.row.ragged && d.row.bad == 0 {
		return
	}
	for i := range d.read {
		f := &d.read[i]
		if (d.row.ragged || d.row.bad.Has(f.target)) && f.at >= 0 && f.at < len(line.Cells) &&
			line.Cells[f.at].Kind != cellio.Broken {
			text := line.Cells[f.at].Text
			d.spend(line.Number, f.at, len(text))
			d.roster.Refuse(number, f.target, reconcile.NewSecret(strings.Clone(text)))
		}
	}
}

// readCell takes the text of one cell and reports whether it is good.
func (d *decoder) readCell(line *cellio.Line, f *field, row int) bool {
	if f.at < 0 || f.at >= len(line.Cells) {
		d.texts = append(d.texts, "")
		return true
	}
	cell := d.repair(line, f)
	text, wrong := readCellText(f.class, f.column, cell)
	if d.options.doubt != nil && text != "" {
		if doubt := d.options.doubt(text); doubt != nil {
			wrong = &fault{
				kind:    doubt.Kind,
				message: doubt.Message,
				likely:  guess(f.class, doubt.Likely),
				remedy:  doubt.Remedy,
			}
		}
	}
	if wrong == nil && d.options.side != nil && f.column.AllowsSideFile() && strings.HasPrefix(text, "@") {
		text, wrong = d.expand(f.column, text)
	}
	d.spend(line.Number, f.at, len(text))
	d.texts = append(d.texts, text)
	if wrong != nil {
		p := d.problem(line.Number, f.at, f.column, wrong)
		p.Read = shown(f.class, cell)
		if other := d.totalsRemedy(line); other != "" {
			p.Remedy = other + "; else " + p.Remedy
		} else {
			d.noteLost(row, f, cell.Text, wrong)
		}
		d.report(row, p)
		return false
	}
	if cell.Formula && !d.formula[f.at] {
		d.formula[f.at] = true
		d.warn(line.Number, f.at, f.column, &fault{
			kind: KindFormula, message: "the column holds formulas; their stored results are used",
			remedy: "make sure that the file was calculated when it was saved, or paste the values",
		})
	}
	return true
}

// totalsRemedy is the advice for a line with refused cells that may hold totals; empty for others.
func (d *decoder) totalsRemedy(line *cellio.Line) string {
	if isTotal(line) {
		return "if the row holds totals, leave a blank line above it"
	}
	return ""
}

func (d *decoder) expand(col *reconcile.Column, text string) (string, *fault) {
	content, wrong := d.options.side.expand(col, text)
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

// findHeadless warns, once per column, of content without a header above it.
func (d *decoder) findHeadless(line *cellio.Line) {
	for i := range line.Cells {
		headless := i >= len(d.header.titles) && d.workbook || i < len(d.header.titles) && d.header.titles[i] == ""
		if !headless || d.headless[i] || blank(&line.Cells[i]) {
			continue
		}
		d.headless[i] = true
		d.warn(line.Number, i, nil, &fault{
			kind: KindBlankHeader, message: fmt.Sprintf("column %d has content but no header; it is not read", i+1),
			remedy: "name the column in the header line",
		})
	}
}

// addRow puts the row that was read into the roster.
func (d *decoder) addRow(filled reflect.Value) {
	row := &d.row
	wrong := d.fillDetails(filled, row)
	if d.spent == nil && !d.roster.Rows.Fits() {
		d.spent = d.tooMuch(row.line, -1)
	}
	if d.spent != nil {
		return
	}
	column := 0
	if d.wide != nil {
		column = d.wide.at.number
	}
	number := d.roster.AddCell(len(d.roster.Files)-1, len(d.file.Sheets)-1, row.line, column, d.pack(filled))
	d.file.Rows++
	if row.name != "" && !d.cells[d.header.schema.Key()].Filled() {
		d.spend(row.line, -1, len(row.name))
		d.roster.Names[number] = strings.Clone(row.name)
	}
	for _, p := range wrong {
		d.roster.Report(number, p)
	}
	if row.ragged || row.lacks != nil || d.nameless(row.bad) {
		d.roster.Unlocated++
	}
	if !row.ragged && d.options.Check != nil {
		d.check(filled, number, row)
	}
	if d.options.CheckValues {
		d.checkValue(number)
	}
}

// nameOf is what a line calls its person, empty for nothing.
func (d *decoder) nameOf(line *cellio.Line) string {
	col := d.header.schema.At(reconcile.HolderName)
	if col < 0 || !d.header.Present.Has(col) {
		return ""
	}
	at := slices.Index(d.header.targets, col)
	if !filledAt(line, at) || line.Cells[at].Kind != cellio.Text {
		return ""
	}
	return trimInvisible(line.Cells[at].Text)
}

// pack reads the cells of a filled row struct.
func (d *decoder) pack(row reflect.Value) []reconcile.Cell {
	for i := range d.read {
		f := &d.read[i]
		at := row.Field(f.column.Field)
		if f.column.Secret() {
			d.cells[f.target] = reconcile.RosterCell(at.Addr().Interface().(*reconcile.Secret).Reveal(), true)
		} else {
			d.cells[f.target] = reconcile.RosterCell(at.String(), false)
		}
	}
	for i := range d.detailed {
		f := &d.detailed[i]
		d.cells[f.target] = reconcile.RosterCell(row.Field(f.column.Field).String(), false)
	}
	return d.cells
}

// check asks the provider's rules about a row.
func (d *decoder) check(filled reflect.Value, number int, row *row) {
	d.options.Check(filled.Addr().Interface(), func(f reconcile.Finding) {
		target := d.header.schema.Index(f.Column)
		if target >= 0 && row.bad.Has(target) || target < 0 && (row.lacks != nil || d.namesRecord(row.bad)) {
			return
		}
		p := d.problem(row.line, -1, nil, &fault{kind: f.Kind, message: f.Message, remedy: f.Remedy})
		p.Column, p.Severity, p.Likely = f.Column, f.Severity, strings.Clone(f.Likely)
		for i := range d.read {
			if of := &d.read[i]; of.target == target {
				p.Read = shown(
					of.class,
					&cellio.Cell{Kind: cellio.Text, Text: d.roster.Rows.Record(number).Cell(target).Text()},
				)
				if of.at < 0 {
					d.reportType(number, p)
					return
				}
				p.Cell = d.header.table.CellName(row.line, of.at)
				if d.header.kind(of.at) != "" {
					p.Column = shortTitle(d.header.titles[of.at])
				}
			}
		}
		d.report(number, p)
	})
}

// nameless reports whether refused cells left a row, whose cells are in d.cells,
// without what identifies its record.
func (d *decoder) nameless(bad reconcile.Columns) bool {
	key := d.header.schema.Key()
	return bad.Has(key) || !d.cells[key].Filled() && d.namesRecord(bad)
}

// namesRecord reports whether one of the columns identifies a row's record: with
// such a cell refused, findings about the row as a whole do not apply.
func (d *decoder) namesRecord(columns reconcile.Columns) bool {
	for i := range d.fields {
		col := d.fields[i].column
		if (col.Role == reconcile.RoleKey || col.Role == reconcile.RoleMatch || col.Pairs) &&
			columns.Has(d.fields[i].target) {
			return true
		}
	}
	return false
}
