package run

import (
	"cmp"
	"fmt"
	"io"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// write writes the reports and, last, the manifest that closes the run. A run that can be
// resumed gets no manifest.
func (r *record) write(report *reportio.Report, open bool) error {
	if report.Lines == nil {
		report.Lines = func(func(*reportio.Line, error) bool) {}
	}
	small, err := r.small(report)
	if err != nil {
		return err
	}
	if small != nil {
		err = r.writeSmall(small)
	} else {
		err = r.writeReports(report)
	}
	if err != nil {
		return err
	}
	outcomes := func() error { return r.writeCopy(report) }
	for _, more := range []func() error{r.writeFailed, r.writeJoiners, outcomes} {
		if err := more(); err != nil {
			return err
		}
	}
	if open {
		return nil
	}
	return r.closeFiles(report)
}

// writeReports writes the report in all of its formats.
func (r *record) writeReports(report *reportio.Report) error {
	side := r.sideFiles()
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{store.ReportJSONFile, func(w io.Writer) error { return reportio.WriteJSON(w, report) }},
		{store.ReportCSVFile, func(w io.Writer) error {
			return reportio.WriteCSV(w, report, reportio.CSVOptions{SideFile: side})
		}},
		{store.ReportXLSXFile, func(w io.Writer) error {
			return reportio.WriteXLSX(w, report, reportio.XLSXOptions{SideFile: side, TempDir: r.run.Scratch()})
		}},
		{store.ReportHTMLFile, func(w io.Writer) error {
			return reportio.WriteHTML(w, report, reportio.HTMLOptions{})
		}},
	}
	for _, f := range files {
		if err := r.run.Write(f.name, f.write); err != nil {
			return err
		}
	}
	return nil
}

// small is the report of a run to be kept small, nil if everything is kept: a run is kept small
// if it covered the whole account and roster and had nothing to send.
func (r *record) small(report *reportio.Report) (*reportio.Report, error) {
	switch {
	case r.account.Config.RunFiles != configio.RunFilesSmall, r.options.Transfer != nil,
		!r.planned(), r.journal != nil, r.marks == nil,
		!report.Converged, report.ExitCode != 0, report.LimitedTo != "":
		return nil, nil
	}
	small, ok, err := report.Small(r.draft.Plan, r.marks)
	if !ok || err != nil {
		return nil, err
	}
	return small, nil
}

// writeSmall writes the report of a run that is kept small, and removes its plan, which had no changes.
func (r *record) writeSmall(report *reportio.Report) error {
	err := r.run.Write(store.ReportJSONFile, func(w io.Writer) error { return reportio.WriteJSON(w, report) })
	if err != nil {
		return err
	}
	return r.run.Remove(store.PlanFile)
}

// closeFiles removes the sealed copy now that the reports are written, keeps what an undo
// needs, and closes the run.
func (r *record) closeFiles(report *reportio.Report) error {
	m := store.Manifest{Account: r.account.Config.Name}
	if err := r.closeKept(); err != nil {
		return err
	}
	if err := r.run.Unseal(); err != nil { // even if there is no journal
		return err
	}
	if r.journal != nil {
		m.JournalLastHash = r.journal.file.LastHash()
	}
	for _, in := range report.Inputs {
		m.Inputs = append(m.Inputs, store.Input{File: in.File, SHA256: in.SHA256})
	}
	return r.run.WriteManifest(m)
}

// sideFiles stores texts too long for a cell beside the reports.
func (r *record) sideFiles() reportio.SideFile {
	return func(line int, column, text string) (string, error) {
		name := reportio.SideFileName(line, column)
		return name, r.run.Write(name, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
	}
}

// writeJoiners lists the people who must be created first, if any.
func (r *record) writeJoiners() error {
	joiners := r.draft.Joiners()
	if len(joiners) == 0 || r.account.Spec.People == nil {
		return nil
	}
	return r.run.Write(migrationio.MissingFile, func(w io.Writer) error {
		return migrationio.WriteJoiners(w, r.account.Spec.People, joiners)
	})
}

// writeCopy writes the requested copy of the roster. The run keeps the same bytes, so that its
// manifest records what was handed out.
func (r *record) writeCopy(report *reportio.Report) error {
	if r.options.Copy == nil {
		return nil
	}
	return r.options.Copy.Outcomes(
		r.options.Sinks.Log,
		report,
		r.draft.Roster.Problems,
		func(name string, data []byte) error {
			r.run.HoldsValues(name)
			return r.run.Write(name, func(w io.Writer) error { _, err := w.Write(data); return err })
		},
	)
}

// copyResumed prepares the roster copy of a resumed run before anything is sent: the sealed
// copy contains no workbook, so the roster's file must still be in place and unchanged.
func (p *Planned) copyResumed() error {
	if p.options.MakeCopy == nil {
		return nil
	}
	if p.moved != nil {
		return failure.New(
			failure.Usage, "resume without --annotate",
			"--annotate copies a roster, but run %s is a migration, which has none", p.run.ID(),
		)
	}
	var err error
	p.options.Copy, err = p.options.MakeCopy(p.draft.Roster, p.draft.Columns)
	return err
}

// files are the names of the files to look at.
func (r *record) files() []string {
	var names []string
	for _, name := range []string{store.ReportHTMLFile, store.ReportXLSXFile, store.ReportCSVFile, store.ReportJSONFile} {
		if r.run.Has(name) { // a run kept small has only the last
			names = append(names, name)
		}
	}
	if failed := r.options.Secrecy.name(store.FailedFile); r.run.Has(failed) {
		names = append(names, failed) // the next step: correct these rows and apply them
	}
	if len(r.draft.Joiners()) > 0 {
		names = append(names, migrationio.MissingFile)
	}
	return names
}

// closeJournal ends the journal, unless the run stays open, and closes its file.
func (r *record) closeJournal(exitCode int, open bool) error {
	if r.journal == nil {
		return nil
	}
	var err error
	if !open {
		err = r.journal.end(exitCode)
	}
	return cmp.Or(err, r.journal.file.Close())
}

// hintOfReport says what to do if the reports could not be written.
func (r *record) hintOfReport() string {
	if r.journal == nil {
		return "nothing was changed; make the folder writable"
	}
	return fmt.Sprintf(
		"the journal has what was done; make the folder writable, then write the reports with keyroster resume %s",
		r.run.Argument(),
	)
}
