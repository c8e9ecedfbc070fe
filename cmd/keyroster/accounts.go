package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/exit"
)

const severalHelp = `Select several accounts with --account a,b, 'site-*' or tag:NAME, or with --all; --skip excludes some.
They run in parallel, and a failure in one does not stop the others. The exit code is the first that
applies of 64, 7, 130, 6, 4, 1, 5, 3, 2, 0. --json prints one document for all, --json=lines one for each.`

// accountsFlags select the accounts of a command that takes several.
type accountsFlags struct {
	accounts.Selection
	// scope is what --all means.
	scope  accounts.Scope
	atOnce int
}

// accountsAtOnce limits memory: each account is held in memory as a whole.
const accountsAtOnce = 8

func (f *accountsFlags) add(cmd *cobra.Command, scope accounts.Scope) {
	f.addChoice(cmd, scope)
	cmd.Flags().IntVar(&f.atOnce, "concurrency-accounts", accountsAtOnce, "process at most `N` accounts in parallel")
}

// addChoice adds the flags of a command that selects accounts without working on them.
func (f *accountsFlags) addChoice(cmd *cobra.Command, scope accounts.Scope) {
	f.scope, f.atOnce = scope, accountsAtOnce
	all := map[accounts.Scope]string{
		accounts.WithRoster: "all accounts with a configured roster", accounts.AllAccounts: "all accounts in the configuration",
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.Terms, "account", nil,
		"`ACCOUNT` in the configuration, or several: a,b, 'site-*', tag:NAME; optional if there is only one")
	flags.BoolVar(&f.All, "all", false, all[scope]+", except those with disabled: true")
	flags.StringSliceVar(&f.Skip, "skip", nil, "exclude this `ACCOUNT`; takes the same forms as --account (repeatable)")
}

// only is the one account that is named, empty for none.
func (f *accountsFlags) only() string { return strings.Join(f.Terms, ",") }

// task is a command's work on each selected account.
type task struct {
	*accountsFlags
	// forSeveral refuses options that only make sense for one account.
	forSeveral func() error
	// work works on one account, with its own app; if several are selected, an account with a
	// mistake in its configuration is passed too.
	work func(ctx context.Context, own *app, t accounts.Target) error
	// job has the settings for several accounts.
	job accounts.Job
}

// choose returns the selected accounts of the configuration.
func (a *app) choose(f *accountsFlags) (*accounts.Chosen, error) {
	if f.atOnce < 1 {
		return nil, misuse("", "--concurrency-accounts is at least 1, not %d", f.atOnce)
	}
	config, err := a.configuration()
	if err != nil {
		return nil, err
	}
	chosen, err := f.Choose(config, f.scope)
	if err == nil {
		account.WarnBroken(a.Log, config, chosen.Names()...)
	}
	return chosen, err
}

// each runs a task on the selected accounts.
func (a *app) each(ctx context.Context, chosen *accounts.Chosen, t *task) error {
	if chosen.Several && t.forSeveral != nil {
		if err := t.forSeveral(); err != nil {
			return err
		}
	}
	if !chosen.Several && a.form != accounts.Lines {
		own := a.forOnlyAccount(chosen.Targets[0].Config.Name)
		return exit.Shown(own.Finish(t.work(ctx, own, chosen.Targets[0])))
	}
	j := t.job
	j.Form, j.Quiet, j.AtOnce, j.Worst, j.Stderr = a.form, a.Quiet, t.atOnce, exit.Worst, a.Stderr
	if j.Stdout == nil {
		j.Stdout = a.Stdout
	}
	j.Work = func(ctx context.Context, target accounts.Target, stdout, stderr io.Writer) int {
		own := a.forAccount(target.Config.Name)
		own.Stdout = stdout
		if chosen.Several {
			own.Stdin, own.Stderr = strings.NewReader(""), stderr
		}
		return own.Finish(own.Protect(func() error { return t.work(ctx, own, target) }))
	}
	code, err := j.Run(ctx, chosen)
	if err != nil {
		code = exit.Worst([]int{code, a.Finish(exit.OutputFailure(err))})
	}
	return exit.Shown(code)
}
