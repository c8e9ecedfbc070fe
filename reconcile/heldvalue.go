package reconcile

import (
	"cmp"
	"fmt"
)

// valuesHeld disputes the rows that found no record although one of their holder and type has
// their value, or another row wants it for them: a row that removes the value under an id that
// is gone, and rows that contradict each other. Sent, the first would be called done, and the
// others would make a second credential with the value.
func (m *matcher) valuesHeld() {
	if len(m.schema.pairs) == 0 || m.exact {
		return
	}
	var alone []int
	for row := range m.want.Len() {
		if m.unpaired(row) {
			alone = append(alone, row)
		}
	}
	if len(alone) == 0 {
		return
	}
	columns, held := m.schema.pairs, m.schema.value
	if held < 0 {
		held = columns[0]
	} else {
		columns = append([]int{held}, columns...)
	}
	skip := func(n int) bool { return !m.unpaired(n) || m.removesGone(n) }
	rows := NewIndex(m.want, By{Columns: columns, Skip: skip})
	for _, row := range alone {
		r := m.want.Record(row)
		for _, n := range m.byPairs().all(nil, r) {
			cell := m.have.Record(int(n)).Cell(held)
			if m.unpaired(row) && cell.Filled() && cell.Text() == r.Cell(held).Text() {
				m.meetHeld(int32(row), n, held)
			}
		}
		if group := rows.all(nil, r); len(group) > 1 && m.unpaired(row) {
			m.disputeAll(group, nil, m.sameValueReason(group))
		}
	}
}

// unpaired reports whether a row has found no record and nothing is decided about it. Where
// records have no value (PingOne), rows that want one were compared when they were paired.
func (m *matcher) unpaired(row int) bool {
	found := &m.matches[row]
	if found.record >= 0 || found.decided || found.joined || m.schema.value < 0 && !m.removesGone(row) {
		return false
	}
	_, bad := m.roster.Invalid[row]
	v, hasVerdict := m.wanted.Verdicts[row]
	return !bad && (!hasVerdict || v.When != Always)
}

// removesGone reports whether an unpaired row removes an id that is gone. It says nothing about
// a credential that another row wants.
func (m *matcher) removesGone(row int) bool {
	return m.matches[row].absent && m.want.Record(row).ID() != ""
}

// meetHeld decides on a row and a record of its holder and type that has its value, or else its
// title: the column by.
func (m *matcher) meetHeld(row, record int32, by int) {
	owner, have := m.owner[record], m.have.Record(int(record))
	if _, ends := m.ending[int(record)]; ends || owner == unowned && m.prunes {
		return
	}
	if owner < 0 {
		m.dispute(int(row), record, fmt.Sprintf("%s %s has the row's %s and may be meant: correct or clear the %s",
			m.schema.Noun, have.ID(), m.schema.Columns[by].Name, m.schema.Columns[m.schema.key].Name))
		return
	}
	if m.removesGone(int(row)) || m.matches[owner].absent || m.otherValue(m.want.Record(int(owner)), have) {
		return
	}
	rows := []int32{owner, row}
	m.disputeAll(rows, []int32{record}, m.sameValueReason(rows))
}

func (m *matcher) sameValueReason(rows []int32) string {
	return m.places(rows) + " name the same value of one " + cmp.Or(m.schema.Holder, "holder") +
		": keep one row" + m.differing(rows)
}
