package seam

import (
	"cmp"
	"context"
	"slices"
	"time"

	"keyroster/providers/lookup"
	"keyroster/providers/people"
	"keyroster/reconcile"
)

// Resolve implements [reconcile.Provider]: it puts users, systems and times into Seam's
// terms, and checks each row against the record that it will be compared with. Users are
// only read if rows name them by e-mail, or by ids that the listing does not show.
func (c *Client) Resolve(
	ctx context.Context, roster *reconcile.Roster, listing *reconcile.Listing,
) (*reconcile.Wanted, error) {
	r := newResolver(roster, listing, time.Now())
	r.client = c
	wishes := r.survey()
	var err error
	if r.systems, err = c.knownSystems(ctx); err != nil {
		return nil, err
	}
	if r.users, err = c.Find(ctx, wishes); err != nil {
		return nil, err
	}
	if r.namesEntrances() {
		var failed error
		r.doors, failed = c.readEntrances(ctx)
		if r.noEntrances, err = lookup.Of(c).Record(ctx, failed); err != nil {
			return nil, err
		}
	}
	rows := r.resolve()
	c.SetBarred(listing)
	wanted, err := r.checkRows(ctx, rows)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.existing = r.existing
	return wanted, nil
}

func newResolver(roster *reconcile.Roster, listing *reconcile.Listing, now time.Time) *resolver {
	return &resolver{
		roster: roster, listing: listing, now: now, systems: map[string]*system{}, seen: newSeen(),
		verdicts: map[int]reconcile.Verdict{}, notes: map[int][]string{}, generated: map[int]bool{}, gone: map[int]bool{},
		existing: map[string]map[string]bool{},
	}
}

// resolver resolves one roster.
type resolver struct {
	client  *Client
	roster  *reconcile.Roster
	listing *reconcile.Listing
	now     time.Time
	// offline: the listing is an export's, and Seam cannot be asked.
	offline bool
	systems map[string]*system
	users   *people.Found
	seen    *seen

	verdicts map[int]reconcile.Verdict
	notes    map[int][]string
	// generated has the rows whose value is ignored, because the provider makes the codes
	// of their system itself.
	generated map[int]bool
	// joined has the rows that are joined to another row's line.
	joined []bool
	// doors are the workspace's entrances if a row names some; noEntrances is why they
	// could not be read.
	doors       entrances
	noEntrances *reconcile.Failure
	// separateRead has what was read of single records, by their number.
	separate map[int32]*separateRead
	// gone has the rows whose cells find no user, not even a similar one.
	gone map[int]bool
	// existing will become the client's field of that name.
	existing map[string]map[string]bool
}

// seen is what a listing shows about users, methods and credentials.
type seen struct {
	// systemOf has the systems of the users that rows name by id.
	systemOf map[string]string
	methods  map[string]bool
	// record has the numbers of the listed credentials that rows name.
	record map[string]int
}

func newSeen() *seen {
	return &seen{systemOf: map[string]string{}, methods: map[string]bool{}, record: map[string]int{}}
}

// namesEntrances reports whether any row names entrances.
func (r *resolver) namesEntrances() bool {
	for n := range r.roster.Rows.Len() {
		if r.roster.Rows.Record(n).Cell(col.entrances).Filled() {
			return true
		}
	}
	return false
}

// survey collects what the rows name and what the listing shows of it, and returns the
// users that must be looked up.
func (r *resolver) survey() people.Wishes {
	ids, wishes := map[string]bool{}, people.Wishes{}
	rows, records := r.roster.Rows, r.listing.Records
	for n := range rows.Len() {
		row := rows.Record(n)
		if c := row.Cell(col.user); c.Filled() {
			ids[c.Text()] = true
		}
		// Beyond a few, all users are read: further wishes make no difference.
		if c := row.Cell(col.email); c.Filled() && len(wishes) <= fewUsers {
			wishes[people.Asked{Column: people.Email, Text: emailKey(c.Text())}] = true
		}
		if id := row.ID(); id != "" {
			r.seen.record[id] = -1
			if heir := r.listing.Replaced[id]; heir != "" {
				r.seen.record[heir] = -1
			}
		}
	}
	for n := range records.Len() {
		record := records.Record(n)
		if user := record.Cell(col.user).Text(); ids[user] {
			r.seen.systemOf[user] = record.Cell(col.system).Text()
			delete(ids, user)
		}
		r.seen.methods[record.Cell(col.kind).Text()] = true
		if _, named := r.seen.record[record.ID()]; named {
			r.seen.record[record.ID()] = n
		}
	}
	for id := range ids {
		wishes[people.Asked{Column: people.ID, Text: id}] = true
	}
	return wishes
}

// named returns the listed record that a row names by its id.
func (r *resolver) named(cells []reconcile.Cell) reconcile.Record {
	if id := cells[col.id]; id.Filled() {
		for _, id := range []string{id.Text(), r.listing.Replaced[id.Text()]} {
			if n, ok := r.seen.record[id]; ok && n >= 0 {
				return r.listing.Records.Record(n)
			}
		}
	}
	return reconcile.Record{}
}

// resolve puts the rows into Seam's terms.
func (r *resolver) resolve() *reconcile.Set {
	rows := reconcile.NewSet(Schema, r.roster.Rows.Len())
	adapter := r.special()
	var cells []reconcile.Cell
	for n := range r.roster.Rows.Len() {
		cells = r.roster.Rows.Record(n).Cells(cells[:0])
		if verdict := r.row(n, cells); verdict != nil {
			r.verdicts[n] = *verdict
		}
		rows.Add(cells)
	}
	adapter.prepareRows(rows)
	return rows
}

// row resolves the cells of one row in place. A row with a verdict is still resolved as far
// as possible, so that its record counts as named.
func (r *resolver) row(n int, cells []reconcile.Cell) *reconcile.Verdict {
	have := r.named(cells)
	verdict := r.method(cells)
	holder := r.person(n, cells, have)
	for _, next := range []*reconcile.Verdict{
		r.system(cells), holder, r.time(cells, col.starts), r.time(cells, col.ends), r.entrances(cells),
	} {
		if verdict == nil || verdict.Situation == reconcile.InSync && next != nil {
			verdict = next
		}
	}
	if verdict != nil && verdict == holder && r.gone[n] && r.ended(cells) {
		return reconcile.InSync.Because("%s, and ends_at has passed: nothing to create", verdict.Reason)
	}
	if verdict != nil && verdict.NoHolder {
		verdict.Reason += ": create the user in the access system first, or correct the row"
	}
	return verdict
}

// person finds the row's user, unless one of its look-ups failed: then the user it means is
// not known.
func (r *resolver) person(n int, cells []reconcile.Cell, have reconcile.Record) *reconcile.Verdict {
	for _, what := range []people.Asked{
		{Column: people.ID, Text: cells[col.user].Text()},
		{Column: people.Email, Text: emailKey(cells[col.email].Text())},
	} {
		if f := r.users.Failed[what]; f != nil {
			return lookup.Verdict(f)
		}
	}
	return r.holder(n, cells, have)
}

func (r *resolver) method(cells []reconcile.Cell) *reconcile.Verdict {
	cell := cells[col.kind]
	if !cell.Filled() || r.seen.methods[cell.Text()] || slices.Contains(methods, cell.Text()) {
		return nil
	}
	return reconcile.Invalid.Because(
		"type %q is none of %s, %s and %s", cell.Text(), methodCode, methodCard, methodMobile,
	)
}

func (r *resolver) system(cells []reconcile.Cell) *reconcile.Verdict {
	cell := cells[col.system]
	if !cell.Filled() || r.systems[cell.Text()] != nil {
		return nil
	}
	return reconcile.Invalid.Because("no access system with acs_system_id %s", cell.Text())
}

func (r *resolver) note(n int, words string) { r.notes[n] = append(r.notes[n], words) }

// time puts a time into its canonical text, in the zone of the row's system or else of the
// account.
func (r *resolver) time(cells []reconcile.Cell, column int) *reconcile.Verdict {
	cell := cells[column]
	if !cell.Filled() {
		return nil
	}
	read, err := reconcile.ReadClock(cell.Text())
	if err == nil {
		var at time.Time
		if at, err = r.instant(read, r.systems[r.systemIn(cells)], column == col.ends); err == nil {
			cells[column] = reconcile.TextCell(reconcile.CanonicalTime(at))
			return nil
		}
	}
	text := cell.Text()
	cells[column] = reconcile.Cell{}
	return reconcile.Invalid.Because("%s %s: %v", Schema.Columns[column].Name, text, err)
}

// instant returns the instant of a clock time in the zone of a system, or else of the
// account.
func (r *resolver) instant(read reconcile.Clock, s *system, end bool) (time.Time, error) {
	zone, err := s.zone()
	if _, placed := read.Instant(); err != nil && !placed {
		return time.Time{}, err
	}
	return read.In(cmp.Or(zone, r.client.zone), end)
}
