// Package tokens keeps the rotating tokens of accounts in the database of a fleet, so that two
// machines never spend the same refresh token.
//
// A token is an encrypted row under the name of its account. Whoever refreshes it locks the row
// until the new one is stored.
package tokens

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"keyroster/io/store/pgstore"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// Store is the store for a token in the database. If the database has none, the seed's token is
// loaded; the seed is never changed, and may be nil.
func Store(database *pgstore.Store, name string, seed httpapi.TokenStore) httpapi.TokenStore {
	return &rows{database, name, seed}
}

// rows implements [httpapi.TokenStore].
type rows struct {
	database *pgstore.Store
	name     string
	seed     httpapi.TokenStore
}

// Load implements [httpapi.TokenStore].
func (r *rows) Load(ctx context.Context) (httpapi.Token, error) {
	text, err := r.database.Token(ctx, r.name)
	return r.loaded(ctx, text, err)
}

// loaded decodes a token, or loads the seed's if there is none.
func (r *rows) loaded(ctx context.Context, text []byte, err error) (httpapi.Token, error) {
	switch {
	case err == nil:
		return decode(text)
	case errors.Is(err, fs.ErrNotExist) && r.seed != nil:
		return r.seed.Load(ctx)
	}
	return httpapi.Token{}, err
}

// Locked implements [httpapi.TokenStore].
func (r *rows) Locked(ctx context.Context, work func(httpapi.HeldToken) error) error {
	return r.database.LockToken(ctx, r.name, func(row *pgstore.HeldToken) error { return work(&held{r, row}) })
}

// Words implements [httpapi.TokenStore].
func (r *rows) Words() httpapi.StoreWords {
	return httpapi.StoreWords{
		Noun: "token in the database", Name: "of " + r.name,
		Hint: "the fleet's database must be reachable and writable; see fleet.database",
	}
}

// held implements [httpapi.HeldToken].
type held struct {
	of  *rows
	row *pgstore.HeldToken
}

// Load implements [httpapi.HeldToken].
func (h *held) Load(ctx context.Context) (httpapi.Token, error) {
	text, err := h.row.Load(ctx)
	return h.of.loaded(ctx, text, err)
}

// Prove implements [httpapi.HeldToken].
func (h *held) Prove(ctx context.Context) error { return h.row.Prove(ctx) }

// Save implements [httpapi.HeldToken].
func (h *held) Save(ctx context.Context, token httpapi.Token) error {
	text, err := encode(token)
	if err != nil {
		return err
	}
	return h.row.Save(ctx, text)
}

// document is a token as stored, before encryption.
type document struct {
	Access   string    `json:"access_token,omitempty"`
	Refresh  string    `json:"refresh_token,omitempty"`
	Type     string    `json:"token_type,omitempty"`
	Scope    string    `json:"scope,omitempty"`
	Obtained time.Time `json:"obtained_at,omitzero"`
	Expires  time.Time `json:"expires_at,omitzero"`
}

func encode(t httpapi.Token) ([]byte, error) {
	text, err := json.Marshal(document{
		t.Access.Reveal(), t.Refresh.Reveal(), t.Type, t.Scope, t.Obtained.UTC(), t.Expires.UTC(),
	})
	if err != nil { // about a time, never a secret
		return nil, fmt.Errorf("write token: %T", err)
	}
	return text, nil
}

func decode(text []byte) (httpapi.Token, error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return httpapi.Token{}, fmt.Errorf("read token: it is not what is kept of one (%T)", err)
	}
	return httpapi.Token{
		Access: reconcile.NewSecret(d.Access), Refresh: reconcile.NewSecret(d.Refresh),
		Type: d.Type, Scope: d.Scope, Obtained: d.Obtained, Expires: d.Expires,
	}, nil
}
