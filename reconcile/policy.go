package reconcile

import (
	"slices"
	"strings"
)

// Policy is what the configuration and the command line say about a diff. The
// zero value changes nothing but what rows name.
type Policy struct {
	// Prune deletes the records that no row matched.
	Prune bool
	// Holders limits the run to the rows and records of these holders, by
	// id; none means all.
	Holders []string
	// Move lets a row give a record to another holder, where the provider
	// can (CanMove); else such a row is ambiguous.
	Move bool
	// Recreate lets a change that cannot be made in place be a replacement.
	Recreate bool
	// Exact: the rows were made from records of this account. One that names no
	// record wants a new one, and one whose record is not listed finds no other,
	// whatever they say besides; their values are the provider's own, so that none
	// is implausible.
	Exact bool
	// Park lets values that change hands in a cycle be resolved by parking
	// one record on a temporary value; else such rows are blocked.
	Park bool
	// Protect lists what is never touched.
	Protect []Protection
	// Remembered tells, for a record whose own value is masked, whether the
	// last value written to it equals the wanted one: equal is in sync, not
	// equal is a difference. A row whose answer is not known is unreadable;
	// nil knows none.
	Remembered func(id string, want Cell) (equal, known bool)
	// Shapes is what a person says of values beside what the records show.
	Shapes Shapes
	// StoredAs, if not nil, says in words what the provider made of a wish, where a
	// record holds that in its place: such a cell is in sync. Empty is nothing.
	StoredAs func(want, have Record, col int) string
	// KeptSpelling reports whether a record shows in a column what the provider made of
	// just the wanted text when that was written last: that is in sync. nil
	// knows of none.
	KeptSpelling func(id string, col int, want, have Cell) bool
}

// Protection names records that are never touched: by exact text of one or
// several columns, all of which must agree. A text that ends in * matches as a
// prefix; e-mail addresses match as [NormalizeEmail] has them.
type Protection map[string]string

// Protects reports whether any of the protections is about a row or its record.
func Protects(list []Protection, schema *Schema, records ...Record) bool {
	return slices.ContainsFunc(list, func(p Protection) bool { return p.matches(schema, records...) })
}

// Idle are those of some protections that mean no record of the sets.
func Idle(list []Protection, sets ...*Set) []Protection {
	return slices.DeleteFunc(slices.Clone(list), func(p Protection) bool {
		return slices.ContainsFunc(sets, func(s *Set) bool {
			for n := range s.Len() {
				if p.agrees(s.schema, []Record{s.Record(n)}) {
					return true
				}
			}
			return false
		})
	})
}

// matches reports whether the protection is about a row or its record. Where one
// leaves a column blank, the other fills it in; where a row moves its record,
// both the old holder and the new one are meant.
func (p Protection) matches(schema *Schema, records ...Record) bool {
	backwards := slices.Clone(records)
	slices.Reverse(backwards)
	return p.agrees(schema, records) || p.agrees(schema, backwards)
}

// agrees reports whether every column that the protection names agrees, in the
// first of the records that has the column filled.
func (p Protection) agrees(schema *Schema, records []Record) bool {
	for name, want := range p {
		col := schema.Index(name)
		if col < 0 || !protects(schema.Columns[col].Kind, want, textOf(col, records)) {
			return false
		}
	}
	return len(p) > 0
}

func textOf(col int, records []Record) string {
	for _, r := range records {
		if r.Valid() {
			if c := r.Cell(col); c.Filled() {
				return c.Text()
			}
		}
	}
	return ""
}

func protects(kind Kind, want, text string) bool {
	if kind == KindEmail {
		want, text = NormalizeEmail(want), NormalizeEmail(text)
	}
	if prefix, ok := strings.CutSuffix(want, "*"); ok {
		return text != "" && strings.HasPrefix(text, prefix)
	}
	return want == text
}
