package seam

import (
	"context"
	"time"

	"keyroster/reconcile"
)

// ReadHolders reads all users of the workspace, of all access systems, by id, and
// fails rather than leave one out: see [Client.List] on how a list is proved.
// From then on [Client.HolderName] knows all of them. Users have no reference of
// the customer's own (Seam API reference, users).
func (c *Client) ReadHolders(ctx context.Context) (map[string]reconcile.Holder, error) {
	found := newUsers()
	if err := c.listUsers(ctx, "users", nil, func(*user) bool { return true }, found); err != nil {
		return nil, err
	}
	out := make(map[string]reconcile.Holder, len(found.byID))
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, u := range found.byID {
		c.known[id] = userName{name: u.name(), email: u.email(), standing: u.standing(time.Now())}
		out[id] = reconcile.Holder{ID: id, Name: u.name(), Email: u.email(), Identity: u.Identity, System: u.System, Disabled: u.Suspended}
	}
	return out, nil
}

// LookUpHolders reads the users of some ids, for [Client.HolderName] to know
// them; one who is gone is left out. It is safe for concurrent use.
func (c *Client) LookUpHolders(ctx context.Context, ids []string) error {
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	_, err := c.readUsers(ctx, wanted, nil)
	return err
}
