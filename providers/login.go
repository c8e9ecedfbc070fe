package providers

import (
	"errors"
	"time"

	"keyroster/reconcile"
)

// ErrLoginConfig is wrapped by what [Spec.Login] returns when the account's
// configuration or the options leave it nothing to do: the person was not asked yet.
var ErrLoginConfig = errors.New("the configuration does not fit a login")

// LoginOptions is how a person takes part in a login.
type LoginOptions struct {
	// Redirect is the address that the browser is sent back to. Empty is the
	// account's own, else a free port of this machine.
	Redirect string
	// PasteOnly: nothing listens for the browser; the person pastes where it
	// was sent.
	PasteOnly bool
	// Timeout bounds the wait for the person; 0 is 5 minutes.
	Timeout time.Duration
	// Show tells the person where to consent. It is called once, after all
	// that can be tested beforehand, and its error ends the login.
	Show func(Consent) error
	// Pasted has what the person pasted, a line at a time. nil when no person
	// can; it is closed when no more comes.
	Pasted <-chan string
	// Reject is told why a pasted line was not taken. nil is told nothing.
	Reject func(error)
	// Accept judges the tenant that the login opens before anything is
	// stored; its error ends the login. nil accepts each.
	Accept func(reconcile.Tenant) error
}

// Consent is where a person consents. It holds neither a token nor a code.
type Consent struct {
	// URL is the page to open.
	URL string
	// RedirectURI is where the browser goes from there; Note says in a
	// sentence what that takes, empty for nothing.
	RedirectURI, Note string
	// Listening: the redirect is received; else it must be pasted.
	Listening bool
}

// LoginResult is what a login came to.
type LoginResult struct {
	Tenant reconcile.Tenant
	// TokenFile is the file that the tokens were written to; empty where
	// [Env.Tokens] took its place.
	TokenFile string
	// Scopes were granted; Expires is when the first access token ends, zero
	// when not known.
	Scopes  []string
	Expires time.Time
	// Warnings say what the login lacks, in words for a person.
	Warnings []string
}
