package httpapi

import (
	"context"
	"time"

	"keyroster/reconcile"
)

// Token is what a [TokenStore] holds.
type Token struct {
	// Access may be empty: then the first request refreshes.
	Access, Refresh reconcile.Secret
	// Type is Bearer; Scope is what was granted, separated by spaces.
	Type, Scope string
	// Obtained is when the access token was requested, Expires when it ends; zero if not
	// known. A store keeps at least whole seconds.
	Obtained, Expires time.Time
}

// TokenStore keeps the one token of an account, with the single-use refresh token, for all
// processes that log in with it. It is safe for concurrent use. What it returns holds no
// secret but the token; an error that is a [reconcile.Failure] reaches the person
// unchanged, every other one is wrapped in one with the text of [StoreWords].
//
// [TokenFile] is a file with a lock beside it; any other store must keep the laws of
// providertest.TokenStores.
type TokenStore interface {
	// Load reads the stored token without the lock: it may be replaced at any
	// moment. Where none is stored, errors.Is(err, fs.ErrNotExist).
	Load(ctx context.Context) (Token, error)
	// Locked calls work once it has the lock, which one caller has at a time, of all
	// goroutines and processes that share the store. ctx bounds only the wait for the lock:
	// once work was called, the lock is held until it returns, even if ctx ends meanwhile.
	// work may wait for a login host, for minutes.
	//
	// An error of work is returned. Otherwise nil means that what work saved is stored for
	// good; an error, that the lock was not obtained (then work was not called), or that it
	// is not known whether something was stored.
	Locked(ctx context.Context, work func(held HeldToken) error) error
	// Words are the texts by which messages refer to the store; they never change.
	Words() StoreWords
}

// HeldToken is the stored token while its lock is held. It is used only by the goroutine of
// work, and only until work returns: later calls are errors and store nothing.
type HeldToken interface {
	// Load reads what is stored now, as [TokenStore.Load] does.
	Load(ctx context.Context) (Token, error)
	// Prove reports whether Save will be able to store, by doing the same without changing
	// what is stored.
	Prove(ctx context.Context) error
	// Save stores a token, whether or not one is stored yet: whole or not at all, and only
	// while the lock is still held. A lock that was lost meanwhile (an ended session, a
	// lease that ran out) is an error, and nothing is stored: another caller may have
	// replaced the stored token. A store may defer that, as a database does that commits at
	// the end of Locked: then its failure is the error of Locked. Save is called once at
	// most.
	Save(ctx context.Context, token Token) error
}

// StoreWords are the texts by which messages refer to a [TokenStore].
type StoreWords struct {
	// Noun is what holds the token ("token file"); Name says which one.
	Noun, Name string
	// Hint says what to do if the store cannot be used; it may be empty.
	Hint string
}

// ProveStore reports whether [StoreToken] will be able to store, by doing the same. ctx
// bounds the wait for the lock.
func ProveStore(ctx context.Context, store TokenStore) error {
	return store.Locked(ctx, func(held HeldToken) error { return held.Prove(ctx) })
}

// StoreToken replaces what is stored by the token of a new login. ctx bounds the wait for
// the lock.
func StoreToken(ctx context.Context, store TokenStore, token Token) error {
	return store.Locked(ctx, func(held HeldToken) error { return held.Save(ctx, token) })
}
