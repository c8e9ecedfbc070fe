package seam

import (
	"context"
	"fmt"

	"keyroster/providers/failure"
	"keyroster/reconcile"
)

// Read implements [reconcile.Provider]. For a change of a record it reads that by its id;
// one that is being deleted counts as gone. For a creation, which has no key at Seam, it
// looks for a credential of that user and type with the wanted code, or, if no code is
// wanted, for one that was not there when the roster was resolved.
func (c *Client) Read(ctx context.Context, change reconcile.Change) (reconcile.Record, error) {
	var found *credential
	var err error
	if change.Action == reconcile.Create {
		found, err = c.readLike(ctx, change.Want, "")
	} else {
		found, err = c.readByID(ctx, change.Have.ID())
	}
	if err != nil || found == nil {
		return reconcile.Record{}, failure.OfOne(err)
	}
	return found.record(), nil
}

// getCredential reads one credential, whatever it holds.
func (c *Client) getCredential(ctx context.Context, id string, into any) error {
	return c.get(
		ctx, "read credential "+id, "/acs/credentials/get", map[string]any{"acs_credential_id": id},
		"acs_credential", into,
	)
}

// readByID reads the managed credential of that id, nil if there is none.
func (c *Client) readByID(ctx context.Context, id string) (*credential, error) {
	var got credential
	name := "read credential " + id
	if id == "" {
		return nil, failure.Unsafe("a credential without an id was to be read")
	}
	err := c.getCredential(ctx, id, &got)
	if failure.IsGone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err = got.valid(); err == nil && got.ID != id {
		err = fmt.Errorf("the answer is about credential %s", got.ID)
	}
	if err != nil {
		// One record that cannot be read must not stop the others.
		return nil, &reconcile.Failure{Class: reconcile.Refused, Reason: name + ": " + err.Error()}
	}
	if got.isDeleting() {
		return nil, nil
	}
	return &got, nil
}

// readLike finds the credential that a creation of want would have made, nil if there is
// none; except is the id of one that it is not.
func (c *Client) readLike(ctx context.Context, want reconcile.Record, except string) (*credential, error) {
	user, kind := want.Cell(col.user).Text(), want.Cell(col.kind).Text()
	if user == "" || kind == "" {
		return nil, failure.Unsafe("a new credential needs a user and a type")
	}
	var found *credential
	err := c.eachCredential(ctx, "user", user, func() { found = nil }, func(e *credential) {
		if found == nil && e.ID != except && e.User == user && e.Method == kind && !e.isDeleting() && e.matchesCreation(want) &&
			!c.isKnownCreation(keyOf(want), e.ID) {
			one := *e
			found = &one
		}
	})
	return found, err
}

// matchesCreation reports whether a credential is what a creation of want made. A code that
// the provider replaced is recognised by the requested one.
func (c *credential) matchesCreation(want reconcile.Record) bool {
	if value := want.Cell(col.value); value.Filled() {
		replaced, _ := c.warns(warnUnavailable)
		return c.has(col.value, value, reconcile.RecordCell(c.value(), true)) ||
			string(replaced.Original) == value.Text()
	}
	ends := want.Cell(col.ends)
	return !ends.Filled() || c.has(col.ends, ends, timeCell(c.Ends))
}

// has reports whether a cell is what was wanted, or the provider's spelling of it.
func (c *credential) has(column int, want, have reconcile.Cell) bool {
	like := Schema.Columns[column].Compare(want, have)
	return like == reconcile.Alike || like == reconcile.Respelled
}

// isKnownCreation reports whether a credential cannot be the answer to a creation.
func (c *Client) isKnownCreation(key, id string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.existing[key][id]
}

// noteCreated records a created credential: it is not the result of another creation.
func (c *Client) noteCreated(key, id string) {
	if key == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.existing[key] == nil {
		c.existing[key] = map[string]bool{}
	}
	c.existing[key][id] = true
}
