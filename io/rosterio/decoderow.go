package rosterio

import (
	"reflect"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// addRow puts the row that was read into the roster.
func (d *decoder) addRow(filled reflect.Value) {
	row := &d.row
	wrong := d.fillDetails(filled, row)
	if d.spent == nil && !d.roster.Rows.Fits() {
		d.spent = d.options.Budget.tooMuch(d.header.table, d.file.Name, d.file.Sheets[d.options.Sheet], row.line, -1)
	}
	if d.spent != nil {
		return
	}
	number := d.roster.Add(d.options.File, d.options.Sheet, row.line, d.pack(filled))
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
