package doorflow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"keyroster/reconcile"
)

// looks has people by what a person sees of their names. It is made when it is
// first asked for.
type looks struct {
	made           bool
	refs, emails   map[string][]string
	refOf, emailOf map[string]string
	// numbers has the references that are digits, by what is behind their zeros.
	numbers map[string][]string
}

func (p *people) look() *looks {
	l := &p.looks
	if l.made {
		return l
	}
	*l = looks{made: true, refs: map[string][]string{}, emails: map[string][]string{}, refOf: map[string]string{}, emailOf: map[string]string{}, numbers: map[string][]string{}}
	for id, one := range p.byID {
		if ref := string(one.Ref); ref != "" {
			l.refOf[id] = ref
			l.refs[reconcile.Skeleton(ref)] = append(l.refs[reconcile.Skeleton(ref)], id)
			if isDigits(ref) {
				number := strings.TrimLeft(ref, "0")
				l.numbers[number] = append(l.numbers[number], id)
			}
		}
		if one.Email != "" {
			l.emailOf[id] = one.Email
			l.emails[reconcile.Skeleton(fold(one.Email))] = append(l.emails[reconcile.Skeleton(fold(one.Email))], id)
		}
	}
	return l
}

// alikeRef finds the people whose references are taken for this one, which is
// nobody's, and says so.
func (p *people) alikeRef(ref string) (ids []string, words string) {
	l := p.look()
	if isDigits(ref) {
		ids = slices.Sorted(slices.Values(l.numbers[strings.TrimLeft(ref, "0")]))
		for _, id := range ids {
			if have := l.refOf[id]; len(have) > len(ref) && ref[0] != '0' {
				return ids, "; one has " + have + ": leading zeros lost?"
			}
		}
		if len(ids) > 0 {
			return ids, "; one has " + l.refOf[ids[0]] + ", with other zeros in front"
		}
	}
	ids = slices.Sorted(slices.Values(l.refs[reconcile.Skeleton(ref)]))
	if len(ids) > 0 {
		words = fmt.Sprintf("; one has %s, which differs from it in %s", l.refOf[ids[0]], reconcile.Unlike(ref, l.refOf[ids[0]]))
	}
	return ids, words
}

// alikeEmail finds the people whose addresses look like this one, which is
// nobody's, and says so.
func (p *people) alikeEmail(address string) (ids []string, words string) {
	l := p.look()
	ids = slices.Sorted(slices.Values(l.emails[reconcile.Skeleton(fold(address))]))
	if len(ids) > 0 {
		words = fmt.Sprintf("; person %s has one that looks the same and differs in %s", ids[0], reconcile.Unlike(address, l.emailOf[ids[0]]))
	}
	return ids, words
}

// lacks reports whether an address or a reference that is wished for is nobody's.
func (p *people) lacks(w wishes) bool {
	for email := range w.emails {
		if len(p.byEmail[fold(email)]) == 0 {
			return true
		}
	}
	for ref := range w.refs {
		if len(p.byRef[ref]) == 0 {
			return true
		}
	}
	return false
}

// readRest reads all people where an id that is wished for is nobody's, so that a
// reference in its place is seen.
func (c *Client) readRest(ctx context.Context, w wishes, found *people) error {
	missing := false
	for id := range w.ids {
		missing = missing || found.byID[id] == nil
	}
	if !missing || w.len() > fewPeople || found.lacks(w) {
		return nil // or all were read already
	}
	if err := c.listPeople(ctx, "people", nil, found); err != nil {
		return err
	}
	c.rememberAll(found)
	return nil
}
