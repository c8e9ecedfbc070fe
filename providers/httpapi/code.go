package httpapi

import (
	"context"
	"net/url"

	"keyroster/reconcile"
)

// Code is an authorization code, with what its exchange needs besides it.
type Code struct {
	Value reconcile.Secret
	// Verifier is the PKCE secret whose challenge was in the request for consent.
	Verifier reconcile.Secret
	// RedirectURI is the one of that request.
	RedirectURI string
}

// ExchangeCode trades an authorization code for tokens (RFC 6749, section 4.1.3; RFC 7636,
// section 4.5) over a transport made from cfg. A code is valid for one exchange. A refusal,
// or an answer without a token, is a [*reconcile.Failure] of class Denied.
func ExchangeCode(ctx context.Context, cfg Config, at TokenEndpoint, code Code) (Token, error) {
	c, err := New(cfg, nil)
	if err != nil {
		return Token{}, err
	}
	defer c.Close()
	e := &endpoint{TokenEndpoint: at}
	if err := e.bind(c); err != nil {
		return Token{}, err
	}
	token, answer, err := e.ask(ctx, url.Values{
		"grant_type": {"authorization_code"}, "code": {code.Value.Reveal()},
		"redirect_uri": {code.RedirectURI}, "code_verifier": {code.Verifier.Reveal()},
	}, false)
	if err != nil {
		return Token{}, err
	}
	if token.Access.IsZero() {
		return Token{}, codeRefused(answer.Error)
	}
	return token, nil
}

func codeRefused(code string) *reconcile.Failure {
	f := &reconcile.Failure{
		Class: reconcile.Denied, Reason: "log in: the token endpoint rejected the code (" + code + ")",
		Hint: "check client_id and client_secret",
	}
	if code == "invalid_grant" {
		f.Hint = "the code has expired or was already used; start again"
	}
	return f
}
