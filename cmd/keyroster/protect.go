package main

import (
	"context"
	"fmt"
	"maps"

	"keyroster/reconcile"
)

// holderFinder is a provider that finds holders by another column than their
// id; a text that ends in * is the beginning of one.
type holderFinder interface {
	HolderIDs(ctx context.Context, column, text string) ([]string, error)
}

// protections are the account's protections, with those by e-mail address or
// reference put into holder ids as well: a listing names holders by id alone, so
// a roster whose rows name credentials by id would otherwise pass such a
// protection by.
func (a *app) protections(ctx context.Context, acc *account) ([]reconcile.Protection, error) {
	out := acc.config.Protect
	finder, ok := acc.provider.(holderFinder)
	if !ok {
		return out, nil
	}
	for _, p := range acc.config.Protect {
		for _, column := range []string{"holder_email", "holder_ref"} {
			text := p[column]
			if text == "" || p["holder_id"] != "" {
				continue
			}
			ids, err := finder.HolderIDs(ctx, column, text)
			if err != nil {
				return nil, fmt.Errorf("find the protected holder %s: %w", text, err)
			}
			if len(ids) == 0 {
				a.log.Warn().Str(column, text).Msg("protect: nobody has this " + column)
			}
			for _, id := range ids {
				byID := maps.Clone(p)
				delete(byID, "holder_email")
				delete(byID, "holder_ref")
				byID["holder_id"] = id
				out = append(out[:len(out):len(out)], byID)
			}
			break
		}
	}
	return out, nil
}
