package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"keyroster/reconcile"
)

// RotatingToken authorizes with an OAuth access token and replaces it with a refresh token
// that rotates: each refresh answers a new one and invalidates the old one (DoorFlow API v3
// reference, OAuth). The tokens live in a store that several processes may share. All
// processes of one account must share one store: of two copies, the first refresh
// invalidates the other.
//
// A token is refreshed ahead of its end and once after a 401, by one goroutine at a time
// and, under the store's lock, by one process at a time. The answer is stored before it is
// used. If it could not be stored, it is kept in memory and stored at the next attempt,
// unless another token has replaced the stored one; a process that ends before that loses
// it, and needs a new login. A refresh that fails leaves the store unchanged. client_id and
// client_secret are sent in the body.
//
// Its errors are of class Denied if a person must act: no token is stored, the store cannot
// be used, or the host does not accept the refresh token.
func RotatingToken(store TokenStore, at TokenEndpoint) Authorizer {
	r := &rotatingToken{endpoint: endpoint{TokenEndpoint: at}, store: store}
	r.bearer.begin(r.obtain)
	return r
}

type rotatingToken struct {
	endpoint
	store TokenStore

	// bearer has the lock that guards what follows, and keeps a process from waiting for
	// its own lock.
	bearer
	// unsaved is the answer to a refresh that spent a refresh token but could not be
	// stored; it is not used until it is.
	unsaved *Token
	spent   reconcile.Secret
	// refused is the refresh token that the host did not accept, and why.
	refused reconcile.Secret
	verdict error
}

// obtain returns a token for which good holds: the stored one (if another process
// refreshed it) or a new one.
func (r *rotatingToken) obtain(ctx context.Context, good func(*Token) bool) (*Token, error) {
	stored, err := r.load(ctx, r.store)
	if err != nil {
		return nil, err
	}
	if r.unsaved == nil && good(stored) {
		return stored, nil
	}
	var fresh *Token
	var failed error
	err = r.store.Locked(ctx, func(held HeldToken) error {
		fresh, failed = r.refresh(ctx, held, good)
		return failed
	})
	switch {
	case failed != nil:
		return nil, failed
	case err != nil:
		return nil, r.unusable(err)
	}
	// Only now is it certainly stored: a store may commit at the end of its lock.
	r.unsaved, r.spent = nil, reconcile.Secret{}
	return fresh, nil
}

// refresh exchanges the stored refresh token and stores the answer. The caller has both
// locks.
func (r *rotatingToken) refresh(ctx context.Context, held HeldToken, good func(*Token) bool) (*Token, error) {
	// Another process may have spent the token that was read before the lock.
	stored, err := r.load(ctx, held)
	if err != nil {
		return nil, err
	}
	if r.unsaved != nil && stored.Refresh.Reveal() == r.spent.Reveal() {
		return r.save(ctx, held)
	}
	r.unsaved = nil
	if good(stored) {
		return stored, nil
	}
	switch {
	case stored.Refresh.IsZero():
		return nil, r.denied("refresh token: the " + r.store.Words().Noun + " holds no refresh token")
	case stored.Refresh.Reveal() == r.refused.Reveal():
		return nil, r.verdict
	}
	// A refresh token is invalid once it was used: what would keep the next one from being
	// stored must show before.
	if err := held.Prove(ctx); err != nil {
		return nil, r.unusable(err)
	}
	// From here on the caller's ctx must not interrupt: a refresh that is cut off may have
	// spent the refresh token. ask has a limit of its own.
	ctx = context.WithoutCancel(ctx)
	fresh, err := r.exchange(ctx, stored)
	if err != nil {
		return nil, err
	}
	r.unsaved, r.spent = fresh, stored.Refresh
	return r.save(ctx, held)
}

// exchange asks the host for the token that follows a stored one.
func (r *rotatingToken) exchange(ctx context.Context, stored *Token) (*Token, error) {
	fresh, answer, err := r.ask(ctx, url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {stored.Refresh.Reveal()},
	}, false)
	if err != nil {
		return nil, fmt.Errorf("refresh token: %w", err)
	}
	if fresh.Access.IsZero() {
		r.refused, r.verdict = stored.Refresh, r.refusal(answer.Error)
		return nil, r.verdict
	}
	if fresh.Refresh.IsZero() { // not rotated: the old one stays valid
		fresh.Refresh = stored.Refresh
	}
	if fresh.Scope == "" {
		fresh.Scope = stored.Scope
	}
	return &fresh, nil
}

// save stores the unsaved token and returns it. It stays unsaved until the lock was
// released without an error.
func (r *rotatingToken) save(ctx context.Context, held HeldToken) (*Token, error) {
	if err := held.Save(ctx, *r.unsaved); err != nil {
		return nil, r.unusable(err)
	}
	return r.unsaved, nil
}

// tokenReader is a [TokenStore] or a [HeldToken].
type tokenReader interface {
	Load(ctx context.Context) (Token, error)
}

// load reads what is stored, with the lock or without.
func (r *rotatingToken) load(ctx context.Context, from tokenReader) (*Token, error) {
	t, err := from.Load(ctx)
	if isMissing(err) {
		words := r.store.Words()
		return nil, r.denied("refresh token: there is no " + words.Noun + " " + words.Name)
	}
	if err != nil {
		return nil, r.unusable(err)
	}
	return &t, nil
}

// refusal returns the failure for a token endpoint's error code.
func (r *rotatingToken) refusal(code string) error {
	if code == "invalid_grant" {
		return r.denied("refresh token: the refresh token was already used or revoked (invalid_grant)")
	}
	failure := r.denied("refresh token: the token endpoint rejected the login (" + code + ")")
	failure.Hint = "check client_id and client_secret"
	return failure
}

func (r *rotatingToken) denied(reason string) *reconcile.Failure {
	account := ""
	if r.client != nil {
		account = strings.TrimRight(" --account "+r.client.cfg.Account+" "+r.client.cfg.Flags, " ")
	}
	return &reconcile.Failure{Class: reconcile.Denied, Reason: reason, Hint: "run keyroster login" + account}
}

// unusable returns the failure for a store that cannot be read, locked or written.
func (r *rotatingToken) unusable(err error) *reconcile.Failure {
	if own, ok := errors.AsType[*reconcile.Failure](err); ok {
		return own
	}
	words := r.store.Words()
	return &reconcile.Failure{Class: reconcile.Denied, Reason: "use " + words.Noun, Err: err, Hint: words.Hint}
}
