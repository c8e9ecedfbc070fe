package history

import (
	"maps"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// rememberValues is the word of an account's configuration for holding values that
// the provider masks against what was last written.
const rememberValues = "remember"

// LastWritten is what was last written to the records of a tenant, as far as its
// listings do not show just that. A nil LastWritten remembers nothing, and its methods
// do nothing. The invariant of masked values: what is kept of a record is what the
// record was last given by keyroster. So a record is forgotten before anything is
// sent about it, and remembered once it is known what became of that. One goroutine
// uses it, but for what Remembered and KeptSpelling return.
type LastWritten struct {
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

// newLastWritten takes over what is stored of a tenant, as far as it was made with the
// key of today.
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

// mark is the fingerprint of a record's value. The id is in it, so that equal
// values of two records do not look equal.
func (w *LastWritten) mark(id string, value reconcile.Cell) string {
	return w.marks.Fingerprint(id + "\x00" + value.Text())
}

// Remembered is the policy's look-up, nil where nothing is remembered. A value
// that was never written is not equal: it is written once.
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

// Drop takes the records out of the store that a plan is to change, for the case
// that the run does not come to its end. What the run itself knows stays.
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
		return nil // nothing to remember, and nothing to forget
	}
	if err := store.SaveValues(lock, values); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	w.stored = true
	return nil
}
