package history

import (
	"maps"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// rememberValues is the word of an account's configuration for holding values that
// the provider masks against what was last written.
const rememberValues = "remember"

// Written is what was last written to the records of a tenant, as far as its
// listings do not show just that. A nil Written remembers nothing, and its methods
// do nothing. The invariant of masked values: what is kept of a record is what the
// record was last given by keyroster. So a record is forgotten before anything is
// sent about it, and remembered once it is known what became of that. One goroutine
// uses it, but for what Remembered and Keeps return.
type Written struct {
	marks *reportio.HMAC
	// keep: new values are remembered; else they are only forgotten, since an
	// earlier configuration remembered some.
	keep bool
	byID map[string]string
	// kept are the spellings that the provider keeps, nights the records that
	// the last run wrote; stored: something is kept.
	kept   map[string]map[string]store.Kept
	nights map[string]store.Nights
	stored bool
}

// newWritten takes over what is stored of a tenant, as far as it was made with the
// key of today.
func newWritten(stored store.Values, marks *reportio.HMAC, keep bool, log zerolog.Logger) *Written {
	w := &Written{
		marks: marks, keep: keep, byID: map[string]string{},
		kept: map[string]map[string]store.Kept{}, nights: map[string]store.Nights{}, stored: !stored.Empty(),
	}
	if stored.KeyID == marks.KeyID() {
		maps.Copy(w.byID, stored.ByID)
		maps.Copy(w.kept, stored.Kept)
		maps.Copy(w.nights, stored.Nights)
	} else if len(stored.ByID) > 0 {
		log.Warn().Msg("the remembered values were made with another fingerprint key, so that they say nothing: values that cannot be read are written once more")
	}
	return w
}

// mark is the fingerprint of a record's value. The id is in it, so that equal
// values of two records do not look equal.
func (w *Written) mark(id string, value reconcile.Cell) string {
	return w.marks.Fingerprint(id + "\x00" + value.Text())
}

// Remembered is the policy's look-up, nil where nothing is remembered. A value
// that was never written is not equal: it is written once.
func (w *Written) Remembered() func(id string, want reconcile.Cell) (equal, known bool) {
	if w == nil || !w.keep {
		return nil
	}
	return func(id string, want reconcile.Cell) (equal, known bool) {
		if !want.Filled() {
			return false, false
		}
		return w.byID[id] == w.mark(id, want), true
	}
}

// Forget takes the records out of the store that a plan is to change, for the case
// that the run does not come to its end. What the run itself knows stays.
func (w *Written) Forget(lock store.Lock, plan *reconcile.Plan) error {
	if w == nil {
		return nil
	}
	left := maps.Clone(w.byID)
	for i := range plan.Lines {
		if l := &plan.Lines[i]; l.Sends() && l.Record >= 0 {
			delete(left, plan.HaveRecord(i).ID())
		}
	}
	if len(left) == len(w.byID) {
		return nil
	}
	return w.save(lock, left)
}

// Learn remembers what a run wrote and did not find again just so. whole is the
// listing that the run began with, nil when it was not of the whole account:
// records that it does not show are gone.
func (w *Written) Learn(lock store.Lock, run *engine.Run, whole *reconcile.Listing) error {
	if w == nil {
		return nil
	}
	if whole != nil {
		w.byID, w.kept = listedOf(whole, w.byID), listedOf(whole, w.kept)
	}
	w.learnSpellings(run)
	for _, r := range run.Results() {
		w.learnLine(run.Plan.Change(r.Line), &r)
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

func (w *Written) learnLine(c reconcile.Change, r *engine.Result) {
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

func (w *Written) save(lock store.Lock, byID map[string]string) error {
	values := store.Values{KeyID: w.marks.KeyID(), ByID: byID, Kept: w.kept, Nights: w.nights}
	if values.Empty() && !w.stored {
		return nil // nothing to remember, and nothing to forget
	}
	if err := store.SaveValues(lock, values); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	w.stored = true
	return nil
}
