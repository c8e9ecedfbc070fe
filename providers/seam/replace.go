package seam

import (
	"context"
	"strings"

	"keyroster/providers/failure"
	"keyroster/reconcile"
)

// replaceTries bounds how often half of a replacement is sent if its answer was lost and it
// was read back as not done.
const replaceTries = 3

// replace makes a new credential and deletes the old one. The new one comes first, so that
// no user is locked out meanwhile; if both have the same code, which a provider may refuse
// to assign twice, the old one is deleted first.
//
// A lost answer is settled here, by reading: the caller could not distinguish the two
// halves.
func (c *Client) replace(ctx context.Context, change reconcile.Change) (reconcile.Receipt, error) {
	if change.Have.ID() == "" {
		return reconcile.Receipt{}, failure.Unsafe("a replacement needs an id")
	}
	kept, err := c.readDetails(ctx, change.Have.ID())
	switch {
	case err != nil:
		return reconcile.Receipt{}, failure.OfOne(err)
	case len(kept.lost) > 0:
		return reconcile.Receipt{}, failure.Unsafe(
			"a replacement would lose what cannot be set on a new credential: " + strings.Join(kept.lost, ", "),
		)
	}
	if value := change.Want.Cell(col.value); value.Filled() && value.Text() == change.Have.Cell(col.value).Text() {
		if _, err := c.removeAndSettle(ctx, change.Have); err != nil {
			return reconcile.Receipt{}, err
		}
		made, err := c.createAndSettle(ctx, change, kept)
		return made, halfDone(true, "the old credential was deleted, and the new one was not created", err)
	}
	made, err := c.createAndSettle(ctx, change, kept)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	removed, err := c.removeAndSettle(ctx, change.Have)
	if err != nil {
		failure.In(err).Existing = made.ID
		return reconcile.Receipt{}, halfDone(
			true, "credential "+made.ID+" was created, but the old one was not deleted", err,
		)
	}
	made.Attempts += removed.Attempts
	return made, nil
}

// createAndSettle creates a credential, and reads back and repeats what got no answer.
func (c *Client) createAndSettle(
	ctx context.Context, change reconcile.Change, kept *details,
) (reconcile.Receipt, error) {
	for try := 1; ; try++ {
		made, err := c.create(ctx, change.Want, change.Have, kept)
		if err == nil {
			c.carry(made.ID, kept)
		}
		if reconcile.ClassOf(err) != reconcile.Lost {
			return made, err
		}
		found, readErr := c.readLike(ctx, wantOf(change), change.Have.ID())
		if readErr == nil && found != nil {
			c.noteCreated(keyOf(wantOf(change)), found.ID)
			c.carry(found.ID, kept)
			return reconcile.Receipt{ID: found.ID, Warnings: []string{"no answer; read back: done"}}, nil
		}
		if readErr != nil || try == replaceTries {
			return made, err
		}
	}
}

// carry remembers what a new credential took over, for [Client.Prove].
func (c *Client) carry(id string, kept *details) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.carried[id] = kept
}

// wantOf is what identifies the new credential of a replacement: the row's cells, with user
// and type from the record if the row does not give them. A run that began before Seam had
// all of today's columns has a row with fewer.
func wantOf(change reconcile.Change) reconcile.Record {
	cells := change.Want.Cells(nil)
	for _, column := range []int{col.user, col.system, col.kind} {
		if !cells[column].Filled() {
			cells[column] = change.Have.Cell(column)
		}
	}
	return change.Want.Schema().Record(cells)
}

func (c *Client) removeAndSettle(ctx context.Context, have reconcile.Record) (reconcile.Receipt, error) {
	for try := 1; ; try++ {
		removed, err := c.remove(ctx, have)
		if failure.IsGone(err) {
			return reconcile.Receipt{ID: have.ID()}, nil
		}
		if reconcile.ClassOf(err) != reconcile.Lost {
			return removed, err
		}
		found, readErr := c.readByID(ctx, have.ID())
		if readErr == nil && found == nil {
			return reconcile.Receipt{ID: have.ID(), Attempts: try}, nil
		}
		if readErr != nil || try == replaceTries {
			return removed, err
		}
	}
}
