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

// ReportOptions are the parts of a report that the draft does not have.
type ReportOptions struct {
	// Command is what was run, Operator who ran it, and Tool the program with its version.
	Command, Operator, Tool string
	// Run carried out the draft; nil if nothing did.
	Run *engine.Run
	// Marks makes the fingerprints; nil leaves them out.
	Marks *reportio.HMAC
}

// Report is the report of the draft, or of the run that carried it out. The caller adds what
// follows from the end of a run (exit code, sizes, what stopped it).
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

// head is the part of a report that does not need a comparison.
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
	joiners := d.joinersFact(r.MissingHolders, o.Command == "apply") // apply writes them to a file of its run
	for _, fact := range []string{joiners, d.strangersFact(), d.swapped} {
		if fact != "" {
			r.Facts = append(r.Facts, fact)
		}
	}
	r.Unlisted.Policy = d.UnlistedPolicy()
	return r
}

// fingerprint returns the fingerprint of the value that a line's row would write, else of the
// one that its record held, in the provider's spelling; empty without marks.
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

// asDesired reports whether every row of a plan is in sync, and no record is known not to be effective.
func asDesired(plan *reconcile.Plan) bool {
	for i := range plan.Lines {
		if l := &plan.Lines[i]; l.Row >= 0 && (l.Outcome != reconcile.Unchanged || !l.AsDesired()) {
			return false
		}
	}
	return true
}

// addOutcome adds the outcome to a report's line.
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

// Conclude adds to a report how its plan ended.
func (d *Draft) Conclude(report *reportio.Report, result error) {
	report.ExitCode = exit.Of(result)
	if refusal := d.Refusal(); refusal != nil {
		report.Stopped = refusal.Error()
	}
}
