package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/doctor"
	"keyroster/cmd/internal/failure"
)

func (a *app) doctorCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "doctor --account A",
		Short: "Look whether a night could go well, and say what to do",
		Long: `doctor looks at all that a run of apply needs: configuration, secrets, rosters, token file, state and
run folders, disk, clock, login, the rights of the login where the provider tells them, lock, earlier
runs, and the plan with its limits: it reads and compares as check and plan do. It writes nothing to
the provider. Its exit code is the one that a run would stop with.`,
		Example: "  keyroster doctor --account hq\n  keyroster doctor --account hq --json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), name) },
	}
	cmd.Flags().StringVar(&name, "account", "", "the `ACCOUNT` of the configuration")
	return cmd
}

// doctor examines an account.
func (a *app) doctor(ctx context.Context, name string) error {
	file, err := a.configuration()
	if err != nil {
		return err
	}
	config, spec, err := account.Pick(file, name)
	if err != nil {
		return err
	}
	whole := func(name string) bool { return file.Broken(name) == nil }
	state, stateErr := a.stateFolder()
	e := doctor.New(doctor.Options{
		Config: config, Spec: spec, Broken: slices.DeleteFunc(file.Names(), whole),
		Getenv: a.getenv, Opener: a.opener(), Store: a.store(), State: state, StateErr: stateErr, Runs: a.runs,
		ExitCode: exitCode, Sinks: a.sinks(),
	})
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
	checks := e.Checks()
	for _, c := range checks[told:] {
		fmt.Fprintf(a.stdout, "%-5s %-20s %s\n", c.Result, c.Name, c.Says)
		if c.Remedy != "" {
			fmt.Fprintf(a.stdout, "%-5s %-20s -> %s\n", "", "", c.Remedy)
		}
	}
	return len(checks)
}

// showExamination prints what was found. Its error has the exit code.
func (a *app) showExamination(e *doctor.Examination, told int) error {
	codes, count, checks := []int{exitOK}, map[string]int{}, e.Checks()
	for _, c := range checks {
		codes = append(codes, c.Code)
		count[c.Result]++
	}
	code := worst(codes)
	var err error
	switch {
	case a.json:
		err = indented(a.stdout).Encode(map[string]any{
			"schema": "keyroster/doctor/1", "account": e.Config.Name, "provider": e.Config.Provider,
			"exit_code": code, "checks": checks,
		})
	case a.quiet && code == exitOK:
	default:
		a.showChecks(e, told)
		_, err = fmt.Fprintf(a.stdout, "%s: %d ok, %d to look at, %d that would stop a run\n",
			failure.Plural(len(checks), "check"), count[doctor.OK], count[doctor.Warn], count[doctor.Fail])
	}
	if err != nil {
		return unwritten(err)
	}
	if code == exitOK {
		return nil
	}
	f := failure.Shown(kindOf(code))
	f.Err = errors.New("a run would stop")
	return f
}
