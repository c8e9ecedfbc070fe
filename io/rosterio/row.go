package rosterio

import (
	"fmt"
	"reflect"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// row is a row that is read.
type row struct {
	line int
	// bad are the columns whose cells were refused. A ragged row has none
	// that could be read.
	bad    reconcile.Columns
	ragged bool
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
	d.row.ragged = !d.workbook && d.ragged(line)
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
		if (d.row.ragged || d.row.bad.Has(f.target)) && f.at < len(line.Cells) &&
			line.Cells[f.at].Kind != cellio.Broken {
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
	if wrong == nil && d.options.side != nil && f.column.Sided() && strings.HasPrefix(text, "@") {
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

// findHeadless warns, once a column, of content that no header stands above.
func (d *decoder) findHeadless(line *cellio.Line) {
	for i := range line.Cells {
		headless := i >= len(d.header.titles) && d.workbook || i < len(d.header.titles) && d.header.titles[i] == ""
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
	number := d.roster.Add(len(d.roster.Files)-1, len(d.file.Sheets)-1, row.line, d.pack(filled))
	d.file.Rows++
	for _, p := range wrong {
		d.roster.Report(number, p)
	}
	if row.ragged || d.nameless(row.bad) {
		d.roster.Unlocated++
	}
	if !row.ragged && d.options.Check != nil {
		d.check(filled, number, row)
	}
	if d.options.Judge {
		d.judgeValue(number, row.line)
	}
}

// pack reads the cells of a filled row struct.
func (d *decoder) pack(row reflect.Value) []reconcile.Cell {
	for i := range d.fields {
		f := &d.fields[i]
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
		if target >= 0 && row.bad.Has(target) || target < 0 && d.namesRecord(row.bad) {
			return
		}
		p := reconcile.Problem{
			Source: d.roster.Source(number), Column: f.Column, Kind: f.Kind, Severity: f.Severity,
			Message: f.Message, Likely: strings.Clone(f.Likely), Remedy: f.Remedy,
		}
		for i := range d.fields {
			if d.fields[i].target == target {
				p.Cell = d.header.table.CellName(row.line, d.fields[i].at)
				p.Read = shown(
					d.fields[i].class,
					&cellio.Cell{Kind: cellio.Text, Text: d.roster.Rows.Record(number).Cell(target).Text()},
				)
			}
		}
		d.roster.Report(number, p)
	})
}

// nameless reports whether a row, whose cells are in d.cells, lost by refused cells
// what says which record it is about.
func (d *decoder) nameless(bad reconcile.Columns) bool {
	key := d.header.schema.Key()
	return bad.Has(key) || !d.cells[key].Filled() && d.namesRecord(bad)
}

// namesRecord reports whether one of the columns says which record a row is about:
// with such a cell refused, what a rule says of the row as a whole is moot.
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
