package doorflow

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"keyroster/providers/failure"
	"keyroster/providers/listing"
	"keyroster/reconcile"
)

// credentialType is DoorFlow's credential type object.
type credentialType struct {
	ID    text   `json:"id"`
	Label string `json:"label"`
	Slug  string `json:"slug"`
	// Code is the global kind that an account's own type is based on; nullable.
	Code text `json:"code"`
}

func (t *credentialType) valid() error {
	if t.ID == "" {
		return errors.New("a credential type has no id")
	}
	return nil
}

// String returns the type as messages list it.
func (t *credentialType) String() string { return fmt.Sprintf("%s (%s, %s)", t.Label, t.Slug, t.ID) }

// The codes of kinds that are known to have a value (DoorFlow API v3 reference, credential
// types). No full table is published.
const (
	codePIN  = "10"
	codeCard = "200"
)

// types are the credential types of an account.
type types struct {
	all  []*credentialType
	byID map[string]*credentialType
	// byName has slugs and labels, without regard to case.
	byName map[string][]*credentialType
}

// readTypes returns all credential types. They are read once: a run ends with the types it
// began with.
func (c *Client) readTypes(ctx context.Context) (*types, error) {
	c.mu.RLock()
	t := c.types
	c.mu.RUnlock()
	if t != nil {
		return t, nil
	}
	t, err := c.listTypes(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.types = t
	return t, nil
}

func (c *Client) listTypes(ctx context.Context) (*types, error) {
	var t *types
	l := &lister[credentialType]{
		client: c, path: "/api/3/credential_types", size: defaultPageSize,
		array: array[credentialType]{wrapper: "credential_types"}, valid: (*credentialType).valid,
		List: listing.List[credentialType]{
			What: "credential types", ID: func(e *credentialType) string { return string(e.ID) },
			Restart: func() { t = &types{byID: map[string]*credentialType{}, byName: map[string][]*credentialType{}} },
			Keep:    func(e *credentialType) { t.add(*e) },
		},
	}
	_, err := l.read(ctx)
	if f := failure.In(err); f.Class == reconcile.Denied && f.Hint == "" {
		f.Hint = "the login needs the scope account.credential_type.readonly; or name types by the ids that the listing shows"
	}
	return t, err
}

func (t *types) add(e credentialType) {
	t.all = append(t.all, &e)
	t.byID[string(e.ID)] = &e
	t.byName[nameKey(e.Label)] = append(t.byName[nameKey(e.Label)], &e)
	if nameKey(e.Slug) != nameKey(e.Label) {
		t.byName[nameKey(e.Slug)] = append(t.byName[nameKey(e.Slug)], &e)
	}
}

// find returns the type that a roster's cell names: by id, else by slug or label.
func (t *types) find(cell string) (*credentialType, *reconcile.Verdict) {
	if found := t.byID[cell]; found != nil {
		return found, nil
	}
	switch found := t.byName[nameKey(cell)]; len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, reconcile.Invalid.Because("no credential type %q; this account has: %s", cell, typeNames(t.all))
	default:
		return nil, reconcile.Ambiguous.Because(
			"%q names several credential types: %s; give the id", cell, typeNames(found),
		)
	}
}

// Types implements [providers.Features.Types]: the account's credential types, each by
// label and slug.
func (c *Client) Types(ctx context.Context) ([]reconcile.Type, error) {
	t, err := c.readTypes(ctx)
	if err != nil {
		return nil, err
	}
	types := make([]reconcile.Type, len(t.all))
	for i, kind := range t.all {
		types[i] = reconcile.Type{ID: string(kind.ID), Names: []string{kind.Label, kind.Slug}}
	}
	return types, nil
}

// typeNames lists types for a message.
func typeNames(list []*credentialType) string {
	const most = 20
	var names []string
	for _, t := range list[:min(len(list), most)] {
		names = append(names, t.String())
	}
	if len(list) > most {
		names = append(names, fmt.Sprintf("and %d more", len(list)-most))
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// nameKey makes addresses comparable, and ignores case, Unicode composition and the number
// of spaces in other texts.
func nameKey(s string) string {
	return strings.Join(strings.Fields(reconcile.NormalizeEmail(s)), " ")
}

// nature says whether credentials of a type have a value.
type nature uint8

const (
	// unknownNature: it cannot be known. Creating one might send an invitation to a
	// person's phone and drop the value, so the user has to allow it.
	unknownNature nature = iota
	// valued credentials are cards, fobs and PINs.
	valued
	// mobile credentials live on phones and in wallets and have no value.
	mobile
)

// natureOf classifies a type by the surest sign available: a listed credential of the type
// has a value; its code is known or configured to mean one; a listed credential of the type
// has none. Labels are ignored: they are free text.
func (r *resolver) natureOf(id string) nature {
	seen := r.seen.types[id]
	var code string
	if t := r.types.byID[id]; t != nil {
		code = string(t.Code)
	}
	switch {
	case seen != nil && seen.valued, code != "" && r.client.valueCodes[code]:
		return valued
	case seen != nil:
		return mobile
	}
	return unknownNature
}
