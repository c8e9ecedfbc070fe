package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"keyroster/reconcile"
)

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
