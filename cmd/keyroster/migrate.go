package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"keyroster/io/configio"
	"keyroster/io/exportio"
	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile/migration"
)

// migrateFlags are the flags of migrate.
type migrateFlags struct {
	from, crosswalk, out, only string
	yes, verifyOnly, reveal    bool
	encryptTo                  []string
	plan                       planFlags
	stopping                   stoppingFlags
	metrics                    metricsFlag
	backupTo                   string
}

func (a *app) migrateCommand() *cobra.Command {
	f := migrateFlags{plan: planFlags{additive: true}}
	cmd := &cobra.Command{
		Use:   "migrate --from A --to B",
		Short: "Move credentials from one account to another",
		Long: `migrate lists account A, finds its people in account B, makes the roster that B should have, and
writes five files: the target roster (values masked), the crosswalk of ids, the people whom B does
not know, what B cannot hold and why, and the plan with every call it takes. Without --yes it stops
there. With --yes it goes on as apply does: limits, journal, verification, report; and resume
finishes a run that was interrupted.

People are matched by your reference, then by e-mail address; --crosswalk decides in their place.
Types are translated by the section migrate of account B. Account A is only ever read. Nothing is
deleted from account B; where a person has one credential of the type there already, it takes the
value of the one that is moved, within limits.update.`,
		Example: `  keyroster migrate --from old --to new
  keyroster migrate --from old --to new --yes --accept-empty
  keyroster migrate --from old --to new --verify-only`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.migrate(cmd.Context(), &f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "the `ACCOUNT` to read; it is never written")
	flags.StringVar(&f.plan.account, "to", "", "the `ACCOUNT` to move to")
	flags.StringVar(&f.crosswalk, "crosswalk", "", "CSV `FILE` that decides who is who: from_holder_id,to_holder_id")
	flags.StringVar(&f.out, "out", "", "`DIR` for the migration's files (default migrations/TIME-A-B)")
	flags.StringVar(&f.only, "only-holders", "", "`FILE` of the people to move, one a line: id, reference or e-mail address at A")
	flags.BoolVar(&f.yes, "yes", false, "move; without it nothing is written to any account")
	flags.BoolVar(&f.verifyOnly, "verify-only", false, "compare both accounts: exit 0 when all that can move is there, else 3")
	flags.BoolVar(&f.reveal, "reveal", false, "write the target roster with its card numbers and PINs")
	flags.StringArrayVar(&f.encryptTo, "encrypt-to", nil, "write the target roster with its values, encrypted to this public `KEY`: age1… or ssh-ed25519 … (repeatable)")
	flags.StringArrayVar(&f.plan.limits, "limit", nil, "`NAME=VALUE`: a limit for this run, as create=500 (repeatable)")
	flags.StringArrayVar(&f.plan.shapes, "accept-shape", nil, shapeHelp+", for account B")
	flags.BoolVar(&f.plan.acceptEmpty, "accept-empty", false, "go on although account B holds no record yet")
	flags.StringVar(&f.plan.shrunkenList, "accept-shrunken-listing", "", "go on although account B holds far fewer records than last time; `REASON` is recorded")
	flags.StringVar(&f.backupTo, "backup-to", "", "encrypt what the run is about to change at account B to this public `KEY` (age1…, ssh-ed25519 …), as a roster that takes the run back")
	f.stopping.add(cmd)
	f.metrics.add(cmd)
	return cmd
}

// check refuses flags that contradict each other, before anything is read.
func (f *migrateFlags) check() (exportio.Recipients, error) {
	to, err := exportio.ParseRecipients(f.encryptTo)
	switch {
	case err != nil:
		err = &failure{code: exitUsage, err: err}
	case f.from == "" || f.plan.account == "":
		err = fail(exitUsage, "for example --from old --to new", "migrate needs --from and --to, two accounts of the configuration")
	case f.from == f.plan.account:
		err = fail(exitUsage, "", "--from and --to name the same account")
	case f.yes && f.verifyOnly:
		err = fail(exitUsage, "", "--yes and --verify-only exclude each other")
	default:
		err = f.plan.checkLimits()
	}
	return to, err
}

// migrator is one migration on its way.
type migrator struct {
	app    *app
	flags  *migrateFlags
	seal   exportio.Recipients
	pairs  map[string]string
	people []migrationio.Person
	source *account
	from   migration.Side
	to     migration.Side
	read   sourceRead
	move   *migration.Move
	folder string
	out    *migrationio.Folder // nil when nobody asked for files
	files  []string
	// fromCalls and toCalls count what was asked of the accounts; budget and
	// expected are what the whole run takes, once there is a plan.
	fromCalls, toCalls *callLog
	budget             []reportio.MigrationCalls
	expected           time.Duration
	started            time.Time
	unneeded           bool // nobody asked for files
}

func (a *app) migrate(ctx context.Context, f *migrateFlags) error {
	m := &migrator{app: a, flags: f, started: time.Now()}
	var err error
	if m.seal, err = f.check(); err != nil {
		return err
	}
	if err := a.checkReveal(f.reveal); err != nil {
		return err
	}
	fromConfig, fromSpec, err := a.loadAccount(f.from)
	if err != nil {
		return err
	}
	toConfig, toSpec, err := a.loadAccount(f.plan.account)
	if err != nil {
		return err
	}
	m.from, m.to = sideOf(fromConfig, fromSpec), sideOf(toConfig, toSpec)
	if why := migration.Refusal(m.from, m.to); why != "" {
		return fail(exitUsage, "", "%s", why)
	}
	if err := m.readFiles(); err != nil {
		return err
	}
	if err := m.name(); err != nil {
		return err
	}
	m.fromCalls, m.toCalls = newCallLog(fromSpec), newCallLog(toSpec)
	if !f.yes {
		return m.on(ctx, fromConfig, fromSpec, func() error {
			return m.with(ctx, toConfig, toSpec, m.toCalls.observe, m.rehearse)
		})
	}
	s := &session{
		app: a, command: "migrate", config: toConfig, spec: toSpec, traffic: &traffic{}, flags: &f.plan, stopping: f.stopping,
		yes: true, backupTo: f.backupTo, migration: &migrationRun{migrator: m}, secrecy: secrecyOf(f.encryptTo, f.reveal),
	}
	return a.attend(ctx, s, &f.metrics, func() error {
		return m.on(ctx, fromConfig, fromSpec, func() error {
			both := func(e httpapi.Event) { s.traffic.observe(e); m.toCalls.observe(e) }
			return m.with(ctx, toConfig, toSpec, both, func(ctx context.Context, target *account) error { return m.carryOut(ctx, s, target) })
		})
	})
}

// on opens the account to move from, which is never written, for some work.
func (m *migrator) on(ctx context.Context, config *configio.Account, spec *providers.Spec, work func() error) error {
	var err error
	if m.source, err = m.app.openObserved(ctx, config, spec, true, m.fromCalls.observe); err != nil {
		return err
	}
	defer m.source.close()
	return work()
}

// with opens the account to move to for some work.
func (m *migrator) with(ctx context.Context, config *configio.Account, spec *providers.Spec, observe func(httpapi.Event), work func(context.Context, *account) error) error {
	target, err := m.app.openObserved(ctx, config, spec, !m.flags.yes, observe)
	if err != nil {
		return err
	}
	defer target.close()
	if m.source.spec == spec && m.source.tenant.ID == target.tenant.ID {
		return fail(exitUnsafe, "", "accounts %s and %s both open %s %s: there is nothing to move", m.flags.from, config.Name, spec.Title, target.tenant.ID)
	}
	return work(ctx, target)
}

// name settles where the files go, and that nothing of others lies there.
func (m *migrator) name() error {
	m.folder = m.flags.out
	m.unneeded = m.flags.verifyOnly && m.folder == ""
	if m.folder == "" {
		m.folder = filepath.Join("migrations", fmt.Sprintf("%s-%s-%s", m.started.UTC().Format("20060102T150405Z"), m.flags.from, m.flags.plan.account))
	}
	if m.unneeded {
		return nil
	}
	var err error
	if m.out, err = migrationio.Open(m.folder, migrationio.Identity{From: m.flags.from, To: m.flags.plan.account}); err != nil {
		return &failure{code: exitUsage, err: err, hint: "name another folder with --out, or move them away"}
	}
	return nil
}

func sideOf(config *configio.Account, spec *providers.Spec) migration.Side {
	return migration.Side{Account: config.Name, Title: spec.Title, Schema: spec.Schema}
}

// readFiles reads what the command line names.
func (m *migrator) readFiles() error {
	var err error
	if m.flags.crosswalk != "" {
		m.pairs, err = migrationio.ReadPairs(m.flags.crosswalk)
	}
	if err == nil && m.flags.only != "" {
		m.people, err = migrationio.ReadPeople(m.flags.only)
	}
	if err != nil {
		return &failure{code: exitRoster, err: err}
	}
	return nil
}

// rehearse plans, writes the files, and shows what would be moved.
func (m *migrator) rehearse(ctx context.Context, target *account) error {
	a := m.app
	state, memory, err := a.lookBack(ctx, target)
	if err != nil {
		return err
	}
	d, err := m.build(ctx, target)
	if err == nil && d == nil {
		d, err = a.draft(ctx, &m.flags.plan, target, m.move.Roster, lastRecords(memory))
	}
	if err != nil {
		return err
	}
	if err := d.checkRoster(memory, &m.flags.plan); err != nil {
		return err
	}
	if err := m.write(target, d); err != nil {
		return err
	}
	report := a.report("migrate", target, d, nil)
	report.Migration, report.Facts = m.report(target, d), append(report.Facts, a.unfinished(state, memory.State)...)
	result := d.planResult(false)
	if m.flags.verifyOnly {
		result = nil
		if !report.Converged {
			result = &failure{code: exitPartial, shown: true}
		}
	}
	report.ExitCode = exitOf(result)
	if refusal := d.refusal(); refusal != nil {
		report.Stopped = refusal.Error()
	}
	if err := m.writePlan(report); err != nil {
		return err
	}
	if err := a.showPlan(report, d); err != nil {
		return err
	}
	if !a.json && (!a.quiet || report.ExitCode != exitOK) {
		m.show(report.Migration)
	}
	return result
}

// carryOut moves: one run, from the lock to the report.
func (m *migrator) carryOut(ctx context.Context, s *session, target *account) error {
	a := m.app
	s.acc = target
	var err error
	if s.deadline, err = s.stopping.at(m.started); err != nil {
		return err
	}
	if err := s.lock(ctx, m.started); err != nil {
		return err
	}
	defer func() { _ = s.state.Close() }()
	if err := s.settleEarlier(ctx); err != nil {
		return err
	}
	if s.dir, err = rundir.Create(a.runs, target.config.Name, m.started); err == nil {
		err = s.state.Name(s.dir.ID)
	}
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	s.announce("run begins")
	if s.prepared, err = m.build(ctx, target); err != nil {
		return s.finish(err)
	}
	return s.finish(s.guarded(func() error { return s.work(ctx, m.move.Roster) }))
}
