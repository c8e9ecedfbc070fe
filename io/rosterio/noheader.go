package rosterio

import (
	"fmt"
	"strings"

	"keyroster/io/cellio"
	"keyroster/reconcile"
)

// noHeader is the report on a table in which no line names a column. It does
// not repeat the line: without a header it may hold values.
func (b *binder) noHeader(first *cellio.Line, lines int) *Header {
	h := b.bind(first)
	h.Problems = b.mapping
	for i, title := range h.titles {
		if n := b.names.misspelt(headerKey(title)); n >= 0 && title != "" {
			name := b.schema.Columns[n].Name
			h.Problems = append(h.Problems, b.problem(h, i, reconcile.Problem{
				Column: title, Kind: KindMisspeltColumn, Likely: name,
				Message: fmt.Sprintf("the header %q is not a known column; it looks like a misspelt %s", title, name),
				Remedy:  "name it " + name,
			}))
		}
	}
	h.Problems = append(h.Problems, b.problem(h, -1, reconcile.Problem{
		Kind:    KindNoHeader,
		Message: b.nothingNamed(lines),
		Remedy: "give the table a header line with names such as " + b.list(
			"and", func(c *reconcile.Column) bool { return c.Role != reconcile.RoleInfo },
		) + "; map your own headers in the configuration: columns: {\"HEADER\": NAME}",
	}))
	return h
}

// nothingNamed says that no header was found among so many lines.
func (b *binder) nothingNamed(lines int) string {
	none := "no line"
	if lines >= headerLines {
		none = fmt.Sprintf("none of the first %d lines", headerLines)
	}
	return fmt.Sprintf("%s names a column that %s rosters have", none, b.schema.Provider)
}

// list names the columns that keep accepts, as part of a sentence.
func (b *binder) list(word string, keep func(*reconcile.Column) bool) string {
	var found []string
	for i := range b.schema.Columns {
		if c := &b.schema.Columns[i]; keep(c) {
			found = append(found, c.Name)
		}
	}
	return sentence(word, found)
}

// identifyingColumns names the columns by which a row could be identified.
func (b *binder) identifyingColumns() string {
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

// explains reports whether a line explains what belongs in each column, such as (10 digits).
func explains(line *cellio.Line) bool {
	n := 0
	for i := range line.Cells {
		text := trimInvisible(line.Cells[i].Text)
		switch {
		case blank(&line.Cells[i]):
		case line.Cells[i].Kind != cellio.Text || !strings.HasPrefix(text, "(") || !strings.HasSuffix(text, ")"):
			return false
		default:
			n++
		}
	}
	return n > 1
}
