package exportio

import (
	"fmt"
	"slices"
	"strings"

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
func (a *Account) Remembered(marks reportio.Fingerprinter) func(id string, want reconcile.Cell) (equal, known bool) {
	if marks == nil || marks.KeyID() != a.KeyID {
		return nil
	}
	of := make(map[string]string, a.Records.Len())
	for n := range a.Records.Len() {
		r := a.Records.Record(n)
		if mark := r.Text("fingerprint"); len(mark) == len(marks.Fingerprint("")) {
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
func (a *Account) Resolve(roster *reconcile.Roster, marks reportio.Fingerprinter) *reconcile.Wanted {
	schema := a.Records.Schema()
	o := &offline{schema: schema, known: newKnown(a.Records), same: a.Remembered(marks), wanted: &reconcile.Wanted{
		Rows: reconcile.NewSet(schema, roster.Rows.Len()), Verdicts: map[int]reconcile.Verdict{}, Notes: map[int][]string{},
	}}
	o.clock.load(a.TimeZone)
	var cells []reconcile.Cell
	for n := range roster.Rows.Len() {
		cells = roster.Rows.Record(n).Cells(cells[:0])
		o.row(n, cells)
		o.wanted.Rows.Add(cells)
	}
	return o.wanted
}

type offline struct {
	schema *reconcile.Schema
	known  *known
	clock  clock
	same   func(id string, want reconcile.Cell) (equal, known bool)
	wanted *reconcile.Wanted
}

// known is what an export tells of people and types.
type known struct {
	records *reconcile.Set
	byID    map[string]int
	people  map[string]bool
	emails  map[string][]string
	refs    map[string][]string
	types   map[string]bool
	labels  map[string][]string
	// first has the first record of each holder.
	first map[string]int
	// silent are the columns of people that some record leaves blank, looks what
	// people see of the texts of the others.
	silent, looks map[string]bool
}

func newKnown(records *reconcile.Set) *known {
	k := &known{
		records: records, byID: map[string]int{}, people: map[string]bool{}, emails: map[string][]string{}, refs: map[string][]string{},
		types: map[string]bool{}, labels: map[string][]string{}, first: map[string]int{},
		silent: map[string]bool{}, looks: map[string]bool{},
	}
	once := func(m map[string][]string, key, id string) {
		if key != "" && id != "" && !slices.Contains(m[key], id) {
			m[key] = append(m[key], id)
		}
	}
	for n := range records.Len() {
		r := records.Record(n)
		k.byID[r.ID()] = n
		id, kind := r.Text("holder_id"), r.Text("type")
		if _, there := k.first[id]; !there {
			k.first[id] = n
		}
		k.people[id], k.types[kind] = true, true
		for _, column := range []string{"holder_email", "holder_ref"} {
			text := r.Text(column)
			k.silent[column] = k.silent[column] || text == ""
			k.looks[reconcile.Skeleton(text)] = true
		}
		once(k.emails, reconcile.FoldEmail(r.Text("holder_email")), id)
		once(k.refs, r.Text("holder_ref"), id)
		once(k.labels, strings.ToLower(r.Text("type_name")), kind)
	}
	return k
}

// row resolves the cells of one row in place.
func (o *offline) row(n int, cells []reconcile.Cell) {
	have, listed := o.known.byID[cells[o.schema.Key()].Text()]
	if o.schema.Index("holder_id") >= 0 {
		o.holder(n, cells, listed)
	}
	if o.schema.Index("type") >= 0 {
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
		text, problem := o.clock.canonical(c, cells[col].Text())
		if problem != "" {
			o.judge(n, reconcile.Always, reconcile.Invalid, c.Name+": "+problem)
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

func (o *offline) judge(n int, when reconcile.When, s reconcile.Situation, reason string) {
	if _, judged := o.wanted.Verdicts[n]; !judged {
		o.wanted.Verdicts[n] = reconcile.Verdict{When: when, Situation: s, Reason: reason}
	}
}

// holder finds a row's holder by every cell that names one; they must agree.
func (o *offline) holder(n int, cells []reconcile.Cell, listed bool) {
	at := o.schema.Index("holder_id")
	var ids []string
	if cells[at].Filled() {
		ids = []string{cells[at].Text()}
	}
	for _, by := range []struct {
		column string
		ids    map[string][]string
	}{{"holder_email", o.known.emails}, {"holder_ref", o.known.refs}} {
		col := o.schema.Index(by.column)
		if col < 0 || !cells[col].Filled() {
			continue
		}
		text := cells[col].Text()
		if by.column == "holder_email" {
			text = reconcile.FoldEmail(text)
		}
		found := by.ids[text]
		switch {
		case len(found) == 0 && (listed || len(ids) > 0):
			o.note(n, "the export does not tell whose "+by.column+" this is: it was not checked")
		case len(found) == 0 && o.absent(cells) && !o.known.silent[by.column] && !o.known.looks[reconcile.Skeleton(text)]:
			o.judge(n, reconcile.Always, reconcile.InSync, "no credential of the export is of that "+by.column)
		case len(found) == 0:
			o.judge(n, reconcile.Always, reconcile.Ambiguous, "the export does not tell whose "+by.column+" this is: give holder_id, or plan with the account itself")
		case ids == nil:
			ids = found
		default:
			both := intersect(ids, found)
			if len(both) == 0 {
				o.judge(n, reconcile.Always, reconcile.Ambiguous, fmt.Sprintf("%s names %s, and the cells before it %s", by.column, strings.Join(found, " or "), strings.Join(ids, " or ")))
				return
			}
			ids = both
		}
	}
	switch {
	case len(ids) > 1 && !listed:
		o.judge(n, reconcile.Always, reconcile.Ambiguous, fmt.Sprintf("%d holders of the export fit: %s; give holder_id", len(ids), strings.Join(ids, ", ")))
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

func intersect(a, b []string) []string {
	var both []string
	for _, id := range a {
		if slices.Contains(b, id) {
			both = append(both, id)
		}
	}
	return both
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
		follows := c.Name == "holder_name" || c.Pairs && c.Role == reconcile.RoleMatch && c.Name != "type"
		if follows && !cells[col].Filled() {
			cells[col] = r.Cell(col)
		}
	}
}

// kind finds a row's type by its id or name.
func (o *offline) kind(n int, cells []reconcile.Cell, listed bool) {
	at := o.schema.Index("type")
	text := cells[at].Text()
	if text == "" || o.known.types[text] {
		return
	}
	switch ids := o.known.labels[strings.ToLower(text)]; {
	case len(ids) == 1:
		cells[at] = reconcile.TextCell(ids[0])
	case listed:
		cells[at] = reconcile.Cell{}
		o.note(n, fmt.Sprintf("the export knows no type %q: it was not checked", text))
	case len(ids) > 1:
		o.judge(n, reconcile.Always, reconcile.Ambiguous, fmt.Sprintf("%q is the name of several types: %s; give the id", text, strings.Join(ids, ", ")))
	default:
		o.judge(n, reconcile.Always, reconcile.Ambiguous, fmt.Sprintf("the export knows no type %q: give the id, or plan with the account itself", text))
	}
}
