package reconcile

import (
	"fmt"
	"slices"
	"strings"
)

// match is what the matcher found for one row.
type match struct {
	record int32 // -1: none
	// remark is its number in remarks, plus one; 0 is none.
	remark    int32
	situation Situation
	// decided: situation and reason are final; the row is not compared.
	decided bool
	// absent: the row wants its record gone. contradicting: it contradicts the record it names.
	absent, contradicting bool
	// joined: the row is joined to the line of lead. replaced: it is not a copy of lead,
	// but removes what lead replaces.
	joined, replaced bool
	lead             int32
}

// remark is the reason and note of a match; most have neither.
type remark struct{ reason, note string }

// matcher pairs rows with records. Rows with an id take their record first; the others pair
// within the group of rows and records that agree in the schema's pairing columns. Equal
// rows, and rows that together ask for one change, are joined: see join.go.
type matcher struct {
	// given are the rows as in the roster, want as they were resolved.
	given, want, have *Set
	roster            *Roster
	wanted            *Wanted
	schema            *Schema
	move, exact       bool
	// prunes: a record in no row is deleted.
	prunes  bool
	matches []match
	remarks []remark
	// replaced is [Listing.Replaced].
	replaced map[string]string
	// ending is [Listing.Ending].
	ending map[int]Ending
	// kept is [Policy.KeptSpelling].
	kept func(id string, col int, want, have Cell) bool
	// remembered is [Policy.Remembered].
	remembered func(id string, want Cell) (equal, known bool)
	// owner has, for each record, the row that took it; -1 none, -2 the record is one of
	// several that an ambiguous row may mean.
	owner []int32
	// rivals has, by record, further rows that name it by its id besides its owner.
	rivals map[int32][]int32
	// recordsByPairs has the records by the pairing columns. It is built on first use.
	recordsByPairs *Index
	// recordsByLook has the records by how their ids look to a reader. It is built on first use.
	recordsByLook map[string]int32
	// mistaken are the records whose ids rows seem to have misspelt.
	mistaken []int32
	// alone has, by content, the first row of those that neither name a record nor can be
	// paired.
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
		schema: wanted.Rows.schema, move: policy.Move, exact: policy.Exact, kept: policy.KeptSpelling,
		prunes:     policy.Prune && wanted.Rows.schema.KeepUnlisted == "",
		remembered: policy.Remembered,
		replaced:   listing.Replaced, ending: listing.Ending,
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
	listed := m.wanted.Listed(m.have)
	grouped := make([]bool, m.want.Len())
	for row := range m.want.Len() {
		if row%prefetchCount == 0 {
			m.have.prefetch(listed[row:min(row+prefetchCount, len(listed))])
		}
		m.matches[row].absent = m.absent(m.want.Record(row))
		if m.located(row) {
			grouped[row] = m.byID(row, int(listed[row]))
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
		m.assignNamed()
	}
	m.groups(grouped)
	m.assignNamed()
	m.valuesHeld()
}

// located reports whether a row can match anything. A row whose record cannot be determined
// matches nothing; every other invalid row still finds its record, so that the record
// counts as named.
func (m *matcher) located(row int) bool {
	v, ok := m.wanted.Verdicts[row]
	return !ok || v.When != Always || v.Situation != Ambiguous
}

// groups pairs the rows without a listed id.
func (m *matcher) groups(grouped []bool) {
	if len(m.schema.pairs) == 0 || !slices.Contains(grouped, true) {
		return
	}
	rows := NewIndex(m.want, By{Columns: m.schema.pairs, Skip: func(n int) bool { return !grouped[n] }})
	records := m.byPairs()
	var group, candidates []int32
	for row := range m.want.Len() {
		if !grouped[row] || rows.first(m.want.Record(row)) != row {
			continue
		}
		group = rows.all(group[:0], m.want.Record(row))
		candidates = records.all(candidates[:0], m.want.Record(row))
		living, ending := m.splitEnding(candidates)
		m.pair(group, living)
		m.meetEnding(group, ending)
	}
}

// byPairs returns the records by the pairing columns.
func (m *matcher) byPairs() *Index {
	if m.recordsByPairs == nil {
		m.recordsByPairs = NewIndex(m.have, By{Columns: m.schema.pairs})
	}
	return m.recordsByPairs
}

// byID matches a row that names its record, the n-th, and reports whether the row goes on
// to be matched by the pairing columns. Which other rows name the record is settled once
// all rows are known.
func (m *matcher) byID(row, n int) bool {
	r := m.want.Record(row)
	if !r.Cell(m.schema.key).Filled() {
		if m.pairable(r) {
			return !m.exact
		}
		m.decide(row, Invalid, "the row does not give its "+m.schema.Noun)
		return false
	}
	if n < 0 {
		if heir := m.replaced[r.ID()]; heir != "" {
			n = m.have.Keys().Find(heir)
		}
		if n < 0 {
			return m.idNotListed(row, r)
		}
		m.remark(row).note = fmt.Sprintf("%s %s was replaced by %s", m.schema.Noun, r.ID(), m.have.Record(n).ID())
	}
	if e, ending := m.ending[n]; ending && !m.absent(r) {
		return m.ended(row, n, e)
	}
	m.matches[row].record = int32(n)
	m.matches[row].contradicting = m.contradictingColumn(row, m.have.Record(n)) >= 0
	if m.owner[n] == unowned {
		m.owner[n] = int32(row)
	} else {
		m.rivals[int32(n)] = append(m.rivals[int32(n)], int32(row))
	}
	return false
}

// remark returns the remark of a row's match, to be written.
func (m *matcher) remark(row int) *remark {
	at := &m.matches[row].remark
	if *at == 0 {
		m.remarks = append(m.remarks, remark{})
		*at = int32(len(m.remarks))
	}
	return &m.remarks[*at-1]
}

// remarkOf returns the remark of a match.
func (m *matcher) remarkOf(found *match) remark {
	if found.remark == 0 {
		return remark{}
	}
	return m.remarks[found.remark-1]
}

// naming returns the rows that name a record by its id, in their order.
func (m *matcher) naming(record int32) []int32 {
	if m.owner[record] < 0 {
		return nil
	}
	return append([]int32{m.owner[record]}, m.rivals[record]...)
}

// idNotListed handles a row whose id is not listed.
func (m *matcher) idNotListed(row int, r Record) bool {
	gone := fmt.Sprintf("%s %s is not in the listing", m.schema.Noun, r.ID())
	if n := m.looksLike(r.ID()); n >= 0 && !m.exact {
		have := m.have.Record(int(n)).ID()
		m.decide(row, Ambiguous,
			fmt.Sprintf("%s; %s is, which differs from it in %s", gone, have, ExplainLookalikes(r.ID(), have)))
		m.mistaken = append(m.mistaken, n)
		return false
	}
	if m.absent(r) {
		m.remark(row).note = gone
		return false
	}
	if m.pairable(r) && !m.exact {
		m.remark(row).note = fmt.Sprintf("%s; matched by %s", gone, m.pairNames())
		return true
	}
	m.decide(row, Missing, fmt.Sprintf("%s; give %s to create one", gone, m.pairNames()))
	return false
}

// looksLike returns a record whose id looks like this one, which is not listed, or -1.
func (m *matcher) looksLike(id string) int32 {
	if m.recordsByLook == nil {
		m.recordsByLook = make(map[string]int32, m.have.Len())
		for n := range m.have.Len() {
			if look := Skeleton(m.have.Record(n).ID()); look != "" {
				m.recordsByLook[look] = int32(n)
			}
		}
	}
	if n, ok := m.recordsByLook[Skeleton(id)]; ok {
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

func (m *matcher) absent(r Record) bool {
	return m.schema.state >= 0 && r.Cell(m.schema.state).Text() == StateAbsent
}

func (m *matcher) take(row int, record int32) {
	m.matches[row].record = record
	m.owner[record] = int32(row)
}

func (m *matcher) decide(row int, s Situation, reason string) {
	m.matches[row].situation, m.matches[row].decided, m.remark(row).reason = s, true, reason
}

// dispute makes a row ambiguous, and keeps the record it may mean from being taken or
// pruned.
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
