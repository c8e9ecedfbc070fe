package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/io/rundir"
	"keyroster/io/statedir"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// result is the error that a run ends with, or nil when all is as desired.
func (s *session) result(ctx context.Context) error {
	cause, left := s.howEnded(ctx), s.unhealed()
	if len(s.run.Parked) == 0 && len(left) == 0 {
		return cause
	}
	s.lookUpLeft(ctx)
	code, words, hint := exitPartial, "", ""
	switch {
	case len(s.run.Parked) == 0:
		words, hint = unhealedWords(left), unhealedHint(left)
	default:
		words, hint = s.leftParked(), "nothing is told to the doors until it has a value of its own; to try again: keyroster resume "+s.dir.Path("")+"; if the provider refuses it for good: keyroster resume "+s.dir.Path("")+" --abandon"
		if len(left) > 0 {
			words += "; " + unhealedWords(left)
		}
	}
	if cause != nil {
		code = exitOf(cause)
		if !classify(cause).shown {
			words += "; " + cause.Error()
		}
	}
	return fail(code, hint, "%s", words)
}

// leftParked names the people whose credential stays on a temporary value.
func (s *session) leftParked() string {
	var words []string
	for _, line := range s.run.Parked {
		words = append(words, s.draft.plan.HaveRecord(line).Whose()+" is left on a temporary value, or may be")
	}
	return strings.Join(words, "; ")
}

// howEnded is the error that a run ends with when nobody is left parked.
func (s *session) howEnded(ctx context.Context) error {
	switch stop := s.run.Stop; {
	case errors.Is(stop, context.Canceled):
		return fail(exitInterrupted, "to go on: keyroster resume "+s.dir.Path(""), "interrupted: what was in flight was finished, and the rest was not attempted")
	case errors.Is(stop, engine.ErrDeadline), errors.Is(stop, engine.ErrTooManyFailures), errors.Is(stop, engine.ErrFirst):
		return fail(exitPartial, "to go on: keyroster resume "+s.dir.Path(""), "the run stopped: %w", stop)
	case stop != nil:
		f := classify(stop)
		hint := "to go on: keyroster resume " + s.dir.Path("")
		if f.hint != "" {
			hint = f.hint + "; then " + hint
		}
		return &failure{code: f.code, err: fmt.Errorf("the run stopped: %w", stop), hint: hint}
	case ctx.Err() != nil:
		return fail(exitInterrupted, "", "interrupted after the last write")
	case s.unsaved != nil:
		return fail(exitError, "the changes are made, and the report says which; see to it that the state folder can be written: the next apply closes this run", "%w", s.unsaved)
	case s.run.Converged() && s.draft.answered() && s.run.FinishErr == nil && (!s.run.Finish.Needed || !s.run.Finish.AnsweredAt.IsZero()):
		return nil
	}
	return &failure{code: exitPartial, shown: true}
}

// savePlan holds the draft to what was approved and writes plan.json.
func (s *session) savePlan(ctx context.Context) error {
	file, err := s.app.planFile(ctx, s.acc, s.draft, s.state)
	if err != nil {
		return err
	}
	file.RunID = s.dir.ID
	if s.saved.expect != "" {
		digest, err := file.ComputeDigest()
		if err != nil {
			return fail(exitError, "", "compute the plan's digest: %v", err)
		}
		if digest != s.saved.expect {
			return fail(exitUnsafe, "look at keyroster plan", "the plan is %s now, not %s", digest, s.saved.expect)
		}
	}
	if s.approved != nil {
		if err := s.draft.holdTo(s.approved, s.acc.config.Park, file.Marks); err != nil {
			return err
		}
		s.draft.check(s.flags)
	}
	if err := s.dir.Write(rundir.PlanFile, func(w io.Writer) error { return reportio.WritePlan(w, file.PlanFile) }); err != nil {
		return &failure{code: exitError, err: err}
	}
	s.digest = file.Digest
	return nil
}

// finish writes the reports and the manifest, remembers a good run, and tells
// the user. cause is how the work ended.
func (s *session) finish(cause error) error {
	if s.draft == nil || s.draft.listing == nil && s.draft.plan == nil {
		s.draft = orDraft(s.draft)
	}
	report := s.app.report(s.command, s.acc, s.draft, s.run)
	s.report = report
	report.NamedBefore = namedBefore(s.state)
	report.RunID = s.dir.ID
	report.Converged = report.Converged && len(s.unhealed()) == 0
	report.Lead = append(report.Lead, s.onTemporaryValues()...)
	report.ExitCode = exitOf(cause)
	if s.migration != nil && s.migration.migrator != nil && s.draft.plan != nil {
		report.Migration = s.migration.migrator.report(s.acc, s.draft)
	}
	if s.settleOnly {
		report.LimitedTo = reportio.LimitedToSettling
	}
	if s.draft.plan != nil && report.LimitedTo == "" {
		left := s.sizes()
		report.Sizes = &left
	}
	if f, ok := errors.AsType[*failure](cause); ok {
		f.run = s.dir.Path("")
		if !f.shown {
			report.Stopped = f.Error()
		}
	}
	open := s.stillOpen()
	if err := s.closeJournal(report.ExitCode, open); err != nil {
		s.app.log.Error().Err(err).Msg("the journal could not be closed")
		open = true
	}
	if err := s.write(report, open); err != nil {
		s.app.log.Error().Err(err).Msg("the report could not be written")
		if report.ExitCode == exitOK || report.ExitCode == exitPartial {
			cause = &failure{code: exitError, err: err, run: s.dir.Path(""), hint: s.hintOfReport()}
		}
		s.unwritten = true
		open = s.journal != nil // what was done is known; resume writes it down
	}
	if err := s.migration.complete(s); err != nil && exitOf(cause) == exitOK {
		cause = &failure{code: exitError, err: err, run: s.dir.Path("")}
	}
	if err := s.close(report, open); err != nil {
		s.app.log.Error().Err(err).Msg("the run is over, and the state folder does not know")
		if exitOf(cause) == exitOK {
			cause = err
		}
	}
	if s.settleOnly {
		return cause
	}
	if err := s.tell(report); err != nil && exitOf(cause) == exitOK {
		cause = err
	}
	return cause
}

// hintOfReport says what to do when the reports could not be written.
func (s *session) hintOfReport() string {
	if s.journal == nil {
		return "nothing was changed; see to it that the folder can be written"
	}
	return "what was done stands in the journal; once the folder can be written, this writes the reports: keyroster resume " + s.dir.Path("")
}

// stillOpen reports whether the run was stopped before its work was done, or has
// left somebody parked, so that it can be resumed.
func (s *session) stillOpen() bool {
	return s.journal != nil && (s.run == nil || s.run.Stop != nil || len(s.run.Parked) > 0)
}

// close remembers the run: its sizes are what the next is measured against.
func (s *session) close(report *reportio.Report, open bool) error {
	good := !s.settleOnly && !open && (report.ExitCode == exitOK || report.ExitCode == exitPartial) && len(s.flags.holders) == 0 && !s.draft.roster.Partial()
	if good && s.draft.plan != nil {
		if err := s.rememberUnlisted(); err != nil {
			return err
		}
	}
	return s.remember(func(m *statedir.State) {
		if !open {
			m.OpenRun = ""
		}
		m.Replaced = s.replacedSince(m.Replaced)
		if !open && !s.settleOnly && s.leftKnown {
			m.LeftParked = runsOf(s.unhealed())
		}
		if good && report.Sizes != nil {
			m.LastGood = &statedir.LastGood{RunID: s.dir.ID, Records: report.Sizes.Records, Rows: report.Sizes.Rows, At: report.FinishedAt}
		}
	})
}

// write writes the reports and, last, the manifest that closes the folder.
// A run that can be resumed has none.
func (s *session) write(report *reportio.Report, open bool) error {
	if report.Lines == nil {
		report.Lines = func(func(*reportio.Line, error) bool) {}
	}
	side := s.sideFiles()
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{rundir.ReportJSONFile, func(w io.Writer) error { return reportio.WriteJSON(w, report) }},
		{rundir.ReportCSVFile, func(w io.Writer) error {
			return reportio.WriteCSV(w, report, reportio.CSVOptions{SideFile: side})
		}},
		{rundir.ReportXLSXFile, func(w io.Writer) error {
			return reportio.WriteXLSX(w, report, reportio.XLSXOptions{SideFile: side, TempDir: s.dir.Path("")})
		}},
		{rundir.ReportHTMLFile, func(w io.Writer) error {
			return reportio.WriteHTML(w, report, reportio.HTMLOptions{})
		}},
	}
	for _, f := range files {
		if err := s.dir.Write(f.name, f.write); err != nil {
			return err
		}
	}
	if err := s.writeFailed(); err != nil {
		return err
	}
	if err := s.writeJoiners(); err != nil {
		return err
	}
	if err := s.annotate(report); err != nil {
		return err
	}
	if open {
		return nil
	}
	if err := s.unseal(); err != nil {
		return err
	}
	m := rundir.Manifest{Account: s.acc.config.Name}
	if s.journal != nil {
		m.JournalLastHash = s.journal.LastHash()
	}
	for _, in := range report.Inputs {
		m.Inputs = append(m.Inputs, rundir.Input{File: in.File, SHA256: in.SHA256})
	}
	return s.dir.WriteManifest(m)
}

// sideFileName is where a run keeps a text that no cell can hold.
func sideFileName(line int, column string) string {
	return fmt.Sprintf("report.files/%d.%s.txt", line, column)
}

// sideFiles keeps texts that no cell can hold beside the reports.
func (s *session) sideFiles() reportio.SideFile {
	return func(line int, column, text string) (string, error) {
		name := sideFileName(line, column)
		return name, s.dir.Write(name, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
	}
}

// tell prints the result: a summary that a person understands at a glance, or
// the whole report as JSON, if the run got as far as a plan.
func (s *session) tell(report *reportio.Report) error {
	var err error
	switch {
	case s.app.json && s.draft.plan == nil:
		// Nothing was compared: the document of the error says all there is.
	case s.app.json:
		s.app.printed = true
		err = reportio.WriteJSON(s.app.stdout, report)
	case s.app.quiet && report.ExitCode == exitOK:
		err = s.app.tellFresh(report)
	default:
		s.app.showProblems(s.draft.roster, shownProblems)
		options := reportio.SummaryOptions{Color: s.app.color(s.app.stdout), Folder: s.dir.Path(""), Files: []string{rundir.ReportHTMLFile, rundir.ReportXLSXFile, rundir.ReportCSVFile, rundir.ReportJSONFile}}
		if _, err := os.Stat(s.dir.Path(s.secrecy.name(rundir.FailedFile))); err == nil {
			// What to do next: correct these rows and apply them.
			options.Files = append(options.Files, s.secrecy.name(rundir.FailedFile))
		}
		if len(s.draft.joiners()) > 0 {
			options.Files = append(options.Files, migrationio.MissingFile)
		}
		if s.unwritten {
			options.Files = nil
		}
		if isTerminal(s.app.stdout) {
			options.Width = width(s.app.stdout)
		}
		err = reportio.WriteSummary(s.app.painted(s.app.stdout), report, options)
	}
	if err != nil {
		return fail(exitError, "", "write the result: %v", err)
	}
	return nil
}

// orDraft is a draft that reports can be made from although nothing was planned.
func orDraft(d *draft) *draft {
	if d == nil {
		d = &draft{}
	}
	if d.roster == nil {
		d.roster = &reconcile.Roster{}
	}
	return d
}
