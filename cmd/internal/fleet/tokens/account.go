package tokens

import (
	"context"

	"keyroster/io/configio"
	"keyroster/io/store/pgstore"
	"keyroster/providers/httpapi"
)

// Of is where a fleet keeps the token of an account, which first holds until the database
// has one. Accounts that keep their login in one file have one token, under the name of the
// first of them.
func Of(
	database *pgstore.Store, all *configio.Config, one *configio.Account, first httpapi.TokenStore,
) httpapi.TokenStore {
	return Store(database, nameOf(all, one), first)
}

// nameOf is the name that the token of an account goes by.
func nameOf(all *configio.Config, one *configio.Account) string {
	for _, name := range all.Names() {
		if other := all.Accounts[name]; other != nil && other.LoginFile() == one.LoginFile() {
			return name
		}
	}
	return one.Name
}

// Unreachable is a store of a token that cannot be reached. A file in its place would be
// another copy of it, whose refresh token may be spent.
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
