package inverse

import (
	"fmt"
	"strings"

	"keyroster/reconcile"
)

// Rules are what a provider says about what cannot be brought back.
type Rules struct {
	// Never says, by the text of the type column, why a deleted record of that type is not
	// created again.
	Never map[string]string
	// Remade says what a recreated record lacks, for a note on its row; empty if only its
	// id differs.
	Remade string
	// StoredAs and KeptSpelling are those of [reconcile.Policy]: what the provider stored
	// in place of a value counts as the value.
	StoredAs func(want, have reconcile.Record, col int) string
	Kept     func(id string, col int, want, have reconcile.Cell) bool
	// Lacks says, by lines of what was kept, what no listing shows of the records of [Made]
	// and is no longer as the run left it.
	Lacks map[int]reconcile.Lack
}

// Inverse is a roster that undoes a run, with what is already known about its rows. Row n
// is that of line n of what was kept.
type Inverse struct {
	Roster   *reconcile.Roster
	Verdicts map[int]reconcile.Verdict
	Notes    map[int][]string
}

// Build makes the rows that undo what was kept, for an account as a complete listing shows
// it.
func Build(kept Kept, listing *reconcile.Listing, rules Rules) *Inverse {
	b := &builder{
		kept: kept, rules: rules, listing: listing, schema: listing.Records.Schema(), records: index(listing), claimed: map[string]bool{},
		out: &Inverse{Verdicts: map[int]reconcile.Verdict{}, Notes: map[int][]string{}},
	}
	b.out.Roster = reconcile.NewRoster(b.schema)
	b.out.Roster.Files = kept.Roster.Files
	for i := range kept.Plan.Lines {
		b.cells = b.schema.Blank(b.cells)
		b.line(i)
		b.out.Roster.Add(0, 0, kept.Roster.Source(i).Line, b.cells)
	}
	return b.out
}

type builder struct {
	kept    Kept
	rules   Rules
	listing *reconcile.Listing
	schema  *reconcile.Schema
	// records are those that are listed and not ending, by id.
	records map[string]reconcile.Record
	// byKey has all listed records by their key; it is built on first use. claimed are
	// those that were not made in place of a deleted one.
	byKey   map[string][]reconcile.Record
	claimed map[string]bool
	out     *Inverse
	// cells are those of the current row; row is its number.
	cells []reconcile.Cell
	row   int
}

// line makes the row of a line.
func (b *builder) line(i int) {
	b.row = i
	l := &b.kept.Plan.Lines[i]
	before, after := b.keptCells(b.kept.Plan.HaveRecord(i)), b.keptCells(b.kept.Plan.WantRow(i))
	switch l.Action {
	case reconcile.Create:
		b.remove(l, after)
	case reconcile.Delete:
		b.makeAgain(before)
	default:
		b.restore(l, before, after)
	}
}

// keptCells returns the cells of a kept record in today's columns, some of which an earlier
// version may not have had.
func (b *builder) keptCells(r reconcile.Record) []reconcile.Cell {
	cells := b.schema.Blank(nil)
	from := r.Schema()
	for col := range b.schema.Columns {
		if n := from.Index(b.schema.Columns[col].Name); n >= 0 {
			cells[col] = r.Cell(n)
		}
	}
	return cells
}

// find returns the record with an id, or its replacement; not valid for none.
func (b *builder) find(id string) reconcile.Record {
	if r, ok := b.records[id]; ok || id == "" {
		return r
	}
	return b.records[b.listing.Replaced[id]]
}

// remove deletes what the run created.
func (b *builder) remove(l *reconcile.Line, after []reconcile.Cell) {
	key := after[b.schema.Key()]
	if !key.Filled() {
		b.settle(reconcile.Ambiguous.Because(
			"run %s does not know whether it created this %s: check the provider, and delete it there if it exists",
			b.kept.Run(), b.schema.Noun,
		))
		return
	}
	b.cells[b.schema.Key()] = key
	b.set(b.schema.State(), reconcile.TextCell(reconcile.StateAbsent))
	now := b.find(key.Text())
	if !now.Valid() {
		return // in sync
	}
	b.name(now)
	b.unlessChanged(l, after, now)
}

// restore restores a record's old values.
func (b *builder) restore(l *reconcile.Line, before, after []reconcile.Cell) {
	old, now := before[b.schema.Key()], b.find(after[b.schema.Key()].Text())
	if l.Action == reconcile.Replace && !now.Valid() {
		now = b.find(old.Text())
	}
	b.set(b.schema.State(), reconcile.TextCell(reconcile.StatePresent))
	switch {
	case !now.Valid() && l.Action == reconcile.Replace && l.Outcome == reconcile.Unknown:
		b.makeAgain(before)
		return
	case !now.Valid():
		b.cells[b.schema.Key()] = old
		b.moved("it was deleted at the provider since run %s", b.kept.Run())
		return
	}
	b.name(now)
	fields, hidden := b.fields(l), ""
	same := true
	for _, col := range fields {
		was := before[col]
		switch was.State() {
		case reconcile.Filled:
			b.cells[col] = was
		case reconcile.Empty:
			b.cells[col] = reconcile.EmptyCell()
		default:
			hidden = b.schema.Columns[col].Name
		}
		same = same && b.asWas(before, now, col)
	}
	if same && hidden == "" {
		return
	}
	if hidden != "" {
		b.settle(reconcile.Unreadable.Because(
			"the provider never showed what %s was before run %s", hidden, b.kept.Run(),
		))
		return
	}
	if l.Action == reconcile.Replace {
		b.note(anotherID)
		b.give(before, reconcile.CanCreate) // the new record needs them all
	}
	b.unlessChanged(l, after, now)
}

// anotherID is the note on rows of records that get another id.
const anotherID = "undoable with another id"

// fields returns the numbers of the columns that a line changed.
func (b *builder) fields(l *reconcile.Line) []int {
	from := b.kept.Plan.Have.Schema()
	var out []int
	for n := range from.Columns {
		if col := b.schema.Index(from.Columns[n].Name); l.Fields.Has(n) && col >= 0 {
			out = append(out, col)
		}
	}
	return out
}

// makeAgain creates what the run deleted.
func (b *builder) makeAgain(before []reconcile.Cell) {
	b.set(b.schema.State(), reconcile.TextCell(reconcile.StatePresent))
	again := b.find(before[b.schema.Key()].Text())
	if !again.Valid() {
		again = b.madeInPlace(before)
	}
	for _, col := range b.schema.Pairs() {
		b.cells[col] = before[col]
	}
	if again.Valid() {
		b.give(before, 0)
		b.name(again)
		if changed := b.changed(before, again, true); changed != "" {
			b.moved("%s %s was created since run %s, and has another %s",
				b.schema.Noun, again.ID(), b.kept.Run(), changed)
		} else { // what no listing shows of it is not overwritten either
			b.moved("%s %s was created since run %s, and is another", b.schema.Noun, again.ID(), b.kept.Run())
			v := b.out.Verdicts[b.row]
			v.When = reconcile.IfUpdate
			b.settle(&v)
		}
		return
	}
	b.give(before, reconcile.CanCreate)
	for col := range b.schema.Columns {
		c := &b.schema.Columns[col]
		if before[col].State() == reconcile.Masked && c.Role == reconcile.RoleManaged {
			b.settle(reconcile.Unreadable.Because("the provider never showed its %s", c.Name))
			return
		}
	}
	if kind := b.schema.At(reconcile.TypeID); kind >= 0 {
		if why := b.rules.Never[before[kind].Text()]; why != "" {
			b.settle(reconcile.Unsupported.Because("%s", why))
			return
		}
	}
	b.note(anotherID)
	if b.rules.Remade != "" {
		b.note(b.rules.Remade)
	}
}

// give puts the old values of managed columns into the row, if they can be changed in this
// way; 0 is any.
func (b *builder) give(before []reconcile.Cell, can reconcile.Ability) {
	for col := range b.schema.Columns {
		c := &b.schema.Columns[col]
		if c.Role == reconcile.RoleManaged && c.Can&can == can && before[col].Filled() {
			b.cells[col] = before[col]
		}
	}
}

// unlessChanged ends the row in conflict if another client has changed the record since the
// run left it.
func (b *builder) unlessChanged(l *reconcile.Line, after []reconcile.Cell, now reconcile.Record) {
	if changed := b.changed(after, now, l.Situation == reconcile.InSync); changed != "" {
		b.moved("%s changed at the provider since run %s", changed, b.kept.Run())
		return
	}
	switch lack, lacks := b.rules.Lacks[b.row]; {
	case lack.Unread:
		b.settle(reconcile.Unreadable.Because("%s", lack.Words))
	case lacks:
		b.moved("changed at the provider since run %s: %s", b.kept.Run(), lack.Words)
	}
}

// changed names the columns in which a record is not as it was; empty for none. exact: it
// was shown in exactly this spelling, so that another one is a change, too. Columns that a
// listing does not show, or that only the provider sets, are ignored.
func (b *builder) changed(was []reconcile.Cell, now reconcile.Record, exact bool) string {
	var names []string
	for col := range b.schema.Columns {
		c := &b.schema.Columns[col]
		if c.Role != reconcile.RoleManaged && !c.Pairs {
			continue
		}
		like := c.Compare(was[col], now.Cell(col))
		// Another client may have set what the run did not, and no listing showed, since.
		unseen := !exact && was[col].State() == reconcile.Unset && now.Cell(col).Filled()
		if (like == reconcile.Differs || unseen || exact && like == reconcile.Respelled) && !b.asWas(was, now, col) {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, ", ")
}

// asWas reports whether a record holds in a column what it did, or what the provider made
// of exactly that.
func (b *builder) asWas(was []reconcile.Cell, now reconcile.Record, col int) bool {
	have := now.Cell(col)
	switch {
	case sameCell(was[col], have):
		return true
	case !was[col].Filled() || !have.Filled():
		return false
	case b.rules.Kept != nil && b.rules.Kept(now.ID(), col, was[col], have):
		return true
	}
	return b.rules.StoredAs != nil && b.rules.StoredAs(b.schema.Record(was), now, col) != ""
}

// name sets which record the row means.
func (b *builder) name(now reconcile.Record) {
	b.cells[b.schema.Key()] = now.Cell(b.schema.Key())
	for _, col := range b.schema.Pairs() {
		if b.schema.Columns[col].Role == reconcile.RoleMatch && now.Cell(col).Filled() && !b.cells[col].Filled() {
			b.cells[col] = now.Cell(col)
		}
	}
}

func (b *builder) set(col int, cell reconcile.Cell) {
	if col >= 0 {
		b.cells[col] = cell
	}
}

func (b *builder) note(text string) { b.out.Notes[b.row] = append(b.out.Notes[b.row], text) }

func (b *builder) settle(v *reconcile.Verdict) { b.out.Verdicts[b.row] = *v }

func (b *builder) moved(format string, args ...any) {
	v := reconcile.Drifted.Because("%s", fmt.Sprintf(format, args...))
	v.Moved = true
	b.settle(v)
}

// sameCell reports whether two cells hold the same, or are both empty.
func sameCell(a, b reconcile.Cell) bool {
	return a.State() != reconcile.Masked && b.State() != reconcile.Masked && a.Text() == b.Text()
}
