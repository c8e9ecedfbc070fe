package exportio

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// AsListing is the listing to plan against: the one that the export was written from, with its
// evidence. An export with filters is not the whole account, and its listing is not complete.
func (a *Account) AsListing() *reconcile.Listing {
	l := &reconcile.Listing{
		Records: a.Records, Total: -1, Pages: a.Listing.Pages, At: a.ListedAt,
		Strategy: "export", Evidence: a.Listing.Evidence, Why: "the records come from an export",
	}
	if a.Listing.Total != nil {
		l.Total = *a.Listing.Total
	}
	if !a.Filters.None() {
		l.Evidence = reconcile.EvidenceNone
	}
	return l
}

// Remembered compares a wanted value with a masked one by its fingerprint: see
// reconcile.Policy. It is nil when marks is nil or has another key than the
// export's: then nothing masked can be compared.
func (a *Account) Remembered(marks *reportio.HMAC) func(id string, want reconcile.Cell) (equal, known bool) {
	same := a.marked(marks)
	if same == nil {
		return nil
	}
	return func(id string, want reconcile.Cell) (equal, known bool) {
		n := a.Records.Keys().Find(id)
		if n < 0 {
			return false, false
		}
		return same(a.Records.Record(n), want)
	}
}

// marked compares a wanted value with the one of a record by its fingerprint.
func (a *Account) marked(marks *reportio.HMAC) func(r reconcile.Record, want reconcile.Cell) (equal, known bool) {
	if marks == nil || marks.KeyID() != a.KeyID {
		return nil
	}
	size := len(marks.Fingerprint(""))
	return func(r reconcile.Record, want reconcile.Cell) (equal, known bool) {
		mark := r.Of(reconcile.Fingerprint)
		known = len(mark) == size
		return known && mark == reportio.FingerprintCell(marks, want), known
	}
}

// Resolve puts a roster into the export's terms without asking the provider:
// people, types and systems are found by what the export shows of them. What it
// does not show becomes a verdict, or a note on a row that does not depend on it.
// marks are as in [Account.Remembered].
func (a *Account) Resolve(roster *reconcile.Roster, marks *reportio.HMAC) *reconcile.Wanted {
	schema := a.Records.Schema()
	o := &offline{
		schema: schema,
		zone:   zoneOf(a.TimeZone),
		known:  newKnown(a.Records, a.Types),
		same:   a.marked(marks),
		wanted: reconcile.NewWanted(roster.Rows),
	}
	o.wanted.Rows = roster.Rows.Revised(schema, o.row)
	return o.wanted
}

type offline struct {
	schema *reconcile.Schema
	known  *known
	// have is the record that the current row names by its id, or -1.
	have   int
	zone   *time.Location
	same   func(r reconcile.Record, want reconcile.Cell) (equal, known bool)
	wanted *reconcile.Wanted
	// ids and found are of the current row.
	ids, found []string
}

// row resolves the cells of one row in place.
func (o *offline) row(n int, cells []reconcile.Cell) {
	o.have = o.wanted.ListedBy(o.known.records, n)
	have, listed := o.have, o.have >= 0
	if o.schema.At(reconcile.HolderID) >= 0 {
		o.holder(n, cells)
	}
	if o.schema.At(reconcile.TypeID) >= 0 {
		o.kind(n, cells, listed)
	}
	for col := range cells {
		c := &o.schema.Columns[col]
		if c.Role != reconcile.RoleManaged || !cells[col].Filled() {
			continue
		}
		if col == o.schema.Value() && listed && o.sameValue(have, cells[col]) {
			// Equal to the masked value: nothing to compare or to report.
			cells[col] = reconcile.MaskedCell()
			continue
		}
		text, err := canonical(c, cells[col].Text(), o.zone)
		if err != nil {
			o.addVerdict(n, reconcile.Invalid, c.Name+": "+err.Error())
			continue
		}
		if listed {
			if other := o.known.records.Record(have).Cell(col).Text(); sameMeaning(c, text, other) {
				text = other
			}
		}
		cells[col] = reconcile.TextCell(text)
	}
}

func (o *offline) sameValue(have int, want reconcile.Cell) bool {
	r := o.known.records.Record(have)
	if o.same == nil || r.Cell(o.schema.Value()).State() != reconcile.Masked {
		return false
	}
	equal, known := o.same(r, want)
	return equal && known
}

func (o *offline) addVerdict(n int, s reconcile.Situation, reason string) {
	if _, has := o.wanted.Verdicts[n]; !has {
		o.wanted.Verdicts[n] = reconcile.Verdict{When: reconcile.Always, Situation: s, Reason: reason}
	}
}

// holder finds a row's holder by every cell that names one; they must agree.
func (o *offline) holder(n int, cells []reconcile.Cell) {
	at, listed := o.schema.At(reconcile.HolderID), o.have >= 0
	ids := o.ids[:0]
	if cells[at].Filled() {
		ids = append(ids, cells[at].Text())
	}
	for _, way := range ways {
		col, column := o.schema.At(way), o.schema.NameOf(way)
		if col < 0 || !cells[col].Filled() {
			continue
		}
		found := o.named(way, cells[col].Text())
		switch {
		case len(found) == 0 && (listed || len(ids) > 0):
			o.note(n, "an export does not show whose "+column+" this is; not checked")
		case len(found) == 0 && o.absent(cells) && o.known.unseen(way, folded(way, cells[col].Text())):
			o.addVerdict(n, reconcile.InSync, "the export has no credential of that "+column)
		case len(found) == 0:
			o.addVerdict(
				n, reconcile.Ambiguous,
				"an export does not show whose "+column+" this is: give "+o.schema.Columns[at].Name+
					", or plan against the account itself",
			)
		case len(ids) == 0:
			ids = append(ids, found...)
		case !slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(found, id) }):
			o.addVerdict(
				n,
				reconcile.Ambiguous,
				fmt.Sprintf(
					"%s names %s, but the cells before it name %s", column,
					strings.Join(found, " or "), strings.Join(ids, " or "),
				),
			)
			return
		default:
			ids = slices.DeleteFunc(ids, func(id string) bool { return !slices.Contains(found, id) })
		}
	}
	o.ids = ids
	switch {
	case len(ids) > 1 && !listed:
		o.addVerdict(
			n,
			reconcile.Ambiguous,
			fmt.Sprintf(
				"%d holders in the export match: %s; give %s", len(ids), strings.Join(ids, ", "),
				o.schema.Columns[at].Name,
			),
		)
	case len(ids) == 1:
		cells[at] = reconcile.TextCell(ids[0])
		o.describe(n, ids[0], cells)
	}
}

// named are the holders whom a text of a column names, valid until the next call.
func (o *offline) named(way reconcile.Meaning, text string) []string {
	x, records := o.known.ways[way], o.known.records
	o.found = o.found[:0]
	if have := o.have; have >= 0 && x.Single() {
		// It names one person: the record's, if it is the record's own.
		if r := records.Record(have); r.Of(way) == text && r.Of(reconcile.HolderID) != "" {
			return append(o.found, r.Of(reconcile.HolderID))
		}
	}
	for at := x.Find(folded(way, text)); at >= 0; at = x.Next(at) {
		o.found = append(o.found, records.Record(at).Of(reconcile.HolderID))
	}
	return o.found
}

// describingRecord is the record from which a holder is described, or -1: the row's own
// where all records of a holder agree, else the holder's first.
func (o *offline) describingRecord(id string) int {
	if o.have >= 0 && o.known.holders.Alike() && o.known.records.Record(o.have).Of(reconcile.HolderID) == id {
		return o.have
	}
	return o.known.holders.Find(id)
}

// absent reports whether a row wants no credential.
func (o *offline) absent(cells []reconcile.Cell) bool {
	state := o.schema.State()
	return state >= 0 && cells[state].Text() == reconcile.StateAbsent
}

func (o *offline) note(n int, text string) { o.wanted.Notes[n] = append(o.wanted.Notes[n], text) }

// describe fills in what the export shows of a holder: the name, for reports, and
// the columns that pair rows with records and follow from the holder.
func (o *offline) describe(n int, id string, cells []reconcile.Cell) {
	first := o.describingRecord(id)
	if first < 0 {
		o.note(n, "no one in the export has the id "+id+": whether there is such a "+o.schema.Holder+" was not checked")
		return
	}
	r := o.known.records.Record(first)
	for _, col := range o.known.follows {
		if !cells[col].Filled() {
			cells[col] = r.Cell(col)
		}
	}
}

// kind finds a row's type by its id or name.
func (o *offline) kind(n int, cells []reconcile.Cell, listed bool) {
	at := o.schema.At(reconcile.TypeID)
	text := cells[at].Text()
	if text == "" {
		return
	}
	switch ids := o.known.typesNamed(text); {
	case len(ids) == 1:
		cells[at] = reconcile.TextCell(ids[0])
	case listed:
		cells[at] = reconcile.Cell{}
		o.note(n, fmt.Sprintf("the export has no type %q: not checked", text))
	case len(ids) > 1:
		o.addVerdict(
			n, reconcile.Ambiguous,
			fmt.Sprintf("%q names several types: %s; give the id", text, strings.Join(ids, ", ")),
		)
	default:
		o.addVerdict(
			n, reconcile.Ambiguous,
			fmt.Sprintf("the export knows no type %q: name one of %s, or plan against the account itself",
				text, o.known.typeList()),
		)
	}
}
