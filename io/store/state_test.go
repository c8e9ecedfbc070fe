package store_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/store"
)

func TestStateRoundTrip(t *testing.T) {
	k := open(t)
	got, err := store.ReadState(k)
	if err != nil || !cmp.Equal(got, store.State{}) {
		t.Errorf("without a file: %+v, %v", got, err)
	}
	if k.Has(store.StateDocument) {
		t.Error("something is remembered before it is saved")
	}
	for _, want := range []store.State{
		{SyncOwed: true},
		{OpenRun: "20260131T020001Z-hq-00aa11"},
		{LeftParked: []string{"20260131T020001Z-hq-00aa11", "20260131T020001Z-hq-00aa12"}},
		{LastGood: &store.LastGood{RunID: "r", Records: 3, Rows: 2, At: night}},
		{},
	} {
		must(t, store.SaveState(k, k.held, want))
		got, err := store.ReadState(k)
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if !k.Has(store.StateDocument) {
			t.Error("nothing is remembered")
		}
	}
}

func TestStateFormat(t *testing.T) {
	k := open(t)
	must(t, store.SaveState(k, k.held, store.State{}))
	k.holds(t, "state.json", `{"schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":null,"open_run":null,"sync_owed":false}`)
	must(t, store.SaveState(k, k.held, store.State{LastGood: &store.LastGood{RunID: "r", Records: 3, Rows: 2, At: night}, OpenRun: "o", SyncOwed: true}))
	k.holds(t, "state.json", `{"schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":{"run_id":"r","records":3,"rows":2,"at":"2026-01-31T02:00:01Z"},"open_run":"o","sync_owed":true}`)
	must(t, store.SaveState(k, k.held, store.State{LeftParked: []string{"a", "b"}}))
	k.holds(t, "state.json", `{"schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":null,"open_run":null,"sync_owed":false,"left_parked":["a","b"]}`)
}

func TestUnknownMembersAreKept(t *testing.T) {
	k := open(t)
	k.put(t, "state.json", `{"keys": [1, 2], "schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":{"run_id":"r","types":{"pin":4},"records":3,"rows":2,"at":"2026-01-31T02:00:01Z"},"open_run":null,"sync_owed":true}`)
	s, err := store.ReadState(k)
	must(t, err)
	s.SyncOwed = false
	must(t, store.SaveState(k, k.held, s))
	k.holds(t, "state.json", `{"schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":{"run_id":"r","records":3,"rows":2,"at":"2026-01-31T02:00:01Z","types":{"pin":4}},"open_run":null,"sync_owed":false,"keys":[1,2]}`)
	// What was said about one run is not carried over to the next.
	s.LastGood = &store.LastGood{RunID: "s", At: night}
	must(t, store.SaveState(k, k.held, s))
	k.holds(t, "state.json", `{"schema":"keyroster/state/1","provider":"doorflow","tenant":"abc123","last_good":{"run_id":"s","records":0,"rows":0,"at":"2026-01-31T02:00:01Z"},"open_run":null,"sync_owed":false,"keys":[1,2]}`)
}

// TestStateOfAnotherTenant: a folder or file that was copied from another tenant is refused; one
// from a version that did not say whose it is is not.
func TestStateOfAnotherTenant(t *testing.T) {
	for text, want := range map[string]string{
		`"provider":"doorflow","tenant":"abc123",`: "",
		``: "",
		`"provider":"doorflow","tenant":"xyz789",`: `it is the state of tenant "xyz789", not "abc123"`,
		`"provider":"seam","tenant":"abc123",`:     `it is the state of provider "seam", not "doorflow"`,
		`"tenant":7,`:                              `it is the state of tenant "", not "abc123"`,
	} {
		k := open(t)
		text = `{"schema":"keyroster/state/1",` + text + `"last_good":null,"open_run":"r","sync_owed":true}`
		k.put(t, "state.json", text)
		s, err := store.ReadState(k)
		if want == "" && (err != nil || s.OpenRun != "r") || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %+v, %v", text, s, err)
		}
		if err := store.SaveState(k, k.held, s); (err == nil) != (want == "") {
			t.Errorf("saved over %s: %v", text, err)
		}
	}
}

func TestStateThatCannotBeRead(t *testing.T) {
	tests := map[string]string{
		"":                            "damaged",
		"null":                        "damaged",
		"[]":                          "damaged",
		`{"schema":"keyroster/state/`: "damaged",
		`{"schema":"keyroster/state/1","last_good":null,"open_run":null}`:                              "damaged",
		`{"schema":"keyroster/state/1","last_good":null,"open_run":7,"sync_owed":true}`:                "damaged",
		`{"schema":"keyroster/state/1","last_good":{"records":-1},"open_run":null,"sync_owed":true}`:   "damaged",
		`{"schema":"keyroster/state/1","last_good":null,"open_run":null,"sync_owed":true} {"more": 1}`: "damaged",

		`{"schema":"keyroster/report/1"}`: "not a state file",
		`{}`:                              "not a state file",
		`{"schema":"keyroster/state/2","sync_owed":"x"}`: "does not support",
		`{"schema":"keyroster/state/2"}`:                 "does not support",
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			k := open(t)
			k.put(t, "state.json", text)
			_, err := store.ReadState(k)
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), filepath.Join(k.Place(), "state.json")) {
				t.Errorf("error %v", err)
			}
			if err := store.SaveState(k, k.held, store.State{}); err == nil {
				t.Error("a file that cannot be read was overwritten")
			}
			k.holds(t, "state.json", text)
		})
	}
}
