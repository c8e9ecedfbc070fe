package audit

import (
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// walked is the result of one pass over the report's lines.
type walked struct {
	order, plan, journal findings
	compared, journaled  int
}

// walk compares every line of the report with its number, its line in the plan and its outcome
// in the journal.
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
		if line.Line < n || line.Line > n && !r.keptSmall() {
			w.order.add("%s has line %d where line %d is expected", store.ReportJSONFile, line.Line, n)
		}
		n = line.Line // a missing or doubled line must not misalign the others
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
	if r.keptSmall() && n > r.report.Summary.Sum() {
		w.order.add("%s has line %d, and counts %d", store.ReportJSONFile, n-1, r.report.Summary.Sum())
	}
	if ok && planned.Line < n {
		planned, ok = plan()
	}
	if ok {
		w.plan.add("%s has line %d, but the report does not", store.PlanFile, planned.Line)
	}
	if r.journal != nil {
		for line := range r.journal.FinalOutcomes() {
			if line >= n {
				w.journal.add("the journal has an outcome for line %d, but the report has no such line", line)
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
		w.plan.add("%s has line %d, but the plan does not", store.ReportJSONFile, line.Line)
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
	w.plan.add("line %d: its %s differs from the plan", line.Line, what)
}

func (w *walked) compareJournal(line *reportio.Line, journaled journalio.LineState) {
	switch {
	case journaled.Outcome == "" && line.Outcome == reconcile.Applied:
		w.journal.add("line %d: the report says applied, but the journal has no outcome", line.Line)
	case journaled.Outcome == "":
	case journaled.Outcome != line.Outcome.String():
		w.journal.add("line %d: the report says %s, but the journal says %s", line.Line, line.Outcome, journaled.Outcome)
	default:
		w.journaled++
	}
}
