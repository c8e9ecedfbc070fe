package engine

import (
	"time"

	"keyroster/reconcile"
)

// Result is what happened to one line that was to be sent.
type Result struct {
	// Line is the index of the line in its plan.
	Line    int
	Outcome reconcile.Outcome
	// Undecided: nothing was found out about the line, and nothing done for it; its outcome
	// is NotAttempted until then, without a reason.
	Undecided bool
	// Verified: the listing after the writes agrees (true), disagrees (false), or could not
	// show it (nil).
	Verified *bool
	// Trusted: the listing could not show the value, and the account remembers what was
	// written instead (Run.Remember).
	Trusted bool
	// Effect says whether the change reached the doors or wallets.
	Effect reconcile.Effect
	// Reason says why the line is not applied, in words for a person; Warnings are the
	// provider's words about an applied one.
	Reason   string
	Warnings []string
	// Kept are the columns in which the provider stores something in place of what was
	// written, as the listing after the writes shows them.
	Kept []Kept
	// NewID is the id of a record that the line created.
	NewID      string
	HTTPStatus int
	RequestID  string
	// Attempts counts the requests that were sent for the write.
	Attempts          int
	Started, Finished time.Time
}

// end decides the line: its outcome, and why.
func (r *Result) end(outcome reconcile.Outcome, reason string) {
	r.Outcome, r.Reason, r.Undecided = outcome, reason, false
}

// reopen takes back the decision, as if the run had not come to the line.
func (r *Result) reopen() {
	r.Outcome, r.Reason, r.Undecided = reconcile.NotAttempted, "", true
}

// AsDesired reports whether the line ended as the roster wants it, including effect and
// verification; trust replaces a verification that a mask prevents.
func (r *Result) AsDesired() bool {
	verified := r.Trusted && r.Verified == nil || r.Verified != nil && *r.Verified
	return r.Outcome == reconcile.Applied && verified && r.Effect.AsDesired()
}

// Run is the result of a plan: one result for every line that was to be sent.
type Run struct {
	Plan *reconcile.Plan
	// results are in the order of the lines; at finds a line's.
	results []Result
	at      map[int32]int32
	// Stop is the cause that ended the run early, or nil: an error of class
	// Denied or Unreachable, a cancelled context, a failed journal.
	Stop error
	// Finish is what the provider answered at the end, with its error.
	Finish    reconcile.Finish
	FinishErr error
	// VerifyErr says why the listing after the writes could not be made.
	VerifyErr error
	// Parked are the lines whose record was left on a temporary value, or may have been: no
	// sync may bring it to the doors.
	Parked []int
	// EarlierParked: a record that this run does not repair is on a temporary value of an
	// earlier one, so no sync may be sent either. Set it before Deliver.
	EarlierParked bool
	// Remember: values that the provider masks are remembered when they are written, so
	// that Verify trusts the lines that only a mask keeps it from checking. Set it before
	// Verify.
	Remember bool
	// recent knows what the run wrote, storedAs what the provider stores in its place.
	recent   *RecentWrites
	storedAs func(want, have reconcile.Record, col int) string
	// Wrote reports whether any request of the run may have changed anything.
	Wrote bool
}

func newRun(plan *reconcile.Plan) *Run {
	r := &Run{Plan: plan, at: map[int32]int32{}}
	for i := range plan.Lines {
		if plan.Lines[i].Sends() {
			r.at[int32(i)] = int32(len(r.results))
			r.results = append(r.results, Result{Line: i, Outcome: reconcile.NotAttempted, Undecided: true})
		}
	}
	return r
}

// Result returns the result of a line, nil if it was not to be sent.
func (r *Run) Result(line int) *Result {
	if n, ok := r.at[int32(line)]; ok {
		return &r.results[n]
	}
	return nil
}

// Results returns all results in the order of the lines.
func (r *Run) Results() []Result { return r.results }

// Outcome returns the final outcome of any line of the plan.
func (r *Run) Outcome(line int) reconcile.Outcome {
	if res := r.Result(line); res != nil {
		return res.Outcome
	}
	return r.Plan.Lines[line].Outcome
}

// Converged reports whether every row and record is as desired: nothing failed, blocked,
// invalid or in doubt, every applied change verified and effective, and no unchanged record
// known not to be effective.
func (r *Run) Converged() bool {
	for i := range r.Plan.Lines {
		l := &r.Plan.Lines[i]
		if res := r.Result(i); res != nil {
			if !res.AsDesired() {
				return false
			}
		} else if !l.AsDesired() {
			return false
		}
	}
	return r.Stop == nil
}

// MayHaveAccepted reports whether the provider accepted a write of the run, or may have: if
// each was refused, or none was sent, nothing has to take effect.
func (r *Run) MayHaveAccepted() bool {
	if len(r.Parked) > 0 || r.EarlierParked {
		return true
	}
	for i := range r.results {
		res := &r.results[i]
		chain := r.Plan.Lines[res.Line].Chain
		refused := res.HTTPStatus >= 400 && res.HTTPStatus < 500
		switch res.Outcome {
		case reconcile.Blocked, reconcile.NotAttempted:
		case reconcile.Conflict:
			if res.Attempts > 0 {
				return true
			}
		case reconcile.Failed:
			// A record of a cycle may have been parked and restored.
			if !refused || chain >= 0 && r.Plan.IsCycle(int(chain)) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// Accepted returns the changes that the provider accepted, in the order of lines.
func (r *Run) Accepted() []reconcile.Accepted {
	var out []reconcile.Accepted
	for i := range r.results {
		if res := &r.results[i]; res.Outcome == reconcile.Applied {
			change := r.Plan.Change(res.Line)
			id := res.NewID
			if id == "" {
				id = change.Have.ID()
			}
			out = append(out, reconcile.Accepted{Change: change, ID: id})
		}
	}
	return out
}
