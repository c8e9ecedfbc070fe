package exportio

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// AsListing is what a plan is made against: the listing that the export was
// written from, with its evidence. An export with filters is not the whole
// account, and its listing is not complete.
func (a *Account) AsListing() *reconcile.Listing {
	l := &reconcile.Listing{
		Records: a.Records, Total: -1, Pages: a.Listing.Pages, Strategy: "export", Evidence: a.Listing.Evidence, At: a.ListedAt,
		Why: "the records are those of an export",
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
// reconcile.Policy. It is nil when marks were made with another key than the
// export's, or are nil: then nothing masked can be compared.
func (a *Account) Remembered(marks *reportio.HMAC) func(id string, want reconcile.Cell) (equal, known bool) {
	if marks == nil || marks.KeyID() != a.KeyID {
		return nil
	}
	of := make(map[string]string, a.Records.Len())
	for n := range a.Records.Len() {
		r := a.Records.Record(n)
		if mark := r.Of(reconcile.Fingerprint); len(mark) == len(marks.Fingerprint("")) {
			of[r.ID()] = mark
		}
	}
	return func(id string, want reconcile.Cell) (equal, known bool) {
		mark, known := of[id]
		return known && mark == reportio.FingerprintCell(marks, want), known
	}
}

// Resolve puts a roster into the export's terms without asking anybody: people,
// types and systems are found by what the export tells of them. What it cannot
// tell is a verdict, or a note on a row that needs it not. marks are as in
// [Account.Remembered].
func (a *Account) Resolve(roster *reconcile.Roster, marks *reportio.HMAC) *reconcile.Wanted {
	schema := a.Records.Schema()
	o := &offline{
		schema: schema,
		zone:   zoneOf(a.TimeZone),
		known:  newKnown(a.Records),
		same:   a.Remembered(marks),
		wanted: reconcile.NewWanted(nil),
	}
	o.wanted.Rows = roster.Rows.Revised(schema, o.row)
	return o.wanted
}

type offline struct {
	schema *reconcile.Schema
	known  *known
	zone   *time.Location
	same   func(id string, want reconcile.Cell) (equal, known bool)
	wanted *reconcile.Wanted
}

// known is what an export tells of people and types.
type known struct {
	records *reconcile.Set
	byID    map[string]int
	// ids has the people, or types, that a text of a column names.
	ids map[reconcile.Meaning]map[string][]string
	// first has the first record of each holder.
	first map[string]int
	// silent are the columns of people that some record leaves blank, looks what
	// people see of the texts of the others.
	silent map[reconcile.Meaning]bool
	looks  map[string]bool
}

// naming are the columns that name people and types, and those that have their ids.
var naming = map[reconcile.Meaning]reconcile.Meaning{
	reconcile.HolderEmail: reconcile.HolderID, reconcile.HolderRef: reconcile.HolderID,
	reconcile.TypeName: reconcile.TypeID, reconcile.TypeID: reconcile.TypeID,
}

func newKnown(records *reconcile.Set) *known {
	k := &known{
		records: records, byID: map[string]int{}, ids: map[reconcile.Meaning]map[string][]string{}, first: map[string]int{},
		silent: map[reconcile.Meaning]bool{}, looks: map[string]bool{},
	}
	for m := range naming {
		k.ids[m] = map[string][]string{}
	}
	for n := range records.Len() {
		r := records.Record(n)
		k.byID[r.ID()] = n
		if _, there := k.first[r.Of(reconcile.HolderID)]; !there {
			k.first[r.Of(reconcile.HolderID)] = n
		}
		for m, of := range naming {
			text, id := r.Of(m), r.Of(of)
			if of == reconcile.HolderID {
				k.silent[m] = k.silent[m] || text == ""
				k.looks[reconcile.Skeleton(text)] = true
			}
			text = folded(m, text)
			if list := k.ids[m][text]; text != "" && id != "" && !slices.Contains(list, id) {
				k.ids[m][text] = append(list, id)
			}
		}
	}
	return k
}

// folded is a text by which a column names a holder, as far as its case matters.
func folded(m reconcile.Meaning, text string) string {
	switch m {
	case reconcile.HolderEmail:
		return reconcile.FoldEmail(text)
	case reconcile.TypeName:
		return strings.ToLower(text)
	}
	return text
}

// row resolves the cells of one row in place.
func (o *offline) row(n int, cells []reconcile.Cell) {
	have, listed := o.known.byID[cells[o.schema.Key()].Text()]
	if o.schema.At(reconcile.HolderID) >= 0 {
		o.holder(n, cells, listed)
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
			// Equal to what is masked: nothing to compare, and to say.
			cells[col] = reconcile.MaskedCell()
			continue
		}
		text, err := canonical(c, cells[col].Text(), o.zone)
		if err != nil {
			o.judge(n, reconcile.Invalid, c.Name+": "+err.Error())
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
	equal, known := o.same(r.ID(), want)
	return equal && known
}

func (o *offline) judge(n int, s reconcile.Situation, reason string) {
	if _, judged := o.wanted.Verdicts[n]; !judged {
		o.wanted.Verdicts[n] = reconcile.Verdict{When: reconcile.Always, Situation: s, Reason: reason}
	}
}

// holder finds a row's holder by every cell that names one; they must agree.
func (o *offline) holder(n int, cells []reconcile.Cell, listed bool) {
	at := o.schema.At(reconcile.HolderID)
	var ids []string
	if cells[at].Filled() {
		ids = []string{cells[at].Text()}
	}
	for _, way := range []reconcile.Meaning{reconcile.HolderEmail, reconcile.HolderRef} {
		col, column := o.schema.At(way), o.schema.NameOf(way)
		if col < 0 || !cells[col].Filled() {
			continue
		}
		text := folded(way, cells[col].Text())
		found := o.known.ids[way][text]
		switch {
		case len(found) == 0 && (listed || len(ids) > 0):
			o.note(n, "the export does not tell whose "+column+" this is: it was not checked")
		case len(found) == 0 && o.absent(cells) && !o.known.silent[way] && !o.known.looks[reconcile.Skeleton(text)]:
			o.judge(n, reconcile.InSync, "no credential of the export is of that "+column)
		case len(found) == 0:
			o.judge(
				n, reconcile.Ambiguous,
				"the export does not tell whose "+column+" this is: give "+o.schema.Columns[at].Name+", or plan with the account itself",
			)
		case ids == nil:
			ids = found
		default:
			both := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(found, id) })
			if len(both) == 0 {
				o.judge(
					n,
					reconcile.Ambiguous,
					fmt.Sprintf(
						"%s names %s, and the cells before it %s", column,
						strings.Join(found, " or "), strings.Join(ids, " or "),
					),
				)
				return
			}
			ids = both
		}
	}
	switch {
	case len(ids) > 1 && !listed:
		o.judge(
			n,
			reconcile.Ambiguous,
			fmt.Sprintf(
				"%d holders of the export fit: %s; give %s", len(ids), strings.Join(ids, ", "),
				o.schema.Columns[at].Name,
			),
		)
	case len(ids) == 1:
		cells[at] = reconcile.TextCell(ids[0])
		o.describe(n, ids[0], cells)
	}
}

// absent reports whether a row wants nothing to be there.
func (o *offline) absent(cells []reconcile.Cell) bool {
	state := o.schema.State()
	return state >= 0 && cells[state].Text() == reconcile.StateAbsent
}

func (o *offline) note(n int, text string) { o.wanted.Notes[n] = append(o.wanted.Notes[n], text) }

// describe fills in what the export tells of a holder: the name, for reports,
// and the columns that pair rows with records and follow from the holder.
func (o *offline) describe(n int, id string, cells []reconcile.Cell) {
	first, there := o.known.first[id]
	if !there {
		o.note(n, "nobody in the export has the id "+id+": whether there is such a "+o.schema.Holder+" was not checked")
		return
	}
	r := o.known.records.Record(first)
	for col := range cells {
		c := &o.schema.Columns[col]
		follows := c.Means == reconcile.HolderName ||
			c.Pairs && c.Role == reconcile.RoleMatch && c.Means != reconcile.TypeID
		if follows && !cells[col].Filled() {
			cells[col] = r.Cell(col)
		}
	}
}

// kind finds a row's type by its id or name.
func (o *offline) kind(n int, cells []reconcile.Cell, listed bool) {
	at := o.schema.At(reconcile.TypeID)
	text := cells[at].Text()
	if text == "" || o.known.ids[reconcile.TypeID][text] != nil {
		return
	}
	switch ids := o.known.ids[reconcile.TypeName][strings.ToLower(text)]; {
	case len(ids) == 1:
		cells[at] = reconcile.TextCell(ids[0])
	case listed:
		cells[at] = reconcile.Cell{}
		o.note(n, fmt.Sprintf("the export knows no type %q: it was not checked", text))
	case len(ids) > 1:
		o.judge(
			n, reconcile.Ambiguous,
			fmt.Sprintf("%q is the name of several types: %s; give the id", text, strings.Join(ids, ", ")),
		)
	default:
		o.judge(
			n, reconcile.Ambiguous,
			fmt.Sprintf("the export knows no type %q: give the id, or plan with the account itself", text),
		)
	}
}
