package providers

import (
	"errors"
	"time"

	"keyroster/reconcile"
)

// ErrLoginConfig is wrapped by the errors of [Spec.Login] that come before the person is
// asked anything: the account's configuration or the options do not allow a login.
var ErrLoginConfig = errors.New("the configuration does not fit a login")

// LoginOptions is how a person takes part in a login.
type LoginOptions struct {
	// Redirect is the address that the browser is sent back to. Empty is the account's own,
	// or else a free port of this machine.
	Redirect string
	// PasteOnly: nothing listens for the browser; the person pastes the address it was sent
	// to.
	PasteOnly bool
	// Timeout bounds the wait for the person; 0 is 5 minutes.
	Timeout time.Duration
	// Show tells the person where to consent. It is called once, after everything that can
	// be checked beforehand; its error ends the login.
	Show func(Consent) error
	// Pasted has the lines that the person pastes; it is closed when no more come, and nil
	// if no person can paste.
	Pasted <-chan string
	// Reject receives the reason why a pasted line was not accepted. It may be nil.
	Reject func(error)
	// Accept checks the tenant that the login opens before anything is stored; its error
	// ends the login. nil accepts every tenant.
	Accept func(reconcile.Tenant) error
}

// Consent is where a person consents. It holds neither a token nor a code.
type Consent struct {
	// URL is the page to open.
	URL string
	// RedirectURI is where the browser goes from there; Note says in a sentence what that
	// requires, empty for nothing.
	RedirectURI, Note string
	// Listening: the redirect is received; else it must be pasted.
	Listening bool
}

// LoginResult is the result of a login.
type LoginResult struct {
	Tenant reconcile.Tenant
	// TokenFile is the file that the tokens were written to; empty if [Env.Tokens] replaced
	// it.
	TokenFile string
	// Scopes were granted; Expires is when the first access token ends, zero if not known.
	Scopes  []string
	Expires time.Time
	// Warnings say what the login lacks, in words for a person.
	Warnings []string
}
