package storetest

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/store"
)

var stateLaws = []law{
	{"what is remembered of a tenant is read as it was saved", rememberedStates},
	{"members that this version does not know outlive a save", unknownMembers},
	{"a state that is another tenant's, or damaged, is refused and never replaced", refusedStates},
	{"nothing is remembered without the lock", savingUnlocked},
	{"a tenant has one key for fingerprints", fingerprints},
}

func rememberedStates(t *testing.T, open open) {
	w := open(t)
	of, l := locked(t, w.Open())
	for _, want := range []store.State{
		{},
		{OpenRun: "r", SyncOwed: true},
		{OpenRun: "r", MayPark: map[string][]string{"r": {}}},
		{LeftParked: []string{"a", "b"}, MayPark: map[string][]string{"a": {"K1", "K2"}}},
		{LeftParked: []string{"a", "b"}, Replaced: map[string]string{"1": "2"}},
		{LastGood: &store.LastGood{RunID: "r", Records: 3, Rows: 2, At: began}},
	} {
		must(t, store.SaveState(of, l, want))
		got, err := store.ReadState(tenant(t, w.Open()))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
	}
	must(t, store.SaveState(of, l, store.State{MayPark: map[string][]string{"over": {"K1"}}}))
	if got, err := store.ReadState(of); err != nil || got.MayPark != nil {
		t.Errorf("what a run that is over may have parked is still remembered: %v, %v", got.MayPark, err)
	}
	values := store.Values{KeyID: "k", ByID: map[string]string{"P1": "aa", "<P&2>": "bb"}}
	must(t, store.SaveValues(l, values))
	got, err := store.ReadValues(tenant(t, w.Open()))
	if diff := cmp.Diff(values, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	unlisted := store.Unlisted{RunID: "r", Keys: []string{"x", "y"}}
	must(t, store.SaveUnlisted(l, unlisted))
	if diff := cmp.Diff(unlisted, store.ReadUnlisted(tenant(t, w.Open()))); diff != "" {
		t.Error(diff)
	}
}

func unknownMembers(t *testing.T, open open) {
	of, l := locked(t, open(t).Open())
	must(t, l.Save(store.StateDocument, []byte(`{"keys": [1, 2], "schema":"keyroster/state/1","last_good":`+
		`{"run_id":"r","types":{"pin":4},"records":3,"rows":2,"at":"2026-01-31T02:00:01Z"},"open_run":null,"sync_owed":true}`)))
	s, err := store.ReadState(of)
	must(t, err)
	s.SyncOwed = false
	must(t, store.SaveState(of, l, s))
	got, err := of.Document(store.StateDocument)
	must(t, err)
	for _, part := range []string{`"keys":[1,2]`, `"types":{"pin":4}`, `"sync_owed":false`} {
		if !strings.Contains(string(got), part) {
			t.Errorf("%s is not in %s", part, got)
		}
	}
}

func refusedStates(t *testing.T, open open) {
	of, l := locked(t, open(t).Open())
	for _, content := range []string{
		"", "null", "[]", "{}", `{"schema":"keyroster/state/`, `{"schema":"keyroster/report/1"}`, `{"schema":"keyroster/state/2","sync_owed":true}`,
		`{"schema":"keyroster/state/1","last_good":null,"open_run":null}`,
		`{"schema":"keyroster/state/1","provider":"doorflow","tenant":"xyz789","last_good":null,"open_run":null,"sync_owed":true}`,
		`{"schema":"keyroster/state/1","provider":"seam","tenant":"abc123","last_good":null,"open_run":null,"sync_owed":true}`,
	} {
		must(t, l.Save(store.StateDocument, []byte(content)))
		if s, err := store.ReadState(of); err == nil || !strings.Contains(err.Error(), of.Place()) {
			t.Errorf("%q was read as %+v, %v", content, s, err)
		}
		if err := store.SaveState(of, l, store.State{}); err == nil || errors.Is(err, store.ErrNotLocked) {
			t.Errorf("%q was replaced, %v", content, err)
		}
		if got, err := of.Document(store.StateDocument); err != nil || string(got) != content {
			t.Errorf("%q became %q, %v", content, got, err)
		}
	}
}

func savingUnlocked(t *testing.T, open open) {
	w := open(t)
	of, l := locked(t, w.Open())
	must(t, l.Close())
	is(t, "a state", store.SaveState(of, l, store.State{}), store.ErrNotLocked)
	is(t, "values", store.SaveValues(l, store.Values{KeyID: "k"}), store.ErrNotLocked)
	is(t, "who is in no row", store.SaveUnlisted(l, store.Unlisted{}), store.ErrNotLocked)
	for _, name := range documents {
		if of.Has(name) {
			t.Errorf("%s is there", name)
		}
	}
}

func fingerprints(t *testing.T, open open) {
	w := open(t)
	got := make([][]byte, 8)
	var all sync.WaitGroup
	for i := range got {
		of := tenant(t, w.Open())
		all.Go(func() {
			var err error
			if got[i], err = store.Fingerprints(of); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, key := range got {
		if len(key) != 32 || !bytes.Equal(key, got[0]) {
			t.Fatalf("keys %x", got)
		}
	}
	one, _, err := store.SealKeyOf(tenant(t, w.Open()))
	must(t, err)
	two, _, err := store.SealKeyOf(tenant(t, w.Open()))
	if err != nil || one.Reveal() != two.Reveal() {
		t.Errorf("another sealing key, %v", err)
	}
}
