package doorflow

import (
	"context"

	"keyroster/reconcile"
)

// ReadHolders reads all people of the account, by id, and fails rather than
// leave one out: see [Client.List] on how a list is proved. From then on
// [Client.HolderName] knows all of them.
func (c *Client) ReadHolders(ctx context.Context) (map[string]reconcile.Holder, error) {
	found := newPeople()
	if err := c.listPeople(ctx, "people", nil, found); err != nil {
		return nil, deniedIfForbidden(err)
	}
	out := make(map[string]reconcile.Holder, len(found.byID))
	for id, p := range found.byID {
		c.remember(p)
		out[id] = reconcile.Holder{ID: id, Name: p.name(), First: p.First, Last: p.Last, Email: p.Email, Ref: string(p.Ref), Disabled: p.disabled()}
	}
	return out, nil
}

// LookUpHolders reads the people of some ids, for [Client.HolderName] to know
// them; one who is gone is left out. It is safe for concurrent use.
func (c *Client) LookUpHolders(ctx context.Context, ids []string) error {
	w := newWishes()
	for _, id := range ids {
		w.ids[id] = true
	}
	_, err := c.readPeople(ctx, w)
	return err
}

// PINTypes are the ids of the credential types whose values are PINs, typed at
// a keypad (DoorFlow API v3 reference, credential types: code 10).
func (c *Client) PINTypes(ctx context.Context) (map[string]bool, error) {
	types, err := c.readTypes(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for id, t := range types.byID {
		if t.Code == codePIN {
			out[id] = true
		}
	}
	return out, nil
}
