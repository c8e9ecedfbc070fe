package main

import (
	"slices"
	"time"

	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// report makes the report of a draft, or of the run that carried it out.
func (a *app) report(command string, acc *account, d *draft, run *engine.Run) *reportio.Report {
	r := &reportio.Report{
		Account: acc.config.Name, Tenant: acc.tenant.ID, Memory: acc.memory, LimitedTo: d.limitedTo(), Provider: acc.spec.Name, Command: command, Operator: a.operator(), Tool: "keyroster " + version,
		StartedAt: d.started.UTC(), FinishedAt: time.Now().UTC(), Limits: d.limits, Listing: reportio.ListingOf(d.listing),
		Problems: d.roster.Problems, Unread: d.roster.UnreadPlaces(),
	}
	for _, f := range d.roster.Files {
		r.Inputs = append(r.Inputs, reportio.Input{File: f.Name, SHA256: f.SHA256})
	}
	r.Overrides = d.overrides()
	for i := range d.roster.Problems {
		if p := &d.roster.Problems[i]; p.Severity == reconcile.SeverityWarning {
			r.Warnings = append(r.Warnings, p.String())
		}
	}
	r.Facts = append(r.Facts, acc.tenant.Troubles...)
	if d.listing != nil {
		r.Facts = append(r.Facts, d.listing.Unseen...)
	}
	joiners := d.joiners()
	r.MissingHolders = len(joiners)
	if fact := joinersFact(acc, len(joiners), command == "apply"); fact != "" {
		r.Facts = append(r.Facts, fact)
	}
	r.Holders, r.Unlisted.Policy = d.holders, d.unlistedPolicy(acc)
	if d.plan == nil {
		return r
	}
	if noun := d.plan.Have.Schema().Noun; noun != "credential" {
		r.Unlisted.Noun = noun
	}
	if run == nil {
		r.Summary = d.plan.Summarize(nil)
		r.Converged = len(d.plan.Chains) == 0 && asDesired(d.plan) && d.answered()
	} else {
		r.Summary = d.plan.Summarize(run.Outcome)
		r.Converged = run.Converged() && d.answered()
		r.Sync.Needed = run.Finish.Needed
		if at := run.Finish.AnsweredAt; !at.IsZero() {
			at = at.UTC()
			r.Sync.AnsweredAt = &at
		}
	}
	if acc.marks != nil {
		r.KeyID = acc.marks.KeyID()
	}
	notListed := d.plan.NotListed()
	count := len(notListed)
	r.NotListed = &count
	r.Lines = reportio.LinesOf(d.plan, d.roster, acc.mask, func(line int, l *reportio.Line) {
		l.NotListed = notListed[line]
		l.Fingerprint, l.Attend = acc.fingerprint(d.plan, line), d.attended[line]
		if name, email := acc.names(l.HolderID); name != "" || email != "" {
			l.HolderName, l.HolderEmail = orElse(l.HolderName, name), orElse(l.HolderEmail, email)
		}
		if run != nil {
			happened(l, run.Result(line))
		}
	})
	return r
}

// overrides are the rules that flags and the configuration lift, for files.
func (d *draft) overrides() []reportio.Override {
	var out []reportio.Override
	for _, l := range d.lifted {
		out = append(out, reportio.Override{Name: l.name, Value: l.value, Reason: l.reason})
	}
	return out
}

// fingerprint is that of the value which a line's row wants, or else of the one
// that its record held.
func (o *account) fingerprint(plan *reconcile.Plan, line int) string {
	value := plan.Have.Schema().Value()
	if o.marks == nil || value < 0 {
		return ""
	}
	for _, r := range []reconcile.Record{plan.WantRow(line), plan.HaveRecord(line)} {
		if r.Valid() && r.Cell(value).Filled() {
			return reportio.FingerprintCell(o.marks, r.Cell(value))
		}
	}
	return ""
}

// asDesired reports whether every row of a plan is in sync, and none is known not
// to be in force.
func asDesired(plan *reconcile.Plan) bool {
	for i := range plan.Lines {
		if l := &plan.Lines[i]; l.Row >= 0 && (l.Outcome != reconcile.Unchanged || !l.AsDesired()) {
			return false
		}
	}
	return true
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// happened adds to a report's line what became of it.
func happened(l *reportio.Line, res *engine.Result) {
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
	l.KeptOut = res.Effect == reconcile.EffectShut
	if text := res.Effect.String(); text != "" {
		l.Effective = &text
	}
	if !res.Started.IsZero() {
		started, finished := res.Started.UTC(), res.Finished.UTC()
		l.StartedAt, l.FinishedAt = &started, &finished
	}
}
