package reconcile

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Equal rows count once: the first of them has the line, and the others are joined to it.
// So are rows that together ask for one change, such as an old value to be absent and a new
// one to be present, where there can be only one record.

// join joins a row to the line of an equal one.
func (m *matcher) join(row, lead int32) {
	m.matches[row] = match{record: -1, joined: true, lead: lead, absent: m.matches[row].absent}
}

// joinReplaced joins a row to the line of the row that replaces what it removes.
func (m *matcher) joinReplaced(row, lead int32) {
	m.join(row, lead)
	m.matches[row].replaced = true
}

// lead returns the row that has the line of a row.
func (m *matcher) lead(row int32) int32 {
	for m.matches[row].joined {
		row = m.matches[row].lead
	}
	return row
}

// contentOf returns everything that a row asks for, except the id: rows with equal content are
// equal. Blank holder and type cells are those of the record. An invalid row equals no
// other. Of a row that removes, only what it removes counts, not cells that are masked or
// ask to clear.
func (m *matcher) contentOf(row int, record Record) string {
	r := m.want.Record(row)
	if _, bad := m.roster.Invalid[row]; bad {
		return fmt.Sprintf("row %d", row)
	}
	removes := m.absent(r)
	var b []byte
	if v, hasVerdict := m.wanted.Verdicts[row]; hasVerdict && v.When == Always {
		b = fmt.Appendf(b, "%d %d %s", v.When, v.Situation, v.Reason)
	}
	for col := range m.schema.Columns {
		c, cell := &m.schema.Columns[col], r.Cell(col)
		if removes && !cell.Filled() {
			cell = Cell{}
		}
		switch {
		case c.Role == RoleState:
			b = append(b, byte(boolInt(removes)))
			continue
		case c.Role != RoleManaged && !c.Pairs, removes && !c.Pairs && col != m.schema.value:
			continue
		case c.Role != RoleManaged && !cell.Filled() && record.Valid():
			cell = record.Cell(col)
		}
		b = appendCell(b, cell)
	}
	return string(b)
}

func appendCell(b []byte, cell Cell) []byte {
	b = append(b, byte(cell.State()))
	b = binary.AppendUvarint(b, uint64(len(cell.Text())))
	return append(b, cell.Text()...)
}

// joinAlone joins a row that neither names a record nor can be paired to the first that is
// equal, cell by cell.
func (m *matcher) joinAlone(row int) {
	if _, bad := m.roster.Invalid[row]; bad {
		return
	}
	r := m.given.Record(row)
	v := m.wanted.Verdicts[row]
	b := fmt.Appendf(nil, "%d %d", v.When, v.Situation)
	for col := range m.schema.Columns {
		c, cell := &m.schema.Columns[col], r.Cell(col)
		switch {
		case c.Role == RoleInfo:
		case c.Kind == KindEmail:
			b = appendCell(b, TextCell(strings.ToLower(cell.Text())))
		case c.Role == RoleState:
			b = append(b, byte(boolInt(m.absent(r))))
		default:
			b = appendCell(b, cell)
		}
	}
	if first, twice := m.alone[string(b)]; twice {
		m.join(int32(row), first)
		return
	}
	m.alone[string(b)] = int32(row)
}

// distinct joins equal rows and returns those that are left, in their order. record fills
// in what they leave blank, and may not be valid.
func (m *matcher) distinct(rows []int32, record Record) []int32 {
	if len(rows) == 1 {
		return rows
	}
	slices.Sort(rows)
	first := make(map[string]int32, len(rows))
	var left []int32
	for _, row := range rows {
		content := m.contentOf(int(row), record)
		if lead, twice := first[content]; twice {
			m.join(row, lead)
			continue
		}
		first[content] = row
		left = append(left, row)
	}
	return left
}

// assignNamed assigns the records that rows name by their ids.
func (m *matcher) assignNamed() {
	for n := range m.owner {
		row := m.owner[n]
		if row < 0 {
			continue
		}
		if len(m.rivals[int32(n)]) > 0 {
			rows := m.naming(int32(n))
			delete(m.rivals, int32(n))
			m.assign(rows, int32(n), func(rows []int32) string { return m.severalNameReason(rows, int32(n)) })
		} else if m.matches[row].record == int32(n) {
			m.takeOrDispute(int(row), int32(n))
		}
	}
}

// severalNameReason says why rows that name the same record by its id are ambiguous.
func (m *matcher) severalNameReason(rows []int32, record int32) string {
	return fmt.Sprintf(
		"%d rows name %s %s%s", len(rows), m.schema.Noun, m.have.Record(int(record)).ID(),
		m.differing(rows),
	)
}

// joinCopies joins the equal rows of a group that exceed the number of records with their
// value: two equal codes may be two credentials. A row that equals one with a listed id is
// its copy.
func (m *matcher) joinCopies(rows, free, named []int32) []int32 {
	if len(rows) == 1 && len(named) == 0 {
		return rows
	}
	first, copies := map[string]int32{}, map[string]int{}
	for _, n := range named {
		if row := m.owner[n]; m.valued(row) {
			first[m.contentOf(int(row), m.have.Record(int(n)))] = row
		}
	}
	var left []int32
	for _, row := range rows {
		content := m.contentOf(int(row), Record{})
		if id := m.want.Record(int(row)).ID(); id != "" && !m.valued(row) {
			content += id // only its id distinguishes it from another
		}
		lead, known := first[content]
		if known && copies[content] >= m.countEqual(row, free) {
			m.join(row, lead)
			continue
		}
		if !known || copies[content] == 0 {
			first[content] = row
		}
		copies[content]++
		left = append(left, row)
	}
	return left
}

// valued reports whether a row gives its value, in schemas that have values.
func (m *matcher) valued(row int32) bool {
	return m.schema.value < 0 || m.want.Record(int(row)).Cell(m.schema.value).Filled()
}

// countEqual counts the records whose readable value is the row's.
func (m *matcher) countEqual(row int32, records []int32) int {
	n := 0
	for _, record := range records {
		n += boolInt(m.sameValue(m.want.Record(int(row)), m.have.Record(int(record))))
	}
	return n
}

func (m *matcher) sameValue(row, record Record) bool {
	if m.schema.value < 0 {
		return false
	}
	want, have := row.Cell(m.schema.value), record.Cell(m.schema.value)
	return want.Filled() && have.Filled() && want.Text() == have.Text()
}
