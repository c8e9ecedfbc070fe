package console

import (
	"io"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/terminal"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// shownProblems is how many problems of a roster are printed with a plan; check prints all.
const shownProblems = 10

// ShowProblems prints or logs the first problems of a roster.
func (c *Console) ShowProblems(roster *reconcile.Roster) {
	if c.LogFormat == "json" {
		draft.LogProblems(c.Log, roster, shownProblems)
		return
	}
	draft.ShowProblems(c.Stderr, terminal.WrapWidth(c.Stderr), roster, shownProblems)
}

// ShowPlan prints the report of a plan: as a table, or whole as JSON.
func (c *Console) ShowPlan(report *reportio.Report, d *draft.Draft) error {
	switch {
	case c.JSON:
		return exit.OutputFailure(reportio.WriteJSON(c.Stdout, report))
	case c.Quiet && report.ExitCode == exit.OK:
		return exit.OutputFailure(c.showFresh(report))
	}
	c.ShowProblems(d.Roster)
	style := c.style()
	options := reportio.TableOptions{Color: style.Colors(c.Stdout), Width: terminal.WrapWidth(c.Stdout)}
	return exit.OutputFailure(reportio.WritePlanTable(style.Painted(c.Stdout), report, options))
}

// ShowMarkdown prints the report of a plan as a review comment; digest is empty for a plan that
// cannot be applied. It is printed even without changes: a missing comment says nothing.
func (c *Console) ShowMarkdown(report *reportio.Report, digest string) error {
	options := reportio.MarkdownOptions{Digest: digest, More: "keyroster plan --json shows all"}
	return exit.OutputFailure(reportio.WriteMarkdown(c.Stdout, report, options))
}

// ShowMarkdownStop prints, for a review comment, why an account has no plan: a comment about an
// earlier roster must not remain.
func (c *Console) ShowMarkdownStop(account string, f *failure.Error) {
	stop := reportio.Stop{
		Account: account, Why: f.Error(), Hint: f.Hint, ExitCode: exit.Code(f.Kind), Problems: f.Problems,
	}
	options := reportio.MarkdownOptions{More: "keyroster check shows all"}
	if err := reportio.WriteMarkdownStop(c.Stdout, stop, options); err != nil {
		c.Log.Error().Err(err).Msg("could not write the comment")
	}
}

// EndRun prints the outcome of a run: a short summary, or the whole report as JSON if the run
// got as far as a plan. It returns err, or else the error of printing.
func (c *Console) EndRun(out run.Outcome, err error) error {
	shown, failed := c.showRun(out)
	if err == nil {
		err = failed
	}
	if shown {
		return exit.Documented(err)
	}
	return err
}

// showRun prints the outcome of a run. shown: its document was printed.
func (c *Console) showRun(out run.Outcome) (shown bool, err error) {
	report := out.Report
	if report == nil || out.Settled {
		return false, nil
	}
	switch {
	case c.JSON && out.Draft.Plan == nil:
		return false, nil // nothing was compared: the error's document says everything
	case c.JSON:
		return true, exit.OutputFailure(reportio.WriteJSON(c.Stdout, report))
	case c.Quiet && report.ExitCode == exit.OK:
		return true, exit.OutputFailure(c.showFresh(report))
	}
	c.ShowProblems(out.Draft.Roster)
	style := c.style()
	options := reportio.SummaryOptions{
		Color: style.Colors(c.Stdout), Width: terminal.WrapWidth(c.Stdout),
		Folder: out.Run.Path(""), Files: out.Files,
	}
	return true, exit.OutputFailure(reportio.WriteSummary(style.Painted(c.Stdout), report, options))
}

// showFresh prints, when all else is silent, the one line about unlisted people whom the last
// good run did not name.
func (c *Console) showFresh(report *reportio.Report) error {
	text, err := reportio.FreshUnlisted(report)
	if err != nil || text == "" {
		return err
	}
	_, err = io.WriteString(c.Stdout, text)
	return err
}
