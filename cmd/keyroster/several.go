package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/notify"
	"keyroster/io/configio"
	"keyroster/io/metricio"
	"keyroster/providers"
)

func (a *app) applyCommand() *cobra.Command {
	var f applyFlags
	cmd := &cobra.Command{
		Use:   "apply --account A [ROSTER...]",
		Short: "Make an account equal to a roster, prove it and write a report",
		Long: `apply plans as plan does, holds the whole plan against the limits, asks (on a terminal) or needs
--yes, sends the changes, lists the account again to prove them, and leaves a run folder with
the plan, the journal, the reports and the rows to correct. One bad record never stops the others.

With several accounts (--account a,b or --all) the rosters are those of the configuration. The
accounts run side by side, none stops another, and the exit code is the first that applies of
64, 7, 130, 6, 4, 1, 5, 3, 0.`,
		Example: `  keyroster apply --account hq badges.xlsx
  keyroster apply --account hq badges.xlsx --yes --quiet
  keyroster apply --all --yes --quiet --metrics /var/lib/node_exporter/keyroster.prom`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.applyAccounts(cmd.Context(), &f, args) },
	}
	f.plan.add(cmd)
	f.saved.add(cmd)
	f.stopping.add(cmd)
	f.accounts.add(cmd)
	cmd.Flags().BoolVar(&f.yes, "yes", false, "do not ask")
	f.backup.add(cmd, "")
	cmd.Flags().StringVar(&f.annotate, "annotate", "",
		annotateHelp+"the outcome beside each row; the copy holds the roster's values")
	return cmd
}

// target is an account to work on.
type target struct {
	config *configio.Account
	spec   *providers.Spec
	// err is what is wrong with the account's configuration; nil for nothing.
	err error
}

// targets are the accounts that the command line names.
func (a *app) targets(names string, all bool) ([]target, error) {
	config, err := a.configuration()
	if err != nil {
		return nil, err
	}
	list := strings.Split(names, ",")
	if all {
		if names != "" {
			return nil, misuse("", "--account and --all exclude each other")
		}
		list = config.Nightly()
		if len(list) == 0 {
			return nil, misuse("add roster: [FILE] to an account",
				"no account of %s configures a roster", config.Path)
		}
	}
	var out []target
	for n, name := range list {
		if slices.Contains(list[:n], name) {
			return nil, misuse("", "account %q is named twice", name)
		}
		if name == "" && len(list) > 1 {
			return nil, misuse("for example --account hq,lab", "--account %q has an empty name", names)
		}
		one, spec, err := account.Pick(config, name)
		if err != nil && (config.Broken(name) == nil || len(list) == 1) {
			return nil, err
		}
		if err != nil {
			one = config.Accounts[name]
		}
		out = append(out, target{one, spec, err})
	}
	inUse := make([]string, len(out))
	for n := range out {
		inUse[n] = out[n].config.Name
	}
	account.WarnBroken(a.log, config, inUse...)
	return out, nil
}

// applyAccounts runs apply on every account that is named.
func (a *app) applyAccounts(ctx context.Context, f *applyFlags, args []string) error {
	if !f.yes {
		if err := a.canAsk("apply", "add --yes, or look first with keyroster plan"); err != nil {
			return err
		}
	}
	if err := f.plan.options.Consistent(); err != nil {
		return err
	}
	targets, err := a.targets(f.plan.account, f.accounts.all)
	if err != nil {
		return err
	}
	if len(targets) == 1 && !f.accounts.all {
		t := targets[0]
		return a.apply(ctx, f, t.config, t.spec, args, a.noticed(t.config, f.accounts.metricsFlag)).Err
	}
	if err := f.forSeveral(args); err != nil {
		return err
	}
	ends := make([]ending, len(targets))
	var group errgroup.Group
	group.SetLimit(accountsAtOnce)
	for n, t := range targets {
		group.Go(func() error { ends[n] = a.applyOne(ctx, f, t); return nil })
	}
	_ = group.Wait()
	var runs []metricio.Run
	for i := range ends {
		runs = append(runs, ends[i].measured)
	}
	notify.WriteMetrics(f.accounts.file, tool, a.log, runs...)
	return a.tellAll(ends)
}

// forSeveral refuses what can only be meant for one account.
func (f *applyFlags) forSeveral(args []string) error {
	o := f.plan.options
	switch {
	case !f.yes:
		return misuse("look first with keyroster plan, an account at a time",
			"apply needs --yes for several accounts")
	case len(args) > 0:
		return misuse("each account's roster: is in the configuration",
			"no roster can be named for several accounts")
	case f.saved.plan != "" || f.saved.expect != "":
		return misuse("", "a saved plan is of one account")
	case f.annotate != "":
		return misuse("", "--annotate is for one account")
	case len(o.Holders) > 0 || f.plan.sheet != "" || len(f.plan.columns) > 0:
		return misuse("", "--holder, --sheet and --map are for one account")
	case len(o.Limits) > 0 || o.AcceptEmpty || o.ShrunkenListing != "" || o.ShrunkenRoster != "" ||
		o.OldRoster != "":
		return misuse("run the account that needs it alone",
			"--limit and the --accept flags lift a safety rule of one account")
	}
	return nil
}

// ending is how the run of one of several accounts ended.
type ending struct {
	target
	code           int
	stdout, stderr bytes.Buffer
	measured       metricio.Run
}

// applyOne runs apply on one of several accounts. What it prints is kept until all
// have ended, so that accounts do not speak at the same time; only its log is heard at
// once.
func (a *app) applyOne(ctx context.Context, f *applyFlags, t target) (end ending) {
	end.target = t
	own := a.about(t.config.Name)
	own.stdin, own.stdout, own.stderr = strings.NewReader(""), &end.stdout, &end.stderr
	started, told := time.Now(), own.noticed(t.config, metricsFlag{push: f.accounts.push})
	result := notify.Result{Err: t.err}
	if t.err == nil {
		result = own.apply(ctx, f, t.config, t.spec, nil, told)
	}
	end.measured = notify.Measure(told, &result, started)
	if t.err != nil {
		notify.PushMetrics(ctx, told, &end.measured)
	}
	end.code = own.finish(result.Err)
	return end
}

// tellAll prints the results of all accounts, in the order of the command line
// or the configuration, and what they come to.
func (a *app) tellAll(ends []ending) error {
	codes := make([]int, len(ends))
	for i := range ends {
		codes[i] = ends[i].code
	}
	code := worst(codes)
	if a.json {
		if err := a.tellAllJSON(ends, code); err != nil {
			return err
		}
	} else {
		for i := range ends {
			ends[i].tell(a)
		}
		if !a.quiet || code != exitOK {
			fmt.Fprintln(a.stdout, overall(ends))
		}
	}
	return shownCode(code)
}

// tell prints an account's result below its name, and its errors.
func (e *ending) tell(a *app) {
	switch {
	case e.stdout.Len() > 0 && a.quiet && e.code == exitOK:
		// One line that names its account by itself.
		fmt.Fprintf(a.stdout, "%s", e.stdout.Bytes())
	case e.stdout.Len() > 0:
		fmt.Fprintf(a.stdout, "== %s\n%s\n", e.config.Name, e.stdout.Bytes())
	}
	e.tellErrors(a.stderr)
}

// tellErrors prints an account's errors, each behind its name.
func (e *ending) tellErrors(to io.Writer) {
	for line := range strings.Lines(e.stderr.String()) {
		fmt.Fprintf(to, "%s: %s", e.config.Name, line)
	}
}

// overall is the one line about all accounts.
func overall(ends []ending) string {
	var good, partial, stopped []string
	for i := range ends {
		name := ends[i].config.Name
		switch ends[i].code {
		case exitOK:
			good = append(good, name)
		case exitPartial:
			partial = append(partial, name)
		default:
			stopped = append(stopped, fmt.Sprintf("%s with exit code %d", name, ends[i].code))
		}
	}
	var parts []string
	add := func(names []string, what string) {
		if len(names) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s (%s)", len(names), what, strings.Join(names, ", ")))
		}
	}
	add(good, "as desired")
	add(partial, "not wholly as desired")
	add(stopped, "stopped")
	return failure.Plural(len(ends), "account") + ": " + strings.Join(parts, ", ")
}

// accountResult is one account in the document of several: its report, or why
// there is none.
type accountResult struct {
	Account  string          `json:"account"`
	Provider string          `json:"provider"`
	ExitCode int             `json:"exit_code"`
	Report   json.RawMessage `json:"report"`
	Error    json.RawMessage `json:"error"`
}

func (a *app) tellAllJSON(ends []ending, code int) error {
	results := make([]accountResult, len(ends))
	for i := range ends {
		e := &ends[i]
		results[i] = accountResult{Account: e.config.Name, Provider: e.config.Provider, ExitCode: e.code}
		var kind struct{ Schema string }
		if err := json.Unmarshal(e.stdout.Bytes(), &kind); err != nil {
			return halted("read the result of account %s: %v", e.config.Name, err)
		}
		if strings.HasPrefix(kind.Schema, "keyroster/error/") {
			results[i].Error = e.stdout.Bytes()
		} else {
			results[i].Report = e.stdout.Bytes()
		}
		e.tellErrors(a.stderr)
	}
	return unwritten(indented(a.stdout).Encode(
		map[string]any{"schema": "keyroster/reports/1", "exit_code": code, "accounts": results}))
}
