package history

import (
	"maps"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// rememberValues is the configuration value that enables comparing masked values with what was
// last written.
const rememberValues = "remember"

// LastWritten is what was last written to a tenant's records, as far as listings do not show
// it. A nil LastWritten remembers nothing, and its methods do nothing. Its invariant: a
// remembered value is the last one that keyroster gave the record. So a record's value is
// forgotten before a change is sent, and remembered once the outcome is known. It is not safe
// for concurrent use, except for the functions that Remembered and KeptSpelling return.
type LastWritten struct {
	marks *reportio.HMAC
	// keep: remember new values; otherwise only forget those from an earlier configuration.
	keep bool
	byID map[string]string
	// kept are the spellings that the provider stores, nights the records that the last run
	// wrote; stored: the store has something.
	kept   map[string]map[string]store.Kept
	nights map[string]store.Nights
	stored bool
}

// newLastWritten loads what is stored of a tenant, if it was made with the current key.
func newLastWritten(stored store.Values, marks *reportio.HMAC, keep bool, log zerolog.Logger) *LastWritten {
	w := &LastWritten{
		marks: marks, keep: keep, byID: map[string]string{},
		kept: map[string]map[string]store.Kept{}, nights: map[string]store.Nights{}, stored: !stored.Empty(),
	}
	if stored.KeyID == marks.KeyID() {
		maps.Copy(w.byID, stored.ByID)
		maps.Copy(w.kept, stored.Kept)
		maps.Copy(w.nights, stored.Nights)
	} else if len(stored.ByID) > 0 {
		log.Warn().
			Msg("the remembered values were made with another fingerprint key and cannot be used: values that cannot be " +
				"read are written once more")
	}
	return w
}

// mark is the fingerprint of a record's value. It includes the id, so that equal values of two
// records differ.
func (w *LastWritten) mark(id string, value reconcile.Cell) string {
	return w.marks.Fingerprint(id + "\x00" + value.Text())
}

// Remembered is the look-up for the policy, nil if nothing is remembered. A value that was
// never written counts as different, so it is written once.
func (w *LastWritten) Remembered() func(id string, want reconcile.Cell) (equal, known bool) {
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

// Drop removes from the store the values of records that a plan will change, in case the run
// does not finish. The run itself still has them in memory.
func (w *LastWritten) Drop(lock store.Lock, plan *reconcile.Plan) error {
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

func (w *LastWritten) save(lock store.Lock, byID map[string]string) error {
	values := store.Values{KeyID: w.marks.KeyID(), ByID: byID, Kept: w.kept, Nights: w.nights}
	if values.Empty() && !w.stored {
		return nil // nothing to save, and nothing stored to remove
	}
	if err := store.SaveValues(lock, values); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	w.stored = true
	return nil
}
