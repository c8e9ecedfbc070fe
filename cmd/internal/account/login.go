package account

import (
	"fmt"
	"strings"
	"time"

	"keyroster/io/configio"
	"keyroster/providers"
)

// ConsentText asks a person to consent to a login. opened: the browser already shows the page.
func ConsentText(spec *providers.Spec, c providers.Consent, opened bool) string {
	var b strings.Builder
	if opened {
		fmt.Fprintf(&b, "Approve keyroster at %s in the browser that opens now. If none does, open:\n\n  %s\n\n",
			spec.Title, c.URL)
	} else {
		fmt.Fprintf(&b, "Open this page of %s in a browser and approve:\n\n  %s\n\n", spec.Title, c.URL)
	}
	fmt.Fprintf(&b, "The redirect URI is %s\n", c.RedirectURI)
	if c.Note != "" {
		fmt.Fprintln(&b, c.Note)
	}
	if c.Listening {
		b.WriteString("If the browser cannot show the page after that, paste its whole address here.\n")
	} else {
		b.WriteString("The browser cannot show the page after that; paste its whole address here.\n")
	}
	return b.String()
}

// LoginDocument is the result of a login, as JSON.
type LoginDocument struct {
	Schema    string     `json:"schema"`
	Account   string     `json:"account"`
	Provider  string     `json:"provider"`
	Tenant    string     `json:"tenant"`
	Name      string     `json:"tenant_name"`
	TokenFile string     `json:"token_file"`
	Scopes    []string   `json:"scopes"`
	Expires   *time.Time `json:"access_expires_at"`
	Warnings  []string   `json:"warnings"`
}

// NewLoginDocument makes the document of an account's login.
func NewLoginDocument(
	config *configio.Account, spec *providers.Spec, r *providers.LoginResult,
) *LoginDocument {
	d := &LoginDocument{
		"keyroster/login/1", config.Name, spec.Name, r.Tenant.ID, r.Tenant.Name, r.TokenFile, r.Scopes,
		nil, append([]string{}, r.Warnings...),
	}
	if !r.Expires.IsZero() {
		at := r.Expires.UTC().Truncate(time.Second)
		d.Expires = &at
	}
	return d
}

// LoginText describes the result of a login.
func LoginText(config *configio.Account, spec *providers.Spec, r *providers.LoginResult) string {
	kept := "The tokens are in " + r.TokenFile + "."
	if r.TokenFile == "" {
		kept = "The tokens are in the fleet's database."
	}
	return fmt.Sprintf("Account %s is logged in to %s %s (%s). %s\n",
		config.Name, spec.Title, r.Tenant.ID, r.Tenant.Name, kept)
}
