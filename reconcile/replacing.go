package reconcile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// assign gives a record to the rows that mean it, if they ask for the same. record is -1 if
// there is none yet; reason says why they do not.
func (m *matcher) assign(rows []int32, record int32, reason func(rows []int32) string) {
	var have Record
	if record >= 0 {
		have = m.have.Record(int(record))
	}
	all := len(rows)
	left := m.distinct(rows, have)
	lead, third := left[0], false
	if len(left) > 1 && m.onlyRemoves(left, have) {
		m.removeOne(left, record)
		return
	}
	if len(left) > 1 {
		if lead, third = m.replacing(left, have); lead < 0 {
			words := reason(left)
			if third {
				words += fmt.Sprintf(", but %s %s has a third value", m.schema.Noun, have.ID())
			}
			m.disputeAll(left, nil, words)
			if record >= 0 {
				m.owner[record] = disputed
			}
			return
		}
		for _, row := range left {
			if row != lead {
				m.joinReplaced(row, lead)
			}
		}
	}
	if record < 0 {
		return
	}
	if all > 1 {
		m.owner[record] = unowned
	}
	m.takeOrDispute(int(lead), record)
}

// onlyRemoves reports whether all rows remove, and the record, if any, is among what they
// remove.
func (m *matcher) onlyRemoves(rows []int32, have Record) bool {
	meant := !have.Valid() || m.schema.value < 0
	for _, row := range rows {
		r := m.want.Record(int(row))
		if !m.absent(r) || m.refused(row, true) {
			return false
		}
		meant = meant || m.removes(r, have)
	}
	return meant
}

// removes reports whether a row that removes a value means that of a record.
func (m *matcher) removes(row, have Record) bool {
	return !row.Cell(m.schema.value).Filled() || m.sameValue(row, have)
}

// removeOne gives the record to the row that means it. What the others remove does not
// exist.
func (m *matcher) removeOne(rows []int32, record int32) {
	for _, row := range rows {
		m.matches[row].record = -1
	}
	if record < 0 {
		return
	}
	have := m.have.Record(int(record))
	meant := rows[0]
	for _, row := range slices.Backward(rows) {
		if r := m.want.Record(int(row)); m.schema.value < 0 || m.sameValue(r, have) {
			meant = row
			break
		} else if m.removes(r, have) {
			meant = row
		}
	}
	m.take(int(meant), record)
}

// replacing returns the one row to be present among others that remove the value which it
// replaces, or -1 if the rows do not say that. third: they would, if the record did not
// hold a value that none of them names.
func (m *matcher) replacing(rows []int32, have Record) (present int32, third bool) {
	if m.schema.value < 0 {
		return -1, false
	}
	present = -1
	for _, row := range rows {
		gone := m.absent(m.want.Record(int(row)))
		if m.refused(row, gone) || !gone && present >= 0 {
			return -1, false
		}
		if !gone {
			present = row
		}
	}
	if present < 0 || !m.want.Record(int(present)).Cell(m.schema.value).Filled() {
		return -1, false
	}
	next := m.want.Record(int(present)).Cell(m.schema.value).Text()
	var held Cell
	if have.Valid() {
		held = have.Cell(m.schema.value)
	}
	known := !held.Filled() || held.Text() == next
	for _, row := range rows {
		if row == present {
			continue
		}
		old := m.want.Record(int(row)).Cell(m.schema.value)
		if old.Filled() && old.Text() == next {
			return -1, false
		}
		known = known || !old.Filled() || old.Text() == held.Text()
	}
	if !known {
		return -1, true
	}
	return present, false
}

// refused reports whether a row is invalid, or has a verdict although it only removes.
func (m *matcher) refused(row int32, gone bool) bool {
	_, bad := m.roster.Invalid[int(row)]
	v, hasVerdict := m.wanted.Verdicts[int(row)]
	return bad || gone && hasVerdict && v.When == Always
}

// differing says in which columns rows differ.
func (m *matcher) differing(rows []int32) string {
	var names []string
	for col := range m.schema.Columns {
		c := &m.schema.Columns[col]
		if c.Role != RoleManaged && c.Role != RoleState {
			continue
		}
		first := m.want.Record(int(rows[0]))
		differs := func(row int32) bool {
			r := m.want.Record(int(row))
			if c.Role == RoleState {
				return m.absent(r) != m.absent(first)
			}
			a, b := r.Cell(col), first.Cell(col)
			return a.State() != b.State() || a.Text() != b.Text()
		}
		if slices.ContainsFunc(rows, differs) {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; they differ in " + strings.Join(names, " and ")
}

// pairOnlyRecord decides on a group for which the provider holds at most one record. named
// are the records that rows name by their ids, free those that none does.
func (m *matcher) pairOnlyRecord(rows, free, named []int32, inDispute int32) {
	all := slices.Clone(rows)
	for _, n := range named {
		all = append(all, m.naming(n)...)
		delete(m.rivals, n)
	}
	reason := m.severalOfOneReason
	records := slices.Concat(named, free)
	switch {
	case inDispute >= 0:
		m.disputeAll(all, records, fmt.Sprintf("%s %s matches, but another row may mean it too: give the %s",
			m.schema.Noun, m.have.Record(int(inDispute)).ID(), m.schema.Columns[m.schema.key].Name))
	case len(records) == 0:
		m.assign(all, -1, reason)
	case len(records) == 1:
		m.assign(all, records[0], reason)
	default: // contradicts the provider's own rule
		m.disputeAll(all, records, reason(all))
	}
}

// severalOfOneReason says why rows that want several records, where the provider holds one, are
// ambiguous: which rows they are, and what to do about it.
func (m *matcher) severalOfOneReason(rows []int32) string {
	return fmt.Sprintf("%s name the same %s, but a %s can have only one: keep one row, "+
		"or give the other a type of its own%s",
		m.places(rows), m.schema.Noun, cmp.Or(m.schema.Holder, "holder"), m.differing(rows))
}

// shownPlaces is how many places a reason names before it counts.
const shownPlaces = 4

// places lists those of rows in a sentence: "rows 27 and 405".
func (m *matcher) places(rows []int32) string {
	first := m.roster.Source(int(rows[0]))
	together := !slices.ContainsFunc(rows, func(row int32) bool {
		at := m.roster.Source(int(row))
		return at.File != first.File || at.Sheet != first.Sheet || (at.Cell == "") != (first.Cell == "")
	})
	if first.Line == 0 || len(rows) > shownPlaces {
		return count(len(rows), "row")
	}
	what, between, names := "", "; ", make([]string, len(rows))
	if together {
		what, between = "rows ", ", "
		if first.Cell != "" {
			what = "cells "
		}
	}
	for i, row := range rows {
		at := m.roster.Source(int(row))
		if names[i] = at.At(); !together {
			names[i] = at.String()
		}
	}
	last := len(names) - 1
	return what + strings.Join(names[:last], between) + " and " + names[last]
}

// removeThenCreate decides on a row that removes the one record of a group without giving
// its value, beside rows that want other values: the record is not theirs.
func (m *matcher) removeThenCreate(rows, free []int32) (restRows, restFree []int32) {
	if m.schema.value < 0 || len(rows) < 2 || len(free) != 1 ||
		!m.have.Record(int(free[0])).Cell(m.schema.value).Filled() {
		return rows, free
	}
	gone := int32(-1)
	for _, row := range rows {
		r := m.want.Record(int(row))
		switch {
		case m.refused(row, m.absent(r)),
			m.absent(r) && (gone >= 0 || r.Cell(m.schema.value).Filled()),
			!m.absent(r) && !r.Cell(m.schema.value).Filled():
			return rows, free
		case m.absent(r):
			gone = row
		}
	}
	if gone < 0 {
		return rows, free
	}
	m.take(int(gone), free[0])
	return slices.DeleteFunc(rows, func(row int32) bool { return row == gone }), nil
}
