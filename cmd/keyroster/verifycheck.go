package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"keyroster/io/journalio"
	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/io/rosterio"
	"keyroster/io/rundir"
	"keyroster/reconcile"
)

// checks computes again what a run claims.
func (r *runFiles) checks() []runCheck {
	var out []runCheck
	add := func(name, detail string, err error) {
		if err != nil {
			detail = err.Error()
		}
		out = append(out, runCheck{Name: name, OK: err == nil, Detail: detail})
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
	add("lines", plural(lines.compared, "line")+" as planned", r.compared(lines.plan.err(), r.planErr))
	add("outcomes", plural(lines.journaled, "line")+" ended as the journal says", r.compared(lines.journal.err(), r.journalErr))
	detail, err = r.checkInputs()
	add("inputs", detail, err)
	return out
}

// compared is what came of holding the report's lines against another file: what
// could not be read proves nothing, and a file that a run never wrote is no fault.
func (r *runFiles) compared(found, unread error) error {
	switch {
	case found != nil:
		return found
	case r.report == nil:
		return fmt.Errorf("nothing was compared: %s cannot be read", rundir.ReportJSONFile)
	case unread != nil && !errors.Is(unread, fs.ErrNotExist):
		return errors.New("nothing was compared: the other file cannot be read")
	}
	return nil
}

func (r *runFiles) checkManifest() (string, error) {
	if errors.Is(r.manifestErr, rundir.ErrNoManifest) {
		return "", fmt.Errorf("there is no %s: %s; %s", rundir.ManifestFile, r.stands.says(), r.stands.next())
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
		f.add("%s came later", name)
	}
	return plural(len(r.manifest().Files), "file") + " as they were written", f.err()
}

func (r *runFiles) checkJournal() (string, error) {
	manifest := r.manifest()
	if errors.Is(r.journalErr, fs.ErrNotExist) {
		switch {
		case manifest != nil && manifest.JournalLastHash != "":
			return "", fmt.Errorf("there is no %s, but the manifest has its last hash", rundir.JournalFile)
		case r.applied() > 0:
			return "", fmt.Errorf("there is no %s, but the report has %s applied", rundir.JournalFile, plural(r.applied(), "line"))
		}
		return "none: nothing was sent", nil
	}
	if damage, ok := errors.AsType[*journalio.DamageError](r.journalErr); ok {
		return "", fmt.Errorf("%s line %d: %s", rundir.JournalFile, damage.Line, damage.Reason)
	}
	if r.journalErr != nil {
		return "", r.journalErr
	}
	j := r.journal
	switch {
	case j.Torn > 0:
		return "", fmt.Errorf("%s line %d is torn: %s of it are there", rundir.JournalFile, j.Entries+1, plural(int(j.Torn), "byte"))
	case !j.Ended:
		return "", fmt.Errorf("%s breaks off after line %d: its closing line is missing", rundir.JournalFile, j.Entries)
	case manifest != nil && manifest.JournalLastHash != j.LastHash:
		return "", fmt.Errorf("%s line %d is not the last line that the manifest knows", rundir.JournalFile, j.Entries)
	case j.RunID() != r.id:
		return "", fmt.Errorf("%s is the journal of run %q", rundir.JournalFile, j.RunID())
	}
	return plural(j.Entries, "line") + " in one chain", nil
}

func (r *runFiles) checkPlan() (string, error) {
	if errors.Is(r.planErr, fs.ErrNotExist) {
		switch {
		case r.manifestHas(rundir.PlanFile):
			return "", fmt.Errorf("there is no %s, but the manifest has it", rundir.PlanFile)
		case r.applied() > 0:
			return "", fmt.Errorf("there is no %s, but the report has %s applied", rundir.PlanFile, plural(r.applied(), "line"))
		}
		return "none: the run was refused before it saved one", nil
	}
	if r.planErr != nil {
		return "", r.planErr
	}
	var f findings
	if r.plan.RunID != "" && r.plan.RunID != r.id {
		f.add("%s is the plan of run %q", rundir.PlanFile, r.plan.RunID)
	}
	n := 0
	for line, err := range r.plan.Lines {
		if err != nil {
			return "", err
		}
		if line.Line != n {
			f.add("%s has line %d where line %d belongs", rundir.PlanFile, line.Line, n)
		}
		n++
	}
	if r.report != nil && (r.plan.Account != r.report.Account || r.plan.Provider != r.report.Provider) {
		f.add("%s is for another account than the report", rundir.PlanFile)
	}
	return plural(n, "line") + ", " + r.plan.Digest, f.err()
}

// checkReport closes the report: rows + records without a row = sum of the
// outcomes = lines. Reading it has held the lines against the totals.
func (r *runFiles) checkReport(f *findings) (string, error) {
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
	// A run for some holders has lines for their records alone.
	if unmatched := s.Records - s.Matched; without < 0 || without > unmatched {
		f.add("%s does not close: the outcomes add up to %d, but there are %d rows and %d records without a row", rundir.ReportJSONFile, s.Sum(), s.Rows, unmatched)
	}
	if r.report.RunID != r.id {
		f.add("%s is the report of run %q", rundir.ReportJSONFile, r.report.RunID)
	}
	if m := r.manifest(); m != nil && m.Account != "" && m.Account != r.report.Account {
		f.add("%s is for another account than the manifest", rundir.ReportJSONFile)
	}
	return fmt.Sprintf("%s + %s without a row = %s", plural(s.Rows, "row"), plural(without, "record"), plural(s.Sum(), "line")), f.err()
}

// checkInputs hashes the inputs that still stand where the run read them.
func (r *runFiles) checkInputs() (string, error) {
	var f findings
	inputs, gone, changed, same := r.inputs(&f), []string(nil), []string(nil), 0
	for _, in := range inputs {
		if in.File == rosterio.Stdin || in.File == stdinName {
			gone = append(gone, stdinName)
			continue
		}
		switch digest, err := digestOf(in.File); {
		case errors.Is(err, fs.ErrNotExist):
			gone = append(gone, in.File)
		case err != nil:
			f.add("%v", err)
		case digest != in.SHA256:
			// A roster is replaced every night; that says nothing about the run.
			changed = append(changed, in.File)
		default:
			same++
		}
	}
	detail := fmt.Sprintf("%d of %s as the run read them", same, plural(len(inputs), "file"))
	if len(gone) > 0 {
		detail += "; not there any more: " + strings.Join(gone, ", ")
	}
	if len(changed) > 0 {
		detail += "; changed or replaced since: " + strings.Join(changed, ", ")
	}
	return detail, f.err()
}

// stdinName is what reports call standard input.
const stdinName = "standard input"

// inputs are the files that the run read, which manifest, report and plan must
// agree on.
func (r *runFiles) inputs(f *findings) []reportio.Input {
	var inputs []reportio.Input
	if m := r.manifest(); m != nil {
		for _, in := range m.Inputs {
			inputs = append(inputs, reportio.Input{File: in.File, SHA256: in.SHA256})
		}
	}
	if r.report != nil {
		if r.manifest() != nil && !slices.Equal(inputs, r.report.Inputs) {
			f.add("the manifest and %s name other inputs", rundir.ReportJSONFile)
		}
		inputs = r.report.Inputs
	}
	if r.plan != nil && r.report == nil && r.manifest() == nil {
		for _, in := range r.plan.Roster {
			inputs = append(inputs, reportio.Input{File: in.File, SHA256: in.SHA256})
		}
		return inputs
	}
	if r.plan != nil {
		for _, in := range r.plan.Roster {
			if !slices.Contains(inputs, reportio.Input{File: in.File, SHA256: in.SHA256}) {
				f.add("%s was made from other bytes of %s", rundir.PlanFile, in.File)
			}
		}
	}
	return inputs
}

func digestOf(path string) (string, error) {
	f, err := plainfile.Open(path, plainfile.Unlimited)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// walked is what one pass over the report's lines found.
type walked struct {
	order, plan, journal findings
	compared, journaled  int
}

// walk holds every line of the report against its place, its line of the plan
// and its outcome in the journal.
func (r *runFiles) walk() *walked {
	w := &walked{}
	if r.report == nil {
		return w
	}
	plan, stop := r.planLines()
	defer stop()
	n := 0
	planned, ok := plan()
	for line, err := range r.report.Lines {
		if err != nil {
			w.order.add("%v", err)
			return w
		}
		if line.Line != n {
			w.order.add("%s has line %d where line %d belongs", rundir.ReportJSONFile, line.Line, n)
			n = line.Line // one that is missing or doubled displaces no other
		}
		for ok && planned.Line < line.Line {
			planned, ok = plan()
		}
		if r.plan != nil {
			w.comparePlan(line, planned, ok)
		}
		if r.journal != nil {
			w.compareJournal(line, r.journal.Lines[line.Line])
		}
		n++
	}
	if ok && planned.Line < n {
		planned, ok = plan()
	}
	if ok {
		w.plan.add("%s has line %d, and the report has not", rundir.PlanFile, planned.Line)
	}
	if r.journal != nil {
		for line := range r.journal.FinalOutcomes() {
			if line >= n {
				w.journal.add("the journal has an outcome of line %d, and the report has no such line", line)
			}
		}
	}
	return w
}

func (w *walked) comparePlan(line *reportio.Line, planned *reportio.PlanLine, there bool) {
	w.compared++
	what := ""
	switch {
	case !there || planned.Line != line.Line:
		w.plan.add("%s has line %d, and the plan has not", rundir.ReportJSONFile, line.Line)
		return
	case planned.CredentialID != line.CredentialID:
		what = "credential_id"
	case planned.Situation != line.Situation:
		what = "situation"
	case planned.Action != line.Action:
		what = "action"
	case planned.Outcome != reconcile.Planned && planned.Outcome != line.Outcome:
		what = "outcome"
	default:
		return
	}
	w.plan.add("line %d: its %s is not that of the plan", line.Line, what)
}

func (w *walked) compareJournal(line *reportio.Line, journaled journalio.LineState) {
	switch {
	case journaled.Outcome == "" && line.Outcome == reconcile.Applied:
		w.journal.add("line %d: the report says applied, and the journal has no outcome", line.Line)
	case journaled.Outcome == "":
	case journaled.Outcome != line.Outcome.String():
		w.journal.add("line %d: the report says %s, and the journal %s", line.Line, line.Outcome, journaled.Outcome)
	default:
		w.journaled++
	}
}
