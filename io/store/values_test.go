package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/store"
)

func TestValues(t *testing.T) {
	k := open(t)
	if got, err := store.ReadValues(k); err != nil || len(got.ByID) != 0 {
		t.Errorf("without a file: %+v, %v", got, err)
	}
	want := store.Values{KeyID: "0123456789abcdef", ByID: map[string]string{"P1": "aa", "<P&2>": "bb"}}
	must(t, store.SaveValues(k.held, want))
	k.holds(t, "values.json", `{"schema":"keyroster/values/1","key_id":"0123456789abcdef","values":{"\u003cP\u00262\u003e":"bb","P1":"aa"}}`+"\n")
	got, err := store.ReadValues(k)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	must(t, k.held.Close())
	if err := store.SaveValues(k.held, want); !errors.Is(err, store.ErrNotLocked) || !strings.HasPrefix(err.Error(), "save remembered values: the lock is not held") {
		t.Errorf("without the lock: %v", err)
	}
}

func TestUnlisted(t *testing.T) {
	k := open(t)
	nobody := store.Unlisted{}
	if got := store.ReadUnlisted(k); !cmp.Equal(got, nobody) {
		t.Errorf("without a file: %+v", got)
	}
	must(t, store.SaveUnlisted(k.held, store.Unlisted{RunID: "r"}))
	k.holds(t, "unlisted.json", `{"schema":"keyroster/unlisted/1","run_id":"r","keys":[]}`+"\n")
	want := store.Unlisted{RunID: "r", Keys: []string{"P1", "P2"}}
	must(t, store.SaveUnlisted(k.held, want))
	if got := store.ReadUnlisted(k); !cmp.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	for _, text := range []string{"", "{", `{"schema":"keyroster/unlisted/2","keys":["P1"]}`, `{"schema":"keyroster/unlisted/1","keys":7}`} {
		k.put(t, "unlisted.json", text)
		if got := store.ReadUnlisted(k); !cmp.Equal(got, nobody) {
			t.Errorf("%q: %+v", text, got)
		}
	}
	must(t, k.held.Close())
	if err := store.SaveUnlisted(k.held, want); !errors.Is(err, store.ErrNotLocked) || !strings.HasPrefix(err.Error(), "save who is in no row: the lock is not held") {
		t.Errorf("without the lock: %v", err)
	}
}

func TestValuesThatCannotBeRead(t *testing.T) {
	for _, text := range []string{
		"", "null", "[]", "{}", `{"schema":"keyroster/values/1"}`, `{"schema":"keyroster/values/2","key_id":"k","values":{}}`,
		`{"schema":"keyroster/values/1","key_id":"k","values":{"P1":7}}`, `{"schema":"keyroster/values/1","key_id":"k","values":{"P1":"a"`,
	} {
		k := open(t)
		k.put(t, "values.json", text)
		if _, err := store.ReadValues(k); err == nil || !strings.Contains(err.Error(), "move it away") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
