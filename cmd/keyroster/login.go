package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/terminal"
	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/reconcile"
)

type loginFlags struct {
	account, redirect string
	paste, noBrowser  bool
	timeout           time.Duration
}

func (a *app) loginCommand() *cobra.Command {
	var f loginFlags
	cmd := &cobra.Command{
		Use:   "login --account A",
		Short: "Log an account in by a person's consent, where its provider needs that",
		Long: `login opens the provider's consent page in a browser, receives the answer on a port of this machine
and writes the account's token file, from which unattended runs go on by themselves. It is needed once,
and again when the consent was withdrawn.

Where no browser can reach this machine, open the page anywhere, approve, and paste the address that the
browser was then sent to, although it shows an error. --paste expects that alone.`,
		Example: `  keyroster login --account hq
  keyroster login --account hq --redirect http://127.0.0.1:8765/callback
  keyroster login --account hq --paste`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.login(cmd.Context(), &f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.account, "account", "", "the `ACCOUNT` of the configuration")
	flags.StringVar(&f.redirect, "redirect", "",
		"where the browser is sent back to, a registered `URL` (default the account's redirect_uri, else a free port)")
	flags.BoolVar(&f.paste, "paste", false, "open no browser and no port; read the redirected address from standard input")
	flags.BoolVar(&f.noBrowser, "no-browser", false, "print the consent page's address instead of opening it")
	flags.DurationVar(&f.timeout, "timeout", 5*time.Minute, "how long to wait for the consent")
	return cmd
}

func (a *app) login(ctx context.Context, f *loginFlags) error {
	if f.timeout <= 0 {
		return misuse("", "--timeout takes a duration above 0, such as 10m")
	}
	config, spec, err := a.load(f.account)
	if err != nil {
		return err
	}
	switch {
	case spec.Login == nil:
		return misuse("",
			"%s needs no login: the auth section of account %s says all there is to say", spec.Title, config.Name)
	case config.Sandbox != nil:
		return misuse("", "account %s is a sandbox in this process, which needs no login", config.Name)
	}
	env, err := a.opener().Env(ctx, config, spec, true)
	if err != nil {
		return err
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	result, err := spec.Login(ctx, env, providers.LoginOptions{
		Redirect: f.redirect, PasteOnly: f.paste, Timeout: f.timeout,
		Show:   func(c providers.Consent) error { return a.showConsent(ctx, f, spec, c) },
		Pasted: terminal.Lines(reading, a.stdin),
		Reject: func(err error) { fmt.Fprintf(a.stderr, "%v; try again\n", err) },
		Accept: func(tenant reconcile.Tenant) error { return account.Expect(config, spec, tenant) },
	})
	if errors.Is(err, providers.ErrLoginConfig) {
		return failure.Wrap(failure.Usage, fmt.Errorf("account %s: %w", config.Name, err))
	}
	if err != nil {
		return failure.Of(err)
	}
	for _, w := range result.Warnings {
		env.Log.Warn().Msg(w)
	}
	return a.tellLogin(config, spec, result)
}

// showConsent opens the consent page, or tells the person to. It goes to
// standard error: the result of a login is its token file.
func (a *app) showConsent(
	ctx context.Context, f *loginFlags, spec *providers.Spec, c providers.Consent,
) error {
	opened := c.Listening && !f.noBrowser && terminal.Browse(ctx, a.getenv, c.URL)
	if opened && a.quiet {
		return nil
	}
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
	_, err := fmt.Fprint(a.stderr, b.String())
	return err
}

// tellLogin prints what a login came to.
func (a *app) tellLogin(config *configio.Account, spec *providers.Spec, r *providers.LoginResult) error {
	var err error
	switch {
	case a.json:
		document := struct {
			Schema    string     `json:"schema"`
			Account   string     `json:"account"`
			Provider  string     `json:"provider"`
			Tenant    string     `json:"tenant"`
			Name      string     `json:"tenant_name"`
			TokenFile string     `json:"token_file"`
			Scopes    []string   `json:"scopes"`
			Expires   *time.Time `json:"access_expires_at"`
			Warnings  []string   `json:"warnings"`
		}{
			"keyroster/login/1", config.Name, spec.Name, r.Tenant.ID, r.Tenant.Name, r.TokenFile, r.Scopes,
			nil, append([]string{}, r.Warnings...),
		}
		if !r.Expires.IsZero() {
			at := r.Expires.UTC().Truncate(time.Second)
			document.Expires = &at
		}
		err = json.NewEncoder(a.stdout).Encode(document)
	case a.quiet:
	default:
		_, err = fmt.Fprintf(a.stdout, "Account %s is logged in to %s %s (%s). The tokens are in %s.\n",
			config.Name, spec.Title, r.Tenant.ID, r.Tenant.Name, r.TokenFile)
	}
	return unwritten(err)
}
