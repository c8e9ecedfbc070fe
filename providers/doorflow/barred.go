package doorflow

import (
	"context"
	"time"

	"keyroster/providers/httpapi"
	"keyroster/providers/people"
	"keyroster/reconcile"
)

// barred returns what keeps the person's credentials from opening doors (DoorFlow API v3
// reference, people: enabled, valid_from, valid_to), or the zero EffectState.
func (p *person) barred(now time.Time) reconcile.EffectState {
	who := "person " + string(p.ID)
	switch from, to := instantOf(p.From), instantOf(p.To); {
	case p.disabled():
		return people.Barred(who + " is disabled at DoorFlow: their credentials do not open any door")
	case !to.IsZero() && !to.After(now):
		until := to.UTC().Format(time.RFC3339)
		return people.Barred("DoorFlow let " + who + " in until " + until + ": their credentials do not open any door")
	case from.After(now):
		return people.Barred("DoorFlow lets " + who + " in from " + from.UTC().Format(time.RFC3339) + " on")
	}
	return reconcile.EffectState{}
}

// instantOf parses a text as an instant; it is zero if that fails.
func instantOf(t text) time.Time {
	at, _ := time.Parse(time.RFC3339, string(t))
	return at
}

// addBarredEffects adds the effects of accepted changes that have reached the doors while
// something else keeps the door shut, or while it could not be read whether something does.
func (c *Client) addBarredEffects(
	ctx context.Context, accepted []reconcile.Accepted, effects map[int]reconcile.EffectState,
) map[int]reconcile.EffectState {
	for line, id := range c.HoldersAfter(ctx, accepted) {
		p, known := c.Known(id)
		if known && !p.Barred.Known() {
			continue
		}
		if effects == nil {
			effects = map[int]reconcile.EffectState{}
		}
		effects[line] = p.Barred
	}
	return effects
}

// syncState is the account's report on the sync with its doors (DoorFlow API v3 reference,
// account).
type syncState struct {
	Status      string `json:"status"`
	Description string `json:"description"`
}

// problem says what is wrong with the sync, in DoorFlow's words; empty unless it is
// failing.
func (s syncState) problem() string {
	if s.Status != "failing" {
		return ""
	}
	words := "DoorFlow says that its sync with the doors is failing"
	if description := httpapi.Redact(s.Description); description != "" {
		words += ": " + description
	}
	return words
}

// syncProblem asks how the sync that was just triggered went. An answer that cannot be read
// counts as no problem.
func (c *Client) syncProblem(ctx context.Context) string {
	var account struct {
		Sync syncState `json:"sync"`
	}
	if err := c.get(ctx, "read account", "/api/3/account", nil, &account); err != nil {
		c.log.Debug().Err(err).Msg("could not read the state of the sync")
		return ""
	}
	return account.Sync.problem()
}
