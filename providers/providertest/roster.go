package providertest

import (
	"reflect"

	"keyroster/reconcile"
)

// roster packs rows as a reader of files would, with the findings of the provider's check.
func (w *world) roster(rows ...Row) *reconcile.Roster {
	w.Helper()
	spec := w.suite.Spec
	roster := reconcile.NewRoster(spec.Schema)
	file := reconcile.File{Name: "law.csv", Sheets: []string{""}, Rows: len(rows), Managed: spec.Schema.Managed()}
	roster.Files = []reconcile.File{file}
	for n, row := range rows {
		w.keepSecrets(row)
		roster.Add(0, 0, n+2, w.cells(row))
		spec.Check(w.filled(row), func(f reconcile.Finding) {
			roster.Report(
				n,
				reconcile.Problem{
					Source:   roster.Source(n),
					Column:   f.Column,
					Kind:     f.Kind,
					Severity: f.Severity,
					Message:  f.Message,
					Remedy:   f.Remedy,
				},
			)
		})
	}
	w.leaks.collect(roster.Problems)
	return roster
}

func (w *world) cells(row Row) []reconcile.Cell {
	w.Helper()
	schema := w.suite.Spec.Schema
	cells := make([]reconcile.Cell, len(schema.Columns))
	for name, text := range row {
		n := schema.Index(name)
		if n < 0 {
			w.Fatalf("%s has no column %s", schema.Provider, name)
		}
		cells[n] = reconcile.RosterCell(text, schema.Columns[n].Secret())
	}
	return cells
}

// filled returns a pointer to the provider's row struct, filled from a row.
func (w *world) filled(row Row) any {
	schema := w.suite.Spec.Schema
	filled := reflect.New(reflect.TypeOf(w.suite.Spec.Row))
	for name, text := range row {
		c := &schema.Columns[schema.Index(name)]
		field := filled.Elem().Field(c.Field)
		if c.Secret() {
			field.Set(reflect.ValueOf(reconcile.NewSecret(text)))
		} else {
			field.SetString(text)
		}
	}
	return filled.Interface()
}
