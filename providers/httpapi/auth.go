package httpapi

import (
	"context"
	"net/http"
	"strings"

	"keyroster/reconcile"
)

// Authorizer adds a login to requests. It is safe for concurrent use and belongs to one
// [Client].
type Authorizer interface {
	// Authorize sets the request's Authorization header. It may log in first;
	// its error, a [reconcile.Failure], ends the call with nothing sent.
	Authorize(ctx context.Context, request *http.Request) error
	// Renew is called when the host answered 401 to a request that Authorize prepared, and
	// makes sure that the next one is authorized differently. It returns true if it is
	// (now, or because another goroutine or process renewed it), and false if there is
	// nothing to renew. The refused request shows which token was used.
	Renew(ctx context.Context, refused *http.Request) (bool, error)
}

// Bearer authorizes with a token that cannot be renewed.
func Bearer(token reconcile.Secret) Authorizer {
	return &fixed{header: reconcile.NewSecret("Bearer " + token.Reveal()), text: token}
}

// Basic authorizes with HTTP Basic. password may be a dummy if only the user counts
// (DoorFlow's personal API key).
func Basic(user, password reconcile.Secret) Authorizer {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(user.Reveal(), password.Reveal())
	return &fixed{header: reconcile.NewSecret(r.Header.Get("Authorization")), text: user}
}

// fixed authorizes with the same header for ever.
type fixed struct {
	header reconcile.Secret
	text   reconcile.Secret // what must not be empty: the token or the user
}

func (f *fixed) Authorize(_ context.Context, request *http.Request) error {
	return setAuthorization(request, f.header, f.text)
}

func (f *fixed) Renew(context.Context, *http.Request) (bool, error) { return false, nil }

// setAuthorization sets the header after checking that the secret in it can be sent at all:
// net/http's own error would not say what is wrong.
func setAuthorization(request *http.Request, header, secret reconcile.Secret) error {
	text := secret.Reveal()
	switch {
	case text == "":
		return &reconcile.Failure{
			Class:  reconcile.Denied,
			Reason: "authorize: the login is empty",
			Hint:   "check the account's auth section",
		}
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return &reconcile.Failure{
			Class: reconcile.Denied, Reason: "authorize: the login holds a line break or another control character",
			Hint: "check where the auth section's reference points: a file must hold the bare secret",
		}
	}
	request.Header.Set("Authorization", header.Reveal())
	return nil
}
