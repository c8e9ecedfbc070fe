package doorflow

import (
	"context"
	"time"

	"keyroster/providers/httpapi"
	"keyroster/providers/people"
	"keyroster/reconcile"
)

// standing is what is known of a person that keeps their credentials from opening
// doors (DoorFlow API v3 reference, people: enabled, valid_from, valid_to), and
// the zero Settled where nothing is.
func (p *person) standing(now time.Time) reconcile.Settled {
	who := "person " + string(p.ID)
	switch from, to := instantOf(p.From), instantOf(p.To); {
	case p.disabled():
		return people.Barred(who + " is disabled at DoorFlow: none of their credentials opens a door")
	case !to.IsZero() && !to.After(now):
		until := to.UTC().Format(time.RFC3339)
		return people.Barred("DoorFlow let " + who + " in until " + until + ": none of their credentials opens a door")
	case from.After(now):
		return people.Barred("DoorFlow lets " + who + " in from " + from.UTC().Format(time.RFC3339) + " on")
	}
	return reconcile.Settled{}
}

// instantOf is the text as an instant, zero for one that is none.
func instantOf(t text) time.Time {
	at, _ := time.Parse(time.RFC3339, string(t))
	return at
}

// barChanges says of accepted changes that the doors have them and that something
// else keeps the door shut, or that it could not be read whether something does.
func (c *Client) barChanges(
	ctx context.Context, accepted []reconcile.Accepted, effects map[int]reconcile.Settled,
) map[int]reconcile.Settled {
	for line, id := range c.Keepers(ctx, accepted) {
		p, known := c.Known(id)
		if known && !p.Standing.Known() {
			continue
		}
		if effects == nil {
			effects = map[int]reconcile.Settled{}
		}
		effects[line] = p.Standing
	}
	return effects
}

// syncState is what the account says of the sync with its doors (DoorFlow API v3
// reference, account).
type syncState struct {
	Status      string `json:"status"`
	Description string `json:"description"`
}

// trouble is what is wrong with the sync, in DoorFlow's words, and empty where it
// is not known to fail.
func (s syncState) trouble() string {
	if s.Status != "failing" {
		return ""
	}
	words := "DoorFlow says that its sync with the doors is failing"
	if description := httpapi.Harmless(s.Description); description != "" {
		words += ": " + description
	}
	return words
}

// syncTrouble asks how the sync went that was triggered just now. An answer that
// cannot be read says nothing.
func (c *Client) syncTrouble(ctx context.Context) string {
	var account struct {
		Sync syncState `json:"sync"`
	}
	if err := c.get(ctx, "read account", "/api/3/account", nil, &account); err != nil {
		c.log.Debug().Err(err).Msg("how the sync goes could not be read")
		return ""
	}
	return account.Sync.trouble()
}
