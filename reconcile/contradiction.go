package reconcile

import (
	"fmt"
)

// contradictions finds the rows that contradict the record whose id they give: such a
// record belongs to no row, even if others name it.
func (m *matcher) contradictions() {
	for n, row := range m.owner {
		if row < 0 {
			continue
		}
		record := int32(n)
		parted := m.contradicts(row, record)
		for _, rival := range m.rivals[record] {
			parted = m.contradicts(rival, record) || parted
		}
		if !parted {
			continue
		}
		rows := m.naming(record)
		for _, row := range rows {
			if !m.matches[row].decided {
				m.decide(int(row), Ambiguous, m.severalNameReason(rows, record))
			}
			m.matches[row].record = -1
		}
		m.owner[n] = disputed
		delete(m.rivals, record)
	}
}

// contradicts decides on a row that gives another holder or type than its record.
func (m *matcher) contradicts(row, record int32) bool {
	if !m.matches[row].contradicting {
		return false
	}
	have := m.have.Record(int(record))
	col := m.contradictingColumn(int(row), have)
	m.decide(int(row), Ambiguous, fmt.Sprintf("the row says %s, but %s %s has %s",
		m.rowClaim(int(row), col), m.schema.Noun, have.ID(), have.Cell(col).Text()))
	return true
}

// contradictingColumn returns the column in which a row contradicts the record it names, or
// -1. A blank cell agrees with everything. A managed cell, or a holder where records can
// move, asks for a change, unless the row removes its record: then it can only say which one
// is meant.
func (m *matcher) contradictingColumn(n int, record Record) int {
	row := m.want.Record(n)
	for _, col := range m.schema.pairs {
		want, have := row.Cell(col), record.Cell(col)
		c := &m.schema.Columns[col]
		change := !m.matches[n].absent && (c.Role == RoleManaged || m.move && c.Can&CanMove != 0)
		if want.Filled() && want.Text() != have.Text() && !change {
			return col
		}
	}
	return -1
}

// rowClaim returns what a row gives in a pairing column: its own cell, with what that was
// resolved to, or else the cell by which its holder was found.
func (m *matcher) rowClaim(n, col int) string {
	given, name, found := m.given.Record(n), m.schema.Columns[col].Name, m.want.Record(n).Cell(col).Text()
	if cell := given.Cell(col); cell.Filled() {
		if cell.Text() == found {
			return name + " " + found
		}
		return name + " " + cell.Text() + ", which is " + found
	}
	for other := range m.schema.Columns {
		c := &m.schema.Columns[other]
		if cell := given.Cell(other); c.Role == RoleMatch && c.Means.OfHolder() && cell.Filled() {
			return c.Name + " " + cell.Text() + ", so " + name + " " + found
		}
	}
	return name + " " + found
}

// otherValue reports whether a row gives a value that is known not to be its record's: by what
// the record shows or, if that is masked, by what was last written to it.
func (m *matcher) otherValue(row, record Record) bool {
	if m.schema.value < 0 {
		return false
	}
	want, have := row.Cell(m.schema.value), record.Cell(m.schema.value)
	if want.Filled() && have.State() == Masked && m.remembered != nil {
		equal, known := m.remembered(record.ID(), want)
		return known && !equal
	}
	return want.Filled() && have.Filled() && want.Text() != have.Text() && !m.storesRespelled(record.ID(), want, have)
}

// storesRespelled reports whether the provider stores the value of a row in another
// spelling.
func (m *matcher) storesRespelled(id string, want, have Cell) bool {
	return m.kept != nil && want.Filled() && m.kept(id, m.schema.value, want, have)
}
