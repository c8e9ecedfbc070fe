package doorflow

import (
	"context"
	"fmt"

	"keyroster/providers/lookup"
	"keyroster/providers/people"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// Resolve implements [reconcile.Provider]: it turns people and types into DoorFlow's ids.
// People and types are only read if rows name them in another way, or by ids that the
// listing does not show.
func (c *Client) Resolve(
	ctx context.Context, roster *reconcile.Roster, listing *reconcile.Listing,
) (*reconcile.Wanted, error) {
	r := &resolver{client: c, types: &types{}, seen: newSeen(), records: listing.Records}
	r.survey(roster.Rows, listing.Records)
	var err error
	if r.needTypes() {
		t, failed := c.readTypes(ctx)
		if r.noTypes, err = lookup.Of(c).Record(ctx, failed); err != nil {
			return nil, err
		}
		if t != nil && r.noTypes == nil {
			r.types = t
		}
	}
	if r.people, err = c.Find(ctx, r.wishes); err != nil {
		return nil, err
	}
	if err = c.FindRest(ctx, r.wishes, r.people); err != nil {
		return nil, err
	}
	r.wanted = reconcile.NewWanted(nil)
	r.wanted.Rows = roster.Rows.Revised(Schema, r.row)
	c.SetBarred(listing)
	return r.wanted, nil
}

// resolver resolves one roster.
type resolver struct {
	client *Client
	types  *types
	people *people.Found
	seen   *seen
	// records are those of the listing; listed has their ids, and is built on first use.
	records *reconcile.Set
	listed  map[string]bool
	wishes  people.Wishes
	// namings is reused for the cells of a row that name its person.
	namings []naming
	// numbers maps numeric references to people: see byNumber.
	numbers map[string][]string
	// noTypes is why the types could not be read.
	noTypes *reconcile.Failure
	// named are the distinct texts of the type column.
	named  map[string]bool
	wanted *reconcile.Wanted
}

// seen is what a listing shows about people and types.
type seen struct {
	people map[string]bool
	types  map[string]*seenType
	// typeOf has the types of the listed credentials that rows name by id without giving
	// the type.
	typeOf map[string]string
}

type seenType struct {
	label  string
	valued bool
}

func newSeen() *seen {
	return &seen{people: map[string]bool{}, types: map[string]*seenType{}, typeOf: map[string]string{}}
}

// survey collects what the rows name, and what the listing shows of it.
func (r *resolver) survey(rows, records *reconcile.Set) {
	r.wishes, r.named = people.Wishes{}, map[string]bool{}
	ids := map[string]bool{}
	for n := range rows.Len() {
		row := rows.Record(n)
		if c := row.Cell(col.person); c.Filled() && isPersonID(c.Text()) {
			ids[c.Text()] = true
		}
		// Beyond a few, all people are read: further wishes make no difference.
		few := len(r.wishes) <= fewPeople
		if c := row.Cell(col.email); few && c.Filled() {
			r.wishes[people.Asked{Column: people.Email, Text: nameKey(c.Text())}] = true
		}
		if c := row.Cell(col.ref); few && c.Filled() {
			r.wishes[people.Asked{Column: people.Ref, Text: c.Text()}] = true
		}
		if c := row.Cell(col.kind); c.Filled() {
			r.named[c.Text()] = true
		} else if id := row.ID(); id != "" {
			r.seen.typeOf[id] = ""
		}
	}
	for n := range records.Len() {
		r.seen.add(records.Record(n), ids)
	}
	for id := range ids {
		if !r.seen.people[id] {
			r.wishes[people.Asked{Column: people.ID, Text: id}] = true
		}
	}
}

// add looks at one record; only people in ids are of interest.
func (s *seen) add(record reconcile.Record, ids map[string]bool) {
	if person := record.Cell(col.person).Text(); ids[person] {
		s.people[person] = true
	}
	id := record.Cell(col.kind).Text()
	t := s.types[id]
	if t == nil {
		t = &seenType{label: record.Cell(col.label).Text()}
		s.types[id] = t
	}
	if state := record.Cell(col.value).State(); state == reconcile.Filled || state == reconcile.Masked {
		t.valued = true
	}
	if _, asked := s.typeOf[record.ID()]; asked {
		s.typeOf[record.ID()] = id
	}
}

// needTypes reports whether a row names a type other than by the id of a type that the
// listing shows to have values.
func (r *resolver) needTypes() bool {
	for cell := range r.named {
		if t := r.seen.types[cell]; t == nil || !t.valued {
			return true
		}
	}
	return false
}

// row resolves the cells of one row in place. A row with a verdict is still resolved as far
// as possible, so that its record counts as named.
func (r *resolver) row(n int, cells []reconcile.Cell) {
	verdict := r.failedLookUp(cells)
	if verdict == nil {
		verdict = r.holder(n, cells)
	}
	kind, second := r.kind(cells)
	if verdict == nil || verdict.Situation == reconcile.InSync && second != nil {
		verdict = second
	}
	if verdict == nil && kind != "" {
		verdict = r.value(kind, cells)
	}
	if verdict != nil {
		r.wanted.Verdicts[n] = *verdict
	}
}

// failedLookUp blocks a row with a failed look-up: the person it means is not known.
func (r *resolver) failedLookUp(cells []reconcile.Cell) *reconcile.Verdict {
	if r.people == nil || len(r.people.Failed) == 0 {
		return nil
	}
	for _, what := range []people.Asked{
		{Column: people.ID, Text: cells[col.person].Text()},
		{Column: people.Ref, Text: cells[col.ref].Text()},
		{Column: people.Email, Text: nameKey(cells[col.email].Text())},
	} {
		if f := r.people.Failed[what]; f != nil {
			return lookup.Verdict(f)
		}
	}
	return nil
}

// kind resolves the type cell and returns the id of the row's type, which a row may leave
// out if it names its credential.
func (r *resolver) kind(cells []reconcile.Cell) (string, *reconcile.Verdict) {
	cell := cells[col.kind]
	if !cell.Filled() {
		return r.seen.typeOf[cells[col.id].Text()], nil
	}
	if t := r.seen.types[cell.Text()]; t != nil {
		cells[col.label] = reconcile.TextCell(t.label)
		return cell.Text(), nil
	}
	if r.noTypes != nil {
		cells[col.kind] = reconcile.Cell{}
		return "", lookup.Verdict(r.noTypes)
	}
	t, verdict := r.types.find(cell.Text())
	if verdict != nil {
		cells[col.kind] = reconcile.Cell{}
		return "", verdict
	}
	cells[col.kind] = reconcile.TextCell(string(t.ID))
	cells[col.label] = reconcile.TextCell(t.Label)
	return string(t.ID), nil
}

// value checks the row's value against what its type can hold.
func (r *resolver) value(kind string, cells []reconcile.Cell) *reconcile.Verdict {
	value, is := cells[col.value], r.natureOf(kind)
	name := r.typeName(kind)
	switch {
	case cells[col.state].Text() == reconcile.StateAbsent:
		return nil
	case value.State() == reconcile.Empty:
		return reconcile.Invalid.Because("a value cannot be cleared; state=absent deletes the credential")
	case is == mobile && value.Filled():
		return reconcile.Unsupported.Because("%s is a mobile type, which has no value; leave the cell blank", name)
	case is == unknownNature && value.Filled():
		return r.unknownTypeVerdict(kind, name)
	case is != valued && !r.client.invite:
		return reconcile.Unsupported.Because("%s is a mobile type: creating one sends an invitation; set invite: true to allow", name).
			If(reconcile.IfCreate)
	case is != valued:
		return nil
	case value.State() == reconcile.Masked:
		return reconcile.Invalid.Because("the cell holds a mask, but a new credential needs the real value").
			If(reconcile.IfCreate)
	case !value.Filled():
		return reconcile.Invalid.Because("a new credential needs a value").If(reconcile.IfCreate)
	case r.isPIN(kind) && !shape.AllDigits(value.Text()):
		return reconcile.Invalid.Because("%s takes PINs, which must be digits", name)
	}
	return nil
}

func (r *resolver) unknownTypeVerdict(kind, name string) *reconcile.Verdict {
	v := reconcile.Unsupported.Because(
		"%s is not known to have values, and no listed credential of it has one: create the first at DoorFlow",
		name,
	)
	if t := r.types.byID[kind]; t != nil && t.Code != "" {
		v = reconcile.Unsupported.Because(
			"%s (code %s) is not known to have values; if it does, set value_codes: [%s]", name,
			t.Code, t.Code,
		)
	}
	return v.If(reconcile.IfCreate)
}

func (r *resolver) isPIN(kind string) bool {
	t := r.types.byID[kind]
	return t != nil && t.Code == codePIN
}

func (r *resolver) typeName(kind string) string {
	if t := r.types.byID[kind]; t != nil {
		return fmt.Sprintf("type %q", t.Label)
	}
	if t := r.seen.types[kind]; t != nil && t.label != "" {
		return fmt.Sprintf("type %q", t.label)
	}
	return "type " + kind
}
