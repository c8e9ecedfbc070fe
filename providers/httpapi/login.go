package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"keyroster/reconcile"
)

// TokenEndpoint is where an OAuth client gets its tokens.
type TokenEndpoint struct {
	// URL is the whole address: https, or http to loopback.
	URL      string
	ClientID string
	// ClientSecret is empty for a public client.
	ClientSecret reconcile.Secret
}

// loginLimit bounds one exchange with the token endpoint, including repetitions.
const loginLimit = 2 * time.Minute

// refreshAhead is how long before its end a token is replaced, but never more than half of
// its life.
const refreshAhead = 300 * time.Second

// tokenAnswer is a token endpoint's answer (RFC 6749, sections 5.1 and 5.2).
type tokenAnswer struct {
	AccessToken  string      `json:"access_token"`
	TokenType    string      `json:"token_type"`
	ExpiresIn    json.Number `json:"expires_in"`
	RefreshToken string      `json:"refresh_token"`
	Scope        string      `json:"scope"`

	Error string `json:"error"`
	// Description is only searched, never shown.
	Description string `json:"error_description"`
}

// endpoint requests tokens from a token endpoint, over the transport of the client that it
// is bound to.
type endpoint struct {
	TokenEndpoint
	client *Client
}

func (e *endpoint) bind(c *Client) error {
	if e.client != nil {
		return fmt.Errorf("open client: the login belongs to another client")
	}
	var err error
	e.client, err = c.forLogin("the token endpoint's address", e.URL)
	return err
}

// ask sends one grant. A refusal is a zero token and the answer with its error code; err is
// a failure without an answer.
func (e *endpoint) ask(ctx context.Context, form url.Values, basic bool) (Token, *tokenAnswer, error) {
	if e.client == nil {
		return Token{}, nil, fmt.Errorf("log in: the login belongs to no client")
	}
	header := http.Header{}
	if basic {
		r := http.Request{Header: header}
		r.SetBasicAuth(url.QueryEscape(e.ClientID), url.QueryEscape(e.ClientSecret.Reveal()))
	} else {
		form.Set("client_id", e.ClientID)
		if !e.ClientSecret.IsZero() {
			form.Set("client_secret", e.ClientSecret.Reveal())
		}
	}
	limited, cancel := context.WithTimeout(ctx, loginLimit)
	defer cancel()
	asked := time.Now()
	resp, err := e.client.Do(
		limited,
		Request{Name: "log in", Op: Login, Method: http.MethodPost, Form: form, Header: header},
	)
	switch {
	case err != nil && limited.Err() != nil && ctx.Err() == nil:
		return Token{}, nil, &reconcile.Failure{
			Class:  reconcile.Unreachable,
			Reason: fmt.Sprintf("log in: no usable answer within %v", loginLimit),
		}
	case err != nil:
		return Token{}, nil, err
	}
	var answer tokenAnswer
	decoded := json.Unmarshal(resp.Body, &answer)
	if !resp.OK() {
		answer.Error = errorCode(answer.Error, resp.Status)
		return Token{}, &answer, nil
	}
	if decoded != nil || answer.AccessToken == "" || !isBearer(answer.TokenType) {
		return Token{}, nil, &reconcile.Failure{
			Class: reconcile.Denied, Reason: "log in: the token endpoint's answer holds no bearer token",
			HTTPStatus: resp.Status, RequestID: resp.RequestID, Attempts: resp.Attempts, Hint: "check the token endpoint's address",
		}
	}
	token := Token{
		Access: reconcile.NewSecret(answer.AccessToken), Refresh: reconcile.NewSecret(answer.RefreshToken),
		Type: "Bearer", Scope: answer.Scope, Obtained: asked,
	}
	if seconds, err := strconv.ParseFloat(answer.ExpiresIn.String(), 64); err == nil && seconds > 0 && seconds < 1e9 {
		token.Expires = asked.Add(time.Duration(seconds * float64(time.Second)))
	}
	return token, &answer, nil
}

func isBearer(kind string) bool { return kind == "" || strings.EqualFold(kind, "bearer") }

// errorCode returns a token endpoint's error code if it looks like one, else the status:
// the rest of such an answer may repeat what was sent.
func errorCode(code string, status int) string {
	odd := func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }
	if code == "" || len(code) > 40 || strings.ContainsFunc(code, odd) {
		return strconv.Itoa(status)
	}
	return code
}

// fresh reports whether a token can be used at now.
func (t *Token) fresh(now time.Time) bool {
	if t == nil || t.Access.IsZero() {
		return false
	}
	if t.Expires.IsZero() {
		return true
	}
	ahead := refreshAhead
	if !t.Obtained.IsZero() {
		ahead = min(ahead, t.Expires.Sub(t.Obtained)/2)
	}
	return now.Before(t.Expires.Add(-ahead))
}

// authorize puts a token on a request.
func (t *Token) authorize(request *http.Request) error {
	return setAuthorization(request, reconcile.NewSecret("Bearer "+t.Access.Reveal()), t.Access)
}

// isIn reports whether a request carries this token.
func (t *Token) isIn(request *http.Request) bool {
	return t != nil && request != nil && request.Header.Get("Authorization") == "Bearer "+t.Access.Reveal()
}

// mutex is a lock that is waited for until a context ends.
type mutex chan struct{}

func newMutex() mutex { return make(mutex, 1) }

func (m mutex) lock(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case m <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m mutex) unlock() { <-m }
