package nights_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/nights"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// TestTypes: an account's types are those of the last run that recorded them, the ones with the
// most credentials first; if none did, those that the last run with lines saw.
func TestTypes(t *testing.T) {
	w := newWorld(t)
	of := func(n int, id, kind string) reportio.Line {
		l := line(n, reconcile.None, reconcile.Unchanged, id, "")
		l.Type, l.TypeName = kind, "Type "+kind
		return l
	}
	is := func(whole bool, want ...reconcile.Type) {
		t.Helper()
		got, all := nights.Types(w.store, "hq")
		if diff := cmp.Diff(want, got); diff != "" || all != whole {
			t.Errorf("whole is %t: %s", all, diff)
		}
	}
	at := func(days int) time.Time { return first.AddDate(0, 0, days) }
	is(false)
	// A row without a record may have any text as its type.
	w.add(night{account: "hq", at: at(0), lines: []reportio.Line{
		of(2, "", "badge"), of(3, "K1", "32"), of(4, "P1", "31"), of(5, "P2", "31"),
	}})
	is(false,
		reconcile.Type{ID: "31", Names: []string{"Type 31"}},
		reconcile.Type{ID: "32", Names: []string{"Type 32"}})

	told := []reconcile.Type{
		{ID: "31", Names: []string{"Keypad PIN", "pin"}},
		{ID: "32", Names: []string{"Card"}},
		{ID: "33", Names: []string{"Fob"}},
	}
	w.add(night{account: "hq", at: at(1), types: told, lines: []reportio.Line{of(2, "K1", "32")}})
	want := []reconcile.Type{told[1], told[2], told[0]}
	is(true, want...)
	w.add(night{account: "hq", at: at(2), lines: []reportio.Line{of(2, "K1", "32")}})
	w.add(night{account: "lab", at: at(3), types: told[:1]})
	is(true, want...)
}
