package tokens

import (
	"context"

	"keyroster/io/configio"
	"keyroster/io/store/pgstore"
	"keyroster/providers/httpapi"
)

// member is the member of an account's auth that names the file of a rotating token.
const member = "token_file"

// Of is where a fleet keeps the token of an account, nil for an account that has none that
// rotates. Its file is the seed. Accounts that name one file have one token, under the name
// of the first of them.
func Of(database *pgstore.Store, all *configio.Config, one *configio.Account) httpapi.TokenStore {
	file := fileOf(one)
	if file == "" {
		return nil
	}
	return Store(database, nameOf(all, one.Name, file), httpapi.TokenFile(file))
}

func fileOf(one *configio.Account) string { return one.Auth[member].Path(one.Dir()) }

// nameOf is the name that the token of a file goes by; own is that of an account with it.
func nameOf(all *configio.Config, own, file string) string {
	for _, name := range all.Names() {
		if other := all.Accounts[name]; other != nil && fileOf(other) == file {
			return name
		}
	}
	return own
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
