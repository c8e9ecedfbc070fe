package audit

import (
	"errors"
	"fmt"
	"io/fs"

	"keyroster/cmd/internal/failure"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// notYetCheckable is why a check cannot be made on an open run: it needs a file written at the
// run's end.
type notYetCheckable string

func (u notYetCheckable) Error() string { return string(u) }

// notYetWritten is the reason for a missing file.
func notYetWritten(name string) notYetCheckable {
	return notYetCheckable(name + " is written at the end of the run")
}

// isOpen reports whether the run is open, and may lack files written at its end.
func (r *runFiles) isOpen() bool { return r.status.Status == store.RunOpen }

// lacks reports whether a file is missing because the run is open.
func (r *runFiles) lacks(err error) bool { return r.isOpen() && errors.Is(err, fs.ErrNotExist) }

// checks recomputes what a run claims.
func (r *runFiles) checks() []Check {
	var out []Check
	add := func(name, detail string, err error) {
		if err != nil {
			detail = err.Error()
		}
		_, open := errors.AsType[notYetCheckable](err)
		out = append(out, Check{Name: name, OK: err == nil, Open: open, Detail: detail})
	}
	detail, err := r.checkManifest()
	add("manifest", detail, err)
	detail, err = r.checkJournal()
	add("journal", detail, err)
	detail, err = r.checkPlan()
	add("plan", detail, err)
	lines := r.walk()
	detail, err = r.checkReport(&lines.order)
	add("report", detail, err)
	add("lines", failure.Plural(lines.compared, "line")+" as planned", r.compared(lines.plan.err(), r.planErr))
	add("outcomes", failure.Plural(lines.journaled, "line")+" match the journal",
		r.compared(lines.journal.err(), r.journalErr))
	detail, err = r.checkInputs()
	add("inputs", detail, err)
	return out
}

// compared is the result of comparing the report's lines with another file: an unreadable file
// proves nothing, and one that the run never wrote is no fault.
func (r *runFiles) compared(found, unread error) error {
	switch {
	case found != nil:
		return found
	case r.lacks(r.reportErr):
		return notYetWritten(store.ReportJSONFile)
	case r.report == nil:
		return fmt.Errorf("nothing was compared: %s cannot be read", store.ReportJSONFile)
	case unread != nil && !errors.Is(unread, fs.ErrNotExist):
		return errors.New("nothing was compared: the other file cannot be read")
	}
	return nil
}

func (r *runFiles) checkManifest() (string, error) {
	if errors.Is(r.manifestErr, store.ErrNoManifest) {
		why := fmt.Sprintf("there is no %s: %s; %s", store.ManifestFile, r.status.Describe(), r.status.NextStep())
		if r.isOpen() {
			return "", notYetCheckable(why)
		}
		return "", errors.New(why)
	}
	if r.manifestErr != nil {
		return "", r.manifestErr
	}
	var f findings
	for _, name := range r.against.Differ {
		f.add("%s was changed", name)
	}
	for _, name := range r.against.Missing {
		f.add("%s is missing", name)
	}
	for _, name := range r.against.Extra {
		f.add("%s was added later", name)
	}
	return failure.Plural(len(r.manifest().Files), "file") + " unchanged since they were written", f.err()
}

func (r *runFiles) checkJournal() (string, error) {
	manifest := r.manifest()
	if errors.Is(r.journalErr, fs.ErrNotExist) {
		switch {
		case manifest != nil && manifest.JournalLastHash != "":
			return "", fmt.Errorf("there is no %s, but the manifest has its last hash", store.JournalFile)
		case r.applied() > 0:
			return "", fmt.Errorf("there is no %s, but the report has %s applied",
				store.JournalFile, failure.Plural(r.applied(), "line"))
		}
		return "none: nothing was sent", nil
	}
	if damage, ok := errors.AsType[*journalio.DamageError](r.journalErr); ok {
		return "", fmt.Errorf("%s line %d: %s", store.JournalFile, damage.Line, damage.Reason)
	}
	if r.journalErr != nil {
		return "", r.journalErr
	}
	j := r.journal
	switch {
	case r.isOpen() && !j.Ended:
		// A torn last line is removed, and noted, when the run resumes.
		return failure.Plural(j.Entries, "line") + " in one chain so far", nil
	case j.Torn > 0:
		return "", fmt.Errorf("%s line %d is incomplete: only %s present",
			store.JournalFile, j.Entries+1, failure.Plural(int(j.Torn), "byte"))
	case !j.Ended:
		return "", fmt.Errorf(
			"%s ends after line %d without its closing line", store.JournalFile, j.Entries,
		)
	case manifest != nil && manifest.JournalLastHash != j.LastHash:
		return "", fmt.Errorf(
			"%s line %d is not the last line recorded in the manifest", store.JournalFile, j.Entries,
		)
	case j.RunID() != r.run.ID():
		return "", fmt.Errorf("%s is the journal of run %q", store.JournalFile, j.RunID())
	}
	return failure.Plural(j.Entries, "line") + " in one chain", nil
}

func (r *runFiles) checkPlan() (string, error) {
	if errors.Is(r.planErr, fs.ErrNotExist) {
		switch {
		case r.manifestHas(store.PlanFile):
			return "", fmt.Errorf("there is no %s, but the manifest has it", store.PlanFile)
		case r.applied() > 0:
			return "", fmt.Errorf("there is no %s, but the report has %s applied",
				store.PlanFile, failure.Plural(r.applied(), "line"))
		case r.keptSmall():
			return "none: the run changed nothing and was kept small", nil
		}
		return "none: the run ended before it saved one", nil
	}
	if r.planErr != nil {
		return "", r.planErr
	}
	var f findings
	if r.plan.RunID != "" && r.plan.RunID != r.run.ID() {
		f.add("%s is the plan of run %q", store.PlanFile, r.plan.RunID)
	}
	n := 0
	for line, err := range r.plan.Lines {
		if err != nil {
			return "", err
		}
		if line.Line != n {
			f.add("%s has line %d where line %d is expected", store.PlanFile, line.Line, n)
		}
		n++
	}
	if r.report != nil && (r.plan.Account != r.report.Account || r.plan.Provider != r.report.Provider) {
		f.add("%s is for another account than the report", store.PlanFile)
	}
	return failure.Plural(n, "line") + ", " + r.plan.Digest, f.err()
}

// checkReport checks that the report adds up: rows + records without a row = sum of the
// outcomes = lines. Reading it has already compared the lines with the totals.
func (r *runFiles) checkReport(f *findings) (string, error) {
	if r.lacks(r.reportErr) {
		return "", notYetWritten(store.ReportJSONFile)
	}
	if r.report == nil {
		return "", r.reportErr
	}
	if r.reportErr != nil {
		f.add("read report: %v", r.reportErr)
		return "", f.err()
	}
	r.compareCSV(f)
	s := &r.report.Summary
	without := s.Sum() - s.Rows
	// A run limited to some holders has lines only for their records.
	if unmatched := s.Records - s.Matched; without < 0 || without > unmatched {
		f.add("%s does not add up: the outcomes total %d, but there are %d rows and %d records without a row",
			store.ReportJSONFile, s.Sum(), s.Rows, unmatched)
	}
	if r.report.RunID != r.run.ID() {
		f.add("%s is the report of run %q", store.ReportJSONFile, r.report.RunID)
	}
	if m := r.manifest(); m != nil && m.Account != "" && m.Account != r.report.Account {
		f.add("%s is for another account than the manifest", store.ReportJSONFile)
	}
	detail := fmt.Sprintf("%s + %s without a row = %s", failure.Plural(s.Rows, "row"),
		failure.Plural(without, "record"), failure.Plural(s.Sum(), "line"))
	return reportio.JoinFilled("; ", detail, reportio.KeptSmallSentence(r.report)), f.err()
}
