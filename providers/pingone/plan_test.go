package pingone_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/providers/pingone"
	"keyroster/reconcile"
)

// lines shows a plan as one short text per line.
func lines(p *reconcile.Plan) []string {
	var out []string
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.Row < 0 {
			continue
		}
		text := fmt.Sprintf("%s %s", l.Action, l.Outcome)
		for n := range pingone.Schema.Columns {
			if l.Fields.Has(n) {
				text += " " + pingone.Schema.Columns[n].Name
			}
		}
		if l.Reason != 0 {
			text += ": " + p.TextOf(l.Reason)
		}
		out = append(out, text)
	}
	return out
}

// TestEqualRows: neither what the server fills in nor another spelling of a value is a difference.
func TestEqualRows(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	plan, _ := a.plan(
		map[string]string{
			"credential_type_id": "T1", "title": "Staff badge", "card_design_template": plainSVG, "management.mode": "automated",
			"on_delete.revoke_issued_credentials": "TRUE", "metadata.card_color": "#AABBCC", "metadata.text_color": "#ffffff",
			"metadata.bg_opacity_percent": "20", "metadata.name": "Staff badge", "metadata.version": "5", "metadata.columns": "<empty>",
			"description": "<empty>", "issuer_name": "<empty>", "metadata.logo_image": "<empty>",
			"metadata.fields": `[ {"title":"Surname", "attribute":"name.family","isVisible":true,"type":"Directory Attribute","required":true}, ` + site + ` ]`,
		},
		map[string]string{"title": "Visitor pass", "management.mode": "MANAGED", "metadata.fields": `[{"type":"Alphanumeric Text","title":"Host","isVisible":true,"required":false}]`},
		map[string]string{"title": "Lab access", "multiple.expression": "user.labs", "expiration": `{"after":{"duration":365,"timeUnit":"DAYS"},"type":"HARD"}`},
		map[string]string{"title": "Old card", "state": "absent"},
	)
	want := []string{"none unchanged", "none unchanged", "none unchanged", "none unchanged"}
	if diff := cmp.Diff(want, lines(plan)); diff != "" {
		t.Error(diff)
	}
	if n := a.requests("GET", "/issuanceRules"); n != 0 {
		t.Errorf("%d counts were read for nothing", n)
	}
}

// TestConverges: every change is applied, and a second plan is empty.
func TestConverges(t *testing.T) {
	a := openAccount(t, options{state: smallState, set: map[string]string{"owned": "refused"}})
	rows := []map[string]string{
		{
			"credential_type_id": "t1", "title": "Crew badge", "description": "Head <office> & \"lab\"", "card_type": "CrewBadge", "issuer_name": "Sample issuer",
			"card_design_template": "<svg>${cardTitle}${cardSubtitle}</svg>\n\n", "on_delete.revoke_issued_credentials": "no", "metadata.card_color": "<empty>",
			"metadata.text_color": "<empty>", "metadata.bg_opacity_percent": "<empty>", "metadata.columns": "2", "metadata.version": "7",
			"multiple.expression": "user.cards", "expiration": `{"type":"HARD","timestamp":"2027-01-01T00:00:00.000Z"}`,
			"metadata.fields": `[` + site + `,{"type":"Directory Attribute","title":"Surname","attribute":"name.last","default":null}]`,
		},
		{"title": "Visitor pass", "management.mode": "AUTOMATED", "metadata.fields": `[{"type":"Alphanumeric Text","title":"Host","value":"-"}]`},
		{"title": "Lab access", "management.mode": "MANAGED", "expiration": "<empty>", "multiple.expression": "<empty>", "metadata.logo_image": dataURL(25 << 10)},
		{
			"title": "New card", "card_design_template": "<svg>${cardTitle}${fields[0].value}</svg>", "metadata.fields": `[{"type":"Issued Timestamp","title":"Since","isVisible":true}]`,
			"metadata.columns": "3.0", "on_delete.revoke_issued_credentials": "true",
		},
	}
	plan, _ := a.plan(rows...)
	want := []string{
		"update planned title description card_type issuer_name card_design_template multiple.expression expiration on_delete.revoke_issued_credentials " +
			"metadata.card_color metadata.text_color metadata.bg_opacity_percent metadata.columns metadata.version metadata.fields",
		"update planned management.mode metadata.fields",
		"update planned management.mode multiple.expression expiration metadata.logo_image",
		"create planned title card_design_template on_delete.revoke_issued_credentials metadata.columns metadata.fields",
	}
	if diff := cmp.Diff(want, lines(plan)); diff != "" {
		t.Fatal(diff)
	}
	a.apply(plan)
	again, _ := a.plan(rows...)
	if diff := cmp.Diff(strings.Fields(strings.Repeat("none,unchanged ", 4)), strings.Fields(strings.ReplaceAll(strings.Join(lines(again), "\n"), "none unchanged", "none,unchanged"))); diff != "" {
		t.Error(diff)
	}
	if got := a.member("t4", "expiration") + a.member("t4", "multiple"); got != "" {
		t.Errorf("not removed: %s", got)
	}
	if got := a.member("t1", "openid4VCI"); got != `{"enabled":true,"scope":"a<b>&c","big":98765432109876543210}` {
		t.Errorf("an unknown member did not survive: %s", got)
	}
	metadata := a.member("t1", "metadata")
	for _, part := range []string{`"hologram":{"n":12345678901234567890,"f":1.0}`, `"x":1.50`, `"columns":2`, `"version":7`} {
		if !strings.Contains(metadata, part) {
			t.Errorf("no %s in %s", part, metadata)
		}
	}
	if strings.Contains(metadata, `"default"`) {
		t.Errorf("a member named as null is still there: %s", metadata)
	}
	if got := a.member("t1", "version"); !strings.Contains(got, `"number":5`) {
		t.Errorf("version %s", got)
	}
}

// TestGenerated: a roster of what the account holds changes nothing, whatever the page size.
func TestGenerated(t *testing.T) {
	a := openAccount(t, options{generate: 60, set: map[string]string{"page_size": "7"}})
	listing := a.list()
	if listing.Records.Len() != 60 || listing.Pages != 9 || listing.Evidence != reconcile.EvidenceTerminated || listing.Total != -1 {
		t.Fatalf("%d records, %d pages, %s", listing.Records.Len(), listing.Pages, listing.Evidence)
	}
	var rows []map[string]string
	for n := range listing.Records.Len() {
		row := map[string]string{}
		for _, c := range pingone.Schema.Columns {
			row[c.Name] = listing.Records.Record(n).Text(c.Name)
		}
		if problems := findings(t, row); len(problems) > 0 {
			t.Errorf("row %d: %v", n, problems)
		}
		rows = append(rows, row)
	}
	plan, _ := a.plan(rows...)
	if changes := plan.Changes(); len(changes) != 0 || plan.Matched != 60 {
		t.Errorf("%v, %d matched", changes, plan.Matched)
	}
}

// TestVerdicts: verdicts that need the record beside the row.
func TestVerdicts(t *testing.T) {
	const two = `[{"type":"Issued Timestamp","title":"A"},{"type":"Issued Timestamp","title":"B"}]`
	for name, c := range map[string]struct {
		rows []map[string]string
		want []string
	}{
		"managed with an expiration": {
			[]map[string]string{{"title": "Lab access", "management.mode": "MANAGED"}},
			[]string{
				"none invalid: a MANAGED type has no expiration, but this one does: " +
					"write <empty> in the column expiration to remove it in the same change",
			},
		},
		"an expiration of a managed type": {
			[]map[string]string{{"title": "Visitor pass", "expiration": `{"type":"HARD","expression":"x"}`}},
			[]string{"none invalid: a MANAGED type has no expiration; the column management.mode can make it AUTOMATED"},
		},
		"automated without a value": {
			[]map[string]string{{"title": "Visitor pass", "management.mode": "AUTOMATED"}},
			[]string{
				`none invalid: field "Alphanumeric Text -> Host" needs a value, ` +
					`because cards of this type are issued automatically`,
			},
		},
		"a creation without a template": {
			[]map[string]string{{"title": "New", "metadata.fields": two}},
			[]string{"none invalid: a creation needs card_design_template"},
		},
		"a creation without fields": {
			[]map[string]string{{"title": "New", "card_design_template": "<svg></svg>"}},
			[]string{"none invalid: a creation needs metadata.fields"},
		},
		"two creations of one title": {
			[]map[string]string{
				{"title": "New", "card_design_template": "<svg></svg>", "metadata.fields": two},
				{"title": "New", "card_design_template": "<svg></svg>", "metadata.fields": two, "description": "another"},
			},
			[]string{"none blocked: 2 rows would create a credential type of this title", "none blocked: 2 rows would create a credential type of this title"},
		},
		"one creation, twice, in another spelling": {
			[]map[string]string{
				{"title": "New", "card_design_template": "<svg></svg>", "metadata.fields": two, "management.mode": "AUTOMATED"},
				{"title": "New", "card_design_template": "<svg></svg>", "metadata.fields": two, "management.mode": "automated", "state": "present"},
			},
			[]string{"create planned title card_design_template management.mode metadata.fields"},
		},
		"an id that is not there": {
			[]map[string]string{{"credential_type_id": "t9", "description": "x"}},
			[]string{"none blocked: credential type t9 is not in the listing; give title to create one"},
		},
		"a deleted type is not there": {
			[]map[string]string{{"credential_type_id": "t3", "description": "x"}},
			[]string{"none blocked: credential type t3 is not in the listing; give title to create one"},
		},
		"a field named as the expiration": {
			[]map[string]string{
				{"title": "Lab access", "expiration": `{"type":"SOFT","fieldName":"Site","expression":"x"}`},
			},
			[]string{"none invalid: the fieldName of the expiration is already the name of a field"},
		},
		"a new type is judged whole": {
			[]map[string]string{
				{"title": "New 1", "card_design_template": "<svg></svg>", "metadata.fields": `[{"type":"Directory Attribute","title":"A"}]`},
				{"title": "New 2", "card_design_template": "<svg></svg>", "metadata.fields": two, "expiration": `{"after":{"duration":365,"timeUnit":"DAYS"}}`},
				{"title": "New 3", "card_design_template": "<svg></svg>", "metadata.fields": two, "expiration": `{"type":"HARD","expression":"x"}`, "management.mode": "MANAGED"},
				{"title": "New 4", "card_design_template": "<svg></svg>", "metadata.fields": `[{"title":"A"}]`},
				{"title": "New 5", "card_design_template": "<svg></svg>", "metadata.fields": `[{"type":"Alphanumeric Text","title":"Host"}]`},
				{"title": "New 6", "card_design_template": "<svg></svg>", "metadata.fields": two, "expiration": `{"type":"HARD","after":{"duration":60,"timeUnit":"SECONDS"}}`},
			},
			[]string{
				`none invalid: field "Directory Attribute -> A": a Directory Attribute needs an attribute`,
				"none invalid: the type of the expiration is neither SOFT nor HARD",
				"none invalid: a MANAGED type has no expiration: leave the cell blank, or make the type AUTOMATED",
				`none invalid: field "A": it has no type`,
				`none invalid: field "Alphanumeric Text -> Host" needs a value, ` +
					`because cards of this type are issued automatically`,
				"none invalid: an expiration must be at least an hour",
			},
		},
		"a text as lists write it": {
			[]map[string]string{
				{"title": "Lab access", "description": `="Floor 2"`},
				{"credential_type_id": "t1", "title": `="Staff ""A"""`},
				{"title": "Visitor pass", "metadata.fields": `[{"type":"Alphanumeric Text","title":"Host","value":"=\"Desk\""}]`},
			},
			[]string{
				`none invalid: description is a formula: write only "Floor 2", and format the column as text`,
				`none invalid: title is a formula: write only "Staff \"A\"", and format the column as text`,
				`none invalid: value of a field is a formula: write only "Desk", and format the column as text`,
			},
		},
		"what cannot be cleared": {
			[]map[string]string{{"credential_type_id": "t1", "card_design_template": "<empty>"}},
			[]string{"none blocked: card_design_template cannot be cleared"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := openAccount(t, options{state: smallState})
			plan, _ := a.plan(c.rows...)
			if diff := cmp.Diff(c.want, lines(plan)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDoubts: what a card would show but lack is noted and still sent: PingOne accepts it.
func TestDoubts(t *testing.T) {
	const since = `[{"type":"Issued Timestamp","title":"Since"}]`
	a := openAccount(t, options{state: smallState})
	for _, c := range []struct {
		row  map[string]string
		want []string
	}{
		{
			map[string]string{"credential_type_id": "t1", "metadata.card_color": "<empty>"},
			[]string{
				"the template shows ${cardColor}, but the credential type would have no metadata.card_color",
			},
		},
		{
			map[string]string{"title": "Staff badge", "metadata.fields": `[` + surname + `]`},
			[]string{"the template shows ${fields[1]}, but the card would have 1 field"},
		},
		{map[string]string{"title": "New", "card_design_template": "<svg>${logoImage}${fields[1].value}</svg>", "metadata.fields": since}, []string{
			"the template shows ${logoImage}, but the credential type would have no metadata.logo_image",
			"the template shows ${fields[1]}, but the card would have 1 field",
		}},
		// The record's own members count, whether it is named by id or by title.
		{map[string]string{"title": "Staff badge", "card_design_template": "<svg>${cardTitle}${cardColor}${bgOpacityPercent}${fields[1].title}</svg>"}, nil},
	} {
		plan, _ := a.plan(c.row)
		var notes []string
		for _, note := range plan.Notes(0) {
			if strings.HasPrefix(note, "the template") {
				notes = append(notes, note)
			}
		}
		if diff := cmp.Diff(c.want, notes); diff != "" || len(plan.Changes()) != 1 {
			t.Errorf("%v: %d changes, %s", c.row, len(plan.Changes()), diff)
		}
	}
}

// TestExpired: an expiration that is already over when it is set is noted and still sent.
func TestExpired(t *testing.T) {
	const over = "the expiration is in the past: issued cards expire at once"
	a := openAccount(t, options{state: smallState})
	for at, want := range map[string]bool{
		"2020-01-01T00:00:00Z": true, "1900-01-01T00:00:00Z": true, "9999-12-31T00:00:00Z": false,
	} {
		plan, _ := a.plan(map[string]string{"title": "Lab access", "expiration": `{"type":"HARD","timestamp":"` + at + `"}`})
		if got := slices.Contains(plan.Notes(0), over); got != want || len(plan.Changes()) != 1 {
			t.Errorf("%s: %v, %d changes", at, plan.Notes(0), len(plan.Changes()))
		}
	}
}

// TestLiveEffects: the plan says what a change does to cards in use, and counts the types whose
// cards go out of service towards the limit.
func TestLiveEffects(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	plan, wanted := a.plan(
		map[string]string{"title": "Staff badge", "management.mode": "MANAGED", "metadata.fields": `[` + site + `,` + surname + `,{"type":"Issued Timestamp","title":"Since"}]`},
		map[string]string{"title": "Visitor pass", "state": "absent"},
		map[string]string{"title": "Lab access", "state": "absent"},
	)
	var notes []string
	for line := range plan.Lines {
		notes = append(notes, plan.Notes(line)...)
	}
	want := []string{
		"12 issued cards: a change to the type can affect them",
		"switching to MANAGED disables the type's issuance rule; switching back does not enable it again",
		`field "Directory Attribute -> Surname" moves from place 0 to 1: ` +
			`${fields[0]} and ${fields[1]} in the template then show other fields`,
		`field "Alphanumeric Text -> Site" moves from place 1 to 0: ` +
			`${fields[1]} and ${fields[0]} in the template then show other fields`,
		"issued cards: the number is not known (PingOne counts cards by issuance rule, " +
			"but this type has none); when the type is deleted, issued cards stay valid",
		"no issued card; when the type is deleted, issued cards are revoked",
	}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[int]int{0: 12, 1: -1, 2: 0}, wanted.Issued); diff != "" {
		t.Error(diff)
	}
	if b := plan.Check(reconcile.Limits{reconcile.LimitIssued: {}}, 3, false); len(b) != 1 || b[0].Count != 2 {
		t.Errorf("breaches: %v", b)
	}
	if got := plan.WantRow(0).Text("issued"); got != "12" {
		t.Errorf("issued %q", got)
	}
	a.apply(plan)
	if status := string(a.state().IssuanceRules[0]["status"]); status != `"DISABLED"` {
		t.Errorf("the rule is %s", status)
	}
	if a.member("t2", "deletedAt") == "" || a.list().Records.Len() != 1 {
		t.Error("not deleted")
	}
}

// TestRenamedField: a new title in the same place gives a new id.
func TestRenamedField(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	plan, _ := a.plan(map[string]string{
		"credential_type_id": "t1", "metadata.fields": `[{"type":"Directory Attribute","title":"Family name","attribute":"name.family","isVisible":true},` + site + `]`,
	})
	notes := plan.Notes(0)
	if len(notes) != 2 || notes[1] != `field "Directory Attribute -> Surname" becomes "Directory Attribute -> Family name": its id changes, and with it the name of the claim in wallets` {
		t.Errorf("%q", notes)
	}
}

// TestAmbiguousTitle: titles are not unique, and a row that fits two records belongs to neither.
func TestAmbiguousTitle(t *testing.T) {
	a := openAccount(t, options{state: strings.Replace(smallState, `"title":"Lab access"`, `"title":"Visitor pass"`, 1)})
	plan, _ := a.plan(map[string]string{"title": "Visitor pass", "description": "x"})
	if got := lines(plan)[0]; got != "none blocked: 1 row and 2 records match each other: give the credential_type_id" {
		t.Error(got)
	}
	plan, _ = a.plan(map[string]string{"credential_type_id": "t2", "description": "x"}, map[string]string{"title": "Visitor pass", "description": "y"})
	if diff := cmp.Diff([]string{"update planned description", "update planned description"}, lines(plan)); diff != "" {
		t.Error(diff)
	}
}

// TestCountsRefused: without the right to count, the number is unknown, and unknown counts as some;
// the same holds for a count that fails for one type.
func TestCountsRefused(t *testing.T) {
	row := map[string]string{"credential_type_id": "t1", "state": "absent"}
	a := openAccount(t, options{state: smallState, set: map[string]string{"forbid": "issuance_rules"}})
	plan, wanted := a.plan(row)
	const note = "issued cards: the number is not known (PingOne does not allow counting them); " +
		"when the type is deleted, issued cards are revoked"
	if wanted.Issued[0] != -1 || plan.Notes(0)[0] != note {
		t.Errorf("%v %q", wanted.Issued, plan.Notes(0))
	}
	client := openHandler(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/issuanceRules") {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(w, `{"_embedded":{"items":[{"id":"t1","title":"T"}]}}`)
	})
	listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	wanted, err = client.Resolve(t.Context(), roster(t, row), listing)
	if err != nil || wanted.Issued[0] != -1 || !strings.Contains(wanted.Notes[0][0], "answered 500") {
		t.Errorf("%v %+v", err, wanted)
	}
}
