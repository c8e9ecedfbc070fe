package main

import (
	"context"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/doctor"
	"keyroster/cmd/internal/exit"
)

func (a *app) doctorCommand() *cobra.Command {
	var f accountsFlags
	cmd := &cobra.Command{
		Use:   "doctor --account ACCOUNT",
		Short: "Check that an unattended run would succeed",
		Long: `doctor checks everything that apply needs: configuration, secrets, rosters, token file, state and run
folders, disk, clock, login, the login's permissions (if the provider reports them), lock, earlier runs,
and the plan with its limits. It reads and compares as check and plan do, and writes nothing to the
provider. Its exit code is the one that a run would end with.

` + severalHelp,
		Example: "  keyroster doctor --account hq\n  keyroster doctor --all --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			chosen, err := a.choose(&f)
			if err != nil {
				return err
			}
			broken := chosen.Broken
			if chosen.Several {
				broken = nil // the log names them only once
			}
			return a.each(cmd.Context(), chosen, &task{
				accountsFlags: &f,
				work: func(ctx context.Context, own *app, t accounts.Target) error {
					return own.doctor(ctx, broken, t)
				},
				job: accounts.Job{Verdicts: map[int]string{exit.OK: "ready"}, Otherwise: "not ready"},
			})
		},
	}
	f.add(cmd, accounts.AllAccounts)
	return cmd
}

// doctor examines an account; broken are other accounts with mistakes.
func (a *app) doctor(ctx context.Context, broken []string, t accounts.Target) error {
	if t.Err != nil {
		return t.Err
	}
	o := doctor.Options{
		Config: t.Config, Spec: t.Spec, Broken: broken,
		Getenv: a.Getenv, Opener: a.opener(), ExitCode: exit.Code, Sinks: a.sinks(),
	}
	o.KeptIn(a.storage)
	return doctor.New(o).Report(ctx, a.Stdout, a.JSON, a.Quiet)
}
