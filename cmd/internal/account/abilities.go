package account

import (
	"context"

	"keyroster/providers"
	"keyroster/reconcile"
)

// What some providers can do beyond what all can. Where the account's provider
// cannot, ok is false and there is no error.

// ReadHolders reads all holders of the account, by id.
func (a *Account) ReadHolders(
	ctx context.Context,
) (holders map[string]reconcile.Holder, ok bool, err error) {
	reader, ok := a.Provider.(interface {
		ReadHolders(ctx context.Context) (map[string]reconcile.Holder, error)
	})
	if !ok {
		return nil, false, nil
	}
	holders, err = reader.ReadHolders(ctx)
	return holders, true, err
}

// HolderIDs finds holders by another column than their id; a text that ends in *
// is the beginning of one.
func (a *Account) HolderIDs(ctx context.Context, column, text string) (ids []string, ok bool, err error) {
	finder, ok := a.Provider.(interface {
		HolderIDs(ctx context.Context, column, text string) ([]string, error)
	})
	if !ok {
		return nil, false, nil
	}
	ids, err = finder.HolderIDs(ctx, column, text)
	return ids, true, err
}

// FindsHolders reports whether [Account.HolderIDs] can be asked.
func (a *Account) FindsHolders() bool {
	_, ok := a.Provider.(interface {
		HolderIDs(ctx context.Context, column, text string) ([]string, error)
	})
	return ok
}

// LookUpHolders reads the holders that are to be named, where the listing leaves
// people out; [Account.Names] knows them from then on. Without ids nothing is read.
func (a *Account) LookUpHolders(ctx context.Context, ids []string) (ok bool, err error) {
	lookup, ok := a.Provider.(interface {
		LookUpHolders(ctx context.Context, ids []string) error
	})
	if !ok || len(ids) == 0 {
		return ok, nil
	}
	return true, lookup.LookUpHolders(ctx, ids)
}

// holderName is the name of a holder, once the provider has read the people.
func (a *Account) holderName(id string) (name, email string) {
	namer, ok := a.Provider.(interface {
		HolderName(id string) (name, email string)
	})
	if !ok {
		return "", ""
	}
	return namer.HolderName(id)
}

// TypeIDs finds types by their names; a text that ends in * is the beginning of
// one.
func (a *Account) TypeIDs(ctx context.Context, text string) (ids []string, ok bool, err error) {
	finder, ok := a.Provider.(interface {
		TypeIDs(ctx context.Context, text string) ([]string, error)
	})
	if !ok {
		return nil, false, nil
	}
	ids, err = finder.TypeIDs(ctx, text)
	return ids, true, err
}

// CardTypes reads which types of the account have card numbers for values, where
// accounts have types of their own; see [reconcile.CardTyper].
func (a *Account) CardTypes(ctx context.Context) (types []string, ok bool, err error) {
	typer, ok := a.Provider.(reconcile.CardTyper)
	if !ok {
		return nil, false, nil
	}
	types, err = typer.CardTypes(ctx)
	return types, true, err
}

// PINTypes reads which types have PINs for values.
func (a *Account) PINTypes(ctx context.Context) (types map[string]bool, ok bool, err error) {
	typer, ok := a.Provider.(interface {
		PINTypes(ctx context.Context) (map[string]bool, error)
	})
	if !ok {
		return nil, false, nil
	}
	types, err = typer.PINTypes(ctx)
	return types, true, err
}

// Choices reads what the account offers, by the name of the column; see
// [reconcile.Chooser].
func (a *Account) Choices(ctx context.Context) (choices map[string][]reconcile.Choice, ok bool, err error) {
	chooser, ok := a.Provider.(reconcile.Chooser)
	if !ok {
		return nil, false, nil
	}
	choices, err = chooser.Choices(ctx)
	return choices, true, err
}

// Places reads the names of the doors that records can open, by the part of the
// account.
func (a *Account) Places(ctx context.Context) (places map[string][]string, ok bool, err error) {
	placer, ok := a.Provider.(interface {
		Places(ctx context.Context) (map[string][]string, error)
	})
	if !ok {
		return nil, false, nil
	}
	places, err = placer.Places(ctx)
	return places, true, err
}

// Complete reads the columns that no listing holds, of all records, and returns
// the records with them, as rosters have them, and what could not be read.
func (a *Account) Complete(
	ctx context.Context, records *reconcile.Set,
) (whole *reconcile.Set, notes []string, ok bool, err error) {
	reader, ok := a.Provider.(interface {
		Complete(ctx context.Context, records *reconcile.Set) (*reconcile.Set, []string, error)
	})
	if !ok {
		return nil, nil, false, nil
	}
	whole, notes, err = reader.Complete(ctx, records)
	return whole, notes, true, err
}

// IssuedCards counts the cards that were issued of each record, by id.
func (a *Account) IssuedCards(
	ctx context.Context, records *reconcile.Set,
) (issued map[string]int, ok bool, err error) {
	counter, ok := a.Provider.(interface {
		IssuedCards(ctx context.Context, records *reconcile.Set) (map[string]int, error)
	})
	if !ok {
		return nil, false, nil
	}
	issued, err = counter.IssuedCards(ctx, records)
	return issued, true, err
}

// Forecast counts the calls that carrying out a plan takes; nil where the provider
// cannot tell. See [providers.Forecaster].
func (a *Account) Forecast(f providers.Forecast) providers.Calls {
	forecaster, ok := a.Provider.(providers.Forecaster)
	if !ok {
		return nil
	}
	return forecaster.Forecast(f)
}

// Examine looks at what the provider knows can go wrong, and never writes; nil
// where there is nothing to look at. See [providers.Examiner].
func (a *Account) Examine(ctx context.Context) []providers.Exam {
	examiner, ok := a.Provider.(providers.Examiner)
	if !ok {
		return nil
	}
	return examiner.Examine(ctx)
}

// Keeper says what the provider makes of what it is given; nil where it does not
// say.
func (a *Account) Keeper() reconcile.Keeper {
	keeper, _ := a.Provider.(reconcile.Keeper)
	return keeper
}
