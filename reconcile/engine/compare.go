package engine

import "keyroster/reconcile"

// differs names a column in which a record is not what it was, empty for none. It compares
// the managed and the pairing columns, and the record's version if it has one. Cells that
// either side does not know are not compared.
func differs(before, now reconcile.Record) string {
	for _, col := range differing(before, now) {
		return before.Schema().Columns[col].Name
	}
	return ""
}

// differing returns the numbers of those columns.
func differing(before, now reconcile.Record) (cols []int) {
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
			cols = append(cols, col)
		}
	}
	return cols
}

type comparison uint8

const (
	unlikeWant comparison = iota
	equalToWant
	cannotTell
	// respelled: it may be the provider's spelling of what was wanted.
	respelled
)

// compareToWant compares a record with what a change wanted of it.
func compareToWant(c reconcile.Change, now reconcile.Record) comparison {
	answer, _ := compareToWantKept(c, now, nil)
	return answer
}

// compareToWantKept compares a record with what a change wanted of it, and returns the
// columns in which the provider stored something in its place. storedAs may be nil.
func compareToWantKept(
	c reconcile.Change, now reconcile.Record,
	storedAs func(want, have reconcile.Record, col int) string,
) (answer comparison, kept []Kept) {
	schema := now.Schema()
	answer = equalToWant
	for col := range schema.Columns {
		column := &schema.Columns[col]
		if !c.Fields.Has(col) && !(c.Action == reconcile.Create && column.Role == reconcile.RoleManaged) {
			continue
		}
		want, have := c.Want.Cell(col), now.Cell(col)
		like := column.Compare(want, have)
		if like == reconcile.Alike || like == reconcile.Apart {
			continue // what no listing holds is proved separately: see [Prove]
		}
		if storedAs != nil && like != reconcile.Hidden {
			if words := storedAs(c.Want, now, col); words != "" {
				kept = append(kept, Kept{Column: col, Words: words})
				continue
			}
		}
		switch like {
		case reconcile.Hidden:
			answer = cannotTell
		case reconcile.Respelled:
			kept = append(kept, Kept{Column: col, Want: want, Have: have, Words: column.KeptSpellingNote(want, have)})
			if answer == equalToWant {
				answer = respelled
			}
		default:
			return unlikeWant, nil
		}
	}
	return answer, kept
}

// Kept is a column in which a record holds what the provider stored in place of what was
// written.
type Kept struct {
	Column int
	// Want and Have are the two spellings of one text. They are unset if the provider
	// itself reports what it stored.
	Want, Have reconcile.Cell
	Words      string
}
