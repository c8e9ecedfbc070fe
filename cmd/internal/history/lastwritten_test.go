package history

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/providers/all"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// TestLearnLine: what is remembered of a record for each way its line can end. The record is P1,
// with an older memory; a creation makes P9.
func TestLearnLine(t *testing.T) {
	yes, no := true, false
	const older, fresh = "older", "fresh"
	for name, c := range map[string]struct {
		action   reconcile.Action
		outcome  reconcile.Outcome
		verified *bool
		keep     bool
		want     map[string]string
	}{
		"an update behind a mask":            {reconcile.Update, reconcile.Applied, nil, true, map[string]string{"P1": fresh}},
		"an update that was read back":       {reconcile.Update, reconcile.Applied, &yes, true, map[string]string{}},
		"an update that shows otherwise":     {reconcile.Update, reconcile.Applied, &no, true, map[string]string{}},
		"an update with block configured":    {reconcile.Update, reconcile.Applied, nil, false, map[string]string{}},
		"an update whose answer was lost":    {reconcile.Update, reconcile.Unknown, nil, true, map[string]string{}},
		"an update of a record that moved":   {reconcile.Update, reconcile.Conflict, nil, true, map[string]string{}},
		"an update that was refused":         {reconcile.Update, reconcile.Failed, nil, true, map[string]string{"P1": older}},
		"an update that was not attempted":   {reconcile.Update, reconcile.NotAttempted, nil, true, map[string]string{"P1": older}},
		"a deletion":                         {reconcile.Delete, reconcile.Applied, nil, true, map[string]string{}},
		"a deletion that was refused":        {reconcile.Delete, reconcile.Failed, nil, true, map[string]string{"P1": older}},
		"a replacement behind a mask":        {reconcile.Replace, reconcile.Applied, nil, true, map[string]string{"P9": fresh}},
		"a creation behind a mask":           {reconcile.Create, reconcile.Applied, nil, true, map[string]string{"P1": older, "P9": fresh}},
		"a creation that can be read":        {reconcile.Create, reconcile.Applied, &yes, true, map[string]string{"P1": older}},
		"a creation whose answer was lost":   {reconcile.Create, reconcile.Unknown, nil, true, map[string]string{"P1": older}},
		"a creation with block configured":   {reconcile.Create, reconcile.Applied, nil, false, map[string]string{"P1": older}},
		"an update that was blocked on time": {reconcile.Update, reconcile.Blocked, nil, true, map[string]string{"P1": older}},
	} {
		t.Run(name, func(t *testing.T) {
			w := keeping(t)
			w.keep = c.keep
			w.byID["P1"] = older
			change := pinChange(c.action, "481057")
			r := engine.Result{Outcome: c.outcome, Verified: c.verified}
			if c.outcome == reconcile.Applied && (c.action == reconcile.Create || c.action == reconcile.Replace) {
				r.NewID = "P9"
			}
			w.recordLine(change, &r)
			for id, mark := range w.byID {
				if mark == w.mark(id, reconcile.TextCell("481057")) {
					w.byID[id] = fresh
				}
			}
			if diff := cmp.Diff(c.want, w.byID); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRemembered(t *testing.T) {
	w := keeping(t)
	w.byID["P1"] = w.mark("P1", reconcile.TextCell("481057"))
	look := w.Remembered()
	for _, c := range []struct {
		id           string
		cell         reconcile.Cell
		equal, known bool
	}{
		{"P1", reconcile.TextCell("481057"), true, true},
		{"P1", reconcile.TextCell("481058"), false, true},
		{"P2", reconcile.TextCell("481057"), false, true},
		{"P1", reconcile.EmptyCell(), false, false},
	} {
		if equal, known := look(c.id, c.cell); equal != c.equal || known != c.known {
			t.Errorf("%s %v: %v %v", c.id, c.cell, equal, known)
		}
	}
	if w.byID["P1"] == w.mark("P2", reconcile.TextCell("481057")) {
		t.Error("equal values of two records look equal")
	}
	if w.keep = false; w.Remembered() != nil {
		t.Error("block remembers")
	}
	if (*LastWritten)(nil).Remembered() != nil {
		t.Error("nothing remembers")
	}
}

// TestForgottenBeforeTheFirstWrite: a run that is killed leaves no memory of what it may have
// changed; one that ends restores the memory of what it did not change.
func TestForgottenBeforeTheFirstWrite(t *testing.T) {
	s := newSite(t)
	w := keeping(t)
	w.byID["P1"], w.byID["P2"] = "older", "other"
	plan := planOfTwo(w)
	if err := w.Drop(s.lock, plan); err != nil {
		t.Fatal(err)
	}
	stored, err := store.ReadValues(s.tenant)
	if diff := cmp.Diff(map[string]string{"P2": "other"}, stored.ByID); err != nil || diff != "" {
		t.Errorf("on disk before the first write: %v\n%s", err, diff)
	}
	if w.byID["P1"] != "older" {
		t.Error("the memory of the run itself is gone")
	}
	must(t, s.lock.Close())
	if err := w.Drop(s.lock, plan); !errors.Is(err, store.ErrNotLocked) {
		t.Errorf("without the lock: %v", err)
	}
}

// keeping returns a memory that keeps new values and holds none yet.
func keeping(t *testing.T) *LastWritten {
	t.Helper()
	return newLastWritten(store.Values{}, marks(t, "0123456789abcdef"), true, zerolog.Nop())
}

func marks(t *testing.T, key string) *reportio.HMAC {
	t.Helper()
	m, err := reportio.NewHMAC([]byte(key))
	must(t, err)
	return m
}

// planOfTwo is a plan over two PINs. It writes P1's value if w remembers another value for it, or
// none.
func planOfTwo(w *LastWritten) *reconcile.Plan {
	schema := all.Lookup("doorflow").Schema
	have := reconcile.NewSet(schema, 2)
	have.Add(pinCells("P1", "******"))
	have.Add(pinCells("P2", "******"))
	rows := reconcile.NewSet(schema, 2)
	rows.Add(pinCells("P1", "481057"))
	rows.Add(pinCells("P2", ""))
	roster := reconcile.NewRoster(schema)
	roster.Rows = rows
	return reconcile.Diff(roster, &reconcile.Wanted{Rows: rows},
		&reconcile.Listing{Records: have, Total: 2, Evidence: reconcile.EvidenceDeclared}, reconcile.Policy{Remembered: w.Remembered()})
}

// pinCells are the cells of a PIN of person 501 in DoorFlow's schema.
func pinCells(id, value string) []reconcile.Cell {
	schema := all.Lookup("doorflow").Schema
	texts := map[string]string{"credential_id": id, "holder_id": "501", "type": "31", "value": value}
	cells := make([]reconcile.Cell, len(schema.Columns))
	for n := range schema.Columns {
		if text := texts[schema.Columns[n].Name]; text != "" {
			cells[n] = reconcile.RecordCell(text, schema.Columns[n].Secret())
		}
	}
	return cells
}

// pinChange is a change of P1, or the creation of another PIN.
func pinChange(action reconcile.Action, value string) reconcile.Change {
	schema := all.Lookup("doorflow").Schema
	set := reconcile.NewSet(schema, 2)
	c := reconcile.Change{Action: action}
	if action != reconcile.Create {
		c.Have = set.Record(set.Add(pinCells("P1", "******")))
	}
	if action != reconcile.Delete {
		c.Want = set.Record(set.Add(pinCells("", value)))
		c.Fields = c.Fields.With(schema.Value())
	}
	return c
}
