package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"keyroster/io/statedir"
	"keyroster/io/termio"
	"keyroster/providers"
	"keyroster/reconcile"
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

// The results of a check.
const (
	checkOK   = "ok"
	checkWarn = "warn"
	checkFail = "fail"
)

// check is one thing that doctor looked at.
type check struct {
	Name   string `json:"name"`
	Result string `json:"result"`
	Says   string `json:"says"`
	Remedy string `json:"remedy"`
	// Code is what a run would stop with; 0 if it would not.
	Code int `json:"exit_code"`
}

// examination is what doctor found, in order.
type examination struct {
	target
	checks []check
	// roster is what a night would compare; nil where it cannot be read.
	roster *reconcile.Roster
	// known is what is remembered of earlier runs; nil where that cannot be read.
	known *recollection
	// told counts the checks that were printed.
	told int
}

func (e *examination) ok(name, format string, args ...any) {
	e.checks = append(e.checks, check{Name: name, Result: checkOK, Says: fmt.Sprintf(format, args...)})
}

func (e *examination) warn(name, remedy, format string, args ...any) {
	e.checks = append(e.checks, check{Name: name, Result: checkWarn, Says: fmt.Sprintf(format, args...), Remedy: remedy})
}

// fail records an error, with its own exit code and hint.
func (e *examination) fail(name string, err error) {
	f := classify(err)
	e.checks = append(e.checks, check{Name: name, Result: checkFail, Says: f.Error(), Remedy: f.hint, Code: f.code})
}

// doctor examines an account.
func (a *app) doctor(ctx context.Context, name string) error {
	file, err := a.loadConfig()
	if err != nil {
		return err
	}
	config, spec, err := pickAccount(file, name)
	if err != nil {
		return err
	}
	broken := slices.DeleteFunc(file.Names(), func(name string) bool { return file.Broken(name) == nil })
	e := &examination{target: target{config: config, spec: spec}}
	e.ok("configuration", "account %s: %s", config.Name, spec.Title)
	for _, other := range broken {
		e.warn("configuration", "keyroster doctor --account "+other+" names them", "account %s has mistakes, and does not run", other)
	}
	e.rosters(ctx, a)
	e.tokenFile(ctx, a)
	e.references(ctx, a)
	e.folders(a)
	if !a.quiet {
		// A host that does not answer is waited for; what is known is said first.
		a.tellChecks(e)
	}
	if err := e.host(ctx, a); err != nil {
		return err
	}
	return a.tellExamination(e)
}

const stateFolder = "state folder"

// folders looks whether state and runs can be kept, and for how long.
func (e *examination) folders(a *app) {
	state := a.state
	if state == "" {
		var err error
		if state, err = statedir.DefaultRoot(a.getenv); err != nil {
			e.fail(stateFolder, &failure{code: exitUsage, err: err, hint: "name a folder with --state"})
		}
	}
	for _, f := range []struct{ name, path, flag string }{{stateFolder, state, "--state"}, {"runs folder", a.runs, "--runs"}} {
		if f.path == "" {
			continue
		}
		if err := mayWrite(f.path); err != nil {
			e.fail(f.name, fail(exitError, "give this user the right to write there, or name another folder with "+f.flag, "%v", err))
			continue
		}
		e.space(f.name, f.path)
	}
}

// Below leastSpace a run may not end; below littleSpace it is time to clear up.
const (
	leastSpace  = 64 << 20
	littleSpace = 1 << 30
)

func (e *examination) space(name, path string) {
	const remedy = "free some space, or set keep_runs: 90d in the account"
	free, err := freeSpace(path)
	switch {
	case err != nil:
		e.warn(name, "", "%s can be written; how much is free is not known: %v", path, err)
	case free < leastSpace:
		e.fail(name, fail(exitError, remedy, "%s has %d MiB free", path, free>>20))
	case free < littleSpace:
		e.warn(name, remedy, "%s has %d MiB free", path, free>>20)
	default:
		e.ok(name, "%s can be written, %d GiB free", path, free>>30)
	}
}

// host asks the provider: who is there, what time it is, what the login may do.
// The error is an interrupt.
func (e *examination) host(ctx context.Context, a *app) error {
	watch := &hostClock{}
	acc, err := a.openObserved(ctx, e.config, e.spec, true, watch.observe)
	if ctx.Err() != nil {
		return classify(ctx.Err())
	}
	e.clock(watch)
	if err != nil {
		e.fail("login", err)
		return nil
	}
	defer acc.close()
	e.ok("login", "opens %s (%s)", acc.tenant.ID, strings.Join(append([]string{acc.tenant.Name}, acc.tenant.Facts...), ", "))
	for _, words := range acc.tenant.Troubles {
		e.warn("doors", "look at the doors in the provider's console: changes may not reach them", "%s", words)
	}
	if e.config.Expect == "" && e.config.Sandbox == nil {
		e.warn("tenant", fmt.Sprintf("add expect: {%s: %s}, so that another login cannot write to another tenant", e.spec.TenantKey, termio.Quote(acc.tenant.ID)), "the configuration does not say which it must be")
	}
	e.memory(ctx, a, acc)
	if examiner, ok := acc.provider.(providers.Examiner); ok {
		for _, exam := range examiner.Examine(ctx) {
			switch {
			case exam.Err != nil:
				e.fail(exam.Name, exam.Err)
			case exam.Remedy != "":
				e.warn(exam.Name, exam.Remedy, "%s", exam.Says)
			default:
				e.ok(exam.Name, "%s", exam.Says)
			}
		}
	}
	e.plan(ctx, a, acc)
	if ctx.Err() != nil {
		return classify(ctx.Err())
	}
	return nil
}

// tellChecks prints the checks that were not printed yet, if they are for people.
func (a *app) tellChecks(e *examination) {
	if a.json {
		return
	}
	for _, c := range e.checks[e.told:] {
		fmt.Fprintf(a.stdout, "%-5s %-20s %s\n", c.Result, c.Name, c.Says)
		if c.Remedy != "" {
			fmt.Fprintf(a.stdout, "%-5s %-20s -> %s\n", "", "", c.Remedy)
		}
	}
	e.told = len(e.checks)
}

// tellExamination prints what was found. Its error has the exit code.
func (a *app) tellExamination(e *examination) error {
	codes := []int{exitOK}
	count := map[string]int{}
	for _, c := range e.checks {
		codes = append(codes, c.Code)
		count[c.Result]++
	}
	code := worst(codes)
	var err error
	switch {
	case a.json:
		a.printed = true
		out := json.NewEncoder(a.stdout)
		out.SetIndent("", "  ")
		err = out.Encode(map[string]any{"schema": "keyroster/doctor/1", "account": e.config.Name, "provider": e.config.Provider, "exit_code": code, "checks": e.checks})
	case a.quiet && code == exitOK:
	default:
		a.tellChecks(e)
		_, err = fmt.Fprintf(a.stdout, "%s: %d ok, %d to look at, %d that would stop a run\n", plural(len(e.checks), "check"), count[checkOK], count[checkWarn], count[checkFail])
	}
	if err != nil {
		return fail(exitError, "", "write the result: %v", err)
	}
	if code == exitOK {
		return nil
	}
	return &failure{code: code, shown: true, err: errors.New("a run would stop")}
}
