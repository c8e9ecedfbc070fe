package migration

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"keyroster/reconcile"
)

// Input is everything that a move is made from.
type Input struct {
	From, To Side
	// Listing is the source's, complete.
	Listing *reconcile.Listing
	Rules   Rules
	// Pairs has the target's holder by the source's, as a person decided.
	Pairs map[string]string
	// Only has the ids of the source's holders to move; nil moves all.
	Only map[string]bool
	// Now is compared with ends and starts.
	Now time.Time
}

// Move is a roster for the target, and the result for each record of the source.
type Move struct {
	Roster *reconcile.Roster
	// RowOf has, for each record of the source, its row, or -1. Records that are the same
	// at the target share one.
	RowOf []int
	// HolderOf has, for each record, the target's holder, empty when unknown.
	HolderOf []string
	// Losses are what the target cannot hold, in the order of the records; a record with a
	// row may have some that are not whole.
	Losses []Loss
	// Missing are the holders of rows who do not exist at the target, in the order of their
	// first row. Those rows are invalid.
	Missing []reconcile.Holder
	// OutOfScope counts the records of people who were not selected.
	OutOfScope int

	in Input
}

// Loss is something of a record that the target will not have.
type Loss struct {
	// Record is the number in the source's listing.
	Record int
	// Whole: the record has no row.
	Whole bool
	// Column is the column that is lost; empty if the whole record is.
	Column string
	Reason string
}

// Refusal says why nothing can be moved from one provider to another; empty for no reason.
func Refusal(from, to Side) string {
	switch a, b := from.keepsHolders(), to.keepsHolders(); {
	case a && b, !a && !b && from.Schema.Provider == to.Schema.Provider:
		return ""
	case a == b:
		return fmt.Sprintf("%s and %s have nothing in common that could be moved", from.Title, to.Title)
	case a:
		return fmt.Sprintf(
			"%s lists the %ss of people, and %s lists %ss that nobody holds: nothing of one could be kept by the other",
			from.Title, from.Schema.Noun, to.Title, to.Schema.Noun,
		)
	}
	return fmt.Sprintf(
		"%s lists %ss that nobody holds, and %s lists the %ss of people: nothing of one could be kept by the other",
		from.Title, from.Schema.Noun, to.Title, to.Schema.Noun,
	)
}

// Build makes a move. It panics on a listing that is not complete, and on sides that
// [Refusal] refuses.
func Build(in Input) *Move {
	if !in.Listing.Complete() {
		panic("move of a listing that is not proved complete")
	}
	if why := Refusal(in.From, in.To); why != "" {
		panic(why)
	}
	records := in.Listing.Records.Len()
	b := &builder{
		Move: Move{RowOf: make([]int, records), HolderOf: make([]string, records), in: in},
		from: in.From.Schema, to: in.To.Schema, rows: map[string]int{}, spelt: map[string][]spelling{},
		missing: map[string]bool{},
	}
	b.people = newPeople(&in)
	b.types = newTypes(&in)
	for n := range records {
		b.RowOf[n] = -1
		b.record(n)
	}
	b.refuseCollisions()
	b.Roster = b.roster()
	return &b.Move
}

// builder makes one move.
type builder struct {
	Move
	from, to *reconcile.Schema
	people   *people
	types    *types
	// drafts are the rows so far; rows finds them by their cells.
	drafts []draft
	rows   map[string]int
	// spelt has, by type and number at the target, what was converted to that number.
	spelt   map[string][]spelling
	missing map[string]bool
}

// draft is a row that is not in the roster yet.
type draft struct {
	cells []reconcile.Cell
	// record is the first that became the row.
	record int
	// respelt is type and number of a converted card number, and original its number at the
	// source.
	respelt  string
	original reconcile.Cell
	// missing is the person who does not exist at the target.
	missing *reconcile.Holder
	// invalid: the row cannot be applied; problem says why, remedy what to do.
	invalid         bool
	problem, remedy string
}

type spelling struct {
	row  int
	text reconcile.Cell
}

// addLoss records that a whole record stays behind.
func (b *builder) addLoss(n int, format string, args ...any) {
	b.Losses = append(b.Losses, Loss{Record: n, Whole: true, Reason: fmt.Sprintf(format, args...)})
}

// record makes the row of one record, or says why there is none.
func (b *builder) record(n int) {
	have := b.in.Listing.Records.Record(n)
	d := draft{cells: make([]reconcile.Cell, len(b.to.Columns)), record: n}
	if b.in.From.keepsHolders() {
		if b.in.Only != nil && !b.in.Only[have.Of(reconcile.HolderID)] {
			b.OutOfScope++
			return
		}
		if !b.holder(n, have, &d) || !b.typeAndValue(n, have, &d) {
			return
		}
	}
	if !b.carryRest(n, have, &d) {
		return
	}
	for name, text := range b.in.Rules.Set {
		if col := b.to.Index(name); col >= 0 && d.cells[col].State() == reconcile.Unset {
			d.cells[col] = reconcile.TextCell(text)
		}
	}
	for _, part := range b.in.Listing.Beyond[n] {
		b.Losses = append(
			b.Losses,
			Loss{
				Record: n,
				Column: part.Name,
				Reason: cmp.Or(part.Reason, "no roster column holds it, so it is not copied"),
			},
		)
	}
	b.enter(n, d)
}

// enter gives a record its row: its own, or that of an equal record.
func (b *builder) enter(n int, d draft) {
	key := keyOf(d.cells)
	row, known := b.rows[key]
	if !known || b.to.At(reconcile.HolderID) < 0 {
		row = len(b.drafts)
		b.drafts = append(b.drafts, d)
		b.rows[key] = row
	}
	b.RowOf[n] = row
	if d.missing != nil && !b.missing[d.missing.ID] {
		b.missing[d.missing.ID] = true
		b.Missing = append(b.Missing, *d.missing)
	}
	if d.respelt != "" {
		b.spelt[d.respelt] = append(b.spelt[d.respelt], spelling{row: row, text: d.original})
	}
}

// keyOf identifies equal rows.
func keyOf(cells []reconcile.Cell) string {
	var key strings.Builder
	for _, c := range cells {
		key.WriteByte(byte(c.State()))
		fmt.Fprintf(&key, "%d:", len(c.Text()))
		key.WriteString(c.Text())
	}
	return key.String()
}

// set fills a cell of a row, if the target has the column.
func (b *builder) set(d *draft, column string, cell reconcile.Cell) {
	if col := b.to.Index(column); col >= 0 && cell.Filled() {
		d.cells[col] = reconcile.TextCell(strings.Clone(cell.Text()))
	}
}

// give fills the column with a meaning.
func (b *builder) give(d *draft, m reconcile.Meaning, text string) {
	b.set(d, b.to.NameOf(m), reconcile.TextCell(text))
}
