package inverse

import (
	"slices"
	"strconv"
	"strings"

	"keyroster/reconcile"
)

// metaSameKey is the member of a [Kept]'s Meta with the ids of records that existed beside a
// deleted one and had the same key.
const metaSameKey = "beside"

// keyOf returns the key that identifies records of one holder and type: their pairing columns,
// and the value if there can be several. It is empty if that cannot be read.
func keyOf(schema *reconcile.Schema, cell func(col int) reconcile.Cell) string {
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

// recordsByKey maps each key to its records.
func recordsByKey(records *reconcile.Set) map[string][]reconcile.Record {
	out := map[string][]reconcile.Record{}
	for n := range records.Len() {
		r := records.Record(n)
		if look := keyOf(records.Schema(), r.Cell); look != "" {
			out[look] = append(out[look], r)
		}
	}
	return out
}

// withSameKey returns the ids of the listed records with the same key as one of the deleted
// ones.
func withSameKey(listed *reconcile.Set, deleted []reconcile.Record) string {
	if len(deleted) == 0 {
		return ""
	}
	alike, ids := recordsByKey(listed), []string(nil)
	for _, d := range deleted {
		for _, r := range alike[keyOf(listed.Schema(), d.Cell)] {
			if r.ID() != d.ID() {
				ids = append(ids, r.ID())
			}
		}
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), "\n")
}

// markClaimed marks the records that cannot have been made in place of a deleted one: those of
// other lines, and those that existed beside it.
func (b *builder) markClaimed() {
	ids := strings.Split(b.kept.Meta[metaSameKey], "\n")
	for i := range b.kept.Plan.Lines {
		ids = append(ids, b.kept.Plan.HaveRecord(i).ID(), b.kept.Plan.WantRow(i).ID())
	}
	for _, id := range ids {
		if r := b.find(id); r.Valid() {
			b.claimed[r.ID()] = true
		}
	}
}

// madeInPlace returns a record that was made since in place of a deleted one: the one with its
// pairing key, if there can be only one, or one with the same value. It is not valid if
// there is none.
func (b *builder) madeInPlace(before []reconcile.Cell) reconcile.Record {
	if b.byKey == nil {
		b.byKey = recordsByKey(b.listing.Records)
		b.markClaimed()
	}
	for _, r := range b.byKey[keyOf(b.schema, func(col int) reconcile.Cell { return before[col] })] {
		if b.records[r.ID()].Valid() && !b.claimed[r.ID()] {
			b.claimed[r.ID()] = true
			return r
		}
	}
	return reconcile.Record{}
}

// Made returns the records of a listing, as the run left them, that the run made with
// something that no listing shows, so that the provider can report what became of it. Their
// Line is that of what was kept.
func Made(kept Kept, listing *reconcile.Listing) (made []reconcile.Accepted) {
	b := &builder{kept: kept, listing: listing, schema: listing.Records.Schema(), records: index(listing)}
	for i := range kept.Plan.Lines {
		l, after := &kept.Plan.Lines[i], b.keptCells(kept.Plan.WantRow(i))
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
