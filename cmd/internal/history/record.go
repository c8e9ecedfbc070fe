package history

import (
	"keyroster/io/store"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// Record remembers what a run wrote if the final listing does not show it as written. whole is
// the listing at the start of the run, nil if it did not cover the whole account: records
// missing from it are gone.
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

// listedOf keeps only what is remembered of the records in a listing.
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
