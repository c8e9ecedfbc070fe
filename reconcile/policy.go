package reconcile

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Policy is what the configuration and the command line say about a diff. The zero value
// changes only what rows name.
type Policy struct {
	// Prune deletes the records that no row matched.
	Prune bool
	// Holders limits the run to the rows and records of these holders, by id; none means
	// all.
	Holders []string
	// Move lets a row give a record to another holder, if the provider can (CanMove); else
	// such a row is ambiguous.
	Move bool
	// Recreate allows a replacement for a change that cannot be made in place.
	Recreate bool
	// Exact: the rows were made from records of this account. A row that names no record
	// wants a new one, and one whose record is not listed finds no other, whatever else it
	// says; the values are the provider's own, so none is implausible.
	Exact bool
	// Park resolves values that change hands in a cycle by parking one record on a
	// temporary value; else such rows are blocked.
	Park bool
	// Protect lists what is never touched.
	Protect []Protection
	// Remembered reports, for a record whose value is masked, whether the last value
	// written to it equals the wanted one: equal is in sync, not equal is a difference. If
	// that is not known, the row is unreadable; nil knows none.
	Remembered func(id string, want Cell) (equal, known bool)
	// Shapes is what the configuration says about values besides what the records show.
	Shapes Shapes
	// StoredAs, if not nil, says in words what the provider stored in place of a wanted
	// cell, if it did: such a cell is in sync. Empty is nothing.
	StoredAs func(want, have Record, col int) string
	// KeptSpelling reports whether a record shows in a column what the provider made of
	// exactly the wanted text when that was last written: that is in sync. nil knows of
	// none.
	KeptSpelling func(id string, col int, want, have Cell) bool
}

// Protection names records that are never touched: by exact text of one or more columns,
// all of which must agree. A text that ends in * matches as a prefix; e-mail addresses
// match as [NormalizeEmail] defines, and texts such as titles without regard to case:
// protecting one too many does no harm, and one too few does.
type Protection map[string]string

// Protects reports whether any of the protections covers a row or its record.
func Protects(list []Protection, schema *Schema, records ...Record) bool {
	return slices.ContainsFunc(list, func(p Protection) bool { return p.matches(schema, records...) })
}

// Idle returns the protections that match no record of the sets.
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

// matches reports whether the protection covers a row or its record. If one leaves a column
// blank, the other fills it in; if a row moves its record, both the old holder and the new
// one count.
func (p Protection) matches(schema *Schema, records ...Record) bool {
	backwards := slices.Clone(records)
	slices.Reverse(backwards)
	return p.agrees(schema, records) || p.agrees(schema, backwards)
}

// agrees reports whether every column of the protection agrees, in the first of the records
// that has the column filled.
func (p Protection) agrees(schema *Schema, records []Record) bool {
	for name, want := range p {
		col := schema.Index(name)
		if col < 0 || !protects(&schema.Columns[col], want, textOf(col, records)) {
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

func protects(c *Column, want, text string) bool {
	switch {
	case c.Kind == KindEmail:
		want, text = NormalizeEmail(want), NormalizeEmail(text)
	case c.Role == RoleManaged || c.Role == RoleInfo:
		want, text = norm.NFC.String(CaseFold(want)), norm.NFC.String(CaseFold(text))
	}
	if prefix, ok := strings.CutSuffix(want, "*"); ok {
		return text != "" && strings.HasPrefix(text, prefix)
	}
	return want == text
}
