package account

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/rs/zerolog"

	"keyroster/reconcile"
)

// Protections returns the account's protections, with those by e-mail address or reference also
// translated to holder ids: a listing names holders by id alone, so a roster whose rows name
// credentials by id would otherwise bypass them. The same goes for the names of types.
func (a *Account) Protections(ctx context.Context, log zerolog.Logger) ([]reconcile.Protection, error) {
	out, err := a.typeProtections(ctx, log)
	if err != nil || a.HolderIDs == nil {
		return out, err
	}
	schema := a.Spec.Schema
	holder, email, ref := schema.NameOf(reconcile.HolderID), schema.NameOf(
		reconcile.HolderEmail,
	), schema.NameOf(reconcile.HolderRef)
	for _, p := range out {
		for _, column := range []string{email, ref} {
			text := p[column]
			if text == "" || p[holder] != "" {
				continue
			}
			ids, err := a.HolderIDs(ctx, column, text)
			if err != nil {
				return nil, fmt.Errorf("find the protected holder %s: %w", text, err)
			}
			if len(ids) == 0 {
				log.Warn().Str(column, text).Msg("protect: no person has this " + column)
			}
			for _, id := range ids {
				byID := maps.Clone(p)
				delete(byID, email)
				delete(byID, ref)
				byID[holder] = id
				out = append(out[:len(out):len(out)], byID)
			}
			break
		}
	}
	return out, nil
}

// typeProtections returns the account's protections, with those by type name also translated to
// type ids.
func (a *Account) typeProtections(ctx context.Context, log zerolog.Logger) ([]reconcile.Protection, error) {
	out := a.Config.Protect
	if a.Types == nil || !slices.ContainsFunc(out, func(p reconcile.Protection) bool {
		return p[a.Spec.Schema.NameOf(reconcile.TypeID)] != ""
	}) {
		return out, nil
	}
	types, err := a.Types(ctx)
	if err != nil {
		return nil, fmt.Errorf("find the protected types: %w", err)
	}
	column := a.Spec.Schema.NameOf(reconcile.TypeID)
	for _, p := range a.Config.Protect {
		text := p[column]
		if text == "" {
			continue
		}
		ids := reconcile.MatchTypes(types, text)
		if len(ids) == 0 {
			log.Warn().Str("type", text).Msg("protect: the account has no such type")
		}
		for _, id := range ids {
			byID := maps.Clone(p)
			byID[column] = id
			out = append(out[:len(out):len(out)], byID)
		}
	}
	return out, nil
}
