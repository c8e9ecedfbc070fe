package seam

import (
	"context"
	"slices"
	"time"

	"keyroster/providers/httpapi"
	"keyroster/providers/people"
	"keyroster/reconcile"
)

// The errors and warnings of a user that keep all doors shut (Seam API reference, access
// system users); others are reported, and decide nothing.
var shutsAllDoors = []string{
	"deleted_externally", "salto_ks_subscription_limit_exceeded", "failed_to_create_on_acs_system",
	"being_deleted", "salto_ks_user_not_subscribed",
}

// barred returns what keeps the user's credentials from opening doors, or the zero
// EffectState.
func (u *user) barred(now time.Time) reconcile.EffectState {
	var out reconcile.EffectState
	who := "user " + u.ID
	starts, ends := instantOf(u.Schedule.Starts), instantOf(u.Schedule.Ends)
	switch {
	case u.Suspended:
		out = people.Barred(who + " is suspended at Seam: their credentials do not open any door")
	case !ends.IsZero() && !ends.After(now):
		until := ends.UTC().Format(time.RFC3339)
		out = people.Barred(who + " was let in until " + until + ": their credentials do not open any door")
	case starts.After(now):
		out = people.Barred(who + " is let in from " + starts.UTC().Format(time.RFC3339) + " on")
	}
	for _, i := range slices.Concat(u.Errors, u.Warns) {
		words := who + ": Seam: " + httpapi.Redact(i.ErrorCode+i.WarningCode)
		if message := httpapi.Redact(i.Message); message != "" {
			words += ": " + message
		}
		out.Words = append(out.Words, words)
		if slices.Contains(shutsAllDoors, i.ErrorCode+i.WarningCode) {
			out.Effect = reconcile.EffectBarred
		}
	}
	return out
}

// addBarredEffects adjusts the effects of accepted changes that are in force while something else
// keeps the door shut, or while it could not be read whether something does.
func (c *Client) addBarredEffects(
	ctx context.Context, accepted []reconcile.Accepted, effects map[int]reconcile.EffectState,
) {
	for line, id := range c.HoldersAfter(ctx, accepted) {
		state, ok := effects[line]
		u, known := c.Known(id)
		switch {
		case !ok:
		case known:
			effects[line] = people.Bar(state, u.Barred)
		case state.Effect == reconcile.EffectYes:
			state.Effect = reconcile.EffectUnknown
			effects[line] = state
		}
	}
}
