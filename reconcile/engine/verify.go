package engine

import (
	"cmp"
	"context"
	"errors"
	"time"

	"keyroster/reconcile"
	"keyroster/reconcile/rescue"
)

// Verify compares every applied line of a run with a listing made after the writes. Lines
// whose value is masked stay unverified; see [Run.Remember].
func Verify(run *Run, listing *reconcile.Listing) {
	byID := map[string]int{}
	wanted := map[string]bool{}
	for _, a := range run.Accepted() {
		wanted[a.ID] = true
	}
	for n := range listing.Records.Len() {
		if id := listing.Records.Record(n).ID(); wanted[id] {
			byID[id] = n
		}
	}
	for i := range run.results {
		res := &run.results[i]
		if res.Outcome != reconcile.Applied {
			continue
		}
		c := run.Plan.Change(res.Line)
		id := res.NewID
		if id == "" {
			id = c.Have.ID()
		}
		var now reconcile.Record
		if n, ok := byID[id]; ok {
			now = listing.Records.Record(n)
			if _, going := listing.Untouchable[n]; going && c.Action == reconcile.Delete {
				continue // still listed as ending: neither there nor gone
			}
		}
		res.Verified, res.Kept = verified(c, now, run.storedAs)
		for _, kept := range res.Kept {
			res.Warnings = append(res.Warnings, kept.Words)
		}
		res.Trusted = res.Verified == nil && run.Remember
		if res.Verified != nil && !*res.Verified {
			res.Reason = cmp.Or(res.Reason, run.unproved(c, id, now))
		}
	}
}

// Prove checks what the listing after the writes did not hold, for the lines that it
// proved. prove returns, by line, what the records of accepted changes lack; it is nil for
// providers whose listings hold everything. Call it after [Verify].
func Prove(
	ctx context.Context, run *Run, prove func(context.Context, []reconcile.Accepted) (map[int]reconcile.Lack, error),
) error {
	if prove == nil {
		return nil
	}
	var proved []reconcile.Accepted
	for _, a := range run.Accepted() {
		if res := run.Result(a.Line); res.Verified != nil && *res.Verified {
			proved = append(proved, a)
		}
	}
	if len(proved) == 0 {
		return nil
	}
	var lacks map[int]reconcile.Lack
	look := rescue.Guarded(func() (err error) {
		lacks, err = prove(ctx, proved)
		return err
	})
	err := look()
	for n := 0; err == nil && run.recent != nil && run.recent.pause(ctx, n, run.mayLack(lacks)); n++ {
		err = look()
	}
	for _, a := range proved {
		res := run.Result(a.Line)
		lack, lacking := lacks[a.Line]
		switch {
		case err != nil:
			res.Verified = nil
		case lacking && lack.Unread:
			res.Verified = nil
			res.Warnings = append(res.Warnings, lack.Words)
		case lacking:
			no := false
			res.Verified, res.Reason = &no, lack.Words
		}
	}
	return err
}

// mayLack returns until when what a record lacks may be due to a stale read.
func (r *Run) mayLack(lacks map[int]reconcile.Lack) time.Time {
	var until time.Time
	for line, lack := range lacks {
		if end := r.Result(line).Finished.Add(r.recent.bound); !lack.Unread && end.After(until) {
			until = end
		}
	}
	return until
}

// unproved says why an accepted change is not proved.
func (r *Run) unproved(c reconcile.Change, id string, now reconcile.Record) string {
	if r.recent != nil {
		if _, stale := r.recent.stale(id, now); stale {
			return "accepted, but the listing after the writes still shows the old value"
		}
	}
	if now.Valid() && c.Action != reconcile.Delete {
		return "accepted, but the listing after the writes shows a different value"
	}
	return "accepted, but the listing after the writes does not show it"
}

func verified(
	c reconcile.Change, now reconcile.Record,
	storedAs func(want, have reconcile.Record, col int) string,
) (*bool, []Kept) {
	yes, no := true, false
	if c.Action == reconcile.Delete {
		if !now.Valid() {
			return &yes, nil
		}
		return &no, nil
	}
	if !now.Valid() {
		return &no, nil
	}
	switch answer, kept := compareToWantKept(c, now, storedAs); answer {
	case equalToWant, respelled:
		return &yes, kept
	case cannotTell:
		return nil, kept
	}
	return &no, nil
}

// ErrParked means that the changes were not made effective, since a record is left on a
// temporary value.
var ErrParked = errors.New("a record is left on a temporary value")

// Deliver calls the provider's Finish for the accepted changes, and writes the effect of
// each into its result. It is called if the run wrote anything, or if an earlier run still
// owes it.
func Deliver(ctx context.Context, run *Run, provider reconcile.Provider, journal Journal) {
	accepted := run.Accepted()
	if len(run.Parked) > 0 || run.EarlierParked {
		// A temporary value must not reach the doors.
		run.Finish, run.FinishErr = reconcile.Finish{Needed: true, Effect: reconcile.EffectPending}, ErrParked
	} else {
		run.Finish, run.FinishErr = guarded{provider}.Finish(ctx, accepted)
	}
	if journal != nil {
		if err := journal.Finish(run.Finish, run.FinishErr); err != nil && run.Stop == nil {
			run.Stop = &journalError{err}
		}
	}
	for _, a := range accepted {
		res := run.Result(a.Line)
		state, ok := run.Finish.Effects[a.Line]
		if !ok {
			state.Effect = run.Finish.Effect
		}
		res.Effect = state.Effect
		res.Warnings = append(res.Warnings, state.Words...)
	}
}
