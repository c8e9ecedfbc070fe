package inverse

import (
	"slices"
	"strconv"
	"strings"

	"keyroster/reconcile"
)

// metaBeside is the member of a [Kept]'s Meta with the ids of records that looked like
// one that the run deleted, and stood beside it.
const metaBeside = "beside"

// lookOf is what tells records of one holder and type apart: their pairing columns, and
// the value where there can be several. It is empty where that cannot be read.
func lookOf(schema *reconcile.Schema, cell func(col int) reconcile.Cell) string {
	cols := slices.Clone(schema.Pairs())
	if value := schema.Value(); value >= 0 && !schema.OneEach && len(cols) > 0 {
		cols = append(cols, value)
		if !cell(value).Filled() {
			return ""
		}
	}
	var look strings.Builder
	for _, col := range cols {
		if cell(col).State() == reconcile.Masked {
			return ""
		}
		look.WriteString(strconv.Quote(cell(col).Text()))
	}
	return look.String()
}

// looks has records by how they look.
func looks(records *reconcile.Set) map[string][]reconcile.Record {
	out := map[string][]reconcile.Record{}
	for n := range records.Len() {
		r := records.Record(n)
		if look := lookOf(records.Schema(), r.Cell); look != "" {
			out[look] = append(out[look], r)
		}
	}
	return out
}

// beside are the ids of the listed records that look like one of the deleted ones.
func beside(listed *reconcile.Set, deleted []reconcile.Record) string {
	if len(deleted) == 0 {
		return ""
	}
	alike, ids := looks(listed), []string(nil)
	for _, d := range deleted {
		for _, r := range alike[lookOf(listed.Schema(), d.Cell)] {
			if r.ID() != d.ID() {
				ids = append(ids, r.ID())
			}
		}
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), "\n")
}

// claim takes the records that none can be which was made since in the place of one that
// was deleted: those of other lines, and those that stood beside it.
func (b *builder) claim() {
	ids := strings.Split(b.kept.Meta[metaBeside], "\n")
	for i := range b.kept.Plan.Lines {
		ids = append(ids, b.kept.Plan.HaveRecord(i).ID(), b.kept.Plan.WantRow(i).ID())
	}
	for _, id := range ids {
		if r := b.find(id); r.Valid() {
			b.claimed[r.ID()] = true
		}
	}
}

// like is a record that was made since where one that was deleted would be made again:
// the one of its pairing key, where there can be but one, or one with the same value. It
// is not valid when there is none.
func (b *builder) like(before []reconcile.Cell) reconcile.Record {
	if b.alike == nil {
		b.alike = looks(b.listing.Records)
		b.claim()
	}
	for _, r := range b.alike[lookOf(b.schema, func(col int) reconcile.Cell { return before[col] })] {
		if b.records[r.ID()].Valid() && !b.claimed[r.ID()] {
			b.claimed[r.ID()] = true
			return r
		}
	}
	return reconcile.Record{}
}

// Made are the records of a listing that the run made with something that no listing
// shows, as it left them, for the provider to tell what became of that. Their Line is
// that of what was kept.
func Made(kept Kept, listing *reconcile.Listing) (made []reconcile.Accepted) {
	b := &builder{kept: kept, listing: listing, schema: listing.Records.Schema(), records: index(listing)}
	for i := range kept.Plan.Lines {
		l, after := &kept.Plan.Lines[i], b.known(kept.Plan.WantRow(i))
		now := b.find(after[b.schema.Key()].Text())
		told := false
		for col := range b.schema.Columns {
			apart := b.schema.Columns[col].Can&reconcile.ReadApart != 0 && after[col].State() != reconcile.Unset
			told = told || apart && (l.Action == reconcile.Create || slices.Contains(b.fields(l), col))
		}
		if told && now.Valid() && (l.Action == reconcile.Create || l.Action == reconcile.Replace) {
			made = append(made, reconcile.Accepted{ID: now.ID(), Change: reconcile.Change{
				Line: i, Action: reconcile.Create, Want: b.schema.Record(after), Have: now, Fields: l.Fields,
			}})
		}
	}
	return made
}
