package run

import (
	"cmp"
	"fmt"
	"strconv"

	"keyroster/io/migrationio"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// completeTransfer writes the outcomes into the transfer's files, even if the run was refused
// before its first write.
func (r *record) completeTransfer() error {
	if r.moved == nil || r.moved.Folder == "" || !r.planned() {
		return nil
	}
	plan, lineOf := r.draft.Plan, map[int]int{}
	for i := range plan.Lines {
		for _, row := range plan.RowsOf(i) {
			lineOf[int(row)] = i
		}
	}
	return migrationio.Complete(r.moved.Folder, func(at string) migrationio.Ended {
		n, err := strconv.Atoi(at)
		line, known := lineOf[n-2]
		if err != nil || !known {
			return migrationio.Ended{Reason: "the run's plan does not have it"}
		}
		e := r.ended(line)
		if row := n - 2; row < len(r.moved.Words) {
			e.Words = r.moved.Words[row]
		} else {
			want := plan.WantRow(line)
			e.Words = migrationio.Words{
				Name: want.Of(reconcile.HolderName), Email: want.Of(reconcile.HolderEmail), Type: want.Of(reconcile.TypeID),
			}
		}
		return e
	})
}

// ended is the outcome of a line, for the crosswalk and the losses.
func (r *record) ended(line int) migrationio.Ended {
	plan := r.draft.Plan
	l := &plan.Lines[line]
	e := migrationio.Ended{HolderID: plan.WantRow(line).Of(reconcile.HolderID)}
	if have := plan.HaveRecord(line); have.Valid() {
		e.ID = have.ID()
	}
	var res *engine.Result
	if r.done != nil {
		res = r.done.Result(line)
	}
	switch {
	case res != nil:
		e.ID, e.Moved = cmp.Or(res.NewID, e.ID), res.Outcome == reconcile.Applied || res.NewID != ""
		if !res.AsDesired() {
			e.Unproved = e.Moved
			e.Reason = fmt.Sprintf("%s: %s", res.Outcome, cmp.Or(res.Reason, "not proved"))
		}
	case l.Outcome == reconcile.Unchanged:
		e.Moved = true
	case l.Outcome == reconcile.Planned:
		e.Reason = reconcile.NotAttempted.String() + ": the run was refused before its first change"
	default:
		e.Reason = cmp.Or(plan.TextOf(l.Reason), l.Outcome.String())
	}
	return e
}
