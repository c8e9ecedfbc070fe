package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"keyroster/reconcile"
)

// namedLosers is how many people a refusal names; more are counted.
const namedLosers = 20

// losers are the people whose last credential the plan would take against
// limits.last_credential: those to be named, and how many there are more.
func (d *draft) losers() (ids []string, more int) {
	if !slices.ContainsFunc(d.breaches, func(b reconcile.Breach) bool { return b.Name == reconcile.LimitLastCredential }) {
		return nil, 0
	}
	ids = d.plan.LosesAll()
	if more = len(ids) - namedLosers; more > 0 {
		return ids[:namedLosers], more
	}
	return ids, 0
}

// nameLosers learns the names of the people whom a refusal of the draft has to
// name. Without the right to read people, their ids have to do.
func (a *app) nameLosers(ctx context.Context, acc *account, d *draft) {
	ids, _ := d.losers()
	if lookup, ok := acc.provider.(holderLookup); ok && len(ids) > 0 {
		if err := lookup.LookUpHolders(ctx, ids); err != nil {
			a.log.Debug().Err(err).Msg("people are named by their ids alone")
		}
	}
	d.who = map[string]string{}
	for _, id := range ids {
		name, email := acc.spoken(id)
		if name = orElse(name, email); name != "" {
			d.who[id] = name
		}
	}
}

// losesAll names those people, empty without any.
func (d *draft) losesAll() string {
	ids, more := d.losers()
	var words []string
	for _, id := range ids {
		if name := d.who[id]; name != "" {
			id = name + " (" + id + ")"
		}
		words = append(words, id)
	}
	if more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}
