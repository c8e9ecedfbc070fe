package main

import (
	"fmt"
	"io"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/terminal"
	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

// shownProblems is how many problems of a roster plan and apply print; check prints
// them all.
const shownProblems = 10

// showProblems prints the problems of a roster, errors first, each on a line; past the
// first most it counts them. On a terminal they are folded at words.
func (a *app) showProblems(roster *reconcile.Roster, most int) {
	shown, hidden := 0, 0
	for _, severity := range []reconcile.Severity{reconcile.SeverityError, reconcile.SeverityWarning} {
		for i := range roster.Problems {
			p := &roster.Problems[i]
			switch {
			case p.Severity != severity:
			case shown < most:
				shown++
				text := fmt.Sprintf("%s: %s", p.Severity, p)
				if width := terminal.Fold(a.stderr); width > 0 {
					text = reportio.Sentence(text, width)
				}
				fmt.Fprintln(a.stderr, text)
			default:
				hidden++
			}
		}
	}
	if hidden > 0 {
		where := "keyroster check lists them all"
		if roster.Problems[0].Kind == migration.KindMove {
			where = migrationio.LossFile + " has them all"
		}
		fmt.Fprintf(a.stderr, "… and %s more; %s\n", failure.Plural(hidden, "problem"), where)
	}
}

// showPlan prints the report of a plan: a table, or the whole as JSON.
func (a *app) showPlan(report *reportio.Report, d *draft.Draft) error {
	switch {
	case a.json:
		return unwritten(reportio.WriteJSON(a.stdout, report))
	case a.quiet && report.ExitCode == exitOK:
		return unwritten(a.showFresh(report))
	}
	a.showProblems(d.Roster, shownProblems)
	style := a.style()
	options := reportio.TableOptions{Color: style.Colors(a.stdout), Width: terminal.Fold(a.stdout)}
	return unwritten(reportio.WritePlanTable(style.Painted(a.stdout), report, options))
}

// showRun prints what a run has come to: a summary that a person understands at a
// glance, or the whole report as JSON, if the run got as far as a plan. shown: that
// document is out.
func (a *app) showRun(out run.Outcome) (shown bool, err error) {
	report := out.Report
	if report == nil || out.Settled {
		return false, nil
	}
	switch {
	case a.json && out.Draft.Plan == nil:
		return false, nil // nothing was compared: the document of the error says all there is
	case a.json:
		return true, unwritten(reportio.WriteJSON(a.stdout, report))
	case a.quiet && report.ExitCode == exitOK:
		return true, unwritten(a.showFresh(report))
	}
	a.showProblems(out.Draft.Roster, shownProblems)
	style := a.style()
	options := reportio.SummaryOptions{
		Color: style.Colors(a.stdout), Width: terminal.Fold(a.stdout),
		Folder: out.Run.Place(), Files: out.Files,
	}
	return true, unwritten(reportio.WriteSummary(style.Painted(a.stdout), report, options))
}

// showFresh prints, where all else is silent, the one line about people in no row whom
// the last good run did not name.
func (a *app) showFresh(report *reportio.Report) error {
	text, err := reportio.FreshUnlisted(report)
	if err != nil || text == "" {
		return err
	}
	_, err = io.WriteString(a.stdout, text)
	return err
}
