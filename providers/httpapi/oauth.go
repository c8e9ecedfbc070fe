package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"keyroster/reconcile"
)

// TokenFile authorizes with an OAuth access token and replaces it through a
// refresh token that rotates: each refresh answers a new one and the old one
// dies (DoorFlow API v3 reference, OAuth). The tokens live in a file that
// several processes may share; see [Token].
//
// A token is refreshed ahead of its end and once after a 401, by one goroutine
// at a time and, with the lock file beside it, by one process at a time. The
// answer is stored before it is used, and a refresh that fails leaves the file
// as it was. client_id and client_secret are sent in the body.
func TokenFile(path string, at TokenEndpoint) Authorizer {
	return &tokenFile{endpoint: endpoint{TokenEndpoint: at}, path: path, turn: newTurn()}
}

type tokenFile struct {
	endpoint
	path string
	// current is the token in use; every goroutine may load it.
	current atomic.Pointer[Token]

	// turn guards what follows, and the file within this process.
	turn turn
	// unsaved was answered by a refresh that used up spent, and could not be
	// stored; it is not used before it is.
	unsaved *Token
	spent   reconcile.Secret
	// refused is the refresh token that the host does not take, and why.
	refused reconcile.Secret
	verdict error
}

// Authorize implements [Authorizer].
func (f *tokenFile) Authorize(ctx context.Context, request *http.Request) error {
	if t := f.current.Load(); t.fresh(time.Now()) {
		return t.authorize(request)
	}
	t, err := f.replace(ctx, func(t *Token) bool { return t.fresh(time.Now()) })
	if err != nil {
		return err
	}
	return t.authorize(request)
}

// Renew implements [Authorizer].
func (f *tokenFile) Renew(ctx context.Context, refused *http.Request) (bool, error) {
	_, err := f.replace(ctx, func(t *Token) bool {
		return t != nil && !t.Access.IsZero() && !t.isIn(refused)
	})
	return err == nil, err
}

// replace makes a token current for which good holds: the current one (another
// goroutine saw to it), the file's (another process did) or a new one.
func (f *tokenFile) replace(ctx context.Context, good func(*Token) bool) (*Token, error) {
	if err := f.turn.take(ctx); err != nil {
		return nil, err
	}
	defer f.turn.pass()
	if t := f.current.Load(); good(t) {
		return t, nil
	}
	path := realTokenPath(f.path)
	stored, err := f.load(path)
	if err != nil {
		return nil, err
	}
	if f.unsaved == nil && good(stored) {
		f.current.Store(stored)
		return stored, nil
	}
	unlock, err := lockTokenFile(ctx, path)
	if err != nil {
		return nil, f.unusable(err)
	}
	defer unlock()
	// What the file said before the lock may be what another process has used
	// up meanwhile.
	if stored, err = f.load(path); err != nil {
		return nil, err
	}
	fresh, err := f.refresh(ctx, path, stored, good)
	if err != nil {
		return nil, err
	}
	f.current.Store(fresh)
	return fresh, nil
}

// refresh exchanges the stored refresh token and stores the answer. The caller
// has turn and lock.
func (f *tokenFile) refresh(ctx context.Context, path string, stored *Token, good func(*Token) bool) (*Token, error) {
	if f.unsaved != nil && stored.Refresh.Reveal() == f.spent.Reveal() {
		return f.save(path)
	}
	f.unsaved = nil
	if good(stored) {
		return stored, nil
	}
	switch {
	case stored.Refresh.IsZero():
		return nil, f.denied("refresh token: the token file holds no refresh token")
	case stored.Refresh.Reveal() == f.refused.Reveal():
		return nil, f.verdict
	}
	if err := proveReplaceable(path); err != nil {
		return nil, f.unusable(err)
	}
	// From here on the caller's ctx must not break in: a refresh that is cut
	// off may have used up the refresh token. ask has a limit of its own.
	ctx = context.WithoutCancel(ctx)
	fresh, answer, err := f.ask(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {stored.Refresh.Reveal()}}, false)
	if err != nil {
		return nil, fmt.Errorf("refresh token: %w", err)
	}
	if fresh.Access.IsZero() {
		f.refused, f.verdict = stored.Refresh, f.refusal(answer.Error)
		return nil, f.verdict
	}
	if fresh.Refresh.IsZero() { // not rotated: the old one lives on
		fresh.Refresh = stored.Refresh
	}
	if fresh.Scope == "" {
		fresh.Scope = stored.Scope
	}
	f.unsaved, f.spent = &fresh, stored.Refresh
	return f.save(path)
}

// save stores the unsaved token and gives it out.
func (f *tokenFile) save(path string) (*Token, error) {
	if err := storeToken(path, *f.unsaved); err != nil {
		return nil, f.unusable(err)
	}
	fresh := f.unsaved
	f.unsaved, f.spent = nil, reconcile.Secret{}
	return fresh, nil
}

// load reads the file.
func (f *tokenFile) load(path string) (*Token, error) {
	t, err := ReadTokenFile(path)
	if isMissing(err) {
		return nil, f.denied("refresh token: there is no token file " + f.path)
	}
	if err != nil {
		return nil, f.unusable(err)
	}
	return &t, nil
}

// refusal is the failure for a token endpoint's error code.
func (f *tokenFile) refusal(code string) error {
	if code == "invalid_grant" {
		return f.denied("refresh token: the refresh token is used up or was revoked (invalid_grant)")
	}
	failure := f.denied("refresh token: the token endpoint refused (" + code + ")")
	failure.Hint = "check client_id and client_secret"
	return failure
}

func (f *tokenFile) denied(reason string) *reconcile.Failure {
	account := ""
	if f.client != nil {
		account = " --account " + f.client.cfg.Account
	}
	return &reconcile.Failure{Class: reconcile.Denied, Reason: reason, Hint: "run keyroster login" + account}
}

// unusable is the failure for a token file that cannot be read, locked or
// replaced.
func (f *tokenFile) unusable(err error) *reconcile.Failure {
	if own, ok := errors.AsType[*reconcile.Failure](err); ok {
		return own
	}
	return &reconcile.Failure{
		Class: reconcile.Denied, Reason: "use token file", Err: err,
		Hint: "the token file and its folder must be writable by this user; in a container, mount the folder, not the file",
	}
}

// ClientCredentials authorizes with access tokens of the client credentials
// grant (PingOne platform reference, token). A new one is taken ahead of the
// end of the old one and once after a 401. The client logs in with HTTP Basic;
// where the host wants client_id and client_secret in the body instead, it
// does so from then on.
func ClientCredentials(at TokenEndpoint) Authorizer {
	return &clientCredentials{endpoint: endpoint{TokenEndpoint: at}, turn: newTurn()}
}

type clientCredentials struct {
	endpoint
	current atomic.Pointer[Token]
	// turn guards inBody, verdict and the exchange.
	turn    turn
	inBody  bool
	verdict error
}

// Authorize implements [Authorizer].
func (c *clientCredentials) Authorize(ctx context.Context, request *http.Request) error {
	if t := c.current.Load(); t.fresh(time.Now()) {
		return t.authorize(request)
	}
	t, err := c.replace(ctx, func(t *Token) bool { return t.fresh(time.Now()) })
	if err != nil {
		return err
	}
	return t.authorize(request)
}

// Renew implements [Authorizer].
func (c *clientCredentials) Renew(ctx context.Context, refused *http.Request) (bool, error) {
	_, err := c.replace(ctx, func(t *Token) bool { return t != nil && !t.isIn(refused) })
	return err == nil, err
}

func (c *clientCredentials) replace(ctx context.Context, good func(*Token) bool) (*Token, error) {
	if err := c.turn.take(ctx); err != nil {
		return nil, err
	}
	defer c.turn.pass()
	if t := c.current.Load(); good(t) {
		return t, nil
	}
	if c.verdict != nil {
		return nil, c.verdict
	}
	token, answer, err := c.grant(ctx)
	if err == nil && token.Access.IsZero() && !c.inBody && wantsBody(answer) {
		c.inBody = true
		token, answer, err = c.grant(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("get token: %w", err)
	}
	if token.Access.IsZero() {
		c.verdict = &reconcile.Failure{
			Class: reconcile.Denied, Reason: "get token: the token endpoint refused (" + answer.Error + ")",
			Hint: "check client_id, client_secret and the environment that owns the application",
		}
		return nil, c.verdict
	}
	c.current.Store(&token)
	return &token, nil
}

func (c *clientCredentials) grant(ctx context.Context) (Token, *tokenAnswer, error) {
	return c.ask(ctx, url.Values{"grant_type": {"client_credentials"}}, !c.inBody)
}

// wantsBody reports whether a refusal of HTTP Basic may be one of its form only.
func wantsBody(answer *tokenAnswer) bool {
	return answer.Error == "invalid_client" || answer.Error == "401" ||
		strings.Contains(strings.ToLower(answer.Description), "unsupported authentication method")
}
