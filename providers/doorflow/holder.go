package doorflow

import (
	"fmt"
	"slices"
	"strings"

	"keyroster/providers/people"
	"keyroster/reconcile"
)

// holder finds the row's person by the first of holder_id, holder_ref and holder_email that
// finds one. The other cells must not name another person; an address that no person has
// may be an old one, and is only noted.
func (r *resolver) holder(n int, cells []reconcile.Cell) *reconcile.Verdict {
	named := r.namings[:0]
	if c := cells[col.person]; c.Filled() && isPersonID(c.Text()) {
		named = append(named, r.byID(c.Text()))
	}
	if c := cells[col.ref]; c.Filled() {
		named = append(named, r.byRef(c.Text()))
	}
	if c := cells[col.email]; c.Filled() {
		named = append(named, r.byEmail(c.Text()))
	}
	r.namings = named
	if len(named) == 0 {
		return nil
	}
	at := slices.IndexFunc(named, func(one naming) bool { return len(one.ids) > 0 })
	if at < 0 {
		return r.personMissing(n, named, cells)
	}
	found := named[at].ids
	named = slices.DeleteFunc(named, func(one naming) bool {
		old := one.column == "holder_email" && len(one.ids) == 0 &&
			(len(one.alike) == 0 || len(intersect(found, one.alike)) > 0)
		if old {
			r.note(n, fmt.Sprintf("no person has %s; found by %s instead", one.text(), named[0].column))
		}
		return old
	})
	id, verdict := commonPerson(named)
	if id != "" {
		cells[col.person] = reconcile.TextCell(id)
		r.describe(n, id, cells)
	}
	return verdict
}

// personMissing returns the verdict on a row whose cells find no person. If the row names a listed
// credential by its id, an address that no person has any more does not count against it; a
// row that wants something absent is already satisfied.
func (r *resolver) personMissing(n int, named []naming, cells []reconcile.Cell) *reconcile.Verdict {
	first, listed := named[0], r.isListed(cells[col.id].Text())
	for _, one := range named {
		if len(one.alike) > 0 {
			first = one
			break
		}
	}
	absent := cells[col.state].Text() == reconcile.StateAbsent
	switch {
	case len(first.alike) > 0 && absent:
		return reconcile.Ambiguous.Because("no person with %s", first.text()+first.words)
	case len(first.alike) > 0:
		return reconcile.Invalid.Because("no person with %s", first.text()+first.words)
	case listed && first.column == "holder_email":
		r.note(n, "no person has "+first.text()+"; found by credential_id instead")
		return nil
	case absent && !listed:
		return reconcile.InSync.Because("no person with %s: there is nothing to remove", first.text())
	}
	v := reconcile.Invalid.Because("no person with %s", first.text())
	if !listed && (cells[col.ref].Filled() || cells[col.email].Filled()) {
		v.NoHolder = true
		v.Reason += ": create the person in DoorFlow first, or correct the row"
	}
	return v
}

// isListed reports whether a credential of that id is in the listing.
func (r *resolver) isListed(id string) bool {
	if id == "" {
		return false
	}
	if r.listed == nil {
		r.listed = make(map[string]bool, r.records.Len())
		for n := range r.records.Len() {
			r.listed[r.records.Record(n).ID()] = true
		}
	}
	return r.listed[id]
}

func (r *resolver) note(n int, words string) { r.wanted.Notes[n] = append(r.wanted.Notes[n], words) }

func (r *resolver) byID(id string) naming {
	named := naming{column: "holder_id", kind: "id", value: id}
	if _, read := r.people.ByID(id); read || r.seen.people[id] {
		named.ids = []string{id}
		return named
	}
	if named.alike = people.IDs(r.people.Named(people.Ref, id)); len(named.alike) > 0 {
		named.words = "; person " + strings.Join(
			named.alike, " and ",
		) + " has it as system_id: put it in holder_ref"
	}
	return named
}

// byRef also looks for references that are easily mistaken for this one, or that differ in
// the leading zeros that a spreadsheet removes: those do not identify a person, but are
// reported.
func (r *resolver) byRef(ref string) naming {
	named := naming{
		column: "holder_ref", kind: "system_id", value: ref,
		ids: people.IDs(r.people.Named(people.Ref, ref)),
	}
	if len(named.ids) > 0 {
		return named
	}
	named.alike, named.words = r.alikeRef(ref)
	return named
}

func (r *resolver) byEmail(address string) naming {
	named := naming{
		column: "holder_email", kind: "e-mail", value: address,
		ids: people.IDs(r.people.Named(people.Email, address)),
	}
	if len(named.ids) == 0 {
		named.alike, named.words = r.alikeEmail(address)
	}
	return named
}

// describe fills in what is known about a person, for reports.
func (r *resolver) describe(n int, id string, cells []reconcile.Cell) {
	p, read := r.people.ByID(id)
	if !read {
		return
	}
	cells[col.name] = reconcile.TextCell(p.Name)
	if p.Email != "" {
		cells[col.email] = reconcile.TextCell(p.Email)
	}
	for _, words := range p.Barred.Words {
		r.note(n, words)
	}
}

// naming is one cell of a row that names a person, and the people it finds.
type naming struct {
	column, kind, value string
	ids                 []string
	// alike are the people with similar names, if it finds no person; words describes them.
	alike []string
	words string
}

// text returns what the cell says, with the kind of name.
func (n naming) text() string { return n.kind + " " + n.value }

// commonPerson returns the one person that all cells name. Without a verdict there always is one;
// with a verdict, it is the person named by the cells before the bad one.
func commonPerson(named []naming) (string, *reconcile.Verdict) {
	common := named[0].ids
	for at, one := range named {
		if len(one.ids) == 0 {
			reason := "no person with " + one.text() + one.words
			if at == 0 {
				reason += ", but another cell of the row finds one"
			}
			situation := reconcile.Invalid
			if one.column == "holder_email" {
				situation = reconcile.Ambiguous // it looks like that of another
			}
			return only(common), situation.Because("%s", reason)
		}
		both := intersect(common, one.ids)
		if len(both) == 0 {
			return "", &reconcile.Verdict{
				Situation:     reconcile.Ambiguous,
				HoldersDiffer: true,
				Reason: fmt.Sprintf("%s names person %s, and %s names person %s",
					named[0].column, strings.Join(common, " or "), one.column, strings.Join(one.ids, " or ")),
			}
		}
		common = both
	}
	if len(common) > 1 {
		return "", reconcile.Ambiguous.Because(
			"%d people have %s: %s; give holder_id", len(common), named[0].text(),
			strings.Join(common, ", "),
		)
	}
	return common[0], nil
}

func only(ids []string) string {
	if len(ids) == 1 {
		return ids[0]
	}
	return ""
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
