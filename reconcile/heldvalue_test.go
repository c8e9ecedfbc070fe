package reconcile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A value that a person has is not called removed, nor given to them twice.
func TestValuesHeld(t *testing.T) {
	held := rec{"credential_id": "A", "holder_id": "1", "type": "pin", "value": "1111"}
	row := func(id, value, ends, state string) rec {
		return rec{"credential_id": id, "holder_id": "1", "type": "pin", "value": value, "ends_at": ends, "state": state}
	}
	const (
		soon, late = "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"
		record     = "record A ambiguous none blocked: several rows may refer to this credential; see their lines"
		both       = " ambiguous none blocked: rows 2 and 3 name the same value of one holder: keep one row; they differ in "
	)
	for name, c := range map[string]struct {
		want, have []rec
		exp        []string
	}{
		"removed under an id that is gone": {[]rec{row("Z", "1111", "", "absent")}, []rec{held}, []string{
			"row 0 ambiguous none blocked: credential A has the row's value and may be meant: correct or clear the credential_id", record,
		}},
		"the id is gone, the value too": {
			[]rec{row("Z", "9", "", "absent")},
			[]rec{held},
			[]string{"row 0 in_sync none unchanged", "record A unlisted none unlisted"},
		},
		"two ids are gone": {
			[]rec{row("Y", "9", "", "absent"), row("Z", "9", "", "absent")},
			nil,
			[]string{"row 0 in_sync none unchanged", "row 1 in_sync none unchanged"},
		},
		"gone, and another row keeps it": {
			[]rec{row("Z", "1111", "", "absent"), row("A", "1111", "", "")},
			[]rec{held},
			[]string{"row 0 in_sync none unchanged", "row 1 in_sync none unchanged"},
		},
		"gone, and made anew": {
			[]rec{row("Z", "9", "", "absent"), row("", "9", "", "")},
			nil,
			[]string{"row 0 in_sync none unchanged", "row 1 missing create planned value"},
		},
		"removed by holder, kept by id": {
			[]rec{row("A", "1111", "", ""), row("", "1111", "", "absent")},
			[]rec{held},
			[]string{"row 0" + both + "state", "row 1" + both + "state", record},
		},
		"removed by holder, replaced by id": {
			[]rec{row("A", "9", "", ""), row("", "1111", "", "absent")},
			[]rec{held},
			[]string{"row 0 drifted update planned value", "row 1 in_sync none unchanged"},
		},
		"one by id, one by holder": {
			[]rec{row("A", "1111", soon, ""), row("", "1111", late, "")},
			[]rec{held},
			[]string{"row 0" + both + "ends_at", "row 1" + both + "ends_at", record},
		},
		"made twice": {
			[]rec{row("", "9", soon, ""), row("", "9", late, "")},
			nil,
			[]string{"row 0" + both + "ends_at", "row 1" + both + "ends_at"},
		},
		"made and removed": {
			[]rec{row("", "9", "", ""), row("", "9", "", "absent")},
			nil,
			[]string{"row 0" + both + "state", "row 1" + both + "state"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			plan := world{schema: NewSchema("badges", badge{}), want: c.want, have: c.have}.plan()
			if diff := cmp.Diff(c.exp, lines(plan)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What a row removes under an id that is gone is pruned all the same.
func TestValuesHeldPruned(t *testing.T) {
	plan := world{
		schema: badgeSchema(), policy: Policy{Prune: true},
		want: []rec{{"credential_id": "Z", "holder_id": "1", "type": "pin", "value": "1111", "state": "absent"}},
		have: []rec{{"credential_id": "A", "holder_id": "1", "type": "pin", "value": "1111"}},
	}.plan()
	if diff := cmp.Diff([]string{"row 0 in_sync none unchanged", "record A unlisted delete planned"}, lines(plan)); diff != "" {
		t.Error(diff)
	}
}

// A card type that is removed under an id that is gone is looked for by its title.
func TestTitlesHeld(t *testing.T) {
	for state, want := range map[string]string{
		"absent": "row 0 ambiguous none blocked: card type A has the row's title and may be meant: correct or clear the card_id",
		"":       "row 0 in_sync none unchanged",
	} {
		plan := world{
			schema: cardSchema(), want: []rec{{"card_id": "Z", "title": "Staff", "state": state}},
			have: []rec{{"card_id": "A", "title": "Staff"}},
		}.plan()
		if got := lines(plan)[0]; got != want {
			t.Errorf("%q: %s, want %s", state, got, want)
		}
	}
}
