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

const severalHelp = `Several accounts (--account a,b, 'site-*', tag:NAME, or --all; --skip leaves out) are worked on side by
side, and none stops another. Each is told of as it ends; the exit code is the first that applies of
64, 7, 130, 6, 4, 1, 5, 3, 2, 0. --json is one document about all then, --json=lines one for each.`

// accountsFlags choose the accounts of a command that takes several.
type accountsFlags struct {
	accounts.Selection
	// scope is what --all means.
	scope  accounts.Scope
	atOnce int
}

// accountsAtOnce bounds the memory of many accounts: each is held whole.
const accountsAtOnce = 8

func (f *accountsFlags) add(cmd *cobra.Command, scope accounts.Scope) {
	f.addChoice(cmd, scope)
	cmd.Flags().IntVar(&f.atOnce, "concurrency-accounts", accountsAtOnce, "work on at most `N` accounts side by side")
}

// addChoice adds the flags of a command that chooses accounts and works on none itself.
func (f *accountsFlags) addChoice(cmd *cobra.Command, scope accounts.Scope) {
	f.scope, f.atOnce = scope, accountsAtOnce
	all := map[accounts.Scope]string{
		accounts.Nightly: "all accounts that configure a roster", accounts.Everyone: "all accounts of the configuration",
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.Terms, "account", nil,
		"the `ACCOUNT` of the configuration, or several: a,b, 'site-*', tag:NAME; may be left out when there is only one")
	flags.BoolVar(&f.All, "all", false, all[scope]+", but for those with disabled: true")
	flags.StringSliceVar(&f.Skip, "skip", nil, "leave this `ACCOUNT` out, named as by --account (repeatable)")
}

// only is the one account that is named, empty for none.
func (f *accountsFlags) only() string { return strings.Join(f.Terms, ",") }

// task is the work of a command on each of the accounts that are chosen.
type task struct {
	*accountsFlags
	// forSeveral refuses what can only be meant for one account.
	forSeveral func() error
	// work is that on one account, by the program at work on it; one with a mistake in its
	// configuration comes too where there are several.
	work func(ctx context.Context, own *app, t accounts.Target) error
	// job has what else there is to say of several.
	job accounts.Job
}

// choose finds the accounts of the configuration that are chosen.
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

// each does a task on the accounts that are chosen.
func (a *app) each(ctx context.Context, chosen *accounts.Chosen, t *task) error {
	if chosen.Several && t.forSeveral != nil {
		if err := t.forSeveral(); err != nil {
			return err
		}
	}
	if !chosen.Several && a.form != accounts.Lines {
		own := a.on(chosen.Targets[0].Config.Name)
		return exit.Shown(own.Finish(t.work(ctx, own, chosen.Targets[0])))
	}
	j := t.job
	j.Form, j.Quiet, j.AtOnce, j.Worst, j.Stderr = a.form, a.Quiet, t.atOnce, exit.Worst, a.Stderr
	if j.Stdout == nil {
		j.Stdout = a.Stdout
	}
	j.Work = func(ctx context.Context, target accounts.Target, stdout, stderr io.Writer) int {
		own := a.about(target.Config.Name)
		own.Stdout = stdout
		if chosen.Several {
			own.Stdin, own.Stderr = strings.NewReader(""), stderr
		}
		return own.Finish(own.Whole(func() error { return t.work(ctx, own, target) }))
	}
	code, err := j.Run(ctx, chosen)
	if err != nil {
		code = exit.Worst([]int{code, a.Finish(exit.Unwritten(err))})
	}
	return exit.Shown(code)
}
