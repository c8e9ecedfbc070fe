package reconcile

import (
	"fmt"
	"strings"
)

// match is what the matcher found for one row.
type match struct {
	record    int32 // -1: none
	situation Situation
	// decided: situation stands, with the reason; the row is not compared.
	decided bool
	reason  string
	note    string
}

// matcher pairs rows with records. Rows with an id take their record first;
// the others pair within the group of rows and records that agree in the
// schema's pairing columns.
type matcher struct {
	want, have *Set
	// given are the rows as the roster has them; want as they were resolved.
	given   *Set
	schema  *Schema
	move    bool
	skip    func(row int) bool
	matches []match
	// owner has, for each record, the row that took it; -1 none, -2 the
	// record is one of several that an ambiguous row may mean.
	owner []int32
}

const (
	unowned  = -1
	disputed = -2
)

func newMatcher(given, want, have *Set, move bool, skip func(row int) bool) *matcher {
	m := &matcher{
		given: given, want: want, have: have, schema: want.schema, move: move, skip: skip,
		matches: make([]match, want.Len()), owner: make([]int32, have.Len()),
	}
	for i := range m.matches {
		m.matches[i].record = -1
	}
	for i := range m.owner {
		m.owner[i] = unowned
	}
	return m
}

func (m *matcher) run() {
	byID := newIndex(m.have, []int{m.schema.key}, nil)
	grouped := make([]bool, m.want.Len())
	for row := range m.want.Len() {
		if !m.skip(row) {
			grouped[row] = m.byID(row, byID)
		}
	}
	if len(m.schema.pairs) == 0 {
		return
	}
	rows := newIndex(m.want, m.schema.pairs, func(n int) bool { return !grouped[n] })
	records := newIndex(m.have, m.schema.pairs, nil)
	var group, candidates []int32
	for row := range m.want.Len() {
		if !grouped[row] || rows.first(m.want.Record(row)) != row {
			continue
		}
		group = rows.all(group[:0], m.want.Record(row))
		candidates = records.all(candidates[:0], m.want.Record(row))
		m.pair(group, candidates)
	}
}

// byID matches a row that names its record, and tells whether the row goes on
// to be matched by the pairing columns.
func (m *matcher) byID(row int, byID *index) bool {
	r := m.want.Record(row)
	if !r.Cell(m.schema.key).Filled() {
		if m.pairable(r) {
			return true
		}
		m.decide(row, Invalid, "the row does not name its "+m.schema.Noun)
		return false
	}
	n := byID.first(r)
	if n < 0 {
		return m.stale(row, r)
	}
	if other := m.owner[n]; other != unowned {
		m.dispute(row, int32(n), "two rows name "+m.schema.Noun+" "+r.ID())
		if other >= 0 {
			m.matches[other].record = -1
			m.decide(int(other), Ambiguous, "two rows name "+m.schema.Noun+" "+r.ID())
		}
		return false
	}
	if clash := m.clash(row, m.have.Record(n)); clash != "" {
		m.dispute(row, int32(n), clash)
		return false
	}
	m.take(row, int32(n))
	return false
}

// stale handles a row whose id is not listed.
func (m *matcher) stale(row int, r Record) bool {
	gone := fmt.Sprintf("%s %s is not in the listing", m.schema.Noun, r.ID())
	if m.absent(r) {
		m.matches[row].note = gone
		return false
	}
	if m.pairable(r) {
		m.matches[row].note = fmt.Sprintf("%s; matched by %s", gone, m.pairNames())
		return true
	}
	m.decide(row, Missing, fmt.Sprintf("%s; give %s to create one", gone, m.pairNames()))
	return false
}

func (m *matcher) pairNames() string {
	names := make([]string, 0, 3)
	for _, col := range m.schema.pairs {
		names = append(names, m.schema.Columns[col].Name)
	}
	return strings.Join(names, " and ")
}

func (m *matcher) pairable(r Record) bool {
	for _, col := range m.schema.pairs {
		if !r.Cell(col).Filled() {
			return false
		}
	}
	return len(m.schema.pairs) > 0
}

// clash says how a row contradicts the record it names; a blank cell agrees
// with everything, and a managed one is a wish, not a contradiction.
func (m *matcher) clash(n int, record Record) string {
	row := m.want.Record(n)
	for _, col := range m.schema.pairs {
		want, have := row.Cell(col), record.Cell(col)
		c := &m.schema.Columns[col]
		if c.Role == RoleManaged || !want.Filled() || want.Text() == have.Text() || m.move && c.Can&CanMove != 0 {
			continue
		}
		return fmt.Sprintf("the row says %s, but %s %s has %s", m.said(n, col), m.schema.Noun, record.ID(), have.Text())
	}
	if m.absent(row) && m.otherValue(row, record) {
		return fmt.Sprintf("the row removes a %s with another value than %s has", m.schema.Noun, record.ID())
	}
	return ""
}

// said is what a row says of a pairing column: its own cell, with what that was
// resolved to, or else the cell by which its holder was found.
func (m *matcher) said(n, col int) string {
	given, name, found := m.given.Record(n), m.schema.Columns[col].Name, m.want.Record(n).Cell(col).Text()
	if cell := given.Cell(col); cell.Filled() {
		if cell.Text() == found {
			return name + " " + found
		}
		return name + " " + cell.Text() + ", which is " + found
	}
	for other := range m.schema.Columns {
		c := &m.schema.Columns[other]
		if cell := given.Cell(other); c.Role == RoleMatch && strings.HasPrefix(c.Name, "holder_") && cell.Filled() {
			return c.Name + " " + cell.Text() + ", so " + name + " " + found
		}
	}
	return name + " " + found
}

func (m *matcher) otherValue(row, record Record) bool {
	if m.schema.value < 0 {
		return false
	}
	want, have := row.Cell(m.schema.value), record.Cell(m.schema.value)
	return want.Filled() && have.Filled() && want.Text() != have.Text()
}

func (m *matcher) absent(r Record) bool {
	return m.schema.state >= 0 && r.Cell(m.schema.state).Text() == StateAbsent
}

// pair settles one group: the rows without an id that name the same holder and
// type, and the records of that holder and type.
func (m *matcher) pair(rows, records []int32) {
	free := make([]int32, 0, len(records))
	taken, inDispute := int32(-1), int32(-1)
	for _, n := range records {
		switch m.owner[n] {
		case unowned:
			free = append(free, n)
			continue
		case disputed:
			inDispute = n
		}
		taken = n
	}
	if m.schema.OneEach && (len(rows) > 1 || taken >= 0) {
		m.tooMany(rows, free, taken)
		return
	}
	if len(rows) > 1 || len(free) > 1 || inDispute >= 0 {
		rows, free = m.pairEqual(rows, free)
	}
	switch {
	case len(rows) > 0 && inDispute >= 0:
		// It is as good a partner as a free one; a creation would be its double.
		m.disputeAll(rows, free, fmt.Sprintf("%s %s fits, which another row may mean too: give the %s",
			m.schema.Noun, m.have.Record(int(inDispute)).ID(), m.schema.Columns[m.schema.key].Name))
	case len(rows) == 0 || len(free) == 0:
		// The rows are missing, or the records unlisted.
	case len(rows) == 1 && len(free) == 1 && !(m.absent(m.want.Record(int(rows[0]))) && m.otherValue(m.want.Record(int(rows[0])), m.have.Record(int(free[0])))):
		m.take(int(rows[0]), free[0])
	case len(rows) == 1 && len(free) == 1:
		m.dispute(int(rows[0]), free[0], fmt.Sprintf("the row removes a %s with another value than %s has", m.schema.Noun, m.have.Record(int(free[0])).ID()))
	default:
		reason := fmt.Sprintf("%s and %s fit each other: give the %s", count(len(rows), "row"), count(len(free), "record"), m.schema.Columns[m.schema.key].Name)
		m.disputeAll(rows, free, reason)
	}
}

// tooMany settles a group where the provider holds one record at most, and
// several rows want it.
func (m *matcher) tooMany(rows, free []int32, taken int32) {
	reason := fmt.Sprintf("%d rows name the same %s, of which there can be one", len(rows)+boolInt(taken >= 0), m.schema.Noun)
	if taken >= 0 {
		if owner := m.owner[taken]; owner >= 0 {
			m.matches[owner].record = -1
			m.decide(int(owner), Ambiguous, reason)
			m.owner[taken] = disputed
		}
	}
	m.disputeAll(rows, free, reason)
}

// pairEqual pairs the rows and records whose readable value is equal, and
// returns what is left. Equal values pair only in equal numbers.
func (m *matcher) pairEqual(rows, records []int32) (restRows, restRecords []int32) {
	if m.schema.value < 0 {
		return rows, records
	}
	byValue := map[string][]int32{}
	for _, n := range records {
		if c := m.have.Record(int(n)).Cell(m.schema.value); c.Filled() {
			byValue[c.Text()] = append(byValue[c.Text()], n)
		}
	}
	wanted := map[string]int{}
	for _, row := range rows {
		if c := m.want.Record(int(row)).Cell(m.schema.value); c.Filled() {
			wanted[c.Text()]++
		}
	}
	for _, row := range rows {
		c := m.want.Record(int(row)).Cell(m.schema.value)
		fits := byValue[c.Text()]
		if !c.Filled() || len(fits) == 0 || wanted[c.Text()] > len(fits) {
			restRows = append(restRows, row)
			continue
		}
		m.take(int(row), fits[0])
		byValue[c.Text()] = fits[1:]
		wanted[c.Text()]--
	}
	for _, n := range records {
		if m.owner[n] == unowned {
			restRecords = append(restRecords, n)
		}
	}
	return restRows, restRecords
}

func (m *matcher) take(row int, record int32) {
	m.matches[row].record = record
	m.owner[record] = int32(row)
}

func (m *matcher) decide(row int, s Situation, reason string) {
	m.matches[row].situation, m.matches[row].decided, m.matches[row].reason = s, true, reason
}

// dispute makes a row ambiguous, and keeps the record it may mean from being
// taken or pruned.
func (m *matcher) dispute(row int, record int32, reason string) {
	m.decide(row, Ambiguous, reason)
	m.owner[record] = disputed
}

func (m *matcher) disputeAll(rows, records []int32, reason string) {
	for _, row := range rows {
		m.decide(int(row), Ambiguous, reason)
	}
	for _, n := range records {
		m.owner[n] = disputed
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
