package run

import (
	"context"
	"io"
	"time"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// plan makes a draft, checks it against all safety rules and saves it. first is a draft made
// together with the roster, or nil; now is the run's start time if there is no draft. The
// result is as far as it got, even with an error.
func (b *startedRun) plan(
	ctx context.Context, roster *reconcile.Roster, o draft.Options, first *draft.Draft, now time.Time,
) (*Planned, error) {
	d, err := first, error(nil)
	if d == nil {
		d, err = draft.Make(ctx, draft.Input{
			Account: b.account, Known: b.known, Roster: roster, Options: o, Columns: b.options.Columns, Sinks: b.options.Sinks,
		})
	}
	if err != nil {
		return b.undrafted(roster, now), err
	}
	if now = now.Round(0); d.Started.Round(0).Before(now) {
		d.Started = now // the clock was set back: a plan must not be older than its run
	}
	p := &Planned{startedRun: b, draft: d}
	if err := d.CheckRoster(); err != nil {
		return p, err
	}
	if p.left, err = b.lookForLeft(ctx, d, true); err != nil {
		return p, err
	}
	if move := b.options.Transfer; move != nil {
		if p.moved, err = move.Drafted(d); err != nil {
			return p, err
		}
	}
	if err := p.save(); err != nil {
		return p, err
	}
	if refusal := d.Refusal(); refusal != nil {
		return p, refusal
	}
	return p, nil
}

// undrafted is a run that compared nothing; now is its start time.
func (b *startedRun) undrafted(roster *reconcile.Roster, now time.Time) *Planned {
	return &Planned{startedRun: b, draft: draft.NoDraft(b.account, b.known, roster, now)}
}

// save checks the draft against the approved plan and writes the plan's file.
func (p *Planned) save() error {
	file, err := p.draft.PlanFile(p.options.Tool)
	if err != nil {
		return err
	}
	file.RunID, p.marks = p.run.ID(), file.Marks
	if p.options.Expect != "" {
		digest, err := file.ComputeDigest()
		if err != nil {
			return failure.New(failure.Stopped, "", "compute the plan's digest: %v", err)
		}
		if digest != p.options.Expect {
			return failure.New(
				failure.Unsafe, "review keyroster plan", "the plan is now %s, not %s", digest,
				p.options.Expect,
			)
		}
	}
	if err := p.draft.RestrictTo(p.options.Approved); err != nil {
		return err
	}
	write := func(w io.Writer) error { return reportio.WritePlan(w, file.PlanFile) }
	if err := p.run.Write(store.PlanFile, write); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	p.digest = file.Digest
	return nil
}

// Plan begins a run and plans: it lists the account, compares, and checks the plan against all safety
// rules. roster is nil for a transfer, which makes its own. An error after the run was begun is an
// [*Ended]: the run is written down and closed. [Locked.Settle] must have been called.
func (l *Locked) Plan(ctx context.Context, roster *reconcile.Roster, now time.Time) (*Planned, error) {
	b, err := l.begin(now)
	if err != nil {
		return nil, err
	}
	var p *Planned
	err = guarded(b.run, func() (err error) {
		var first *draft.Draft
		if move := l.options.Transfer; move != nil {
			if roster, first, err = move.Make(ctx, l.known); err != nil {
				return err
			}
		}
		p, err = b.plan(ctx, roster, l.options.Draft, first, now)
		return err
	})
	if p == nil {
		p = b.undrafted(roster, now)
	}
	if err != nil {
		return nil, p.refuse(err)
	}
	return p, nil
}
