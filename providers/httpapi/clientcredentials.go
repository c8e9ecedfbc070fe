package httpapi

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"keyroster/reconcile"
)

// ClientCredentials authorizes with access tokens of the client credentials grant (PingOne
// platform reference, token). A new one is obtained ahead of the end of the old one and
// once after a 401. The client logs in with HTTP Basic; if the host wants client_id and
// client_secret in the body instead, it does so from then on.
func ClientCredentials(at TokenEndpoint) Authorizer {
	c := &clientCredentials{endpoint: endpoint{TokenEndpoint: at}}
	c.bearer.begin(c.obtain)
	return c
}

type clientCredentials struct {
	endpoint
	// bearer has the lock that guards inBody and verdict.
	bearer
	inBody  bool
	verdict error
}

// obtain requests a new token.
func (c *clientCredentials) obtain(ctx context.Context, _ func(*Token) bool) (*Token, error) {
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
			Class: reconcile.Denied, Reason: "get token: the token endpoint rejected the login (" + answer.Error + ")",
			Hint: "check client_id, client_secret and the environment that owns the application",
		}
		return nil, c.verdict
	}
	return &token, nil
}

func (c *clientCredentials) grant(ctx context.Context) (Token, *tokenAnswer, error) {
	return c.ask(ctx, url.Values{"grant_type": {"client_credentials"}}, !c.inBody)
}

// wantsBody reports whether a host that refuses HTTP Basic may accept the login in the
// body.
func wantsBody(answer *tokenAnswer) bool {
	return answer.Error == "invalid_client" || answer.Error == "401" ||
		strings.Contains(strings.ToLower(answer.Description), "unsupported authentication method")
}
