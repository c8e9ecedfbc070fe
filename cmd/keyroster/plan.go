package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"keyroster/io/atomicio"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/io/statedir"
	"keyroster/providers"
	"keyroster/reconcile"
)

// shownProblems is how many problems of a roster plan and apply print; check
// prints them all.
const shownProblems = 10

func (a *app) planCommand() *cobra.Command {
	var flags planFlags
	var shown planView
	cmd := &cobra.Command{
		Use:   "plan --account A [ROSTER...]",
		Short: "Compare a roster with an account and show what apply would do",
		Long: `plan lists the account, compares it with the roster and shows every change that apply would
make, and every row that needs a person; these do not change its exit code. It writes nothing:
its transport refuses to.
With --against it compares with an export instead, without any network.`,
		Example: `  keyroster plan --account hq badges.xlsx
  keyroster plan --account hq badges.xlsx --out plan.json --detailed-exitcode
  keyroster plan --against hq.xlsx badges.xlsx`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.plan(cmd.Context(), &flags, args, shown)
		},
	}
	flags.add(cmd)
	flags.against.add(cmd)
	shown.add(cmd)
	return cmd
}

// planView is how plan shows its result.
type planView struct {
	out      string
	format   string
	detailed bool
}

func (v *planView) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&v.out, "out", "", "save the plan to `FILE` (JSON, without any value)")
	flags.StringVar(&v.format, "format", formatText, "text, or markdown for a comment on a pull request")
	flags.BoolVar(&v.detailed, "detailed-exitcode", false, "exit 2 when there are changes")
}

// The formats of a plan.
const (
	formatText     = "text"
	formatMarkdown = "markdown"
)

func (a *app) plan(ctx context.Context, flags *planFlags, args []string, view planView) error {
	if view.format != formatText && view.format != formatMarkdown {
		return fail(exitUsage, "", "--format is text or markdown, not %q", view.format)
	}
	if view.format == formatMarkdown && a.json {
		return fail(exitUsage, "", "--json and --format markdown exclude each other")
	}
	if flags.against.key != "" && flags.against.file == "" {
		return fail(exitUsage, "the account's key is fingerprint_key in the configuration", "--fingerprint-key goes with --against")
	}
	err := flags.consistent()
	switch {
	case err != nil:
	case flags.against.file != "":
		err = a.planAgainst(ctx, flags, args, view)
	default:
		err = a.planAccount(ctx, flags, args, view)
	}
	if err != nil && view.format == formatMarkdown && !a.printed {
		a.showMarkdownStop(flags.account, classify(err))
	}
	return err
}

// planAccount compares a roster with an account.
func (a *app) planAccount(ctx context.Context, flags *planFlags, args []string, view planView) error {
	config, spec, err := a.loadAccount(flags.account)
	if err != nil {
		return err
	}
	roster, err := a.readForPlan(ctx, flags, args, spec, config)
	if err != nil {
		return err
	}
	acc, err := a.open(ctx, config, spec, true)
	if err != nil {
		return err
	}
	defer acc.close()
	state, memory, err := a.lookBack(ctx, acc)
	if err != nil {
		return err
	}
	d, err := a.draft(ctx, flags, acc, roster, lastRecords(memory))
	if err != nil {
		return err
	}
	if err := d.checkRoster(memory, flags); err != nil {
		return err
	}
	file, err := a.planFile(ctx, acc, d, state)
	if err != nil {
		return err
	}
	if view.out != "" {
		if err := atomicio.WriteFile(view.out, 0o600, func(w io.Writer) error { return reportio.WritePlan(w, file.PlanFile) }); err != nil {
			return fail(exitError, "", "save the plan: %v", err)
		}
	}
	report := a.report("plan", acc, d, nil)
	report.NamedBefore, report.Facts = namedBefore(state), append(report.Facts, a.unfinished(state, memory.State)...)
	result := d.planResult(view.detailed)
	report.ExitCode = exitOf(result)
	if refusal := d.refusal(); refusal != nil {
		report.Stopped = refusal.Error()
	}
	if file.Digest == "" {
		if file.Digest, err = file.ComputeDigest(); err != nil {
			return fail(exitError, "", "compute the plan's digest: %v", err)
		}
	}
	if view.format == formatMarkdown {
		err = a.showMarkdown(report, file.Digest)
	} else {
		err = a.showPlan(report, d)
	}
	if err != nil {
		return err
	}
	if !a.quiet {
		fmt.Fprintf(a.stderr, "plan %s\n", file.Digest)
	}
	return result
}

// planResult is the error with which plan ends, or nil.
func (d *draft) planResult(detailed bool) error {
	if refusal := d.refusal(); refusal != nil {
		return refusal
	}
	if detailed && len(d.plan.Chains) > 0 {
		return &failure{code: exitChanges, shown: true}
	}
	return nil
}

func exitOf(err error) int {
	if err == nil {
		return exitOK
	}
	return classify(err).code
}

// showPlan prints the report of a plan: a table, or the whole as JSON.
func (a *app) showPlan(report *reportio.Report, d *draft) error {
	var err error
	switch {
	case a.json:
		a.printed = true
		err = reportio.WriteJSON(a.stdout, report)
	case a.quiet && report.ExitCode == exitOK:
		err = a.tellFresh(report)
	default:
		a.showProblems(d.roster, shownProblems)
		options := reportio.TableOptions{Color: a.color(a.stdout)}
		if isTerminal(a.stdout) {
			options.Width = width(a.stdout)
		}
		err = reportio.WritePlanTable(a.painted(a.stdout), report, options)
	}
	if err != nil {
		return fail(exitError, "", "write the result: %v", err)
	}
	return nil
}

// showMarkdown prints the report of a plan for a comment. It is whole without
// changes too: a comment that is missing says nothing.
func (a *app) showMarkdown(report *reportio.Report, digest string) error {
	a.printed = true
	options := reportio.MarkdownOptions{Digest: digest, More: "keyroster plan --json has all"}
	if err := reportio.WriteMarkdown(a.stdout, report, options); err != nil {
		return fail(exitError, "", "write the result: %v", err)
	}
	return nil
}

// showMarkdownStop prints why there is no plan, for a comment: one about an
// earlier roster must not stay.
func (a *app) showMarkdownStop(account string, f *failure) {
	if account == "" {
		if config, _, err := a.loadAccount(""); err == nil {
			account = config.Name
		}
	}
	stop := reportio.Stop{Account: account, Why: f.Error(), Hint: f.hint, ExitCode: f.code, Problems: f.problems}
	if err := reportio.WriteMarkdownStop(a.stdout, stop, reportio.MarkdownOptions{More: "keyroster check has all"}); err != nil {
		a.log.Error().Err(err).Msg("the comment could not be written")
	}
}

// blame adds to a failure the problems of the roster that caused it.
func blame(roster *reconcile.Roster, f *failure) *failure {
	f.problems, f.rows = roster.Problems, roster.Rows.Len()
	return f
}

// wrong is the failure for a problem of a roster: what is wrong, and what to do
// about it.
func wrong(p *reconcile.Problem) *failure {
	hint := "keyroster check lists every problem"
	if p.Remedy != "" {
		hint = p.Remedy + "; " + hint
	}
	bare := *p
	bare.Remedy = ""
	return fail(exitRoster, hint, "%s", bare.String())
}

// planFile is the plan as plan.json holds it.
func (a *app) planFile(ctx context.Context, acc *account, d *draft, state *statedir.Dir) (*markedPlan, error) {
	key, err := a.fingerprintKey(ctx, acc, state)
	if err != nil {
		return nil, err
	}
	marks, err := reportio.NewHMAC(key)
	if err != nil {
		return nil, &failure{code: exitError, err: err}
	}
	acc.marks = marks
	file := &reportio.PlanFile{
		Tool: "keyroster " + version, Tenant: acc.tenant.ID, Account: acc.config.Name, Provider: acc.spec.Name, CreatedAt: d.started.UTC(),
		Listing: reportio.ListingOf(d.listing), Limits: d.limits, KeyID: marks.KeyID(), Lines: reportio.PlanLinesOf(d.plan, d.roster, marks),
	}
	file.Overrides = d.overrides()
	for _, f := range d.roster.Files {
		file.Roster = append(file.Roster, reportio.PlanRoster{File: f.Name, SHA256: f.SHA256, Rows: f.Rows})
		for _, side := range f.SideFiles {
			file.SideFiles = append(file.SideFiles, reportio.Input{File: side.Name, SHA256: side.SHA256})
		}
	}
	return &markedPlan{file, marks}, nil
}

// markedPlan is a plan file with the fingerprints that its lines carry.
type markedPlan struct {
	*reportio.PlanFile
	Marks reportio.Fingerprinter
}

func (a *app) fingerprintKey(ctx context.Context, acc *account, state *statedir.Dir) ([]byte, error) {
	if ref := acc.config.FingerprintKey; ref != nil {
		secret, err := ref.Resolve(ctx, acc.config.Dir(), a.getenv)
		if err != nil {
			return nil, &failure{code: exitUsage, err: err}
		}
		return []byte(secret.Reveal()), nil
	}
	key, err := state.FingerprintKey()
	if err != nil {
		return nil, &failure{code: exitError, err: err}
	}
	return key, nil
}

// stateRoot is the folder that holds the state folders of all tenants.
func (a *app) stateRoot() (string, error) {
	if a.state != "" {
		return a.state, nil
	}
	root, err := statedir.DefaultRoot(a.getenv)
	if err != nil {
		return "", &failure{code: exitUsage, err: err, hint: "name a folder with --state"}
	}
	return root, nil
}

// openState opens the state folder of the account's tenant.
func (a *app) openState(acc *account) (*statedir.Dir, error) {
	root, err := a.stateRoot()
	if err != nil {
		return nil, err
	}
	state, err := statedir.Open(root, acc.spec.Name, acc.tenant.ID)
	if err != nil {
		return nil, &failure{code: exitError, err: err}
	}
	return state, nil
}

// readForPlan reads the rosters of a plan; one without rows says nothing, and
// nothing must not be taken for a wish.
func (a *app) readForPlan(ctx context.Context, flags *planFlags, args []string, spec *providers.Spec, config *configio.Account) (*reconcile.Roster, error) {
	if err := flags.checkLimits(); err != nil {
		return nil, err
	}
	roster, err := a.read(ctx, flags.rosterFlags, args, spec, config)
	if err != nil {
		return nil, err
	}
	if len(roster.FileErrors) > 0 {
		a.showProblems(roster, shownProblems)
		return nil, blame(roster, wrong(&roster.Problems[roster.FileErrors[0]]))
	}
	if roster.Rows.Len() == 0 {
		a.showProblems(roster, shownProblems)
		return nil, blame(roster, fail(exitRoster, "an empty roster is never taken for a wish to delete", "the roster has no rows"))
	}
	if config != nil {
		if err := flags.checkAge(roster, config.RosterMaxAge, time.Now()); err != nil {
			return nil, err
		}
	}
	return roster, nil
}

// checkLimits refuses a --limit or --accept-shape that is none, before a run is
// made for it.
func (f *planFlags) checkLimits() error {
	_, err := f.mergeLimits(reconcile.Limits{})
	if err == nil {
		_, err = f.mergeTypeLimits(nil)
	}
	if err == nil {
		_, err = f.saidShapes(nil)
	}
	return err
}
