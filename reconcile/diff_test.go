package reconcile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	alice := rec{"credential_id": "A", "holder_id": "1", "type": "pin", "value": "1111"}
	bob := rec{"credential_id": "B", "holder_id": "2", "type": "pin", "value": "2222"}
	cases := map[string]struct {
		world
		want []string
	}{
		"equal rows are in sync, by id and by holder": {
			world{want: []rec{{"credential_id": "A", "value": "1111"}, {"holder_id": "2", "type": "pin", "value": "2222"}}, have: []rec{alice, bob}},
			[]string{"row 0 in_sync none unchanged", "row 1 in_sync none unchanged"},
		},
		"a blank cell clears nothing, a mask neither": {
			world{want: []rec{{"credential_id": "A"}, {"credential_id": "B", "value": "••••22"}}, have: []rec{alice, bob}},
			[]string{"row 0 in_sync none unchanged", "row 1 in_sync none unchanged"},
		},
		"a differing value is an update": {
			world{want: []rec{{"credential_id": "A", "value": "9999"}}, have: []rec{alice}},
			[]string{"row 0 drifted update planned value"},
		},
		"<empty> clears what can be cleared": {
			world{
				want: []rec{{"credential_id": "A", "ends_at": "<empty>"}, {"credential_id": "B", "value": "<empty>"}},
				have: []rec{{"credential_id": "A", "holder_id": "1", "type": "pin", "ends_at": "2026-01-01T00:00:00Z"}, bob},
			},
			[]string{"row 0 drifted update planned ends_at", "row 1 unsupported none blocked: value cannot be cleared"},
		},
		"no record is a creation": {
			world{want: []rec{{"holder_id": "3", "type": "pin", "value": "3333"}}},
			[]string{"row 0 missing create planned value"},
		},
		"a creation never takes a mask": {
			world{want: []rec{{"holder_id": "3", "type": "pin", "value": "****"}}},
			[]string{"row 0 invalid none invalid: column value holds a mask, but a new record needs the real value"},
		},
		"absent deletes what is there and leaves what is not": {
			world{want: []rec{{"credential_id": "A", "state": "absent"}, {"holder_id": "9", "type": "pin", "state": "absent"}}, have: []rec{alice}},
			[]string{"row 0 drifted delete planned", "row 1 in_sync none unchanged"},
		},
		"absent with another value contradicts its record": {
			world{want: []rec{{"holder_id": "1", "type": "pin", "value": "4444", "state": "absent"}}, have: []rec{alice}},
			[]string{
				"row 0 ambiguous none blocked: the row removes a credential, but its value is not that of A",
				"record A ambiguous none blocked: several rows may refer to this credential; see their lines",
			},
		},
		"a row that contradicts its record is ambiguous": {
			world{want: []rec{{"credential_id": "A", "holder_id": "2", "value": "9999"}}, have: []rec{alice}},
			[]string{
				"row 0 ambiguous none blocked: the row says holder_id 2, but credential A has 1",
				"record A ambiguous none blocked: several rows may refer to this credential; see their lines",
			},
		},
		"an id that is not listed never creates": {
			world{want: []rec{{"credential_id": "Z", "value": "9999"}}},
			[]string{"row 0 missing none blocked: credential Z is not in the listing; give holder_id and type to create one"},
		},
		"an id that is not listed falls back to the holder": {
			world{want: []rec{{"credential_id": "Z", "holder_id": "1", "type": "pin", "value": "9999"}}, have: []rec{alice}},
			[]string{"row 0 drifted update planned value"},
		},
		"two rows for one credential are both ambiguous": {
			world{want: []rec{{"credential_id": "A", "value": "1"}, {"credential_id": "A", "value": "2"}}, have: []rec{alice}},
			[]string{
				"row 0 ambiguous none blocked: 2 rows name credential A; they differ in value",
				"row 1 ambiguous none blocked: 2 rows name credential A; they differ in value",
				"record A ambiguous none blocked: several rows may refer to this credential; see their lines",
			},
		},
		"a row by id and a row by holder for one credential are both ambiguous": {
			world{want: []rec{{"credential_id": "A", "value": "1"}, {"holder_id": "1", "type": "pin", "value": "2"}}, have: []rec{alice}},
			[]string{
				"row 0" + ambiguous + "value",
				"row 1" + ambiguous + "value",
				"record A ambiguous none blocked: several rows may refer to this credential; see their lines",
			},
		},
		"a masked record is not compared": {
			world{
				want: []rec{{"credential_id": "A", "value": "9999"}, {"credential_id": "B"}},
				have: []rec{{"credential_id": "A", "holder_id": "1", "type": "pin", "value": "****"}, {"credential_id": "B", "holder_id": "2", "type": "pin", "value": "****"}},
			},
			[]string{"row 0 unreadable none blocked: value is masked, so it cannot be compared", "row 1 in_sync none unchanged"},
		},
		"records without a row stay": {
			world{have: []rec{alice}},
			[]string{"record A unlisted none unlisted"},
		},
		"pruning deletes them, but not the protected": {
			world{have: []rec{alice, bob}, policy: Policy{Prune: true, Protect: []Protection{{"holder_id": "2"}}}},
			[]string{"record A unlisted delete planned", "record B unlisted none unlisted: protected by the account's configuration"},
		},
		"a protected person is not changed, an equal one in sync": {
			world{
				want: []rec{{"credential_id": "A", "value": "9999"}, {"credential_id": "B", "value": "2222"}}, have: []rec{alice, bob},
				policy: Policy{Protect: []Protection{{"credential_id": "A"}, {"holder_id": "2"}}},
			},
			[]string{"row 0 protected none blocked: protected by the account's configuration", "row 1 in_sync none unchanged"},
		},
		"a scope leaves others out": {
			world{
				want: []rec{{"credential_id": "A", "value": "9999"}, {"credential_id": "B", "value": "8888"}}, have: []rec{alice, bob},
				policy: Policy{Holders: []string{"1"}},
			},
			[]string{"row 0 drifted update planned value"},
		},
		"an invalid row still names its record": {
			world{
				want: []rec{{"credential_id": "A"}}, have: []rec{alice}, policy: Policy{Prune: true},
				edit: func(r *Roster, _ *Wanted, _ *Listing) { r.Report(0, Problem{Message: "the cell is damaged"}) },
			},
			[]string{"row 0 invalid none invalid: the cell is damaged"},
		},
		"a value in use by a record that keeps it is never sent": {
			world{want: []rec{{"credential_id": "A", "value": "2222"}}, have: []rec{alice, bob}},
			[]string{
				"row 0 drifted update blocked value: the value is in use by credential B " +
					"of person 2, which does not change",
				"record B unlisted none unlisted",
			},
		},
		"two rows that want one value block each other": {
			world{want: []rec{{"credential_id": "A", "value": "7777"}, {"credential_id": "B", "value": "7777"}}, have: []rec{alice, bob}},
			[]string{"row 0 drifted update blocked value: another row wants the same value", "row 1 drifted update blocked value: another row wants the same value"},
		},
		"who frees a value goes before who takes it": {
			world{want: []rec{{"credential_id": "A", "value": "2222"}, {"credential_id": "B", "value": "5555"}}, have: []rec{alice, bob}},
			[]string{"row 0 drifted update planned value", "row 1 drifted update planned value"},
		},
		"a cycle is blocked without park": {
			world{want: []rec{{"credential_id": "A", "value": "2222"}, {"credential_id": "B", "value": "1111"}}, have: []rec{alice, bob}},
			[]string{
				"row 0 drifted update blocked value: 2 values change hands in a cycle, which needs park: true",
				"row 1 drifted update blocked value: 2 values change hands in a cycle, which needs park: true",
			},
		},
		"who waits for a blocked one is blocked": {
			world{
				want: []rec{{"credential_id": "A", "value": "2222"}, {"credential_id": "B", "value": "3333"}},
				have: []rec{alice, bob, {"credential_id": "C", "holder_id": "3", "type": "pin", "value": "3333"}},
			},
			[]string{
				"row 0 drifted update blocked value: the value is in use by credential B, whose change is blocked",
				"row 1 drifted update blocked value: the value is in use by credential C " +
					"of person 3, which does not change",
				"record C unlisted none unlisted",
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.schema = badgeSchema()
			got := lines(c.plan())
			for i := range got {
				got[i] = strings.TrimSpace(got[i])
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDiffSeveralCodes: if a holder may have several codes, equal values pair first, so that the
// night after a creation changes nothing.
func TestDiffSeveralCodes(t *testing.T) {
	code := func(id, value string) rec {
		return rec{"credential_id": id, "acs_system_id": "S", "holder_id": "1", "type": "code", "value": value}
	}
	row := func(value string) rec {
		return rec{"acs_system_id": "S", "holder_id": "1", "type": "code", "value": value}
	}
	named := func(id, holder string) rec { return rec{"credential_id": id, "holder_id": holder} }
	cases := map[string]struct {
		want, have []rec
		out        []string
	}{
		"equal values pair":       {[]rec{row("2"), row("1")}, []rec{code("A", "1"), code("B", "2")}, []string{"row 0 in_sync none unchanged", "row 1 in_sync none unchanged"}},
		"the one left over pairs": {[]rec{row("1"), row("3")}, []rec{code("A", "1"), code("B", "2")}, []string{"row 0 in_sync none unchanged", "row 1 drifted update planned value"}},
		"a further row creates":   {[]rec{row("1"), row("3")}, []rec{code("A", "1")}, []string{"row 0 in_sync none unchanged", "row 1 missing create planned value"}},
		"two left on both sides are ambiguous": {[]rec{row("3"), row("4")}, []rec{code("A", "1"), code("B", "2")}, []string{
			"row 0 ambiguous none blocked: 2 rows and 2 records match each other: " +
				"give the credential_id; they differ in value",
			"row 1 ambiguous none blocked: 2 rows and 2 records match each other: " +
				"give the credential_id; they differ in value",
			"record A ambiguous none blocked: several rows may refer to this credential; see their lines",
			"record B ambiguous none blocked: several rows may refer to this credential; see their lines",
		}},
		"what another row may mean is not made a second time": {[]rec{named("A", "2"), row("1")}, []rec{code("A", "1")}, []string{
			"row 0 ambiguous none blocked: the row says holder_id 2, but credential A has 1",
			"row 1 ambiguous none blocked: credential A matches, but another row may mean it too: give the credential_id",
			"record A ambiguous none blocked: several rows may refer to this credential; see their lines",
		}},
		"nor is another taken in its place": {[]rec{named("A", "2"), row("1"), row("2")}, []rec{code("A", "1"), code("B", "2"), code("C", "3")}, []string{
			"row 0 ambiguous none blocked: the row says holder_id 2, but credential A has 1",
			"row 1 ambiguous none blocked: credential A matches, but another row may mean it too: " +
				"give the credential_id",
			"row 2 in_sync none unchanged",
			"record A ambiguous none blocked: several rows may refer to this credential; see their lines",
			"record C ambiguous none blocked: several rows may refer to this credential; see their lines",
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := lines(world{schema: passSchema(), want: c.want, have: c.have}.plan())
			if diff := cmp.Diff(c.out, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDiffQuotesTheRowsOwnCells: a row is told what it says itself, not only what that was resolved
// to.
func TestDiffQuotesTheRowsOwnCells(t *testing.T) {
	badge := rec{"credential_id": "A", "holder_id": "1", "type": "32", "value": "1"}
	pass := rec{"credential_id": "A", "acs_system_id": "S", "holder_id": "1", "type": "32", "value": "1"}
	for name, c := range map[string]struct {
		schema          *Schema
		have            rec
		gives, resolved rec
		want            string
	}{
		"as it is":        {badgeSchema(), badge, rec{"holder_id": "2"}, rec{"holder_id": "2"}, "the row says holder_id 2, but credential A has 1"},
		"by address":      {badgeSchema(), badge, rec{"holder_email": "b@example.com"}, rec{"holder_id": "2"}, "the row says holder_email b@example.com, so holder_id 2, but credential A has 1"},
		"by another's id": {passSchema(), pass, rec{"holder_id": "2"}, rec{"holder_id": "2", "acs_system_id": "T"}, "the row says holder_id 2, so acs_system_id T, but credential A has S"},
		"by label":        {badgeSchema(), badge, rec{"type": "PIN"}, rec{"type": "31"}, "the row says type PIN, which is 31, but credential A has 32"},
		"by nothing":      {passSchema(), pass, rec{}, rec{"type": "31"}, "the row says type 31, but credential A has 32"},
	} {
		t.Run(name, func(t *testing.T) {
			c.gives["credential_id"], c.resolved["credential_id"] = "A", "A"
			w := world{schema: c.schema, want: []rec{c.gives}, have: []rec{c.have}, edit: func(_ *Roster, wanted *Wanted, _ *Listing) {
				wanted.Rows = setOf(c.schema, c.resolved)
			}}
			if got, want := lines(w.plan())[0], "row 0 ambiguous none blocked: "+c.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestDiffMovesOnlyWhenAsked(t *testing.T) {
	w := world{
		schema: passSchema(), want: []rec{{"credential_id": "A", "holder_id": "2"}},
		have: []rec{{"credential_id": "A", "acs_system_id": "S", "holder_id": "1", "type": "code", "value": "1"}},
	}
	if got := lines(w.plan())[0]; got != "row 0 ambiguous none blocked: the row says holder_id 2, but credential A has 1" {
		t.Error(got)
	}
	w.policy.Move = true
	plan := w.plan()
	if got := lines(plan)[0]; got != "row 0 drifted update planned holder_id" {
		t.Error(got)
	}
	if b := plan.Check(DefaultLimits(), 100, false); len(b) != 1 || b[0].Name != LimitMove {
		t.Errorf("breaches: %v", b)
	}
	// A row that removes a record cannot mean to move it.
	w.want = []rec{{"credential_id": "A", "holder_id": "2", "state": "absent"}}
	if got := lines(w.plan())[0]; got != "row 0 ambiguous none blocked: the row says holder_id 2, but credential A has 1" {
		t.Error(got)
	}
}

func TestChainsRunInTheOrderThatFreesValues(t *testing.T) {
	w := world{schema: badgeSchema(), policy: Policy{Park: true}}
	// 0 takes 1's value, 1 takes 2's, 2 takes a free one; 3 and 4 swap; 5 is alone.
	targets := []string{"v1", "v2", "v8", "v4", "v3", "v9"}
	for i, target := range targets {
		w.have = append(w.have, rec{"credential_id": fmt.Sprint("c", i), "holder_id": fmt.Sprint(i), "type": "pin", "value": fmt.Sprint("v", i)})
		w.want = append(w.want, rec{"credential_id": fmt.Sprint("c", i), "value": target})
	}
	plan := w.plan()
	if diff := cmp.Diff([][]int32{{2, 1, 0}, {3, 4}, {5}}, plan.Chains); diff != "" {
		t.Error(diff)
	}
	if plan.IsCycle(0) || !plan.IsCycle(1) || plan.IsCycle(2) {
		t.Error("only the swap is a cycle")
	}
}

func TestDiffRefusesAnUnprovedListing(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a plan was made from a listing that is not proved complete")
		}
	}()
	world{schema: badgeSchema(), edit: func(_ *Roster, _ *Wanted, l *Listing) { l.Evidence = EvidenceNone }}.plan()
}

func TestIdleProtections(t *testing.T) {
	schema := badgeSchema()
	have := setOf(schema, rec{"credential_id": "A", "holder_id": "1"})
	rows := setOf(schema, rec{"holder_id": "2", "type": "card"})
	idle := Protection{"credential_id": "a"}
	list := []Protection{{"credential_id": "A"}, idle, {"holder_id": "2"}, {"holder_id": "3*"}}
	if diff := cmp.Diff([]Protection{idle, {"holder_id": "3*"}}, Idle(list, have, rows)); diff != "" {
		t.Error(diff)
	}
}
