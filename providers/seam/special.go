package seam

import (
	"fmt"
	"strings"

	"keyroster/reconcile"
)

// specialCases handles, before rows and records are paired, what equal values and ids alone
// would get wrong:
//
//   - a code that the provider replaced with another: the row that asks for the original
//     means that credential, which is the best that can be had;
//   - codes that the provider makes: the value of a row is not a wish;
//   - children of a multi-phone sync credential: a row that fits a parent and its children
//     means the parent.
type specialCases struct {
	*resolver
	// groups has, by holder, system and type, what the listing shows of the groups that
	// hold a replaced code, a child or a generated code.
	groups map[string]*group
	// alone counts the distinct rows of such a group that name no credential.
	alone map[string]int
	// first has the first of several identical rows of such a group, by content.
	first map[string]preparedRow
}

// preparedRow is the id and value that a row was given.
type preparedRow struct {
	row       int
	id, value reconcile.Cell
}

// contentOf returns the content of a row, for finding its copies.
func contentOf(cells []reconcile.Cell) string {
	var b strings.Builder
	for n := range Schema.Columns {
		if c := &Schema.Columns[n]; c.Role != reconcile.RoleInfo && n != col.email {
			fmt.Fprintf(&b, "%d %q ", cells[n].State(), cells[n].Text())
		}
	}
	return b.String()
}

type group struct {
	// values has the readable codes; original the ids of credentials by the code that was
	// requested; free the ids that are not children.
	values   map[string]bool
	original map[string][]string
	free     []string
	children bool
}

// groupKey returns what pairs rows with records, empty if a row does not give all of it.
func groupKey(user, system, kind reconcile.Cell) string {
	if !user.Filled() || !system.Filled() || !kind.Filled() {
		return ""
	}
	return user.Text() + "\x00" + system.Text() + "\x00" + kind.Text()
}

func keyOf(record reconcile.Record) string {
	return groupKey(record.Cell(col.user), record.Cell(col.system), record.Cell(col.kind))
}

func (r *resolver) special() *specialCases {
	s := &specialCases{resolver: r, groups: map[string]*group{}, alone: map[string]int{}, first: map[string]preparedRow{}}
	c := r.client
	c.mu.RLock()
	defer c.mu.RUnlock()
	records := r.listing.Records
	for n := range records.Len() {
		record := records.Record(n)
		_, replaced := c.replaced[record.ID()]
		if replaced || c.children[record.ID()] || r.systems[record.Cell(col.system).Text()].generates() {
			if key := keyOf(record); key != "" && s.groups[key] == nil {
				s.groups[key] = &group{values: map[string]bool{}, original: map[string][]string{}}
			}
		}
	}
	if len(s.groups) == 0 {
		return s
	}
	for n := range records.Len() {
		record := records.Record(n)
		g := s.groups[keyOf(record)]
		if g == nil {
			continue
		}
		id := record.ID()
		if value := record.Cell(col.value); value.Filled() {
			g.values[value.Text()] = true
		}
		if original, ok := c.replaced[id]; ok {
			g.original[original.Reveal()] = append(g.original[original.Reveal()], id)
		}
		if c.children[id] {
			g.children = true
		} else {
			g.free = append(g.free, id)
		}
	}
	return s
}

// prepareRows prepares the rows for pairing.
func (s *specialCases) prepareRows(rows *reconcile.Set) {
	if len(s.groups) == 0 && !s.anyGenerates() && len(s.client.replaced) == 0 {
		return
	}
	var cells []reconcile.Cell
	seen := map[string]bool{}
	for n := range rows.Len() {
		cells = rows.Record(n).Cells(cells[:0])
		key := groupKey(cells[col.user], cells[col.system], cells[col.kind])
		if s.groups[key] == nil || cells[col.id].Filled() {
			continue
		}
		if said := contentOf(cells); !seen[said] {
			seen[said] = true
			s.alone[key]++
		}
	}
	revise(rows, s.prepareRow)
}

func (s *specialCases) anyGenerates() bool {
	for _, one := range s.systems {
		if one.generates() {
			return true
		}
	}
	return false
}

// prepareRow prepares one row in place; copies get the same result.
func (s *specialCases) prepareRow(n int, cells []reconcile.Cell) {
	if s.groups[groupKey(cells[col.user], cells[col.system], cells[col.kind])] == nil || cells[col.id].Filled() {
		s.adaptRow(n, cells)
		return
	}
	said := contentOf(cells)
	if before, twice := s.first[said]; twice {
		cells[col.id], cells[col.value] = before.id, before.value
		s.generated[n] = s.generated[before.row]
		s.notes[n] = append(s.notes[n], s.notes[before.row]...)
		return
	}
	s.adaptRow(n, cells)
	s.first[said] = preparedRow{row: n, id: cells[col.id], value: cells[col.value]}
}

// adaptRow prepares one row in place.
func (s *specialCases) adaptRow(n int, cells []reconcile.Cell) {
	key := groupKey(cells[col.user], cells[col.system], cells[col.kind])
	g := s.groups[key]
	if cells[col.id].Filled() {
		s.replacedByID(n, cells)
	} else if g != nil {
		s.replacedInGroup(n, cells, g)
		if !cells[col.id].Filled() && g.children && len(g.free) == 1 && s.alone[key] == 1 {
			cells[col.id] = reconcile.TextCell(g.free[0])
		}
	}
	s.generatedCode(n, cells, g)
}

const noteReplaced = "the provider rejected the requested code and assigned another; the code stays as it is"

// replacedByID handles a row that names its credential.
func (s *specialCases) replacedByID(n int, cells []reconcile.Cell) {
	if s.client.isReplaced(cells[col.id].Text(), cells[col.value]) {
		cells[col.value] = reconcile.Cell{}
		s.note(n, noteReplaced)
	}
}

// replacedInGroup gives a row the id of a credential whose original code it asks for. A
// credential that holds the code itself takes precedence.
func (s *specialCases) replacedInGroup(n int, cells []reconcile.Cell, g *group) {
	value := cells[col.value]
	if !value.Filled() || g.values[value.Text()] {
		return
	}
	ids := g.original[value.Text()]
	for i, id := range ids {
		if _, named := s.seen.record[id]; named {
			continue // named by another row
		}
		g.original[value.Text()] = ids[i+1:]
		cells[col.id], cells[col.value] = reconcile.TextCell(id), reconcile.Cell{}
		s.note(n, noteReplaced)
		return
	}
}

// generatedCode excludes the value of a row from the comparison if the provider makes the
// codes, unless a credential has exactly this value. A row that removes a credential keeps
// its value: it says which one is meant.
func (s *specialCases) generatedCode(n int, cells []reconcile.Cell, g *group) {
	one := s.systems[s.systemIn(cells)]
	value := cells[col.value]
	if !one.generates() || !value.Filled() || cells[col.state].Text() == reconcile.StateAbsent ||
		s.kindIn(cells) != methodCode {
		return
	}
	if g != nil && g.values[value.Text()] {
		return
	}
	cells[col.value] = reconcile.Cell{}
	s.generated[n] = true
	s.note(n, fmt.Sprintf("%s generates its PINs: the value of the row is not compared", one.title()))
}

// systemIn and kindIn are the row's, or those of the record that it names.
func (r *resolver) systemIn(cells []reconcile.Cell) string { return r.orNamed(cells, col.system) }
func (r *resolver) kindIn(cells []reconcile.Cell) string   { return r.orNamed(cells, col.kind) }

func (r *resolver) orNamed(cells []reconcile.Cell, column int) string {
	if c := cells[column]; c.Filled() {
		return c.Text()
	}
	if have := r.named(cells); have.Valid() {
		return have.Cell(column).Text()
	}
	return ""
}
