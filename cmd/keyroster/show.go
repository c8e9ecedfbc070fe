package main

import (
	"fmt"
	"io"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/terminal"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// shownProblems is how many problems of a roster plan and apply print; check prints
// them all.
const shownProblems = 10

// showProblems prints the problems of a roster, or logs them.
func (a *app) showProblems(roster *reconcile.Roster, most int) {
	if a.logFormat == "json" {
		draft.LogProblems(a.log, roster, most)
		return
	}
	draft.ShowProblems(a.stderr, terminal.Fold(a.stderr), roster, most)
}

// note tells something beside the result.
func (a *app) note(text string) {
	if a.logFormat == "json" {
		a.log.Info().Msg(text)
		return
	}
	fmt.Fprintln(a.stderr, text)
}

// showPlan prints the report of a plan: a table, or the whole as JSON.
func (a *app) showPlan(report *reportio.Report, d *draft.Draft) error {
	switch {
	case a.json:
		return unwritten(reportio.WriteJSON(a.stdout, report))
	case a.quiet && report.ExitCode == exit.OK:
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
	case a.quiet && report.ExitCode == exit.OK:
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
