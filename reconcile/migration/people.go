package migration

import (
	"fmt"
	"slices"
	"strings"

	"keyroster/reconcile"
)

// people finds holders of the source among those of the target.
type people struct {
	in             *Input
	byRef, byEmail map[string][]string
	// byRefLook and byEmailLook have the people of the target by how their references and
	// addresses look to a reader.
	byRefLook, byEmailLook map[string][]string
	// fromRef and fromEmail have the people of the source who share one.
	fromRef, fromEmail map[string][]string
	// found has what was found for each holder of the source.
	found map[string]*person
}

// person is what was found for one holder of the source.
type person struct {
	id string
	// email replaces id if the target's own rules decide which of several people is meant.
	email string
	// problem says why no one was found; missing: the target does not know the person.
	problem, remedy string
	missing         bool
}

func newPeople(in *Input) *people {
	p := &people{in: in, byRef: map[string][]string{}, byEmail: map[string][]string{}, found: map[string]*person{}}
	p.fromRef, p.fromEmail = map[string][]string{}, map[string][]string{}
	p.byRefLook, p.byEmailLook = map[string][]string{}, map[string][]string{}
	for _, id := range in.To.Holders.IDs() {
		h := in.To.Holders.Of(id)
		addOnce(p.byRef, reconcile.TrimKey(h.Ref), id)
		addOnce(p.byRefLook, reconcile.Skeleton(h.Ref), id)
		addOnce(p.byEmail, reconcile.NormalizeEmail(h.Email), id)
		addOnce(p.byEmailLook, emailSkeleton(h.Email), id)
	}
	for _, id := range in.From.Holders.IDs() {
		h := in.From.Holders.Of(id)
		addOnce(p.fromRef, reconcile.Skeleton(h.Ref), identityOf(&h))
		addOnce(p.fromEmail, reconcile.NormalizeEmail(h.Email), identityOf(&h))
	}
	p.refuseMergers()
	return p
}

// addOnce adds a person to those with a reference or an address, once.
func addOnce(into map[string][]string, key, id string) {
	if key != "" && !slices.Contains(into[key], id) {
		into[key] = append(into[key], id)
	}
}

// identityOf identifies the person behind a holder: several holders may be one person to the
// provider.
func identityOf(h *reconcile.Holder) string {
	if h.Identity != "" {
		return "identity " + h.Identity
	}
	return h.ID
}

func emailSkeleton(address string) string {
	return reconcile.Skeleton(reconcile.NormalizeEmail(address))
}

// findLookalike names a person at the target with a reference or an address that looks like the
// holder's. The holder's own is nobody's there, and the other one must not find that
// person.
func (p *people) findLookalike(h *reconcile.Holder, refs, emails []string) string {
	noun := p.in.To.Schema.Holder
	other := func(ids, found []string) string {
		for _, id := range ids {
			if !slices.Contains(found, id) {
				return id
			}
		}
		return ""
	}
	if id := other(p.byRefLook[reconcile.Skeleton(h.Ref)], emails); h.Ref != "" && len(refs) == 0 && id != "" {
		have := p.in.To.Holders.Of(id).Ref
		return fmt.Sprintf(
			"%s has no person with reference %s; %s %s has %s, which differs in %s",
			p.in.To.Account, h.Ref, noun, id, have, reconcile.ExplainLookalikes(h.Ref, have),
		)
	}
	if id := other(p.byEmailLook[emailSkeleton(h.Email)], refs); h.Email != "" && len(emails) == 0 && id != "" {
		return fmt.Sprintf("%s has no person with e-mail address %s; that of %s %s looks the same but differs in %s",
			p.in.To.Account, h.Email, noun, id, reconcile.ExplainLookalikes(h.Email, p.in.To.Holders.Of(id).Email))
	}
	return ""
}

func (p *people) find(h *reconcile.Holder) *person {
	if p.found[h.ID] == nil {
		found := p.match(h)
		p.found[h.ID] = &found
	}
	return p.found[h.ID]
}

// remedyPairs is the remedy if only a person can decide who is meant.
const remedyPairs = "decide it with --crosswalk"

// refuseMergers withdraws matches by which two people with credentials would become one at
// the target, unless a person decided that.
func (p *people) refuseMergers() {
	claims := map[string][]*reconcile.Holder{}
	for n := range p.in.Listing.Records.Len() {
		h, known := p.in.From.Holders.Find(p.in.Listing.Records.Record(n).Of(reconcile.HolderID))
		if !known || p.found[h.ID] != nil {
			continue
		}
		if id := p.find(&h).id; id != "" {
			claims[id] = append(claims[id], &h)
		}
	}
	for id, claimants := range claims {
		first := identityOf(claimants[0])
		i := slices.IndexFunc(claimants, func(h *reconcile.Holder) bool { return identityOf(h) != first })
		if i < 0 {
			continue
		}
		var ids []string
		for _, h := range claimants {
			ids = append(ids, h.ID)
		}
		slices.Sort(ids)
		for _, h := range claimants {
			if _, decided := p.in.Pairs[h.ID]; decided {
				continue
			}
			p.found[h.ID] = &person{
				problem: fmt.Sprintf(
					"%s %s at %s would get the credentials of several people at %s: %s",
					p.in.To.Schema.Holder, id, p.in.To.Account, p.in.From.Account,
					strings.Join(ids, ", "),
				),
				remedy: remedyPairs,
			}
		}
	}
}

// shared returns the people of the source who share what a person was found by, if all of
// it is shared.
func (p *people) shared(h *reconcile.Holder, byRef, byEmail bool) []string {
	var most []string
	for _, key := range []struct {
		used bool
		all  []string
	}{{byRef, p.fromRef[reconcile.Skeleton(h.Ref)]}, {byEmail, p.fromEmail[reconcile.NormalizeEmail(h.Email)]}} {
		switch {
		case !key.used:
		case len(key.all) < 2:
			return nil
		case len(key.all) > len(most):
			most = key.all
		}
	}
	return most
}

// match finds one holder: as a person decided, else by reference and e-mail address, which
// must not name two people.
func (p *people) match(h *reconcile.Holder) person {
	noun := p.in.To.Schema.Holder
	if id, decided := p.in.Pairs[h.ID]; decided {
		return p.paired(id)
	}
	var refs, emails []string
	if h.Ref != "" {
		refs = p.byRef[reconcile.TrimKey(h.Ref)]
	}
	if h.Email != "" {
		emails = p.byEmail[reconcile.NormalizeEmail(h.Email)]
	}
	if words := p.findLookalike(h, refs, emails); words != "" {
		return person{problem: words, remedy: remedyPairs}
	}
	both := refs
	if len(refs) == 0 {
		both = emails
	} else if len(emails) > 0 {
		both = slices.DeleteFunc(slices.Clone(refs), func(id string) bool { return !slices.Contains(emails, id) })
	}
	switch shared := p.shared(h, len(refs) > 0, len(emails) > 0); {
	case len(both) > 0 && len(shared) > 0:
		return person{
			problem: fmt.Sprintf(
				"%d people of %s have that reference or e-mail address: %s", len(shared),
				p.in.From.Account, strings.Join(shared, ", "),
			),
			remedy: remedyPairs,
		}
	case len(both) == 1:
		return person{id: both[0]}
	case len(refs) > 0 && len(emails) > 0 && len(both) == 0:
		return person{
			problem: fmt.Sprintf(
				"the reference names %s %s at %s, and the e-mail address names %s", noun,
				strings.Join(refs, " or "), p.in.To.Account, strings.Join(emails, " or "),
			),
			remedy: remedyPairs,
		}
	case len(both) > 1 && len(refs) == 0 && p.narrowed():
		return person{email: h.Email}
	case len(both) > 1:
		return person{
			problem: fmt.Sprintf(
				"%s has %d of them with that reference or e-mail address: %s", p.in.To.Account,
				len(both), strings.Join(both, ", "),
			),
			remedy: remedyPairs + ", or narrow them down with migrate.set",
		}
	}
	how := "reference or e-mail address"
	if h.Ref == "" && h.Email == "" {
		how = "any, since it has neither reference nor e-mail address"
	}
	return person{
		missing: true, problem: fmt.Sprintf("%s has no %s with that %s", p.in.To.Account, noun, how),
		remedy: "create the person there (missing-holders.csv), or map them with --crosswalk",
	}
}

// paired returns the person of the target whom the crosswalk names.
func (p *people) paired(id string) person {
	if _, known := p.in.To.Holders.Find(id); known {
		return person{id: id}
	}
	return person{
		problem: fmt.Sprintf(
			"the crosswalk names %s %s, who is not listed at %s",
			p.in.To.Schema.Holder,
			id,
			p.in.To.Account,
		),
		remedy: "correct the crosswalk",
	}
}

// narrowed reports whether the rules say, beyond the type, which of several people is meant
// (Seam: the access system).
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
	id := have.Of(reconcile.HolderID)
	h, known := b.in.From.Holders.Find(id)
	switch {
	case id == "":
		b.addLoss(n, "it has no holder")
		return false
	case !known:
		b.addLoss(n, "%s does not list its %s", b.in.From.Account, b.from.Holder)
		return false
	}
	found := b.people.find(&h)
	if h.Disabled && !b.in.To.Holders.Of(found.id).Disabled {
		b.addLoss(
			n,
			"its %s is disabled at %s but would be active at %s",
			b.from.Holder,
			b.in.From.Account,
			b.in.To.Account,
		)
		return false
	}
	b.HolderOf[n] = found.id
	b.give(d, reconcile.HolderName, h.Name)
	switch {
	case found.id != "":
		b.give(d, reconcile.HolderID, found.id)
	case found.email != "":
		b.give(d, reconcile.HolderEmail, found.email)
	default:
		d.invalid, d.problem, d.remedy = true, found.problem, found.remedy
		b.give(d, reconcile.HolderEmail, h.Email)
		b.give(d, reconcile.HolderRef, h.Ref)
		if found.missing {
			d.missing = &h
		}
	}
	return true
}
