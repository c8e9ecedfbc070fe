package history

import (
	"fmt"
	"maps"

	"keyroster/io/store"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// Some providers store another spelling than was written (no leading zeros, other letters, times to the
// minute). The listing after the writes shows it, and it is remembered, so that the next plan treats it
// as equal. A different value at the provider or in the roster is still a difference.

// spellingMark is the fingerprint of a text in one column of a record.
func (w *LastWritten) spellingMark(id, column string, cell reconcile.Cell) string {
	return w.marks.Fingerprint(id + "\x00" + column + "\x00" + cell.Text())
}

// KeptSpelling is the look-up for the policy, nil if nothing is remembered.
func (w *LastWritten) KeptSpelling(schema *reconcile.Schema) func(id string, col int, want, have reconcile.Cell) bool {
	if w == nil || len(w.kept) == 0 {
		return nil
	}
	return func(id string, col int, want, have reconcile.Cell) bool {
		name := schema.Columns[col].Name
		k, known := w.kept[id][name]
		return known && k.Wrote == w.spellingMark(id, name, want) && k.Shows == w.spellingMark(id, name, have)
	}
}

// recordSpellings remembers how the provider stored what a run wrote.
func (w *LastWritten) recordSpellings(run *engine.Run) {
	for _, r := range run.Results() {
		if r.Outcome != reconcile.Applied {
			continue
		}
		c := run.Plan.Change(r.Line)
		id, columns := r.NewID, map[string]store.Kept{}
		if c.Have.Valid() {
			if id == "" && c.Action != reconcile.Delete {
				id = c.Have.ID()
				maps.Copy(columns, w.kept[id])
			}
			delete(w.kept, c.Have.ID())
		}
		if id == "" {
			continue
		}
		w.replaceSpellings(c, &r, id, columns)
		if len(columns) > 0 {
			w.kept[id] = columns
		}
	}
}

// replaceSpellings replaces the spellings of the columns that a change wrote.
func (w *LastWritten) replaceSpellings(c reconcile.Change, r *engine.Result, id string, columns map[string]store.Kept) {
	schema := c.Schema()
	for col := range schema.Columns {
		if c.Fields.Has(col) {
			delete(columns, schema.Columns[col].Name)
		}
	}
	for _, kept := range r.Kept {
		if name := schema.Columns[kept.Column].Name; kept.Want.Filled() {
			columns[name] = store.Kept{
				Wrote: w.spellingMark(id, name, kept.Want), Shows: w.spellingMark(id, name, kept.Have),
			}
		}
	}
}

// CountNights counts the consecutive runs that wrote the same to a record, and adds a warning
// to its line: something changes it back, or the provider stores another text. whole: the run
// covered the whole account. It returns the number of such records.
func (w *LastWritten) CountNights(run *engine.Run, id string, whole bool) (repeated int) {
	if w == nil {
		return 0
	}
	nights := map[string]store.Nights{}
	if !whole {
		maps.Copy(nights, w.nights)
	}
	results := run.Results()
	for i := range results {
		c := run.Plan.Change(results[i].Line)
		if results[i].Outcome != reconcile.Applied || c.Action != reconcile.Update {
			continue
		}
		now := store.Nights{Run: id, Wrote: w.wroteMark(c), Count: 1}
		if before := w.nights[c.Have.ID()]; before.Wrote == now.Wrote {
			now.Count = before.Count
			if before.Run != id {
				now.Count++
			}
		}
		nights[c.Have.ID()] = now
		if now.Count > 1 {
			repeated++
			results[i].Warnings = append(results[i].Warnings, fmt.Sprintf(
				"written on %d nights in a row: something changes it back, or the provider does not keep it",
				now.Count,
			))
		}
	}
	w.nights = nights
	return repeated
}

// wroteMark is the fingerprint of everything that an update writes.
func (w *LastWritten) wroteMark(c reconcile.Change) string {
	text, schema := c.Have.ID(), c.Schema()
	for col := range schema.Columns {
		if c.Fields.Has(col) {
			text += "\x00" + schema.Columns[col].Name + "\x00" + c.Want.Cell(col).Text()
		}
	}
	return w.marks.Fingerprint(text)
}
