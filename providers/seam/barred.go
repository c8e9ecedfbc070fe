package seam

import (
	"context"
	"slices"
	"time"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// The errors and warnings of a user that keep all doors shut (Seam API reference,
// access system users); others are said, and decide nothing.
var shut = []string{
	"deleted_externally", "salto_ks_subscription_limit_exceeded", "failed_to_create_on_acs_system",
	"being_deleted", "salto_ks_user_not_subscribed",
}

// standing is what is known of a user that keeps their credentials from opening
// doors, and the zero Settled where nothing is.
func (u *user) standing(now time.Time) reconcile.Settled {
	var out reconcile.Settled
	who := "user " + u.ID
	starts, ends := instantOf(u.Schedule.Starts), instantOf(u.Schedule.Ends)
	switch {
	case u.Suspended:
		out = reconcile.Settled{Effect: reconcile.EffectShut, Words: []string{who + " is suspended at Seam: none of their credentials opens a door"}}
	case !ends.IsZero() && !ends.After(now):
		out = reconcile.Settled{Effect: reconcile.EffectShut, Words: []string{who + " was let in until " + ends.UTC().Format(time.RFC3339) + ": none of their credentials opens a door"}}
	case starts.After(now):
		out.Effect, out.Words = reconcile.EffectShut, []string{who + " is let in from " + starts.UTC().Format(time.RFC3339) + " on"}
	}
	for _, i := range slices.Concat(u.Errors, u.Warns) {
		words := who + ": Seam: " + httpapi.Harmless(i.ErrorCode+i.WarningCode)
		if message := httpapi.Harmless(i.Message); message != "" {
			words += ": " + message
		}
		out.Words = append(out.Words, words)
		if slices.Contains(shut, i.ErrorCode+i.WarningCode) {
			out.Effect = reconcile.EffectShut
		}
	}
	return out
}

// bar adds to how a credential stands what is known of its user. What is wrong
// with the credential itself stays; one that is in force at the provider is not
// in force while its user is kept out.
func bar(settled, by reconcile.Settled) reconcile.Settled {
	if !by.Known() {
		return settled
	}
	settled.Words = slices.Concat(settled.Words, by.Words)
	if settled.Effect == reconcile.EffectYes || settled.Effect == reconcile.EffectNone {
		settled.Effect = by.Effect
	}
	return settled
}

// stand says of the listed credentials whose users were read that those open no
// door. Of other users nothing is known: nobody is read for this alone.
func (c *Client) stand(listing *reconcile.Listing) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for n := range listing.Records.Len() {
		by := c.known[listing.Records.Record(n).Cell(col.user).Text()].standing
		if !by.Known() {
			continue
		}
		if listing.Effects == nil {
			listing.Effects = map[int]reconcile.Settled{}
		}
		listing.Effects[n] = bar(listing.Standing(n), by)
	}
}

// barChanges says of accepted changes that are in force that something else keeps
// the door shut, or that nobody could look whether something does.
func (c *Client) barChanges(ctx context.Context, accepted []reconcile.Accepted, effects map[int]reconcile.Settled) {
	ids, unknown := map[int]string{}, map[string]bool{}
	for _, a := range accepted {
		if id := keeperOf(a.Change); id != "" {
			ids[a.Line] = id
			c.wishFor(unknown, id)
		}
	}
	if _, err := c.readUsers(ctx, unknown, nil); err != nil {
		c.log.Debug().Err(err).Msg("whether users are suspended could not be read")
	}
	for line, id := range ids {
		settled, ok := effects[line]
		u, known := c.nameOf(id)
		switch {
		case !ok:
		case known:
			effects[line] = bar(settled, u.standing)
		case settled.Effect == reconcile.EffectYes:
			settled.Effect = reconcile.EffectNone
			effects[line] = settled
		}
	}
}

// keeperOf is the user who holds a credential after a change, and empty for one
// that nobody holds any more.
func keeperOf(change reconcile.Change) string {
	if change.Action == reconcile.Delete || !change.Want.Valid() {
		return ""
	}
	id := change.Want.Cell(col.user).Text()
	if id == "" && change.Have.Valid() {
		id = change.Have.Cell(col.user).Text()
	}
	return id
}

// wishFor adds a user who was not read yet.
func (c *Client) wishFor(unknown map[string]bool, id string) {
	if _, known := c.nameOf(id); !known {
		unknown[id] = true
	}
}
