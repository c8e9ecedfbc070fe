// Package consent gets a person's consent for an OAuth application: the authorization code
// grant for a program on one machine (RFC 8252), with PKCE (RFC 7636) and state. The
// browser brings the answer to a port of this machine, or the person pastes the address it
// was sent to.
//
// # Invariants
//
//   - An answer whose state does not match the request is not read any further.
//   - No error, no page and no log line holds the code, the state or what was
//     pasted.
//   - When [Get] returns, its port is closed and its goroutines have ended.
package consent

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"

	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// defaultTimeout is how long a person may take.
const defaultTimeout = 5 * time.Minute

// Ask is what the person is asked to consent to.
type Ask struct {
	// AuthorizeURL is the provider's consent page, without a query.
	AuthorizeURL string
	ClientID     string
	Scopes       []string
	// Redirect is where the browser is sent back to. Port 0 is a free one, and empty is
	// /callback on a free port. An address other than http on this machine cannot be
	// listened on; the person pastes it.
	Redirect string
	// Note is what the person must know about the redirect URI.
	Note string
}

// flow is one request for consent.
type flow struct {
	config oauth2.Config
	// state ties the answer to the request, verifier the code exchange.
	state, verifier reconcile.Secret
	receiver        *receiver // nil: nothing listens
}

// Get asks and waits for the answer. Errors: [providers.ErrLoginConfig] for a redirect that
// cannot be used; a [*reconcile.Failure] of class Denied when the person refused or the
// answer belongs to another request, of class Unreachable when no answer came in time or
// none can come; an error for a port that is in use; and those of ctx and of how.Show.
func Get(ctx context.Context, ask Ask, how providers.LoginOptions) (httpapi.Code, error) {
	f, err := begin(ask, how.PasteOnly)
	if err != nil {
		return httpapi.Code{}, err
	}
	answers, stop := f.receiver.serve(f.read)
	defer stop()
	shown := providers.Consent{
		URL:         f.config.AuthCodeURL(f.state.Reveal(), oauth2.S256ChallengeOption(f.verifier.Reveal())),
		RedirectURI: f.config.RedirectURL, Note: ask.Note, Listening: f.receiver != nil,
	}
	if err := how.Show(shown); err != nil {
		return httpapi.Code{}, err
	}
	code, err := f.wait(ctx, answers, how)
	if err != nil {
		return httpapi.Code{}, err
	}
	return httpapi.Code{Value: code, Verifier: f.verifier, RedirectURI: f.config.RedirectURL}, nil
}

// begin makes a request and, if need be, listens for its answer.
func begin(ask Ask, pasteOnly bool) (*flow, error) {
	redirect, err := parseRedirect(ask.Redirect)
	if err != nil {
		return nil, err
	}
	f := &flow{
		state:    reconcile.NewSecret(oauth2.GenerateVerifier()),
		verifier: reconcile.NewSecret(oauth2.GenerateVerifier()),
	}
	if !pasteOnly && isLoopback(redirect) {
		if f.receiver, err = listen(redirect); err != nil {
			return nil, err
		}
	} else if redirect.Port() == "0" {
		// Nothing listens, so any number will do.
		redirect.Host = net.JoinHostPort(redirect.Hostname(), pastePort)
	}
	f.config = oauth2.Config{
		ClientID: ask.ClientID, Scopes: ask.Scopes, RedirectURL: redirect.String(),
		Endpoint: oauth2.Endpoint{AuthURL: ask.AuthorizeURL},
	}
	return f, nil
}

// wait waits for an answer on the port or from the person.
func (f *flow) wait(ctx context.Context, answers <-chan answer, how providers.LoginOptions) (reconcile.Secret, error) {
	timeout := how.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	pasted := how.Pasted
	var other error
	for {
		if answers == nil && pasted == nil {
			if other != nil {
				return reconcile.Secret{}, other
			}
			return reconcile.Secret{}, &reconcile.Failure{
				Class: reconcile.Unreachable, Reason: "wait for consent: nothing was pasted",
				Hint: "paste the complete address that the browser was redirected to",
			}
		}
		select {
		case <-ctx.Done():
			return reconcile.Secret{}, ctx.Err()
		case <-timer.C:
			return reconcile.Secret{}, &reconcile.Failure{
				Class: reconcile.Unreachable, Reason: fmt.Sprintf("wait for consent: no answer within %v", timeout),
				Hint: "start again; --timeout allows more time",
			}
		case a := <-answers:
			return a.code, a.err
		case line, more := <-pasted:
			if !more {
				pasted = nil
				continue
			}
			code, err := f.readPasted(line)
			if errors.Is(err, errOther) {
				other = err
			} else if !errors.Is(err, errNoAnswer) {
				return code, err
			}
			if how.Reject != nil && strings.TrimSpace(line) != "" {
				how.Reject(err)
			}
		}
	}
}

// errNoAnswer: the input is not an answer to any request.
var errNoAnswer = errors.New("that is not the address that the browser was redirected to: it has no code")

// errOther: the answer is to another request. It does not end the login, or anyone could
// end one.
var errOther = errors.New("the answer belongs to another login (its state differs)")

// readPasted reads the address that the browser was sent to, or its query.
func (f *flow) readPasted(line string) (reconcile.Secret, error) {
	text := strings.Trim(strings.TrimSpace(line), `"'<>`)
	if _, query, found := strings.Cut(text, "?"); found {
		text = query
	}
	text, _, _ = strings.Cut(text, "#")
	values, err := url.ParseQuery(text)
	if err != nil {
		return reconcile.Secret{}, errNoAnswer // its own error would show the text
	}
	return f.read(values)
}

// read takes the code out of an answer to this request (RFC 6749, sections 4.1.2 and
// 4.1.2.1).
func (f *flow) read(values url.Values) (reconcile.Secret, error) {
	code, refusal := values.Get("code"), values.Get("error")
	switch {
	case code == "" && refusal == "":
		return reconcile.Secret{}, errNoAnswer
	case subtle.ConstantTimeCompare([]byte(values.Get("state")), []byte(f.state.Reveal())) != 1:
		return reconcile.Secret{}, &reconcile.Failure{
			Class: reconcile.Denied, Reason: "read the consent", Err: errOther,
			Hint: "start again, and use only the page of this login",
		}
	case refusal != "":
		return reconcile.Secret{}, &reconcile.Failure{
			Class: reconcile.Denied, Reason: "read the consent: not granted: " + words(refusal, values.Get("error_description")),
		}
	}
	return reconcile.NewSecret(code), nil
}

// words shows a refusal's code and description: one line of bounded length
// without control characters, since it goes to a terminal.
func words(code, description string) string {
	text := code
	if description != "" {
		text += " (" + description + ")"
	}
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	if short := []rune(text); len(short) > 300 {
		text = string(short[:300]) + "…"
	}
	return text
}

// answer is what the browser brought.
type answer struct {
	code reconcile.Secret
	err  error
}

// page answers a browser.
func page(w http.ResponseWriter, status int, title, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	// The address holds the code, which must reach no other party.
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(
		w,
		"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title></head>\n<body><h1>%[1]s</h1><p>%s</p></body></html>\n",
		title, text,
	)
}
