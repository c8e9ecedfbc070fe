// Package screen prints what plans, runs and checks came to: for people, or as the one JSON
// document of a command.
//
// Standard output gets the result and nothing else; problems of rosters and notes go to
// standard error.
package screen

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/terminal"
	"keyroster/io/reportio"
	"keyroster/providers"
	"keyroster/reconcile"
)

// ShownProblems is how many problems of a roster plan and apply print; check prints them
// all.
const ShownProblems = 10

// Screen is where a command prints, and how.
type Screen struct {
	Stdout, Stderr io.Writer
	Log            zerolog.Logger
	// JSON: the result is a document. LogJSON: what goes to standard error is lines of the
	// log. Quiet: nothing is said where all is well.
	JSON, LogJSON, Quiet bool
	Style                terminal.Style
}

// Problems prints problems of a roster, or logs them.
func (s *Screen) Problems(roster *reconcile.Roster) {
	if s.LogJSON {
		draft.LogProblems(s.Log, roster, ShownProblems)
		return
	}
	draft.ShowProblems(s.Stderr, terminal.Fold(s.Stderr), roster, ShownProblems)
}

// Note tells something beside the result.
func (s *Screen) Note(text string) {
	if s.LogJSON {
		s.Log.Info().Msg(text)
		return
	}
	fmt.Fprintln(s.Stderr, text)
}

// Plan prints the report of a plan: a table, or the whole as JSON.
func (s *Screen) Plan(report *reportio.Report, d *draft.Draft) error {
	switch {
	case s.JSON:
		return exit.Unwritten(reportio.WriteJSON(s.Stdout, report))
	case s.Quiet && report.ExitCode == exit.OK:
		return exit.Unwritten(s.fresh(report))
	}
	s.Problems(d.Roster)
	options := reportio.TableOptions{Color: s.Style.Colors(s.Stdout), Width: terminal.Fold(s.Stdout)}
	return exit.Unwritten(reportio.WritePlanTable(s.Style.Painted(s.Stdout), report, options))
}

// Run prints what a run has come to: a summary that a person understands at a glance, or
// the whole report as JSON, if the run got as far as a plan. shown: that document is out.
func (s *Screen) Run(out run.Outcome) (shown bool, err error) {
	report := out.Report
	if report == nil || out.Settled {
		return false, nil
	}
	switch {
	case s.JSON && out.Draft.Plan == nil:
		return false, nil // nothing was compared: the document of the error says all there is
	case s.JSON:
		return true, exit.Unwritten(reportio.WriteJSON(s.Stdout, report))
	case s.Quiet && report.ExitCode == exit.OK:
		return true, exit.Unwritten(s.fresh(report))
	}
	s.Problems(out.Draft.Roster)
	options := reportio.SummaryOptions{
		Color: s.Style.Colors(s.Stdout), Width: terminal.Fold(s.Stdout),
		Folder: out.Run.Place(), Files: out.Files,
	}
	return true, exit.Unwritten(reportio.WriteSummary(s.Style.Painted(s.Stdout), report, options))
}

// fresh prints, where all else is silent, the one line about people in no row whom the
// last good run did not name.
func (s *Screen) fresh(report *reportio.Report) error {
	text, err := reportio.FreshUnlisted(report)
	if err != nil || text == "" {
		return err
	}
	_, err = io.WriteString(s.Stdout, text)
	return err
}

// Markdown prints the report of a plan for a comment. It is whole without changes too: a
// comment that is missing says nothing.
func (s *Screen) Markdown(report *reportio.Report, digest string) error {
	options := reportio.MarkdownOptions{Digest: digest, More: "keyroster plan --json has all"}
	return exit.Unwritten(reportio.WriteMarkdown(s.Stdout, report, options))
}

// MarkdownStop prints why there is no plan of an account, for a comment: one about an
// earlier roster must not stay.
func (s *Screen) MarkdownStop(account string, f *failure.Error) {
	stop := reportio.Stop{
		Account: account, Why: f.Error(), Hint: f.Hint, ExitCode: exit.Code(f.Kind), Problems: f.Problems,
	}
	options := reportio.MarkdownOptions{More: "keyroster check has all"}
	if err := reportio.WriteMarkdownStop(s.Stdout, stop, options); err != nil {
		s.Log.Error().Err(err).Msg("the comment could not be written")
	}
}

// Check prints what a roster holds. Its error has the exit code.
func (s *Screen) Check(spec *providers.Spec, roster *reconcile.Roster) error {
	var err, result error
	if roster.Errors() > 0 {
		result = failure.Shown(failure.Roster)
	}
	switch {
	case s.JSON && result != nil:
		err = exit.Unwritten(json.NewEncoder(s.Stdout).Encode(struct {
			reportio.ErrorDocument
			Summary draft.CheckSummary `json:"summary"`
		}{exit.Document(draft.FirstError(roster)), draft.CheckSummaryOf(roster)}))
	case s.JSON:
		out := json.NewEncoder(s.Stdout)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		err = exit.Unwritten(out.Encode(draft.CheckDocumentOf(roster)))
	case !s.Quiet || result != nil:
		draft.WriteProblems(s.Stdout, spec.Title, roster)
	}
	return cmp.Or(err, result)
}
