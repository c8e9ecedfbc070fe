package main

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"keyroster/reconcile"
)

// holderFinder is a provider that finds holders by e-mail address.
type holderFinder interface {
	HolderIDs(ctx context.Context, email string) ([]string, error)
}

// protections are the account's protections, with those by e-mail address put
// into holder ids as well: a listing names holders by id alone, so a roster
// whose rows name credentials by id would otherwise pass such a protection by.
func (a *app) protections(ctx context.Context, acc *account) ([]reconcile.Protection, error) {
	out := acc.config.Protect
	finder, ok := acc.provider.(holderFinder)
	if !ok {
		return out, nil
	}
	for _, p := range acc.config.Protect {
		email := p["holder_email"]
		switch {
		case email == "" || p["holder_id"] != "":
			continue
		case strings.HasSuffix(email, "*"):
			a.log.Warn().Msg("protect: a holder_email that ends in * is held against the roster's addresses alone; give holder_id to be sure")
			continue
		}
		ids, err := finder.HolderIDs(ctx, email)
		if err != nil {
			return nil, fmt.Errorf("find the protected holder %s: %w", email, err)
		}
		if len(ids) == 0 {
			a.log.Warn().Str("holder_email", email).Msg("protect: nobody has this address")
		}
		for _, id := range ids {
			byID := maps.Clone(p)
			delete(byID, "holder_email")
			byID["holder_id"] = id
			out = append(out[:len(out):len(out)], byID)
		}
	}
	return out, nil
}
