package rosterio

import (
	"fmt"
	"slices"
	"strings"

	"keyroster/reconcile"
)

// The kinds of contradictions between rows; warnings, since only the account shows
// which record each row means.
const (
	// KindRepeatedRow: two rows say the same.
	KindRepeatedRow = "repeated_row"
	// KindRivalRows: two rows want different values for one person and type.
	KindRivalRows = "rival_rows"
	// KindDatesReversed: access ends before it begins.
	KindDatesReversed = "dates_reversed"
)

// reviewRows warns of contradictions between or within rows that are visible without
// records: in a plan, such rows are blocked or count once.
func reviewRows(roster *reconcile.Roster) {
	rows := roster.Rows
	first := map[string]int{}
	for n := range rows.Len() {
		if _, bad := roster.Invalid[n]; bad {
			continue
		}
		reviewDates(roster, n)
		key := rowKey(rows.Record(n))
		if key == "" {
			continue
		}
		if other, known := first[key]; known {
			reviewPair(roster, n, other)
		} else {
			first[key] = n
		}
	}
}

// rowKey names the person and type of a row without an id; empty where it has one, or
// names no person.
func rowKey(r reconcile.Record) string {
	schema := r.Schema()
	if r.Cell(schema.Key()).Filled() {
		return ""
	}
	holders, others, _ := matchColumns(schema)
	var key []string
	for _, col := range others {
		key = append(key, strings.ToLower(strings.TrimSpace(r.Cell(col).Text())))
	}
	for _, col := range holders {
		if cell := r.Cell(col); cell.Filled() {
			return strings.Join(append(key, fmt.Sprint(col), strings.ToLower(cell.Text())), "\x00")
		}
	}
	return ""
}

// reviewPair warns of two rows for one person and type that both want a credential.
func reviewPair(roster *reconcile.Roster, row, other int) {
	a, b := roster.Rows.Record(row), roster.Rows.Record(other)
	schema := a.Schema()
	absent := func(r reconcile.Record) bool {
		return schema.State() >= 0 && r.Cell(schema.State()).Text() == reconcile.StateAbsent
	}
	if absent(a) != absent(b) {
		return
	}
	p := reconcile.Problem{
		Kind:    KindRepeatedRow,
		Message: "the row repeats " + placeOf(roster, other, row) + "and counts once with it",
		Remedy:  "keep one of them",
	}
	if differing := contradicting(a, b); len(differing) > 0 {
		value := schema.Value()
		if !schema.OneEach || absent(a) || value < 0 || !slices.Contains(differing, schema.Columns[value].Name) {
			return
		}
		p.Kind, p.Message = KindRivalRows, fmt.Sprintf(
			"the row and %s name the same %s and type with different values, where only one is possible",
			placeOf(roster, other, row), schema.Holder,
		)
		p.Remedy = "keep one of them, or give the other a type of its own"
	}
	p.Source, p.Severity = roster.Source(row), reconcile.SeverityWarning
	if p.Source.Header != "" { // the row is a cell of a wide table
		p.Column = schema.Columns[schema.Value()].Name
	}
	roster.Report(-1, p)
}

// reviewDates warns of a row whose access ends before it begins, as far as its dates say
// so without a time zone.
func reviewDates(roster *reconcile.Roster, row int) {
	r := roster.Rows.Record(row)
	starts, err := reconcile.ReadClock(r.Of(reconcile.StartsAt))
	if err != nil {
		return
	}
	ends, err := reconcile.ReadClock(r.Of(reconcile.EndsAt))
	if err != nil || !ends.EndsBy(starts) {
		return
	}
	schema := r.Schema()
	roster.Report(-1, reconcile.Problem{
		Source: roster.Source(row), Column: schema.NameOf(reconcile.EndsAt), Kind: KindDatesReversed,
		Severity: reconcile.SeverityWarning,
		Message:  fmt.Sprintf("%s is not after %s", schema.NameOf(reconcile.EndsAt), schema.NameOf(reconcile.StartsAt)),
		Read:     r.Of(reconcile.EndsAt), Remedy: "check whether the two were swapped",
	})
}
