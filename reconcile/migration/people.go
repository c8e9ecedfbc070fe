package migration

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"keyroster/reconcile"
)

// people finds holders of the source among those of the target.
type people struct {
	in             *Input
	byRef, byEmail map[string][]string
	// found has what was found for each holder of the source.
	found map[string]*person
}

// person is what was found for one holder of the source.
type person struct {
	id string
	// email stands in for id where the target's own rules tell who of several
	// is meant.
	email string
	// problem says why there is nobody, missing that the target knows nobody.
	problem, remedy string
	missing         bool
}

func newPeople(in *Input) *people {
	p := &people{in: in, byRef: map[string][]string{}, byEmail: map[string][]string{}, found: map[string]*person{}}
	for _, id := range slices.Sorted(maps.Keys(in.To.Holders)) {
		h := in.To.Holders[id]
		if h.Ref != "" {
			p.byRef[h.Ref] = append(p.byRef[h.Ref], id)
		}
		if h.Email != "" {
			p.byEmail[fold(h.Email)] = append(p.byEmail[fold(h.Email)], id)
		}
	}
	return p
}

func (p *people) find(h reconcile.Holder) *person {
	if p.found[h.ID] == nil {
		found := p.match(h)
		p.found[h.ID] = &found
	}
	return p.found[h.ID]
}

// match finds one holder: as a person decided, else by reference and e-mail
// address, which must not name two people.
func (p *people) match(h reconcile.Holder) person {
	noun := p.in.To.Schema.Holder
	if id, decided := p.in.Pairs[h.ID]; decided {
		if _, known := p.in.To.Holders[id]; !known {
			return person{problem: fmt.Sprintf("the crosswalk names %s %s, whom %s does not list", noun, id, p.in.To.Account), remedy: "correct the crosswalk"}
		}
		return person{id: id}
	}
	const remedy = "say who is meant in a --crosswalk"
	var refs, emails []string
	if h.Ref != "" {
		refs = p.byRef[h.Ref]
	}
	if h.Email != "" {
		emails = p.byEmail[fold(h.Email)]
	}
	both := refs
	if len(refs) == 0 {
		both = emails
	} else if len(emails) > 0 {
		both = slices.DeleteFunc(slices.Clone(refs), func(id string) bool { return !slices.Contains(emails, id) })
	}
	switch {
	case len(both) == 1:
		return person{id: both[0]}
	case len(refs) > 0 && len(emails) > 0 && len(both) == 0:
		return person{problem: fmt.Sprintf("the reference names %s %s at %s, and the e-mail address names %s", noun, strings.Join(refs, " or "), p.in.To.Account, strings.Join(emails, " or ")), remedy: remedy}
	case len(both) > 1 && len(refs) == 0 && p.narrowed():
		return person{email: h.Email}
	case len(both) > 1:
		return person{
			problem: fmt.Sprintf("%s has %d of them with that reference or e-mail address: %s", p.in.To.Account, len(both), strings.Join(both, ", ")),
			remedy:  remedy + ", or narrow them down by migrate.set",
		}
	}
	how := "reference or e-mail address"
	if h.Ref == "" && h.Email == "" {
		how = "any, since it has neither reference nor e-mail address"
	}
	return person{
		missing: true, problem: fmt.Sprintf("%s has no %s with that %s", p.in.To.Account, noun, how),
		remedy: "create the person there (missing-holders.csv), or name them in a --crosswalk",
	}
}

// narrowed tells whether the rules say, beside the type, which of several people
// is meant (Seam: the access system).
func (p *people) narrowed() bool {
	for name := range p.in.Rules.Set {
		if col := p.in.To.Schema.Index(name); col >= 0 && p.in.To.Schema.Columns[col].Role == reconcile.RoleMatch {
			return true
		}
	}
	return false
}

// holder names the row's person, or says why the record stays behind.
func (b *builder) holder(n int, have reconcile.Record, d *draft) bool {
	id := have.Text("holder_id")
	h, known := b.in.From.Holders[id]
	switch {
	case id == "":
		b.lose(n, "it belongs to nobody")
		return false
	case !known:
		b.lose(n, "%s does not list its %s", b.in.From.Account, b.from.Holder)
		return false
	}
	found := b.people.find(h)
	if h.Disabled && !b.in.To.Holders[found.id].Disabled {
		b.lose(n, "its %s is disabled at %s and would not be at %s", b.from.Holder, b.in.From.Account, b.in.To.Account)
		return false
	}
	b.HolderOf[n] = found.id
	b.set(d, "holder_name", reconcile.TextCell(h.Name))
	switch {
	case found.id != "":
		b.set(d, "holder_id", reconcile.TextCell(found.id))
	case found.email != "":
		b.set(d, "holder_email", reconcile.TextCell(found.email))
	default:
		d.problem, d.remedy = found.problem, found.remedy
		b.set(d, "holder_email", reconcile.TextCell(h.Email))
		b.set(d, "holder_ref", reconcile.TextCell(h.Ref))
		if found.missing {
			d.missing = &h
		}
	}
	return true
}
