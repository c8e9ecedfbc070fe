package history

import (
	"keyroster/io/store"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// Record remembers what a run wrote and did not find again just so. whole is the
// listing that the run began with, nil when it was not of the whole account:
// records that it does not show are gone.
func (w *LastWritten) Record(lock store.Lock, run *engine.Run, whole *reconcile.Listing) error {
	if w == nil {
		return nil
	}
	if whole != nil {
		w.byID, w.kept = listedOf(whole, w.byID), listedOf(whole, w.kept)
	}
	w.recordSpellings(run)
	for _, r := range run.Results() {
		w.recordLine(run.Plan.Change(r.Line), &r)
	}
	for _, line := range run.Parked {
		delete(w.byID, run.Plan.HaveRecord(line).ID())
	}
	return w.save(lock, w.byID)
}

// listedOf is what is remembered of the records that a listing shows.
func listedOf[T any](listing *reconcile.Listing, known map[string]T) map[string]T {
	listed := map[string]T{}
	for n := 0; len(known) > 0 && n < listing.Records.Len(); n++ {
		id := listing.Records.Record(n).ID()
		if one, ok := known[id]; ok {
			listed[id] = one
		}
	}
	return listed
}

func (w *LastWritten) recordLine(c reconcile.Change, r *engine.Result) {
	old := ""
	if c.Have.Valid() {
		old = c.Have.ID()
	}
	switch r.Outcome {
	case reconcile.Unknown, reconcile.Conflict:
		delete(w.byID, old)
		return
	case reconcile.Applied:
	default: // nothing was changed
		return
	}
	value := valueWritten(c)
	if c.Action == reconcile.Delete || c.Action == reconcile.Replace {
		delete(w.byID, old)
	}
	id := r.NewID
	if id == "" {
		id = old
	}
	switch {
	case value < 0:
	case w.keep && r.Verified == nil && c.Want.Cell(value).Filled():
		w.byID[id] = w.mark(id, c.Want.Cell(value))
	default:
		delete(w.byID, id)
	}
}

// valueWritten is the column of the value that a change writes, -1 for none.
func valueWritten(c reconcile.Change) int {
	if c.Action == reconcile.Delete {
		return -1
	}
	value := c.Want.Schema().Value()
	if value < 0 || c.Action == reconcile.Update && !c.Fields.Has(value) {
		return -1
	}
	return value
}
