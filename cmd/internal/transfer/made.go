package transfer

import (
	"cmp"
	"context"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// Roster is what the target account should have.
func (m *Made) Roster() *reconcile.Roster { return m.move.Roster }

// First is the draft that was made together with the roster; nil if the roster must be planned again.
func (m *Made) First() *draft.Draft { return m.first }

// sources is the source's part of the files.
func (m *Made) sources() *migrationio.Files {
	return &migrationio.Files{Move: m.move, Source: m.listing.Records, Holders: m.from.Holders}
}

// Write writes the files of the move for a plan, before any other write.
func (m *Made) Write(d *draft.Draft) error {
	if m.out == nil {
		return nil
	}
	files := m.sources()
	files.IDs, files.Refused = map[int]string{}, map[int]string{}
	files.People, files.Set = m.target.Spec.People, m.target.Config.Migrate.Set
	for i := range d.Plan.Lines {
		l := &d.Plan.Lines[i]
		for _, row := range d.Plan.RowsOf(i) {
			if l.Record >= 0 {
				files.IDs[int(row)] = d.Plan.HaveRecord(i).ID()
			}
			if l.Outcome != reconcile.Planned && l.Outcome != reconcile.Unchanged {
				files.Refused[int(row)] = d.Plan.TextOf(l.Reason)
			}
		}
	}
	options := migrationio.Options{Reveal: m.options.Reveal || !m.seal.None(), Mask: d.Mask}
	if !m.seal.None() {
		options.Seal = func(w io.Writer, write func(io.Writer) error) error { return m.seal.Seal(w, write) }
	}
	if options.Reveal {
		m.sinks.Log.Warn().Str("folder", m.folder).Bool("encrypted", !m.seal.None()).
			Msg("the target roster holds card numbers and PINs: store it where only you can read it, and delete it when " +
				"you no longer need it")
	}
	var err error
	if m.files, err = m.out.Write(files, options); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	m.files = append(m.files, migrationio.PlanFile)
	return nil
}

// WritePlan writes the planned changes and their cost beside the other files.
func (m *Made) WritePlan(report *reportio.Report) error {
	if m.out == nil {
		return nil
	}
	err := m.out.WritePlan(func(w io.Writer) error { return reportio.WriteJSON(w, report) })
	if err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return nil
}

// Report is a report's part about the move. Its estimate of calls is fixed by the first call.
func (m *Made) Report(d *draft.Draft) *reportio.Migration {
	r := &reportio.Migration{
		From: m.source.Config.Name, FromProvider: m.source.Spec.Name, FromTenant: m.source.Tenant.ID,
		Records: m.listing.Records.Len(), OutOfScope: m.move.OutOfScope, MissingHolders: len(m.move.Missing),
		Losses: []reportio.MigrationLoss{}, Files: []string{}, Calls: []reportio.MigrationCalls{},
	}
	count, partial := map[reportio.MigrationLoss]int{}, map[int]bool{}
	for _, l := range m.move.Losses {
		if !l.Whole {
			partial[l.Record] = true
		}
		count[reportio.MigrationLoss{Column: l.Column, Reason: l.Reason}]++
		if l.Whole {
			r.Lost++
		}
	}
	for _, loss := range slices.SortedFunc(maps.Keys(count), func(a, b reportio.MigrationLoss) int {
		return cmp.Or(
			cmp.Compare(count[b], count[a]), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Reason, b.Reason),
		)
	}) {
		loss.Records = count[loss]
		r.Losses = append(r.Losses, loss)
	}
	r.Partial = len(partial)
	if m.out != nil {
		r.Folder, r.Files = m.folder, append(r.Files, m.files...)
	}
	r.Refused = m.refused(d)
	r.Moved = m.move.Moved() - r.Refused
	if m.budget == nil {
		m.countCalls(d)
	}
	r.Calls, r.ExpectedSeconds = m.budget, m.expected
	return r
}

// refused counts the records whose rows are neither sent nor in sync.
func (m *Made) refused(d *draft.Draft) int {
	rows := map[int]bool{}
	for i := range d.Plan.Lines {
		if l := &d.Plan.Lines[i]; l.Outcome != reconcile.Planned && l.Outcome != reconcile.Unchanged {
			for _, row := range d.Plan.RowsOf(i) {
				rows[int(row)] = true
			}
		}
	}
	n := 0
	for _, row := range m.move.RowOf {
		if rows[row] {
			n++
		}
	}
	return n
}

// countCalls counts every call of the run: those made so far, and those that the plan needs.
func (m *Made) countCalls(d *draft.Draft) {
	from := budgetOf(m.source.Config.Name, m.fromCalls.Calls())
	to := budgetOf(m.target.Config.Name, m.toCalls.Calls(), forecast(m.target, d))
	// The two accounts are not read at the same time.
	m.expected = int((timeOf(m.source.Config, from) + timeOf(m.target.Config, to)).Seconds())
	m.budget = append(from, to...)
}

// View is the description of the move for a person.
func (m *Made) View(r *reportio.Migration) View {
	return View{Migration: r, Noun: m.from.Schema.Noun, To: m.to.Account, Unmeasured: m.move.Unmeasured()}
}

// Transfer is the move's part in a run. show is called with what a person should see before the
// first write; report makes the report of a draft.
func (m *Move) Transfer(report func(d *draft.Draft) *reportio.Report, show func(View)) *run.Transfer {
	var made *Made
	return &run.Transfer{
		Make: func(ctx context.Context, known *history.Known) (*reconcile.Roster, *draft.Draft, error) {
			var err error
			if made, err = m.Make(ctx, known); err != nil {
				return nil, nil, err
			}
			return made.Roster(), made.First(), nil
		},
		Drafted: func(d *draft.Draft) (*run.Moved, error) {
			if err := made.Write(d); err != nil {
				return nil, err
			}
			folder, err := filepath.Abs(m.folder)
			if err != nil {
				return nil, failure.Wrap(failure.Stopped, err)
			}
			// Later, the count would include calls made by the plan itself.
			r := report(d)
			r.Migration = made.Report(d)
			if err := made.WritePlan(r); err != nil {
				return nil, err
			}
			show(made.View(r.Migration))
			return &run.Moved{Folder: folder, Words: made.sources().WordsOfRows(), Report: r.Migration}, nil
		},
		Report: func(d *draft.Draft) *reportio.Migration { return made.Report(d) },
	}
}
