package migration

import (
	"cmp"
	"fmt"
	"slices"
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
	// Now is when ends and starts are held against.
	Now time.Time
}

// Move is a roster for the target, and what became of each record of the source.
type Move struct {
	Roster *reconcile.Roster
	// RowOf has, for each record of the source, its row, or -1. Records that
	// are the same at the target share one.
	RowOf []int
	// HolderOf has, for each record, the target's holder, empty when unknown.
	HolderOf []string
	// Losses are what the target cannot hold, in the order of the records; a
	// record with a row may have some that are not whole.
	Losses []Loss
	// Missing are the holders of rows whom the target does not know, in the
	// order of their first row. Those rows are invalid.
	Missing []reconcile.Holder
	// OutOfScope counts the records of people who were not asked for.
	OutOfScope int

	in Input
}

// Loss is something of a record that the target will not have.
type Loss struct {
	// Record is the number in the source's listing.
	Record int
	// Whole: the record has no row.
	Whole bool
	// Column is the column that is lost; empty when the record is.
	Column string
	Reason string
}

// Refusal says why nothing can be moved from one provider to another, or is
// empty.
func Refusal(from, to Side) string {
	switch a, b := from.keepsHolders(), to.keepsHolders(); {
	case a && b, !a && !b && from.Schema.Provider == to.Schema.Provider:
		return ""
	case a == b:
		return fmt.Sprintf("%s and %s have nothing in common that could be moved", from.Title, to.Title)
	case a:
		return fmt.Sprintf("%s lists the %ss of people, and %s lists %ss that nobody holds: nothing of one could be kept by the other", from.Title, from.Schema.Noun, to.Title, to.Schema.Noun)
	}
	return fmt.Sprintf("%s lists %ss that nobody holds, and %s lists the %ss of people: nothing of one could be kept by the other", from.Title, from.Schema.Noun, to.Title, to.Schema.Noun)
}

// Build makes a move. It panics on a listing that is not complete, and on sides
// that [Refusal] refuses.
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
	// spelt has, by type and number at the target, what became that number.
	spelt   map[string][]spelling
	missing map[string]bool
}

// draft is a row that is not in the roster yet.
type draft struct {
	cells []reconcile.Cell
	// record is the first that became the row.
	record int
	// respelt is type and number of a card that was spelt in another way, and
	// original its number at the source.
	respelt  string
	original reconcile.Cell
	// missing is the person whom the target does not know.
	missing *reconcile.Holder
	// invalid: the row cannot be carried out; problem says why, remedy what to do.
	invalid         bool
	problem, remedy string
}

type spelling struct {
	row  int
	text reconcile.Cell
}

// lose notes that a whole record stays behind.
func (b *builder) lose(n int, format string, args ...any) {
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
	if !b.rest(n, have, &d) {
		return
	}
	for name, text := range b.in.Rules.Set {
		if col := b.to.Index(name); col >= 0 && d.cells[col].State() == reconcile.Unset {
			d.cells[col] = reconcile.TextCell(text)
		}
	}
	for _, part := range b.in.Listing.Beyond[n] {
		b.Losses = append(b.Losses, Loss{Record: n, Column: part.Name, Reason: cmp.Or(part.Reason, "no column of a roster holds it, so that it is not copied")})
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

// keyOf tells rows apart.
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

// rest carries over the columns that need no translation.
func (b *builder) rest(n int, have reconcile.Record, d *draft) bool {
	var part []Loss
	for col := range b.from.Columns {
		c := &b.from.Columns[col]
		cell := have.Cell(col)
		if c.Role != reconcile.RoleManaged || col == b.from.Value() && b.in.From.keepsHolders() || cell.State() == reconcile.Unset || cell.State() == reconcile.Empty {
			continue
		}
		if c.Local || slices.Contains(b.in.Rules.Drop, c.Name) && !holds(b.to, c.Name) {
			if why := b.ended(c, cell); why != "" {
				b.lose(n, "%s", why)
				return false
			}
			part = append(part, Loss{Record: n, Column: c.Name, Reason: b.whyDropped(c)})
			continue
		}
		if c.Can&reconcile.ReadApart != 0 {
			if why := b.places(n, c, cell, d); why != "" {
				part = append(part, Loss{Record: n, Column: c.Name, Reason: why})
			}
			continue
		}
		why, whole := b.carry(c, cell, d)
		switch {
		case whole:
			b.lose(n, "%s", why)
			return false
		case why != "":
			part = append(part, Loss{Record: n, Column: c.Name, Reason: why})
		}
	}
	b.Losses = append(b.Losses, part...)
	return true
}

// places carries the doors of a record over that both sides know by one name, and
// says which are lost.
func (b *builder) places(n int, c *reconcile.Column, cell reconcile.Cell, d *draft) string {
	const separator = ";"
	var kept, lost []string
	system := b.systemOf(n, d)
	for name := range strings.SplitSeq(cell.Text(), separator) {
		i := slices.IndexFunc(b.in.To.Places[system], func(there string) bool { return fold(there) == fold(name) })
		if i < 0 || !holds(b.to, c.Name) {
			lost = append(lost, strings.TrimSpace(name))
			continue
		}
		kept = append(kept, b.in.To.Places[system][i])
	}
	if len(kept) > 0 {
		b.set(d, c.Name, reconcile.TextCell(strings.Join(kept, separator)))
	}
	if len(lost) == 0 {
		return ""
	}
	return fmt.Sprintf("it opens %s, which %s does not know by that name: the copy opens it once access is given there", strings.Join(lost, ", "), b.in.To.Account)
}

// systemOf is the part of the target that a row's record will be in.
func (b *builder) systemOf(n int, d *draft) string {
	if col := b.to.At(reconcile.System); col >= 0 && d.cells[col].Filled() {
		return d.cells[col].Text()
	}
	if system := b.in.To.Holders[b.HolderOf[n]].System; system != "" {
		return system
	}
	return b.in.Rules.Set[b.to.NameOf(reconcile.System)]
}

func (b *builder) whyDropped(c *reconcile.Column) string {
	if c.Local {
		return fmt.Sprintf("it names the account itself; give %s in migrate.set if the target should have one", c.Name)
	}
	return b.in.To.Title + " cannot hold it, and the configuration gives it up (migrate.drop)"
}

// holds reports whether new records of a schema can be given a column.
func holds(schema *reconcile.Schema, column string) bool {
	col := schema.Index(column)
	return col >= 0 && schema.Columns[col].Can&reconcile.CanCreate != 0
}

// carry puts a cell into the row, or says what is lost by that.
func (b *builder) carry(c *reconcile.Column, cell reconcile.Cell, d *draft) (why string, whole bool) {
	if why := b.ended(c, cell); why != "" {
		return why, true
	}
	switch {
	case cell.State() == reconcile.Masked:
		return fmt.Sprintf("%s cannot be read at %s", c.Name, b.in.From.Title), true
	case holds(b.to, c.Name):
		b.set(d, c.Name, cell)
		return "", false
	case c.Means == reconcile.StartsAt && !instant(cell).After(b.in.Now):
		return "it has begun, and " + b.in.To.Title + " has no start", false
	}
	return fmt.Sprintf("it has %s, which %s cannot hold: it would open doors beyond that; migrate.drop: [%s] moves it all the same", c.Name, b.in.To.Title, c.Name), true
}

// ended says that a record's end has passed: to move it would give it back.
func (b *builder) ended(c *reconcile.Column, cell reconcile.Cell) string {
	if at := instant(cell); c.Means == reconcile.EndsAt && !at.IsZero() && !at.After(b.in.Now) {
		return "it has ended"
	}
	return ""
}

// instant is a cell's time, zero when it has none.
func instant(cell reconcile.Cell) time.Time {
	at, err := time.Parse(time.RFC3339, cell.Text())
	if err != nil {
		return time.Time{}
	}
	return at
}
