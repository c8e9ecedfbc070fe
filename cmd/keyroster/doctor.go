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
		Use:   "doctor --account A",
		Short: "Look whether a night could go well, and say what to do",
		Long: `doctor looks at all that a run of apply needs: configuration, secrets, rosters, token file, state and
run folders, disk, clock, login, the rights of the login where the provider tells them, lock, earlier
runs, and the plan with its limits: it reads and compares as check and plan do. It writes nothing to
the provider. Its exit code is the one that a run would stop with.

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
				broken = nil // the log names them, once
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
	f.add(cmd, accounts.Everyone)
	return cmd
}

// doctor examines an account; broken are others that have mistakes.
func (a *app) doctor(ctx context.Context, broken []string, t accounts.Target) error {
	if t.Err != nil {
		return t.Err
	}
	o := doctor.Options{
		Config: t.Config, Spec: t.Spec, Broken: broken,
		Getenv: a.Getenv, Opener: a.opener(), ExitCode: exit.Code, Sinks: a.sinks(),
	}
	o.KeptIn(a.kept)
	return doctor.New(o).Tell(ctx, a.Stdout, a.JSON, a.Quiet)
}
