package reconcile

import (
	"fmt"
	"slices"
)

// Pair returns for each row which record it means, as [Diff] decides: the number of the
// record, or -1, and whether the row is joined to another row's line. Moves are allowed
// here; whether they are made is decided by the plan.
func Pair(roster *Roster, wanted *Wanted, listing *Listing) (records []int32, joined []bool) {
	m := newMatcher(roster, wanted, listing, Policy{Move: true})
	m.run()
	records, joined = make([]int32, len(m.matches)), make([]bool, len(m.matches))
	for row := range m.matches {
		records[row], joined[row] = m.matches[m.lead(int32(row))].record, m.matches[row].joined
	}
	return records, joined
}

// pair decides on one group: the rows without a listed id that name the same holder and
// type, and the records of that holder and type.
func (m *matcher) pair(rows, records []int32) {
	free, inDispute := make([]int32, 0, len(records)), int32(-1)
	var named []int32
	for _, n := range records {
		switch m.owner[n] {
		case unowned:
			free = append(free, n)
		case disputed:
			inDispute = n
		default:
			named = append(named, n)
		}
	}
	if m.schema.OneEach {
		if len(rows) > 1 || len(named) > 0 || inDispute >= 0 {
			m.pairOnlyRecord(rows, free, named, inDispute)
			return
		}
	} else {
		rows = m.joinCopies(rows, free, named)
	}
	if len(rows) > 1 || len(free) > 1 || inDispute >= 0 {
		rows, free = m.pairEqual(rows, free)
	}
	rows, free = m.removeThenCreate(rows, free)
	switch {
	case len(rows) > 0 && inDispute >= 0:
		// It fits as well as a free one; a creation would be its duplicate.
		m.disputeAll(rows, free, fmt.Sprintf("%s %s matches, but another row may mean it too: give the %s",
			m.schema.Noun, m.have.Record(int(inDispute)).ID(), m.schema.Columns[m.schema.key].Name))
	case len(rows) == 0 || len(free) == 0:
		// The rows are missing, or the records unlisted.
	case len(rows) == 1 && len(free) == 1:
		m.takeOrDispute(int(rows[0]), free[0])
	default:
		reason := fmt.Sprintf("%s and %s match each other: give the %s%s",
			count(len(rows), "row"), count(len(free), "record"),
			m.schema.Columns[m.schema.key].Name, m.differing(rows))
		m.disputeAll(rows, free, reason)
	}
}

// takeOrDispute gives a row the one record that it can mean, unless it removes another one.
func (m *matcher) takeOrDispute(row int, record int32) {
	if !m.matches[row].absent {
		m.take(row, record)
		return
	}
	want, have := m.want.Record(row), m.have.Record(int(record))
	if m.otherValue(want, have) {
		m.dispute(row, record,
			fmt.Sprintf("the row removes a %s, but its value is not that of %s", m.schema.Noun, have.ID()))
		return
	}
	if !m.schema.OneEach && !want.Cell(m.schema.key).Filled() && m.hiddenValue(want, have) {
		// If one of several was taken by its value, the row need not mean the next.
		m.dispute(row, record, fmt.Sprintf("the row removes a %s by its value, but that of %s cannot be read: give the %s",
			m.schema.Noun, have.ID(), m.schema.Columns[m.schema.key].Name))
		return
	}
	m.take(row, record)
}

// hiddenValue reports whether a row gives a value and its record does not show one.
func (m *matcher) hiddenValue(row, record Record) bool {
	return m.schema.value >= 0 && row.Cell(m.schema.value).Filled() && !record.Cell(m.schema.value).Filled()
}

// pairEqual pairs the rows and records with equal readable values, and returns the rest.
// Equal values pair only in equal numbers.
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
	restRows = m.pairKept(restRows, records)
	for _, n := range records {
		if m.owner[n] == unowned {
			restRecords = append(restRecords, n)
		}
	}
	return restRows, restRecords
}

// pairKept pairs the rows and records of a group where the provider stores what the row
// wants in another spelling, and returns the other rows.
func (m *matcher) pairKept(rows, records []int32) (rest []int32) {
	if m.kept == nil {
		return rows
	}
	for _, row := range rows {
		want := m.want.Record(int(row)).Cell(m.schema.value)
		at := slices.IndexFunc(records, func(n int32) bool {
			have := m.have.Record(int(n))
			return m.owner[n] == unowned && m.storesRespelled(have.ID(), want, have.Cell(m.schema.value))
		})
		if at < 0 {
			rest = append(rest, row)
			continue
		}
		m.take(int(row), records[at])
	}
	return rest
}
