package tokens

import (
	"context"

	"keyroster/io/configio"
	"keyroster/io/store/pgstore"
	"keyroster/providers/httpapi"
)

// Of is the fleet's store for the token of an account; first is used until the database has
// one. Accounts with the same login file share a token, under the name of the first of them.
func Of(
	database *pgstore.Store, all *configio.Config, one *configio.Account, first httpapi.TokenStore,
) httpapi.TokenStore {
	return Store(database, nameOf(all, one), first)
}

// nameOf is the name under which the token of an account is stored.
func nameOf(all *configio.Config, one *configio.Account) string {
	for _, name := range all.Names() {
		if other := all.Accounts[name]; other != nil && other.LoginFile() == one.LoginFile() {
			return name
		}
	}
	return one.Name
}

// Unreachable is a token store that always fails. Falling back to a file would use another copy
// of the token, whose refresh token may be spent.
func Unreachable(why error) httpapi.TokenStore { return unreachable{why} }

type unreachable struct{ why error }

// Load implements [httpapi.TokenStore].
func (u unreachable) Load(context.Context) (httpapi.Token, error) { return httpapi.Token{}, u.why }

// Locked implements [httpapi.TokenStore].
func (u unreachable) Locked(context.Context, func(httpapi.HeldToken) error) error { return u.why }

// Words implements [httpapi.TokenStore].
func (u unreachable) Words() httpapi.StoreWords {
	return httpapi.StoreWords{Noun: "token in the database", Hint: "see fleet.database"}
}
