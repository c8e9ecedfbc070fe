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

// typeFinder is a provider whose types have names besides their ids; a text that
// ends in * is the beginning of one.
type typeFinder interface {
	TypeIDs(ctx context.Context, text string) ([]string, error)
}

// protections are the account's protections, with those by e-mail address or
// reference put into holder ids as well: a listing names holders by id alone, so
// a roster whose rows name credentials by id would otherwise pass such a
// protection by. So it is with the names of types.
func (a *app) protections(ctx context.Context, acc *account) ([]reconcile.Protection, error) {
	out, err := a.typeProtections(ctx, acc)
	if err != nil {
		return nil, err
	}
	finder, ok := acc.provider.(holderFinder)
	if !ok {
		return out, nil
	}
	for _, p := range out {
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

// typeProtections are the account's protections, with those by the name of a type
// put into the type's id as well.
func (a *app) typeProtections(ctx context.Context, acc *account) ([]reconcile.Protection, error) {
	out := acc.config.Protect
	finder, ok := acc.provider.(typeFinder)
	for _, p := range acc.config.Protect {
		text := p["type"]
		if text == "" || !ok {
			continue
		}
		ids, err := finder.TypeIDs(ctx, text)
		if err != nil {
			return nil, fmt.Errorf("find the protected type %s: %w", text, err)
		}
		if len(ids) == 0 {
			a.log.Warn().Str("type", text).Msg("protect: there is no such type")
		}
		for _, id := range ids {
			byID := maps.Clone(p)
			byID["type"] = id
			out = append(out[:len(out):len(out)], byID)
		}
	}
	return out, nil
}
