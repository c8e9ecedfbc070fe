package doorflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"keyroster/providers"
	"keyroster/providers/consent"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// loginScopes are what the client's calls need (DoorFlow API v3 reference, scopes). All are
// requested at once: adding one later takes a new consent. account.person covers reading.
var loginScopes = []string{"account.person", "account.credential_type.readonly", "account.sync"}

const (
	redirectRule = "DoorFlow redirects only to URIs registered with the OAuth application. "
	registerThis = redirectRule + "Register this one there, and set it as redirect_uri in the account's configuration."
	// A free port differs each time, so no application can register it.
	registerOne = redirectRule + "Register one with a fixed port there, and set it in the account's configuration, " +
		"such as redirect_uri: http://127.0.0.1:8765/callback."
)

// login gets the first tokens of an account (DoorFlow API v3 reference, authorize and
// token). They are stored once the tenant is accepted.
func login(ctx context.Context, env providers.Env, how providers.LoginOptions) (*providers.LoginResult, error) {
	file, base := env.Auth["token_file"].Reveal(), baseURL(env)
	if file == "" || env.Auth["client_id"].IsZero() || env.Auth["client_secret"].IsZero() {
		return nil, fmt.Errorf("%w: auth needs client_id, client_secret and token_file", providers.ErrLoginConfig)
	}
	ask := consent.Ask{
		AuthorizeURL: authorizeURL(base), ClientID: env.Auth["client_id"].Reveal(), Scopes: loginScopes,
	}
	ask.Redirect, ask.Note = redirect(env.Settings, how.Redirect)
	// Asking for consent is pointless if the tokens cannot be stored.
	store := tokens(env)
	if err := httpapi.ProveStore(ctx, store); err != nil {
		return nil, unusable(ctx, env, err)
	}
	code, err := consent.Get(ctx, ask, how)
	if err != nil {
		return nil, err
	}
	cfg := env.HTTP
	cfg.BaseURL = base
	token, err := httpapi.ExchangeCode(ctx, cfg, tokenEndpoint(env.Auth, base), code)
	if err != nil {
		return nil, err
	}
	tenant, err := tenantOf(ctx, cfg, token.Access)
	if err == nil && how.Accept != nil {
		err = how.Accept(tenant)
	}
	if err != nil {
		return nil, err
	}
	if err := httpapi.StoreToken(ctx, store, token); err != nil {
		return nil, unusable(ctx, env, err)
	}
	if env.Tokens != nil {
		file = ""
	}
	return &providers.LoginResult{
		Tenant: tenant, TokenFile: file, Scopes: strings.Fields(token.Scope), Expires: token.Expires,
		Warnings: scopeWarnings(token),
	}, nil
}

// redirect returns the redirect URI to use, and what the person must know about it.
func redirect(settings any, given string) (uri, note string) {
	own := providers.SettingsOf[Settings](settings).RedirectURI
	if own != "" && (given == "" || given == own) {
		return own, "" // one that is configured is registered
	}
	if given == "" {
		return "", registerOne
	}
	return given, registerThis
}

// tenantOf reads the account that a new token opens.
func tenantOf(ctx context.Context, cfg httpapi.Config, access reconcile.Secret) (reconcile.Tenant, error) {
	client, err := httpapi.New(cfg, httpapi.Bearer(access))
	if err != nil {
		return reconcile.Tenant{}, err
	}
	defer client.Close()
	return (&Client{http: client}).Tenant(ctx)
}

// scopeWarnings warns of what will not work with a granted token. If the answer has no scope, the
// scopes are those that were requested (RFC 6749, section 5.1).
func scopeWarnings(token httpapi.Token) []string {
	var out []string
	if token.Refresh.IsZero() {
		out = append(out, "DoorFlow issued no refresh token, so the login expires with its access token")
	}
	granted := strings.Fields(token.Scope)
	for _, scope := range loginScopes {
		if len(granted) > 0 && !slices.Contains(granted, scope) {
			out = append(out, "the login lacks the scope "+scope+"; add it to the OAuth application and log in again")
		}
	}
	return out
}

// unusable returns the failure of a login whose tokens could not be stored.
func unusable(ctx context.Context, env providers.Env, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return err
	}
	if own, ok := errors.AsType[*reconcile.Failure](err); ok {
		return own
	}
	words := tokens(env).Words()
	if env.Tokens == nil { // the folder may not exist yet
		words.Hint = "the token file's folder must exist, and this user must be able to write both"
	}
	return &reconcile.Failure{Class: reconcile.Denied, Reason: "use " + words.Noun, Err: err, Hint: words.Hint}
}

// baseURL returns the address of the account's API.
func baseURL(env providers.Env) string {
	if env.BaseURL == "" {
		return defaultBaseURL
	}
	return strings.TrimSuffix(env.BaseURL, "/")
}

// authorizeURL returns the address of the consent page. DoorFlow's own is on another host
// than its API (DoorFlow API v3 reference, authorize: the vendor's SDK goes there).
func authorizeURL(base string) string {
	if base == defaultBaseURL {
		base = "https://admin.doorflow.com"
	}
	return base + "/oauth/authorize"
}

func tokenEndpoint(auth map[string]reconcile.Secret, base string) httpapi.TokenEndpoint {
	return httpapi.TokenEndpoint{
		URL: base + "/oauth/token", ClientID: auth["client_id"].Reveal(), ClientSecret: auth["client_secret"],
	}
}
