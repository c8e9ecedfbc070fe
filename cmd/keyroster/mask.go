package main

import (
	"context"
	"slices"

	"keyroster/reconcile"
)

// learnMask settles what may be shown of the account's values, and with it which
// of its types are those of cards. Where the types
// are the account's own and cannot be read, nothing is shown: a type that nobody
// knows may be one of PINs.
func (a *app) learnMask(ctx context.Context, acc *account) error {
	shown, cards := acc.config.Mask, slices.Clone(acc.spec.Schema.CardTypes)
	if typer, ok := acc.provider.(reconcile.CardTyper); ok {
		types, err := typer.CardTypes(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			a.log.Debug().Str("account", acc.config.Name).Err(err).Msg("the types could not be read, so that values are shown as dots alone")
		}
		cards = append(cards, types...)
	}
	acc.mask = reconcile.NewMasker(shown, cards)
	return nil
}

// checkReveal refuses to write values without a word about it.
func (a *app) checkReveal(reveal bool) error {
	if reveal && a.quiet {
		return fail(exitUsage, "leave out --quiet", "--reveal and --quiet exclude each other: the log says that values were written, and to where")
	}
	return nil
}
