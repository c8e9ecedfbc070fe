package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// report is what a report says about a migration.
func (m *migrator) report(target *account, d *draft) *reportio.Migration {
	r := &reportio.Migration{
		From: m.source.config.Name, FromProvider: m.source.spec.Name, FromTenant: m.source.tenant.ID,
		Records: m.read.listing.Records.Len(), OutOfScope: m.move.OutOfScope, MissingHolders: len(m.move.Missing),
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
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Reason, b.Reason))
	}) {
		loss.Records = count[loss]
		r.Losses = append(r.Losses, loss)
	}
	r.Partial = len(partial)
	if !m.unneeded {
		r.Folder, r.Files = m.folder, append(r.Files, m.files...)
	}
	r.Refused = m.refused(d)
	r.Moved = m.move.Moved() - r.Refused
	if m.budget == nil {
		m.budget = m.calls(target, d)
	}
	r.Calls = m.budget
	r.ExpectedSeconds = int(m.expected.Seconds())
	return r
}

// refused counts the records whose rows the plan neither sends nor finds right.
func (m *migrator) refused(d *draft) int {
	rows := map[int]bool{}
	for i := range d.plan.Lines {
		if l := &d.plan.Lines[i]; l.Outcome != reconcile.Planned && l.Outcome != reconcile.Unchanged {
			for _, row := range d.plan.RowsOf(i) {
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

// calls is every call that the run makes: those that were made to get here, and
// those that the plan takes.
func (m *migrator) calls(target *account, d *draft) []reportio.MigrationCalls {
	from := budgetOf(m.source.config.Name, m.fromCalls.sofar())
	to := budgetOf(target.config.Name, m.toCalls.sofar(), forecast(target, d))
	// One account is read while the other waits.
	m.expected = timeOf(m.source.config, from) + timeOf(target.config, to)
	return append(from, to...)
}

// shownLosses is how many reasons are printed; the file has all.
const shownLosses = 8

// show prints what a migration moves, loses and costs.
func (m *migrator) show(r *reportio.Migration) {
	out := m.app.stdout
	fmt.Fprintf(out, "moves   %d of %s of %s", r.Moved, plural(r.Records, m.from.Schema.Noun), r.From)
	if r.Refused > 0 {
		fmt.Fprintf(out, "; %d need a person first", r.Refused)
	}
	if r.OutOfScope > 0 {
		fmt.Fprintf(out, "; %d belong to people who were not asked for", r.OutOfScope)
	}
	fmt.Fprintln(out)
	if r.Lost > 0 || len(r.Losses) > 0 {
		fmt.Fprintf(out, "lost    %s\n", plural(r.Lost, m.from.Schema.Noun))
	}
	if r.Partial > 0 {
		fmt.Fprintf(out, "partly  %s, without something that stays behind\n", plural(r.Partial, m.from.Schema.Noun))
	}
	for i, loss := range r.Losses {
		if i == shownLosses {
			fmt.Fprintf(out, "        … and for %s more\n", plural(len(r.Losses)-i, "reason"))
			break
		}
		what := ""
		if loss.Column != "" {
			what = loss.Column + " only: "
		}
		fmt.Fprintf(out, "        %6d  %s%s\n", loss.Records, what, loss.Reason)
	}
	if m.move.Unmeasured() {
		fmt.Fprintf(out, "note    %s does not tell how long PINs may be there: migrate.lengths leaves those behind that do not fit\n", m.to.Account)
	}
	if r.MissingHolders > 0 {
		fmt.Fprintf(out, "people  %d of %s not known to %s: see %s\n", r.MissingHolders, r.From, m.to.Account, migrationio.MissingFile)
	}
	total := 0
	for _, c := range r.Calls {
		total += c.Calls
	}
	pace := "without a ceiling on the rate"
	if r.ExpectedSeconds > 0 || total == 0 {
		pace = "about " + inWords(time.Duration(r.ExpectedSeconds)*time.Second) + " at the configured rate"
	}
	fmt.Fprintf(out, "budget  %s, %s\n", plural(total, "call"), pace)
	for _, c := range r.Calls {
		fmt.Fprintf(out, "        %6d  %s: %s\n", c.Calls, c.Account, c.Endpoint)
	}
	if len(r.Files) > 0 {
		fmt.Fprintf(out, "files   %s\n", filepath.Join(r.Folder, strings.Join(r.Files, ", ")))
	}
}
