package engine

import "keyroster/reconcile"

// differs names a column in which a record is not what it was, or nothing: the
// managed ones, those that pair, and the record's version where it has one.
// Cells that either side does not know are not compared.
func differs(before, now reconcile.Record) string {
	schema := before.Schema()
	for col := range schema.Columns {
		c := &schema.Columns[col]
		if c.Role != reconcile.RoleManaged && !c.Pairs && !c.Version {
			continue
		}
		b, n := before.Cell(col), now.Cell(col)
		if b.State() == reconcile.Unset || n.State() == reconcile.Unset {
			continue
		}
		if b.State() != n.State() || b.Text() != n.Text() {
			return c.Name
		}
	}
	return ""
}

type reading uint8

const (
	unlikeWant reading = iota
	equalToWant
	cannotTell
)

// reads compares a record with what a change wanted of it.
func reads(c reconcile.Change, now reconcile.Record) reading {
	schema := now.Schema()
	answer := equalToWant
	for col := range schema.Columns {
		column := &schema.Columns[col]
		if !c.Fields.Has(col) && !(c.Action == reconcile.Create && column.Role == reconcile.RoleManaged) {
			continue
		}
		want, have := c.Want.Cell(col), now.Cell(col)
		switch {
		case want.State() == reconcile.Unset || want.State() == reconcile.Masked:
		case column.Can&reconcile.ReadApart != 0 && have.State() == reconcile.Unset:
			// What no listing holds is proved by itself: see [Prove].
		case have.State() == reconcile.Masked:
			answer = cannotTell
		case want.Text() != have.Text():
			return unlikeWant
		}
	}
	return answer
}
