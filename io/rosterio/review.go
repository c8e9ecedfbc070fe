package rosterio

import (
	"fmt"
	"strings"

	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// Review reports what only the whole roster shows, over all its files: rows that
// name one record twice, and secrets that lost their zeros. It is called once,
// after the last table.
func Review(roster *reconcile.Roster) {
	reviewDuplicates(roster)
	for col := range roster.Rows.Schema().Columns {
		if roster.Rows.Schema().Columns[col].Secret() {
			reviewZeros(roster, col)
		}
	}
}

// reviewDuplicates makes rows with the same id invalid if they contradict each other,
// since a program must not guess which is meant. Rows that say the same count once,
// and one that removes an old value beside one that wants another is left to the plan.
func reviewDuplicates(roster *reconcile.Roster) {
	rows := roster.Rows
	key := rows.Schema().Key()
	keys := reconcile.NewIndex(rows, reconcile.By{Columns: []int{key}})
	if keys.Single() {
		return
	}
	told := map[int]bool{}
	for n := range rows.Len() {
		other := keys.Find(rows.Record(n).Cell(key).Text())
		if other < 0 || other == n {
			continue
		}
		differing := contradicting(rows.Record(other), rows.Record(n))
		if len(differing) == 0 {
			continue
		}
		if !told[other] {
			told[other] = true
			reportDuplicate(roster, other, n, differing)
		}
		reportDuplicate(roster, n, other, differing)
	}
}

// contradicting are the columns in which two rows of one id cannot both be right.
func contradicting(a, b reconcile.Record) []string {
	schema := a.Schema()
	absent := func(r reconcile.Record) bool {
		return schema.State() >= 0 && r.Cell(schema.State()).Text() == reconcile.StateAbsent
	}
	var names []string
	replaced := absent(a) != absent(b)
	if value := schema.Value(); replaced && (value < 0 || !replaces(a, b, absent, value)) {
		names = append(names, schema.Columns[schema.State()].Name)
	}
	for col := range schema.Columns {
		c := &schema.Columns[col]
		x, y := a.Cell(col), b.Cell(col)
		switch {
		case c.Role == reconcile.RoleManaged && !replaced && (x.State() != y.State() || x.Text() != y.Text()),
			c.Role == reconcile.RoleMatch && c.Means != reconcile.TypeID && x.Filled() && y.Filled() && !strings.EqualFold(x.Text(), y.Text()):
			names = append(names, c.Name)
		}
	}
	return names
}

// replaces reports whether, of a row to be present and one to be absent, the present one has
// another value.
func replaces(a, b reconcile.Record, absent func(reconcile.Record) bool, value int) bool {
	if absent(a) {
		a, b = b, a
	}
	return a.Cell(value).Filled() && a.Cell(value).Text() != b.Cell(value).Text()
}

func reportDuplicate(roster *reconcile.Roster, row, other int, differing []string) {
	schema := roster.Rows.Schema()
	name := schema.Columns[schema.Key()].Name
	place := placeOf(roster, other, row)
	roster.Report(row, reconcile.Problem{
		Source: roster.Source(row), Column: name, Kind: KindDuplicateRow,
		Message: fmt.Sprintf(
			"the same %s is also named on %s; the two differ in %s", name, place, strings.Join(differing, " and "),
		),
		Remedy: fmt.Sprintf("keep one row for each %s", schema.Noun),
	})
}

// placeOf says where a row is, relative to the row from which a reader comes.
func placeOf(roster *reconcile.Roster, row, from int) string {
	here, there := roster.Source(from), roster.Source(row)
	place := there.Within()
	if there.Sheet != here.Sheet || there.File != here.File {
		place += " of " + there.File
		if there.Sheet != "" {
			place += fmt.Sprintf(", sheet %q", there.Sheet)
		}
	}
	return place
}

// A column of codes counts as one of fixed length when it has at least this many
// values, and at least this share of them has one length.
const (
	zerosSample = 10
	zerosShare  = 0.9
)

// lengths counts the secrets of one file and type by their length.
type lengths struct {
	label string
	all   int
	count map[int]int
	// zero has the lengths of which some value begins with a zero.
	zero map[int]bool
	// rows has, for each length, the first few rows.
	rows map[int][]int
}

// reviewZeros warns of values that are shorter than the others of their type: a
// spreadsheet may have dropped their zeros. That is likely where other values still
// begin with zeros; where none does, numbers of different length are ordinary,
// unless they look like codes of one length that all lost theirs.
func reviewZeros(roster *reconcile.Roster, col int) {
	rows := roster.Rows
	typed := rows.Schema().At(reconcile.TypeID)
	type group struct {
		file  int
		label string
	}
	groups := map[group]*lengths{}
	var order []*lengths
	for n := range rows.Len() {
		text := rows.Record(n).Cell(col).Text()
		if !shape.AllDigits(text) {
			continue
		}
		id := group{file: roster.FileOf(n)}
		if typed >= 0 {
			id.label = rows.Record(n).Cell(typed).Text()
		}
		g := groups[id]
		if g == nil {
			g = &lengths{label: id.label, count: map[int]int{}, zero: map[int]bool{}, rows: map[int][]int{}}
			groups[id] = g
			order = append(order, g)
		}
		g.add(n, text)
	}
	for _, g := range order {
		g.report(roster, col)
	}
}

// listedRows is one more than [reconcile.Roster.Places] lists.
const listedRows = 6

func (g *lengths) add(row int, text string) {
	n := len(text)
	g.all++
	g.count[n]++
	g.zero[n] = g.zero[n] || text[0] == '0'
	if len(g.rows[n]) < listedRows {
		g.rows[n] = append(g.rows[n], row)
	}
}

func (g *lengths) report(roster *reconcile.Roster, col int) {
	usual := 0
	for n, count := range g.count {
		if g.all >= zerosSample && float64(count) >= zerosShare*float64(g.all) && g.zero[n] {
			usual = n
		}
	}
	if usual == 0 {
		usual = g.stripped()
	}
	short, at := 0, []int{}
	for n := usual - 1; n > 0; n-- {
		if !g.zero[n] {
			short += g.count[n]
			at = append(at, g.rows[n]...)
		}
	}
	if short == 0 {
		return
	}
	roster.Report(-1, reconcile.Problem{
		Source: roster.Source(at[0]), Column: roster.Rows.Schema().Columns[col].Name,
		Kind: KindZerosSuspect, Severity: reconcile.SeverityWarning,
		Message: fmt.Sprintf(
			"%d of %d values are shorter than the usual %d digits and may have lost leading zeros: %s",
			short, g.all, usual, roster.Places(at),
		),
		Remedy: "compare them with their source; format the column as text to keep leading zeros",
	})
}

// How codes of one length look when all lost their zeros: one in ten is a digit shorter, one in a
// hundred two. Running numbers look like that too, but are not PINs, nor as long as strippedLength.
const (
	strippedSample = 20
	strippedShare  = 0.85
	strippedNext   = 0.6
	strippedLength = 8
)

// stripped is the original length of such codes, or 0 when the values do not look like that.
func (g *lengths) stripped() int {
	usual := 0
	for n := range g.count {
		if usual = max(usual, n); g.zero[n] {
			return 0
		}
	}
	short := g.all - g.count[usual]
	switch {
	case g.all < strippedSample, float64(g.count[usual]) < strippedShare*float64(g.all):
		return 0
	case float64(g.count[usual-1]) < strippedNext*float64(short):
		return 0
	case usual < strippedLength &&
		!strings.Contains(headerKey(g.label), "pin") && !strings.Contains(headerKey(g.label), "code"):
		return 0
	}
	return usual
}
