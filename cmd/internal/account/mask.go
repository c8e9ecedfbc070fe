package account

import (
	"context"
	"slices"

	"github.com/rs/zerolog"

	"keyroster/reconcile"
)

// Masker decides which of the account's values may be shown, and knows which of its types are
// cards. If the account has types of its own and they cannot be read, nothing is shown, since
// an unknown type may hold PINs. The only error is ctx's.
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
