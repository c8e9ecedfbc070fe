package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/doctor"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
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
		Getenv: a.getenv, Opener: a.opener(), ExitCode: exit.Code, Sinks: a.sinks(),
	}
	o.KeptIn(a.kept)
	e := doctor.New(o)
	e.Local(ctx)
	told := 0
	if !a.quiet {
		// A host that does not answer is waited for; what is known is said first.
		told = a.showChecks(e, told)
	}
	if err := e.Host(ctx); err != nil {
		return err
	}
	return a.showExamination(e, told)
}

// showChecks prints the checks that were not told yet, if they are for people, and
// returns how many are told.
func (a *app) showChecks(e *doctor.Examination, told int) int {
	if a.json {
		return told
	}
	return e.WriteText(a.stdout, told)
}

// showExamination prints what was found. Its error has the exit code.
func (a *app) showExamination(e *doctor.Examination, told int) error {
	codes := []int{exit.OK}
	for _, c := range e.Checks() {
		codes = append(codes, c.Code)
	}
	code := exit.Worst(codes)
	var err error
	switch {
	case a.json:
		err = indented(a.stdout).Encode(map[string]any{
			"schema": "keyroster/doctor/1", "account": e.Config.Name, "provider": e.Config.Provider,
			"exit_code": code, "summary": e.Counts(), "checks": e.Checks(),
		})
	case a.quiet && code == exit.OK:
	default:
		a.showChecks(e, told)
		n := e.Counts()
		_, err = fmt.Fprintf(a.stdout, "%s: %d ok, %d to look at, %d that would stop a run\n",
			failure.Plural(len(e.Checks()), "check"), n[doctor.OK], n[doctor.Warn], n[doctor.Fail])
	}
	if err != nil || code == exit.OK {
		return exit.Unwritten(err)
	}
	return failure.Shown(exit.Kind(code))
}
