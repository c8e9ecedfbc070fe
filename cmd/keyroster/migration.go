package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
	"keyroster/reconcile/migration"
)

// sourceRead is what was read of the account that is moved from.
type sourceRead struct {
	listing *reconcile.Listing
	only    map[string]bool
}

// placer is a provider whose records open doors that a roster names.
type placer interface {
	// Places are the names of the doors, by the part of the account.
	Places(ctx context.Context) (map[string][]string, error)
}

// readSource lists the account that is moved from, with its people.
func (m *migrator) readSource(ctx context.Context) error {
	bar := m.app.progress("listing "+m.source.config.Name, -1)
	listing, err := m.source.list(ctx, reconcile.Scope{Beyond: true}, bar.set)
	bar.done()
	if err != nil {
		return classify(fmt.Errorf("account %s: %w", m.source.config.Name, err))
	}
	if err := m.source.sentinels(listing); err != nil {
		return err
	}
	m.read.listing = listing
	if err := m.app.describe(ctx, m.source, &m.from); err != nil {
		return err
	}
	return m.readOnly()
}

// describe reads what else a migration must know of an account.
func (a *app) describe(ctx context.Context, acc *account, side *migration.Side) error {
	if side.Schema.Index("holder_id") < 0 {
		return nil
	}
	reader, ok := acc.provider.(holderReader)
	if !ok {
		return fail(exitUsage, "", "%s does not say who its people are, so they cannot be matched", acc.spec.Title)
	}
	var err error
	if side.Holders, err = reader.ReadHolders(ctx); err != nil {
		return classify(fmt.Errorf("account %s: read holders: %w", acc.config.Name, err))
	}
	// What is left is for types that no rule names.
	if typer, ok := acc.provider.(pinTyper); ok {
		if side.PINTypes, err = typer.PINTypes(ctx); err != nil {
			return a.withoutTypes(acc, err)
		}
	}
	if chooser, ok := acc.provider.(reconcile.Chooser); ok {
		choices, err := chooser.Choices(ctx)
		if err != nil {
			return a.withoutTypes(acc, err)
		}
		side.Types = choices["type"]
	}
	return nil
}

// withoutTypes goes on where the login may not read types: the configuration
// can name them.
func (a *app) withoutTypes(acc *account, err error) error {
	if errors.Is(err, context.Canceled) {
		return classify(err)
	}
	a.log.Warn().Str("account", acc.config.Name).Err(err).Msg("the types could not be read: only those that migrate.types names are moved")
	return nil
}

// build makes the target roster. Rows that the target cannot hold, whatever is
// done, are taken out of it, which needs a plan; the plan is returned when it is
// still good.
func (m *migrator) build(ctx context.Context, target *account) (*draft, error) {
	if err := m.readSource(ctx); err != nil {
		return nil, err
	}
	if err := m.app.describe(ctx, target, &m.to); err != nil {
		return nil, err
	}
	if placer, ok := target.provider.(placer); ok && m.from.Schema.Index("entrances") >= 0 {
		var err error
		if m.to.Places, err = placer.Places(ctx); err != nil {
			return nil, classify(fmt.Errorf("account %s: read the doors: %w", target.config.Name, err))
		}
	}
	in := migration.Input{
		From: m.from, To: m.to, Listing: m.read.listing, Rules: target.config.Migrate,
		Pairs: m.pairs, Only: m.read.only, Now: m.started,
	}
	if err := m.knowsNames(migration.Strangers(in)); err != nil {
		return nil, err
	}
	m.move = migration.Build(in)
	if m.move.Roster.Rows.Len() == 0 {
		return nil, nil
	}
	d, err := m.app.draft(ctx, &m.flags.plan, target, m.move.Roster, 0)
	if err != nil {
		return nil, err
	}
	reasons := map[int]string{}
	for i := range d.plan.Lines {
		if l := &d.plan.Lines[i]; l.Situation == reconcile.Unsupported {
			for _, row := range d.plan.RowsOf(i) {
				reasons[int(row)] = d.plan.Words(l.Reason)
			}
		}
	}
	if len(reasons) > 0 {
		m.move = m.move.Leave(reasons)
		return nil, nil
	}
	return d, nil
}

// sources is what the files say of the source.
func (m *migrator) sources() *migrationio.Files {
	return &migrationio.Files{Move: m.move, Source: m.read.listing.Records, Holders: m.from.Holders}
}

// write writes the migration's files for a plan, before anything else is.
func (m *migrator) write(target *account, d *draft) error {
	if m.unneeded {
		return nil
	}
	files := m.sources()
	files.IDs, files.Refused = map[int]string{}, map[int]string{}
	files.People, files.Set = target.spec.People, target.config.Migrate.Set
	for i := range d.plan.Lines {
		l := &d.plan.Lines[i]
		for _, row := range d.plan.RowsOf(i) {
			if l.Record >= 0 {
				files.IDs[int(row)] = d.plan.HaveRecord(i).ID()
			}
			if l.Outcome != reconcile.Planned && l.Outcome != reconcile.Unchanged {
				files.Refused[int(row)] = d.plan.Words(l.Reason)
			}
		}
	}
	options := migrationio.Options{Reveal: m.flags.reveal || !m.seal.None(), Mask: target.mask}
	if !m.seal.None() {
		options.Seal = func(w io.Writer, write func(io.Writer) error) error { return m.seal.Seal(w, write) }
	}
	if options.Reveal {
		m.app.log.Warn().Str("folder", m.folder).Bool("encrypted", !m.seal.None()).Msg("the target roster holds card numbers and PINs: keep it where nobody else can read it, and delete it when it has served")
	}
	var err error
	if m.files, err = m.out.Write(files, options); err != nil {
		return &failure{code: exitError, err: err}
	}
	m.files = append(m.files, migrationio.PlanFile)
	return nil
}

// writePlan writes what is about to be done, and what it costs, beside the other
// files.
func (m *migrator) writePlan(report *reportio.Report) error {
	if m.unneeded {
		return nil
	}
	err := m.out.WritePlan(func(w io.Writer) error { return reportio.WriteJSON(w, report) })
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	return nil
}

// migrationRun is what a run that moves does beside applying a plan. The zero
// migrator is a run that was resumed, which knows its folder alone.
type migrationRun struct {
	migrator *migrator
	folder   string
	// words name the record of each row as the source does.
	words []migrationio.Words
}

// The members of a snapshot's Meta that a migration has beside: its folder, and
// the words of its rows as JSON.
const (
	metaMigration = "migration"
	metaWords     = "migration.words"
)

// remember puts what a resumed run needs into a snapshot's Meta.
func (r *migrationRun) remember(meta map[string]string) {
	meta[metaMigration] = r.folder
	if words, err := json.Marshal(r.words); err == nil {
		meta[metaWords] = string(words)
	}
}

// recallMigration is the migration that a snapshot's Meta tells of, nil when the
// run is none.
func recallMigration(meta map[string]string) *migrationRun {
	if meta[metaMigration] == "" {
		return nil
	}
	r := &migrationRun{folder: meta[metaMigration]}
	_ = json.Unmarshal([]byte(meta[metaWords]), &r.words) // an earlier version kept none
	return r
}

// drafted writes the files and shows the budget before the first write.
func (r *migrationRun) drafted(target *account, d *draft) error {
	if r == nil || r.migrator == nil {
		return nil
	}
	m := r.migrator
	if err := m.write(target, d); err != nil {
		return err
	}
	var err error
	if r.folder, err = filepath.Abs(m.folder); err != nil {
		return &failure{code: exitError, err: err}
	}
	r.words = m.sources().WordsOfRows()
	// Afterwards, the calls of the plan itself would have been made.
	report := m.app.report("migrate", target, d, nil)
	report.Migration = m.report(target, d)
	if err := m.writePlan(report); err != nil {
		return err
	}
	if !m.app.json && !m.app.quiet {
		m.show(report.Migration)
	}
	return nil
}

// complete fills in what the run came to, also when it was refused before its
// first write.
func (r *migrationRun) complete(s *session) error {
	if r == nil || r.folder == "" || s.draft.plan == nil {
		return nil
	}
	plan := s.draft.plan
	lineOf := map[int]int{}
	for i := range plan.Lines {
		for _, row := range plan.RowsOf(i) {
			lineOf[int(row)] = i
		}
	}
	return migrationio.Complete(r.folder, func(at string) migrationio.Ended {
		n, err := strconv.Atoi(at)
		line, known := lineOf[n-2]
		if err != nil || !known {
			return migrationio.Ended{Reason: "the run's plan does not have it"}
		}
		e := s.ended(line)
		if row := n - 2; row < len(r.words) {
			e.Words = r.words[row]
		} else {
			want := plan.WantRow(line)
			e.Words = migrationio.Words{Name: want.Text("holder_name"), Email: want.Text("holder_email"), Type: want.Text("type")}
		}
		return e
	})
}

// ended is what became of a line, for the crosswalk and the losses.
func (s *session) ended(line int) migrationio.Ended {
	plan := s.draft.plan
	l := &plan.Lines[line]
	e := migrationio.Ended{HolderID: plan.WantRow(line).Text("holder_id")}
	if have := plan.HaveRecord(line); have.Valid() {
		e.ID = have.ID()
	}
	var res *engine.Result
	if s.run != nil {
		res = s.run.Result(line)
	}
	switch {
	case res != nil:
		e.ID, e.Moved = orElse(res.NewID, e.ID), res.Outcome == reconcile.Applied || res.NewID != ""
		if !res.AsDesired() {
			e.Unproved = e.Moved
			e.Reason = fmt.Sprintf("%s: %s", res.Outcome, orElse(res.Reason, "not proved"))
		}
	case l.Outcome == reconcile.Unchanged:
		e.Moved = true
	case l.Outcome == reconcile.Planned:
		e.Reason = reconcile.NotAttempted.String() + ": the run was refused before its first change"
	default:
		e.Reason = orElse(plan.Words(l.Reason), l.Outcome.String())
	}
	return e
}
