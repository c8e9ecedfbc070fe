package reconcile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDiffManagedPair: a managed column that pairs finds the records of rows without an id, and is
// changed beside an id; renaming is not a move to another holder.
func TestDiffManagedPair(t *testing.T) {
	staff := rec{"card_id": "A", "title": "Staff", "mode": "auto"}
	guest := rec{"card_id": "B", "title": "Guest", "mode": "auto"}
	cases := map[string]struct {
		want, have []rec
		out        []string
	}{
		"a title finds its record":                  {[]rec{{"title": "Staff", "mode": "manual"}}, []rec{staff}, []string{"row 0 drifted update planned mode"}},
		"a title beside an id is a new title":       {[]rec{{"card_id": "A", "title": "Crew"}}, []rec{staff}, []string{"row 0 drifted update planned title"}},
		"a title of another record is no obstacle":  {[]rec{{"card_id": "A", "title": "Guest"}}, []rec{staff, guest}, []string{"row 0 drifted update planned title", "record B unlisted none unlisted"}},
		"a renamed record keeps its old title free": {[]rec{{"card_id": "A", "title": "Crew"}, {"title": "Staff"}}, []rec{staff}, []string{"row 0 drifted update planned title", "row 1 missing create planned title"}},
		"two records of a title are ambiguous": {[]rec{{"title": "Staff"}}, []rec{staff, {"card_id": "C", "title": "Staff"}}, []string{
			"row 0 ambiguous none blocked: 1 row and 2 records match each other: give the card_id",
			"record A ambiguous none blocked: several rows may refer to this card type; see their lines",
			"record C ambiguous none blocked: several rows may refer to this card type; see their lines",
		}},
		"a row that removes a record agrees with its title": {
			[]rec{{"card_id": "A", "title": "Guest", "state": "absent"}}, []rec{staff, guest}, []string{
				"row 0 ambiguous none blocked: the row says title Guest, but card type A has Staff",
				"record A ambiguous none blocked: several rows may refer to this card type; see their lines",
				"record B unlisted none unlisted",
			},
		},
		"an unknown title is a creation": {[]rec{{"title": "New", "mode": "auto"}}, nil, []string{"row 0 missing create planned title mode"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			plan := world{schema: cardSchema(), want: c.want, have: c.have}.plan()
			if diff := cmp.Diff(c.out, lines(plan)); diff != "" {
				t.Error(diff)
			}
			if breaches := plan.Check(Limits{LimitMove: {}}, 100, true); len(breaches) > 0 {
				t.Errorf("counted as a move: %v", breaches)
			}
		})
	}
}

// TestDiffKeepsUnlisted: pruning leaves records that a provider keeps, and says why.
func TestDiffKeepsUnlisted(t *testing.T) {
	plan := world{schema: cardSchema(), have: []rec{{"card_id": "A", "title": "Staff"}}, policy: Policy{Prune: true}}.plan()
	if diff := cmp.Diff([]string{"record A unsupported none blocked: a card type is deleted by state=absent alone"}, lines(plan)); diff != "" {
		t.Error(diff)
	}
}

// TestLimitIssued: the limit on issued cards counts the rows that would take some out of service,
// including those of which nobody can tell how many.
func TestLimitIssued(t *testing.T) {
	w := world{schema: cardSchema()}
	for _, id := range []string{"A", "B", "C", "D", "E"} {
		w.have = append(w.have, rec{"card_id": id, "title": id, "mode": "auto"})
		w.want = append(w.want, rec{"card_id": id, "state": StateAbsent})
	}
	w.want[1] = rec{"card_id": "B", "mode": "manual"}
	w.want[4] = rec{"card_id": "E", "mode": "auto"} // already as wanted
	w.edit = func(_ *Roster, wanted *Wanted, _ *Listing) {
		wanted.Issued = map[int]int{0: 12, 1: -1, 2: 0, 4: 7}
	}
	plan := w.plan()
	breaches := plan.Check(Limits{LimitIssued: {Count: 1}}, 5, false)
	if len(breaches) != 1 || breaches[0].Count != 2 ||
		breaches[0].String() != "2 types with issued cards, but limits.issued allows 1" {
		t.Errorf("breaches: %v", breaches)
	}
	if breaches := plan.Check(Limits{LimitIssued: {Count: 2}}, 5, false); len(breaches) != 0 {
		t.Errorf("within the limit: %v", breaches)
	}
	if breaches := (world{schema: cardSchema(), want: w.want, have: w.have}).plan().Check(Limits{LimitIssued: {}}, 5, false); len(breaches) != 0 {
		t.Errorf("no card is issued: %v", breaches)
	}
}

// TestProtectedTitles: a title is protected however it is spelt in the configuration.
func TestProtectedTitles(t *testing.T) {
	rows := []rec{{"title": "Staff J\u00fcrgen", "mode": "manual"}}
	have := []rec{{"card_id": "A", "title": "Staff J\u00fcrgen", "mode": "auto"}}
	for text, want := range map[string]string{
		"staff j\u00fcrgen": "row 0 protected none blocked: protected by the account's configuration",
		"STAFF Ju\u0308r*":  "row 0 protected none blocked: protected by the account's configuration",
		"Staf":              "row 0 drifted update planned mode",
	} {
		w := world{schema: cardSchema(), want: rows, have: have, policy: Policy{Protect: []Protection{{"title": text}}}}
		if got := lines(w.plan())[0]; got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}
