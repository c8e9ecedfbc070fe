package providertest

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"keyroster/reconcile"
)

// listsTheAccount: the records of a listing are exactly those of the sandbox's state.
func listsTheAccount(t prover, s *Suite) {
	w := newWorld(t, s, nil)
	listed := ids(w.list(w.open()))
	raw, err := json.Marshal(w.gate.api.State())
	if err != nil {
		t.Fatal(err)
	}
	held := heldIDs(raw, listed)
	if held == nil {
		t.Fatal("no list of the state has all the records that were listed")
	}
	for _, id := range held {
		if !slices.Contains(listed, id) && !slices.Contains(s.Hidden, id) {
			t.Errorf("record %s is in the account and was not listed", id)
		}
	}
	if len(held) != len(listed)+len(s.Hidden) {
		t.Errorf("%d records listed, %d hidden, %d held", len(listed), len(s.Hidden), len(held))
	}
}

// heldIDs finds the list of a state that has all the listed ids under one member of its
// objects, and returns all of its ids.
func heldIDs(state []byte, listed []string) []string {
	var lists map[string]json.RawMessage
	_ = json.Unmarshal(state, &lists)
	for _, raw := range lists {
		var objects []map[string]any
		if json.Unmarshal(raw, &objects) != nil || len(objects) == 0 {
			continue
		}
		for member := range objects[0] {
			var held []string
			for _, object := range objects {
				if id, ok := object[member].(string); ok {
					held = append(held, id)
				}
			}
			missing := func(id string) bool { return !slices.Contains(held, id) }
			if len(held) == len(objects) && !slices.ContainsFunc(listed, missing) {
				return held
			}
		}
	}
	return nil
}

// readsEveryPageOnce: a listing is the same for any page size, and nothing of it is
// requested twice.
func readsEveryPageOnce(t prover, s *Suite) {
	whole := ids(newWorldListing(t, s, 0))
	if len(whole) < 3 || len(slices.Compact(slices.Clone(whole))) != len(whole) {
		t.Fatalf("the account has %d records, some of them twice or too few", len(whole))
	}
	for _, size := range []int{1, 3, 7, len(whole), len(whole) + 1} {
		t.Run(strconv.Itoa(size), func(t prover) {
			if got := ids(newWorldListing(t, s, size)); !slices.Equal(got, whole) {
				t.Errorf("%d records, the account has %d", len(got), len(whole))
			}
		})
	}
}

// newWorldListing lists a new account by pages of a size, 0 for the default, and checks
// that no request is repeated.
func newWorldListing(t prover, s *Suite, size int) *reconcile.Listing {
	t.Helper()
	set := map[string]string{}
	if size > 0 && s.PageSwitch != "" {
		set[s.PageSwitch] = strconv.Itoa(size)
	}
	w := newWorld(t, s, set)
	client := w.open(pages(size))
	if _, err := client.Tenant(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := len(w.gate.seen())
	told := 0
	listing, err := client.List(t.Context(), reconcile.Scope{}, func(done, _ int) { told = max(told, done) })
	if err != nil || !listing.Complete() {
		t.Fatalf("list: %v", err)
	}
	if told < listing.Records.Len() {
		t.Errorf("progress ends at %d of %d", told, listing.Records.Len())
	}
	asked := map[request]bool{}
	for _, r := range w.gate.seen()[before:] {
		if asked[r] && !slices.Contains(s.Twice, r.call()) {
			t.Errorf("%s?%s was asked twice", r.call(), r.query)
		}
		asked[r] = true
	}
	return listing
}

// neverTakesAPart: a listing that lost a record on the way is refused if the provider
// declares a total, one that has a record twice has it once, and one that met faults is the
// account or an error.
func neverTakesAPart(t prover, s *Suite) {
	whole := ids(newWorldListing(t, s, 0))
	for fault, set := range map[string]map[string]string{"drop-row=1": s.Total, "repeat-row=1": nil} {
		if fault == "drop-row=1" && set == nil {
			continue // nothing shows that a record is missing
		}
		w := newWorld(t, s, set)
		w.gate.set(func(request) http.Handler { return w.gate.fault(fault) })
		listing, err := w.open().List(t.Context(), reconcile.Scope{}, nil)
		w.leaks.collect(err)
		if w.gate.faults() == 0 {
			t.Errorf("%s: no page was damaged", fault)
		}
		switch {
		case err != nil && !errors.Is(err, reconcile.ErrIncomplete):
			t.Errorf("%s: %v", fault, err)
		case err == nil && !slices.Equal(ids(listing), whole):
			t.Errorf("%s: %d records pass for %d", fault, listing.Records.Len(), len(whole))
		case err != nil && listing.Complete():
			t.Errorf("%s: refused, and complete", fault)
		}
	}
	w := newWorld(t, s, nil)
	w.gate.set(func(request) http.Handler {
		return w.gate.fault("500=0.1,reset=0.1,truncate=0.1,html=0.05,500-after=0.05")
	})
	client, read := w.open(pages(7)), 0
	for range 12 {
		listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
		w.leaks.collect(err)
		if err == nil {
			read++
			if !slices.Equal(ids(listing), whole) {
				t.Errorf("under faults, %d records pass for %d", listing.Records.Len(), len(whole))
			}
		}
	}
	if read == 0 || w.gate.faults() == 0 {
		t.Errorf("%d of 12 listings came through, with %d faults", read, w.gate.faults())
	}
	w.gate.set(func(request) http.Handler { return answerWith(http.StatusInternalServerError, "") })
	_, err := w.open().List(t.Context(), reconcile.Scope{}, nil)
	w.fails(err, reconcile.Unreachable, "a host that is down")
}

// listsWhatItCreated: a record that was created is listed, and read, under the id of its
// receipt.
func listsWhatItCreated(t prover, s *Suite) {
	x := newChangeTest(t, s, reconcile.Create)
	before := x.list(x.client)
	res := x.outcome(x.run(), reconcile.Applied, "")
	if res.NewID == "" {
		t.Fatal("the new record has no id")
	}
	after := x.list(x.client)
	one := find(after, res.NewID)
	if after.Records.Len() != before.Records.Len()+1 || find(before, res.NewID).Valid() || !one.Valid() {
		t.Errorf(
			"%d records before, %d after; the new one is listed: %v", before.Records.Len(),
			after.Records.Len(), one.Valid(),
		)
	}
	now, err := x.client.Read(t.Context(), reconcile.Change{Action: reconcile.Update, Have: one, Want: one})
	if err != nil || now.ID() != res.NewID {
		t.Errorf("read %s: %s, %v", res.NewID, now.ID(), err)
	}
	x.inSync(reconcile.Policy{}, s.Create)
}

// recognisesUnknown: a record that does not exist is read as none, updated in vain, and deleted
// already.
func recognisesUnknown(t prover, s *Suite) {
	ends := map[reconcile.Action]reconcile.Outcome{
		reconcile.Update: reconcile.Conflict, reconcile.Delete: reconcile.Applied,
	}
	for action, want := range ends {
		x := newChangeTest(t, s, action)
		x.deleteElsewhere(x.change.Have)
		if now, err := x.client.Read(t.Context(), x.change); err != nil || now.Valid() {
			t.Errorf("%s: a record that is gone is read as %v, %v", action, now, err)
		}
		if _, err := x.client.Write(t.Context(), x.change); err != nil || action != reconcile.Delete {
			x.fails(err, reconcile.Gone, action)
		}
		x.outcome(x.run(), want, " of a record that is gone")
		x.outcome(x.run(trustListing), want, " of a record that is gone, not read before")
	}
}

// deleteElsewhere deletes a record with another client.
func (w *world) deleteElsewhere(have reconcile.Record) {
	w.Helper()
	if _, err := w.open().Write(w.Context(), reconcile.Change{Action: reconcile.Delete, Have: have}); err != nil {
		w.Fatalf("delete behind the client's back: %v", err)
	}
}
