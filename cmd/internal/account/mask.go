package account

import (
	"context"
	"slices"

	"github.com/rs/zerolog"

	"keyroster/reconcile"
)

// Masker says what may be shown of the account's values, and with it which of its
// types are those of cards. Where the types are the account's own and cannot be
// read, nothing is shown: a type that is not known may be one of PINs. Its only
// error is that of ctx.
func (a *Account) Masker(ctx context.Context, log zerolog.Logger) (reconcile.Masker, error) {
	cards := slices.Clone(a.Spec.Schema.CardTypes)
	if a.CardTypes != nil {
		types, err := a.CardTypes(ctx)
		if ctx.Err() != nil {
			return reconcile.Masker{}, context.Cause(ctx)
		}
		if err != nil {
			log.Debug().Str("account", a.Config.Name).Err(err).
				Msg("could not read the credential types: all values are fully masked")
		}
		cards = append(cards, types...)
	}
	return reconcile.NewMasker(a.Config.Mask, cards), nil
}
