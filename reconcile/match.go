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
	// joined: the row has no line of its own, and stands behind that of lead.
	// replaced says which: it is no copy of lead, but removes what lead replaces.
	joined, replaced bool
	lead             int32
	reason           string
	note             string
}

// matcher pairs rows with records. Rows with an id take their record first;
// the others pair within the group of rows and records that agree in the
// schema's pairing columns. Rows that say the same, and rows that together say
// one thing, are joined: see join.go.
type matcher struct {
	// given are the rows as the roster has them; want as they were resolved.
	given, want, have *Set
	roster            *Roster
	wanted            *Wanted
	schema            *Schema
	move, exact       bool
	matches           []match
	// replaced is [Listing.Replaced].
	replaced map[string]string
	// ending is [Listing.Ending].
	ending map[int]Ending
	// kept is [Policy.Kept].
	kept func(id string, col int, want, have Cell) bool
	// owner has, for each record, the row that took it; -1 none, -2 the
	// record is one of several that an ambiguous row may mean.
	owner []int32
	// rivals has, by record, the rows that name it by its id besides its owner.
	rivals map[int32][]int32
	// looks has the records by what a person sees of their ids, once it is asked for.
	looks map[string]int32
	// mistaken are the records whose ids rows seem to have misspelt.
	mistaken []int32
	// alone has the first row of those that neither name a record nor can be
	// paired, by all that they say.
	alone map[string]int32
}

const (
	unowned  = -1
	disputed = -2
)

func newMatcher(roster *Roster, wanted *Wanted, listing *Listing, policy Policy) *matcher {
	have := listing.Records
	m := &matcher{
		given: roster.Rows, want: wanted.Rows, have: have, roster: roster, wanted: wanted,
		schema: wanted.Rows.schema, move: policy.Move, exact: policy.Exact, replaced: listing.Replaced, ending: listing.Ending, kept: policy.Kept,
		matches: make([]match, wanted.Rows.Len()), owner: make([]int32, have.Len()),
		rivals: map[int32][]int32{}, alone: map[string]int32{},
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
		if m.located(row) {
			grouped[row] = m.byID(row, byID)
		}
		if !grouped[row] && m.matches[row].record < 0 && !m.exact {
			m.joinAlone(row)
		}
	}
	for _, n := range m.mistaken {
		if m.owner[n] == unowned {
			m.owner[n] = disputed
		}
	}
	m.contradictions()
	if !m.schema.OneEach {
		m.settleNamed()
	}
	m.groups(grouped)
	m.settleNamed()
}

// located reports whether a row can match anything. One that could not be located
// matches nothing; every other invalid row still finds its record, so that the
// record counts as named.
func (m *matcher) located(row int) bool {
	v, ok := m.wanted.Verdicts[row]
	return !ok || v.When != Always || v.Situation != Ambiguous
}

// groups pairs the rows without a listed id.
func (m *matcher) groups(grouped []bool) {
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
		living, ending := m.parted(candidates)
		m.pair(group, living)
		m.meetEnding(group, ending)
	}
}

// byID matches a row that names its record, and reports whether the row goes on
// to be matched by the pairing columns. Who else names the record is settled
// once all rows are there.
func (m *matcher) byID(row int, byID *index) bool {
	r := m.want.Record(row)
	if !r.Cell(m.schema.key).Filled() {
		if m.pairable(r) {
			return !m.exact
		}
		m.decide(row, Invalid, "the row does not name its "+m.schema.Noun)
		return false
	}
	n := byID.first(r)
	if n < 0 {
		if heir := m.replaced[r.ID()]; heir != "" {
			n = byID.named(heir)
		}
		if n < 0 {
			return m.stale(row, r)
		}
		m.matches[row].note = fmt.Sprintf("%s %s was replaced by %s", m.schema.Noun, r.ID(), m.have.Record(n).ID())
	}
	if e, ending := m.ending[n]; ending && !m.absent(r) {
		return m.ended(row, n, e)
	}
	m.matches[row].record = int32(n)
	if m.owner[n] == unowned {
		m.owner[n] = int32(row)
	} else {
		m.rivals[int32(n)] = append(m.rivals[int32(n)], int32(row))
	}
	return false
}

// contradictions finds the rows that contradict the record whose id they give:
// such a record is no row's, whichever else names it.
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
				m.decide(int(row), Ambiguous, m.severalName(rows, record))
			}
			m.matches[row].record = -1
		}
		m.owner[n] = disputed
		delete(m.rivals, record)
	}
}

// contradicts decides on a row that says another holder or type than its record.
func (m *matcher) contradicts(row, record int32) bool {
	clash := m.clash(int(row), m.have.Record(int(record)))
	if clash != "" {
		m.decide(int(row), Ambiguous, clash)
	}
	return clash != ""
}

// naming are the rows that name a record by its id, in their order.
func (m *matcher) naming(record int32) []int32 {
	if m.owner[record] < 0 {
		return nil
	}
	return append([]int32{m.owner[record]}, m.rivals[record]...)
}

// stale handles a row whose id is not listed.
func (m *matcher) stale(row int, r Record) bool {
	gone := fmt.Sprintf("%s %s is not in the listing", m.schema.Noun, r.ID())
	if n := m.looksLike(r.ID()); n >= 0 && !m.exact {
		have := m.have.Record(int(n)).ID()
		m.decide(row, Ambiguous, fmt.Sprintf("%s; %s is, which differs from it in %s", gone, have, Unlike(r.ID(), have)))
		m.mistaken = append(m.mistaken, n)
		return false
	}
	if m.absent(r) {
		m.matches[row].note = gone
		return false
	}
	if m.pairable(r) && !m.exact {
		m.matches[row].note = fmt.Sprintf("%s; matched by %s", gone, m.pairNames())
		return true
	}
	m.decide(row, Missing, fmt.Sprintf("%s; give %s to create one", gone, m.pairNames()))
	return false
}

// looksLike is a record whose id looks like this one, which is not listed, or -1.
func (m *matcher) looksLike(id string) int32 {
	if m.looks == nil {
		m.looks = make(map[string]int32, m.have.Len())
		for n := range m.have.Len() {
			if look := Skeleton(m.have.Record(n).ID()); look != "" {
				m.looks[look] = int32(n)
			}
		}
	}
	if n, ok := m.looks[Skeleton(id)]; ok {
		return n
	}
	return -1
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
		if cell := given.Cell(other); c.Role == RoleMatch && c.Means.OfHolder() && cell.Filled() {
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
	return want.Filled() && have.Filled() && want.Text() != have.Text() && !m.keeps(record.ID(), want, have)
}

// keeps reports whether the provider keeps the value of a row in another spelling.
func (m *matcher) keeps(id string, want, have Cell) bool {
	return m.kept != nil && want.Filled() && m.kept(id, m.schema.value, want, have)
}

func (m *matcher) absent(r Record) bool {
	return m.schema.state >= 0 && r.Cell(m.schema.state).Text() == StateAbsent
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
	m.matches[row].record = -1
	m.owner[record] = disputed
}

func (m *matcher) disputeAll(rows, records []int32, reason string) {
	for _, row := range rows {
		m.decide(int(row), Ambiguous, reason)
		m.matches[row].record = -1
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
