package pingone

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyroster/reconcile"
)

// Resolve implements [reconcile.Provider]: it puts cells into their canonical form, keeps
// the members of fields that the row does not name, checks what depends on the record, and
// says what a change does to cards in use. Counts of issued cards are read for the types
// that change.
func (c *Client) Resolve(
	ctx context.Context, roster *reconcile.Roster, listing *reconcile.Listing,
) (*reconcile.Wanted, error) {
	r, rows := newResolver(roster, listing)
	if err := c.readIssued(ctx, rows); err != nil {
		return nil, err
	}
	return r.finish(rows), nil
}

// newResolver resolves the rows, except for the counts of issued cards.
func newResolver(roster *reconcile.Roster, listing *reconcile.Listing) (*resolver, []resolved) {
	r := &resolver{have: listing.Records, at: listing.At}
	r.survey(roster.Rows)
	r.wanted = reconcile.NewWanted(reconcile.NewSet(Schema, roster.Rows.Len()))
	r.wanted.Issued = map[int]int{}
	rows := make([]resolved, roster.Rows.Len())
	for n := range rows {
		rows[n] = r.row(n, roster.Rows.Record(n).Cells(nil))
		_, invalid := roster.Invalid[n]
		_, judged := r.wanted.Verdicts[n]
		rows[n].sends = !invalid && !judged && rows[n].record.Valid() && (rows[n].absent() || len(rows[n].changes) > 0)
	}
	return r, rows
}

// finish describes the changes, once the counts are known.
func (r *resolver) finish(rows []resolved) *reconcile.Wanted {
	for n := range rows {
		r.describe(n, &rows[n])
		r.wanted.Rows.Add(rows[n].cells)
	}
	return r.wanted
}

// resolver resolves one roster.
type resolver struct {
	have   *reconcile.Set
	at     time.Time // of the listing
	wanted *reconcile.Wanted
	// byID has the records by id, named those that rows name by id.
	byID  map[string]int
	named map[int]bool
	// titles has the records of each title; claims counts the distinct rows that name it
	// without a listed id.
	titles     map[string][]int
	claims     map[string]int
	lookalikes *lookalikes
}

// resolved is one row in PingOne's terms.
type resolved struct {
	cells []reconcile.Cell
	// record is the one that the row most likely means, if there is one; the diff decides.
	record reconcile.Record
	// changes are the columns that differ from the record.
	changes []int
	// sends: the change will be sent unless the plan's own rules forbid it.
	sends  bool
	issued issued
}

func (r *resolved) absent() bool { return r.cells[col.state].Text() == reconcile.StateAbsent }

// endsIssuance reports whether the change ends automatic issuance.
func (r *resolved) endsIssuance() bool {
	return !r.absent() && slices.Contains(r.changes, col.mode) && r.cells[col.mode].Text() == modeManaged
}

func (r *resolver) survey(rows *reconcile.Set) {
	r.byID, r.named = map[string]int{}, map[int]bool{}
	r.titles, r.claims, r.lookalikes = map[string][]int{}, map[string]int{}, newLookalikes()
	for n := range r.have.Len() {
		record := r.have.Record(n)
		r.byID[record.ID()] = n
		title := record.Cell(col.title).Text()
		r.titles[title] = append(r.titles[title], n)
		r.lookalikes.addRecord(n, title)
	}
	r.surveyRows(rows)
}

// find finds a record by its id; PingOne's ids are in lower case.
func (r *resolver) find(id string) (int, bool) {
	if at, ok := r.byID[id]; ok && id != "" {
		return at, true
	}
	at, ok := r.byID[strings.ToLower(id)]
	return at, ok && id != ""
}

// row resolves one row.
func (r *resolver) row(n int, cells []reconcile.Cell) resolved {
	out := resolved{cells: cells, record: r.recordOf(cells)}
	for column := range paths {
		if !cells[column].Filled() {
			continue
		}
		text := merged(column, cells[column].Text(), out.record)
		cells[column] = reconcile.TextCell(text)
	}
	if out.record.Valid() {
		for column := range Schema.Columns {
			if _, managed := paths[column]; managed && differs(cells[column], out.record.Cell(column)) {
				out.changes = append(out.changes, column)
			}
		}
	}
	if out.absent() {
		if !out.record.Valid() && !cells[col.id].Filled() {
			if reason := r.looksLike(n, cells[col.title].Text()); reason != "" {
				r.wanted.Verdicts[n] = reconcile.Verdict{Situation: reconcile.Ambiguous, Reason: reason}
			}
		}
		return out
	}
	u := &revision{&out}
	verdict := r.checkCreate(n, u)
	if out.record.Valid() {
		verdict = u.checkUpdate()
	}
	switch {
	case verdict != nil:
		r.wanted.Verdicts[n] = *verdict
	case !out.record.Valid() || len(out.changes) > 0:
		if notes := append(u.unfilled(), u.pastExpiration(r.at)...); len(notes) > 0 {
			r.wanted.Notes[n] = append(r.wanted.Notes[n], notes...)
		}
	}
	return out
}

// merged returns the canonical text of a row's cell. If the cell is a document of its own, it is
// merged into the record's: what the row does not name stays.
func merged(column int, cell string, record reconcile.Record) string {
	text, err := canonical(column, cell)
	if err != nil || column != col.fields && column != col.expiration {
		return text
	}
	have := ""
	if record.Valid() {
		have = record.Cell(column).Text()
	}
	if column == col.fields {
		want, _ := readFields(cell) // unchanged: null names a member to remove
		return encode(mergeFields(want, fieldsOf(have)))
	}
	value, _ := readJSON(cell)
	want, _ := value.(map[string]any)
	text, _ = canonical(column, encode(mergeExpiration(want, expirationOf(have))))
	return text
}

func differs(want, have reconcile.Cell) bool {
	return (want.Filled() || want.State() == reconcile.Empty) && want.Text() != have.Text()
}

// recordOf returns the record that a row means: by its id, else the only free one of its
// title. It puts the record's own spelling of the id into the row.
func (r *resolver) recordOf(cells []reconcile.Cell) reconcile.Record {
	if at, listed := r.find(cells[col.id].Text()); listed {
		cells[col.id] = reconcile.TextCell(r.have.Record(at).ID())
		return r.have.Record(at)
	}
	title := cells[col.title].Text()
	if title == "" || r.claims[title] > 1 {
		return reconcile.Record{}
	}
	free := -1
	for _, at := range r.titles[title] {
		switch {
		case r.named[at]:
		case free >= 0:
			return reconcile.Record{}
		default:
			free = at
		}
	}
	if free < 0 {
		return reconcile.Record{}
	}
	return r.have.Record(free)
}

// checkCreate says why a row cannot become a new type; the verdict applies only to
// creations.
func (r *resolver) checkCreate(n int, u *revision) *reconcile.Verdict {
	refuse := func(s reconcile.Situation, reason string) *reconcile.Verdict {
		return s.Because("%s", reason).If(reconcile.IfCreate)
	}
	title := u.row.cells[col.title].Text()
	if r.claims[title] > 1 {
		return refuse(
			reconcile.Ambiguous,
			fmt.Sprintf("%d rows would create a credential type of this title", r.claims[title]),
		)
	}
	if reason := cmp.Or(r.looksLike(n, title), r.looksLikeRow(title), titleProblem(title)); reason != "" {
		return refuse(reconcile.Ambiguous, reason)
	}
	for _, column := range []int{col.template, col.fields} {
		if !u.row.cells[column].Filled() {
			return refuse(reconcile.Invalid, "a creation needs "+Schema.Columns[column].Name)
		}
	}
	if reason := u.check(); reason != "" {
		return refuse(reconcile.Invalid, reason)
	}
	return nil
}

// checkUpdate says why a row's changes do not fit what its record keeps. The row is not
// blamed for what was wrong before.
func (u *revision) checkUpdate() *reconcile.Verdict {
	if reason := u.check(); reason != "" {
		return reconcile.Invalid.Because("%s", reason).If(reconcile.IfUpdate)
	}
	return nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
