package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/terminal"
	"keyroster/providers"
	"keyroster/reconcile"
)

type loginFlags struct {
	account, redirect string
	take              string
	paste, noBrowser  bool
	print             bool
	timeout           time.Duration
}

func (a *app) loginCommand() *cobra.Command {
	var f loginFlags
	cmd := &cobra.Command{
		Use:   "login --account ACCOUNT",
		Short: "Log an account in through the browser, where its provider needs it",
		Long: `login opens the provider's consent page in a browser, receives the answer on a port of this machine
and writes the account's token file. Unattended runs keep that token fresh. Log in once, and again only
if the consent is withdrawn.

If no browser can reach this machine, open the page anywhere, approve, and paste the address that the
browser is redirected to, even if it shows an error. --paste skips the browser and waits for that address.

For a machine without a browser, such as a container, --print-token prints the token and does not save
it; on that machine, --take-token reads it once, before the first run.`,
		Example: `  keyroster login --account hq
  keyroster login --account hq --redirect http://127.0.0.1:8765/callback
  keyroster login --account hq --paste
  keyroster login --account hq --print-token | kubectl create secret generic keyroster-token --from-file=hq.token=/dev/stdin`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.login(cmd.Context(), &f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.account, "account", "", "the `ACCOUNT` of the configuration")
	flags.StringVar(&f.redirect, "redirect", "",
		"registered redirect `URL` (default the account's redirect_uri, else a free port)")
	flags.BoolVar(&f.paste, "paste", false, "open no browser or port; read the redirected address from standard input")
	flags.BoolVar(&f.noBrowser, "no-browser", false, "print the consent page's address instead of opening it")
	flags.BoolVar(&f.print, "print-token", false, "print the token for another machine, and do not save it")
	flags.StringVar(&f.take, "take-token", "",
		"take a printed token from `FILE`, unless the account already has one")
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
			"%s needs no login: the auth section of account %s is complete", spec.Title, config.Name)
	case f.print && (a.JSON || f.take != "" || terminal.Is(a.Stdout)):
		return misuse("pipe it to where the token is stored, without --json and --take-token",
			"--print-token does not write to a terminal")
	case config.Sandbox != nil:
		return misuse("", "account %s is a sandbox in this process, which needs no login", config.Name)
	}
	env, err := a.opener().Env(ctx, config, spec, true)
	if err != nil {
		return err
	}
	if f.take != "" {
		told, err := account.ImportToken(ctx, env, spec, f.take)
		if err == nil && !a.Quiet {
			a.Note(told)
		}
		return err
	}
	var printed account.PrintedToken
	if f.print {
		env.Tokens = &printed
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	result, err := spec.Login(ctx, env, providers.LoginOptions{
		Redirect: f.redirect, PasteOnly: f.paste, Timeout: f.timeout,
		Show:   func(c providers.Consent) error { return a.showConsent(ctx, f, spec, c) },
		Pasted: terminal.Lines(reading, a.Stdin),
		Reject: func(err error) { fmt.Fprintf(a.Stderr, "%v; try again\n", err) },
		Accept: func(tenant reconcile.Tenant) error { return account.CheckExpected(config, spec, tenant) },
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
	switch {
	case f.print:
		err = printed.Print(a.file(false))
	case a.JSON:
		err = json.NewEncoder(a.Stdout).Encode(account.NewLoginDocument(config, spec, result))
	case !a.Quiet:
		_, err = io.WriteString(a.Stdout, account.LoginText(config, spec, result))
	}
	return exit.OutputFailure(err)
}

// showConsent opens the consent page, or asks the user to. It writes to standard error: the
// result of a login is its token file.
func (a *app) showConsent(
	ctx context.Context, f *loginFlags, spec *providers.Spec, c providers.Consent,
) error {
	opened := c.Listening && !f.noBrowser && terminal.Browse(ctx, a.Getenv, c.URL)
	if opened && a.Quiet {
		return nil
	}
	_, err := io.WriteString(a.Stderr, account.ConsentText(spec, c, opened))
	return err
}
