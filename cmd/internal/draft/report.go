package draft

import (
	"cmp"
	"slices"
	"time"

	"keyroster/cmd/internal/exit"
	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// ReportOptions are what a report says beside the draft.
type ReportOptions struct {
	// Command is what was run, Operator by whom, and Tool with which version of it.
	Command, Operator, Tool string
	// Run carried the draft out; nil when nothing did.
	Run *engine.Run
	// Marks makes the fingerprints; nil: the report has none.
	Marks *reportio.HMAC
}

// Report is the report of the draft, or of the run that carried it out. What follows
// from how a run ended (exit code, sizes, what stopped it) is the caller's to add.
func (d *Draft) Report(o ReportOptions) *reportio.Report {
	r := d.head(o)
	if d.Plan == nil {
		return r
	}
	if noun := d.Plan.Have.Schema().Noun; noun != "credential" {
		r.Unlisted.Noun = noun
	}
	if o.Run == nil {
		r.Summary = d.Plan.Summarize(nil)
		r.Converged = len(d.Plan.Chains) == 0 && asDesired(d.Plan) && d.NeedsNobody()
	} else {
		r.Summary = d.Plan.Summarize(o.Run.Outcome)
		r.Converged = o.Run.Converged() && d.NeedsNobody()
		r.Sync.Needed = o.Run.Finish.Needed
		if at := o.Run.Finish.AnsweredAt; !at.IsZero() {
			at = at.UTC()
			r.Sync.AnsweredAt = &at
		}
	}
	if o.Marks != nil {
		r.KeyID = o.Marks.KeyID()
	}
	notListed := d.Plan.NotListed()
	count := len(notListed)
	r.NotListed = &count
	r.Show(d.Plan, d.Roster, d.Mask, func(line int, l *reportio.Line) {
		l.NotListed, l.Undo = notListed[line], d.undoable(line)
		l.Fingerprint, l.Attend = fingerprint(d.Plan, line, o.Marks), d.Flagged[line]
		if name, email := d.Account.Names(l.HolderID); name != "" || email != "" {
			l.HolderName, l.HolderEmail = cmp.Or(l.HolderName, name), cmp.Or(l.HolderEmail, email)
		}
		if o.Run != nil {
			addOutcome(l, o.Run.Result(line))
		}
	})
	return r
}

// head is what a report says although nothing may have been compared.
func (d *Draft) head(o ReportOptions) *reportio.Report {
	r := &reportio.Report{
		Account: d.Account.Config.Name, Tenant: d.Account.Tenant.ID, Provider: d.Account.Spec.Name,
		Command: o.Command, Operator: o.Operator, Tool: o.Tool, LimitedTo: d.LimitedTo(),
		Undoes:    d.undoes(),
		TimeZone:  d.Account.Zone().String(),
		StartedAt: d.Started.UTC(), FinishedAt: time.Now().UTC(),
		Limits: d.Limits, Overrides: slices.Clone(d.Lifted), Listing: reportio.ListingOf(d.Listing),
		Problems: d.Roster.Problems, Unread: d.Roster.UnreadPlaces(), Holders: d.Options.Holders, Types: d.Offered,
	}
	if d.Known != nil {
		r.Memory = &d.Known.Basis
	}
	for _, f := range d.Roster.Files {
		r.Inputs = append(r.Inputs, reportio.Input{File: f.Name, SHA256: f.SHA256})
	}
	for i := range d.Roster.Problems {
		if p := &d.Roster.Problems[i]; p.Severity == reconcile.SeverityWarning {
			r.Warnings = append(r.Warnings, p.String())
		}
	}
	r.Facts = append(r.Facts, d.Account.Tenant.Troubles...)
	if d.Listing != nil {
		r.Facts = append(r.Facts, d.Listing.Unseen...)
	}
	r.MissingHolders = len(d.Joiners())
	joiners := d.joinersFact(r.MissingHolders, o.Command == "apply") // an apply lists them in a file of its run
	for _, fact := range []string{joiners, d.strangersFact(), d.swapped} {
		if fact != "" {
			r.Facts = append(r.Facts, fact)
		}
	}
	r.Unlisted.Policy = d.UnlistedPolicy()
	return r
}

// fingerprint is that of the value which a line's row would write, or else of the one
// that its record held, as the provider spells it; empty without marks.
func fingerprint(plan *reconcile.Plan, line int, marks *reportio.HMAC) string {
	value := plan.Have.Schema().Value()
	if marks == nil || value < 0 {
		return ""
	}
	first, second := plan.WantRow(line), plan.HaveRecord(line)
	if !plan.Lines[line].Fields.Has(value) {
		first, second = second, first
	}
	for _, r := range []reconcile.Record{first, second} {
		if r.Valid() && r.Cell(value).Filled() {
			return reportio.FingerprintCell(marks, r.Cell(value))
		}
	}
	return ""
}

// asDesired reports whether every row of a plan is in sync, and none is known not to be
// in force.
func asDesired(plan *reconcile.Plan) bool {
	for i := range plan.Lines {
		if l := &plan.Lines[i]; l.Row >= 0 && (l.Outcome != reconcile.Unchanged || !l.AsDesired()) {
			return false
		}
	}
	return true
}

// addOutcome adds to a report's line what became of it.
func addOutcome(l *reportio.Line, res *engine.Result) {
	if res == nil {
		return
	}
	l.Outcome, l.Verified, l.Reason = res.Outcome, res.Verified, res.Reason
	l.NewCredentialID, l.HTTPStatus, l.Attempts, l.RequestID = res.NewID, res.HTTPStatus, res.Attempts, res.RequestID
	for _, words := range res.Warnings {
		if !slices.Contains(l.Warnings, words) {
			l.Warnings = append(l.Warnings, words)
		}
	}
	l.KeptOut = res.Effect == reconcile.EffectBarred
	if text := res.Effect.String(); text != "" {
		l.Effective = &text
	}
	if !res.Started.IsZero() {
		started, finished := res.Started.UTC(), res.Finished.UTC()
		l.StartedAt, l.FinishedAt = &started, &finished
	}
}

// Conclude adds to a report how its plan ends.
func (d *Draft) Conclude(report *reportio.Report, result error) {
	report.ExitCode = exit.Of(result)
	if refusal := d.Refusal(); refusal != nil {
		report.Stopped = refusal.Error()
	}
}
