package doorflow

import (
	"context"
	"time"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// standing is what is known of a person that keeps their credentials from opening
// doors (DoorFlow API v3 reference, people: enabled, valid_from, valid_to), and
// the zero Settled where nothing is.
func (p *person) standing(now time.Time) reconcile.Settled {
	who := "person " + string(p.ID)
	switch from, to := p.From.instant(), p.To.instant(); {
	case p.disabled():
		return barred(who + " is disabled at DoorFlow: none of their credentials opens a door")
	case !to.IsZero() && !to.After(now):
		return barred("DoorFlow let " + who + " in until " + to.UTC().Format(time.RFC3339) + ": none of their credentials opens a door")
	case from.After(now):
		return barred("DoorFlow lets " + who + " in from " + from.UTC().Format(time.RFC3339) + " on")
	}
	return reconcile.Settled{}
}

func barred(words string) reconcile.Settled {
	return reconcile.Settled{Effect: reconcile.EffectShut, Words: []string{words}}
}

// instant is the text as an instant, zero for one that is none.
func (t text) instant() time.Time {
	at, err := time.Parse(time.RFC3339, string(t))
	if err != nil {
		return time.Time{}
	}
	return at
}

// stand says of the listed credentials whose people were read that those open no
// door. Of other people nothing is known: nobody is read for this alone.
func (c *Client) stand(listing *reconcile.Listing) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for n := range listing.Records.Len() {
		settled := c.known[listing.Records.Record(n).Cell(col.person).Text()].standing
		if settled.Effect == reconcile.EffectNone {
			continue
		}
		if listing.Effects == nil {
			listing.Effects = map[int]reconcile.Settled{}
		}
		listing.Effects[n] = settled
	}
}

// barChanges says of accepted changes that the doors have them and that something
// else keeps the door shut, or that nobody could look whether something does.
func (c *Client) barChanges(ctx context.Context, accepted []reconcile.Accepted, effects map[int]reconcile.Settled) map[int]reconcile.Settled {
	ids := map[int]string{}
	w := newWishes()
	for _, a := range accepted {
		if id := keeperOf(a.Change); id != "" {
			ids[a.Line] = id
			c.wishFor(w, id)
		}
	}
	if _, err := c.readPeople(ctx, w); err != nil {
		c.log.Debug().Err(err).Msg("whether people are disabled could not be read")
	}
	for line, id := range ids {
		p, known := c.nameOf(id)
		if known && p.standing.Effect == reconcile.EffectNone {
			continue
		}
		if effects == nil {
			effects = map[int]reconcile.Settled{}
		}
		effects[line] = p.standing
	}
	return effects
}

// keeperOf is the person who holds a credential after a change, and empty for one
// that nobody holds any more.
func keeperOf(change reconcile.Change) string {
	if change.Action == reconcile.Delete || !change.Want.Valid() {
		return ""
	}
	id := change.Want.Cell(col.person).Text()
	if id == "" && change.Have.Valid() {
		id = change.Have.Cell(col.person).Text()
	}
	return id
}

// wishFor wishes for a person who was not read yet.
func (c *Client) wishFor(w wishes, id string) {
	if _, known := c.nameOf(id); !known && isPersonID(id) {
		w.ids[id] = true
	}
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
