package rosterio

import (
	"fmt"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// noHeader is the report on a table in which no line names a column. It does
// not repeat the line: without a header it may hold values.
func (b *binder) noHeader(first *cellio.Line) *Header {
	h := b.bind(first)
	h.Problems = b.mapping
	for i, title := range h.titles {
		if n := b.names.misspelt(fold(title)); n >= 0 && title != "" {
			name := b.schema.Columns[n].Name
			h.Problems = append(h.Problems, b.problem(h, i, reconcile.Problem{
				Column: title, Kind: KindMisspeltColumn, Likely: name,
				Message: fmt.Sprintf("the header %q is no known column and looks like %s misspelt", title, name),
				Remedy:  "name it " + name,
			}))
		}
	}
	h.Problems = append(h.Problems, b.problem(h, -1, reconcile.Problem{
		Kind: KindNoHeader,
		Message: fmt.Sprintf(
			"none of the first %d lines names a column that %s rosters have", headerLines,
			b.schema.Provider,
		),
		Remedy: "give the table a header line with names such as " + b.list(
			"and", func(c *reconcile.Column) bool { return c.Role != reconcile.RoleInfo },
		) + "; what headers of your own mean, the configuration can say: columns: {\"HEADER\": NAME}",
	}))
	return h
}

// list names the columns that keep says, in a sentence.
func (b *binder) list(word string, keep func(*reconcile.Column) bool) string {
	var found []string
	for i := range b.schema.Columns {
		if c := &b.schema.Columns[i]; keep(c) {
			found = append(found, c.Name)
		}
	}
	return sentence(word, found)
}

// wayToIdentify says which columns a row could be told by.
func (b *binder) wayToIdentify() string {
	way := b.schema.Columns[b.schema.Key()].Name
	holders, others, needed := matchColumns(b.schema)
	if len(holders) == 0 {
		holders = others
	}
	found := make([]string, len(holders))
	for i, col := range holders {
		found[i] = b.schema.Columns[col].Name
	}
	if len(found) == 0 {
		return way
	}
	way += ", or " + sentence("or", found)
	if needed >= 0 {
		way += ", together with " + b.schema.Columns[needed].Name
	}
	return way
}

func sentence(word string, items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + word + " " + items[last]
}

// matchColumns are the columns that find the record of a row without an id:
// those that name its holder, the others, and the one without which a holder
// does not suffice (the type of a credential), or -1.
func matchColumns(schema *reconcile.Schema) (holders, others []int, needed int) {
	needed = -1
	for i := range schema.Columns {
		c := &schema.Columns[i]
		switch {
		case c.Role != reconcile.RoleMatch && !c.Pairs:
		case c.Means.OfHolder():
			holders = append(holders, i)
		default:
			others = append(others, i)
			if c.Means == reconcile.TypeID && c.Pairs {
				needed = i
			}
		}
	}
	return holders, others, needed
}
