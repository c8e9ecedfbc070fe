package doorflow_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"keyroster/providers/doorflow"
	"keyroster/reconcile"
)

func secret(text string) reconcile.Secret { return reconcile.NewSecret(text) }

func (a *account) resolve(rows ...doorflow.Row) (*reconcile.Wanted, *reconcile.Listing) {
	a.t.Helper()
	listing, err := a.client.List(a.t.Context(), reconcile.Scope{}, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	wanted, err := a.client.Resolve(a.t.Context(), roster(a.t, rows...), listing)
	if err != nil {
		a.t.Fatal(err)
	}
	if wanted.Rows.Len() != len(rows) {
		a.t.Fatalf("%d rows resolved of %d", wanted.Rows.Len(), len(rows))
	}
	return wanted, listing
}

// TestResolveRow: which holder and type a row names, and the verdict on it.
func TestResolveRow(t *testing.T) {
	pin := secret("6001")
	type row = doorflow.Row
	for name, c := range map[string]struct {
		row
		settings doorflow.Settings
		holder   string
		kind     string
		// verdict is empty, or the time, the situation and part of the reason.
		verdict string
	}{
		"by ids":       {row: row{HolderID: "101", Type: "31", Value: pin}, holder: "101", kind: "31"},
		"type by slug": {row: row{HolderID: "101", Type: "PIN", Value: pin}, holder: "101", kind: "31"},
		"type by label": {
			row: row{HolderID: "101", Type: "keypad pin", Value: pin}, holder: "101", kind: "31",
		},
		"e-mail in another case": {
			row: row{HolderEmail: "BLAKE@EXAMPLE.COM", Type: "pin", Value: pin}, holder: "102",
			kind: "31",
		},
		"e-mail that is part of one": {
			row: row{HolderEmail: "avery@example.com", Type: "pin", Value: pin}, holder: "101",
			kind: "31",
		},
		"reference that is part of one": {
			row: row{HolderRef: "S-1", Type: "pin", Value: pin}, holder: "101", kind: "31",
		},
		"reference in another case": {
			row: row{HolderRef: "s-1", Type: "pin", Value: pin}, kind: "31",
			verdict: "always invalid: no person with system_id s-1",
		},
		"all three": {
			row: row{
				HolderID: "102", HolderRef: "S-10", HolderEmail: "blake@example.com", Type: "pin",
				Value: pin,
			},
			holder: "102", kind: "31",
		},
		"person without credentials": {
			row: row{HolderID: "104", Type: "pin", Value: pin}, holder: "104", kind: "31",
		},
		"no such id": {
			row: row{HolderID: "999", Type: "pin", Value: pin}, holder: "999", kind: "31",
			verdict: "always invalid: no person with id 999",
		},
		"no such e-mail": {
			row: row{HolderEmail: "very@example.com", Type: "pin", Value: pin}, kind: "31",
			verdict: "always invalid: no person with e-mail very@example.com",
		},
		"id and e-mail of two": {
			row:    row{HolderID: "101", HolderEmail: "blake@example.com", Type: "pin", Value: pin},
			holder: "101", kind: "31",
			verdict: "always ambiguous: holder_id names person 101, and holder_email names person 102",
		},
		"good id, no such e-mail": {
			row:    row{HolderID: "101", HolderEmail: "nobody@example.com", Type: "pin", Value: pin},
			holder: "101", kind: "31",
		},
		"good ref, no such e-mail": {
			row:    row{HolderRef: "S-1", HolderEmail: "nobody@example.com", Type: "pin", Value: pin},
			holder: "101", kind: "31",
		},
		"good ref, e-mail of another": {
			row:     row{HolderRef: "S-1", HolderEmail: "blake@example.com", Type: "pin", Value: pin},
			kind:    "31",
			verdict: "always ambiguous: holder_ref names person 101, and holder_email names person 102",
		},
		"no such ref, good e-mail": {
			row:  row{HolderRef: "X-9", HolderEmail: "blake@example.com", Type: "pin", Value: pin},
			kind: "31", verdict: "always invalid: no person with system_id X-9, but another cell",
		},
		"good id, no such ref": {
			row: row{HolderID: "101", HolderRef: "X-9", Type: "pin", Value: pin}, holder: "101",
			kind: "31", verdict: "always invalid: no person with system_id X-9",
		},
		"good credential, no e-mail": {
			row: row{CredentialID: "c11", HolderEmail: "nobody@example.com", Value: pin},
		},
		"good credential, no such ref": {
			row:     row{CredentialID: "c11", HolderRef: "X-9", Value: pin},
			verdict: "always invalid: no person with system_id X-9",
		},
		"a staff number for an id": {
			row: row{HolderID: "4711", Type: "pin", Value: pin}, holder: "4711", kind: "31",
			verdict: "always invalid: no person with id 4711",
		},
		"absent, nobody's e-mail": {
			row: row{HolderEmail: "left@example.com", Type: "pin", State: "absent"}, kind: "31",
			verdict: "always in_sync: no person with e-mail left@example.com",
		},
		"absent, nobody's ref": {
			row:  row{HolderRef: "X-9", HolderEmail: "left@example.com", Type: "pin", State: "absent"},
			kind: "31", verdict: "always in_sync: no person with system_id X-9",
		},
		"absent, nobody's id": {
			row: row{HolderID: "999", Type: "pin", State: "absent"}, holder: "999", kind: "31",
			verdict: "always in_sync: no person with id 999",
		},
		"absent, nobody's, id gone": {
			row:     row{CredentialID: "c99", HolderEmail: "left@example.com", State: "absent"},
			verdict: "always in_sync: no person",
		},
		"absent, id listed, no such ref": {
			row:     row{CredentialID: "c11", HolderRef: "X-9", State: "absent"},
			verdict: "always invalid: no person with system_id X-9",
		},
		"absent, no such type": {
			row:     row{HolderEmail: "left@example.com", Type: "fob", State: "absent"},
			verdict: `always invalid: no credential type "fob"`,
		},
		"absent, ref in another case": {
			row: row{HolderRef: "s-1", Type: "pin", State: "absent"}, kind: "31",
			verdict: "always ambiguous: no person with system_id s-1; " +
				"one has S-1, which differs in capital letters",
		},
		"absent, e-mail that looks so": {
			row: row{HolderEmail: "blаke@example.com", Type: "pin", State: "absent"}, kind: "31",
			verdict: "always ambiguous: no person with e-mail blаke@example.com; person 102 has one " +
				"that looks the same but differs in a letter or sign that looks like 'a' (U+0430)",
		},
		"e-mail that looks so": {
			row: row{HolderEmail: "blаke@example.com", Type: "pin", Value: pin}, kind: "31",
			verdict: "always invalid: no person with e-mail blаke@example.com; person 102 has one",
		},
		"good ref, e-mail looks so": {
			row:    row{HolderRef: "S-1", HolderEmail: "blаke@example.com", Type: "pin", Value: pin},
			holder: "101", kind: "31",
			verdict: "always ambiguous: no person with e-mail blаke@example.com; person 102 has one",
		},
		"no such type": {
			row: row{HolderID: "101", Type: "fob", Value: pin}, holder: "101",
			verdict: `always invalid: no credential type "fob"; this account has: ` +
				`Keypad PIN (pin, 31), Proximity card (card, 32)`,
		},
		"no such type id": {
			row: row{HolderID: "101", Type: "99", Value: pin}, holder: "101",
			verdict: `always invalid: no credential type "99"`,
		},
		"by the credential's id alone": {row: row{CredentialID: "c11", Value: pin}},
		"no value": {
			row: row{HolderID: "104", Type: "pin"}, holder: "104", kind: "31",
			verdict: "create invalid: a new credential needs a value",
		},
		"a mask": {
			row: row{HolderID: "104", Type: "pin", Value: secret("******")}, holder: "104", kind: "31",
			verdict: "create invalid: the cell holds a mask",
		},
		"a masked report": {
			row: row{HolderID: "104", Type: "card", Value: secret("••••56")}, holder: "104", kind: "32",
			verdict: "create invalid: the cell holds a mask",
		},
		"to be cleared": {
			row: row{HolderID: "101", Type: "pin", Value: secret("<empty>")}, holder: "101", kind: "31",
			verdict: "always invalid: a value cannot be cleared",
		},
		"a PIN with letters": {
			row: row{HolderID: "104", Type: "pin", Value: secret("60a1")}, holder: "104", kind: "31",
			verdict: "always invalid: type \"Keypad PIN\" takes PINs, which must be digits",
		},
		"a card with letters": {
			row: row{HolderID: "104", Type: "card", Value: secret("60a1")}, holder: "104", kind: "32",
		},
		"mobile": {
			row: row{HolderID: "104", Type: "mobile_pass"}, holder: "104", kind: "33",
			verdict: "create unsupported: type \"Mobile pass\" is a mobile type: " +
				"creating one sends an invitation; set invite: true to allow",
		},
		"mobile, allowed": {
			row: row{HolderID: "104", Type: "mobile_pass"}, settings: doorflow.Settings{Invite: true},
			holder: "104", kind: "33",
		},
		"type of an unknown code": {
			row: row{HolderID: "104", Type: "tag", Value: secret("77001")}, holder: "104", kind: "34",
			verdict: "create unsupported: type \"Long-range tag\" (code 77) is not known to have " +
				"values; if it does, set value_codes: [77]",
		},
		"type of a configured code": {
			row:      row{HolderID: "104", Type: "tag", Value: secret("77001")},
			settings: doorflow.Settings{ValueCodes: []int{77}}, holder: "104", kind: "34",
		},
		"absent, without a value": {
			row: row{HolderID: "101", Type: "pin", State: "absent"}, holder: "101", kind: "31",
		},
		"absent, with a value": {
			row:    row{HolderID: "101", Type: "pin", State: "absent", Value: secret("004821")},
			holder: "101", kind: "31",
		},
		"absent and mobile": {
			row: row{HolderID: "101", Type: "mobile_pass", State: "absent"}, holder: "101", kind: "33",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := openAccount(t, options{state: smallState, settings: c.settings})
			wanted, _ := a.resolve(c.row)
			got := wanted.Rows.Record(0)
			if got.Text("holder_id") != c.holder || got.Text("type") != c.kind {
				t.Errorf("person %q, type %q; want %q and %q", got.Text("holder_id"), got.Text("type"), c.holder, c.kind)
			}
			if got.Text("value") != c.row.Value.Reveal() && got.Cell(doorflowColumn("value")).Filled() {
				t.Error("the value is not what the file holds")
			}
			verdict, judged := wanted.Verdicts[0]
			said := ""
			if judged {
				when := map[reconcile.When]string{reconcile.Always: "always", reconcile.IfCreate: "create", reconcile.IfUpdate: "update"}[verdict.When]
				said = fmt.Sprintf("%s %s: %s", when, verdict.Situation, verdict.Reason)
			}
			if (c.verdict == "") != (said == "") || !strings.HasPrefix(said, c.verdict) {
				t.Errorf("verdict %q, want %q", said, c.verdict)
			}
			if v := c.row.Value.Reveal(); v != "" && strings.Contains(said, v) {
				t.Errorf("the verdict holds the value: %q", said)
			}
		})
	}
}

func TestResolveNames(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	wanted, _ := a.resolve(doorflow.Row{HolderEmail: "CASEY@example.com", Type: "pin", Value: secret("6001")}, doorflow.Row{HolderID: "101", Type: "31"})
	row := wanted.Rows.Record(0)
	if row.Text("holder_name") != "Casey Sample 3" || row.Text("holder_email") != "casey@example.com" || row.Text("type_name") != "Keypad PIN" {
		t.Errorf("name %q, e-mail %q, type %q", row.Text("holder_name"), row.Text("holder_email"), row.Text("type_name"))
	}
	if notes := wanted.Notes[0]; len(notes) != 1 || !strings.Contains(notes[0], "disabled") {
		t.Errorf("notes: %q", notes)
	}
	if name, email := a.client.HolderName("103"); name != "Casey Sample 3" || email != "casey@example.com" {
		t.Errorf("HolderName: %q %q", name, email)
	}
	if name, _ := a.client.HolderName("101"); name != "" {
		t.Errorf("HolderName of a person who was not read: %q", name)
	}
	if ids, err := a.client.HolderIDs(t.Context(), "holder_email", "avery@EXAMPLE.com"); err != nil || fmt.Sprint(ids) != "[101]" {
		t.Errorf("HolderIDs: %v %v", ids, err)
	}
}

// TestHolderIDsRemembersWhomItReads: people read for a protection are known by name from then on,
// also on lines of rows that name only a credential.
func TestHolderIDsRemembersWhomItReads(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	if ids, err := a.client.HolderIDs(t.Context(), "holder_email", "casey@*"); err != nil || fmt.Sprint(ids) != "[103]" {
		t.Fatalf("HolderIDs: %v %v", ids, err)
	}
	if name, email := a.client.HolderName("103"); name != "Casey Sample 3" || email != "casey@example.com" {
		t.Errorf("HolderName: %q %q", name, email)
	}
	if _, email := a.client.HolderName("101"); email != "avery@example.com" {
		t.Errorf("HolderName of another who was read: %q", email)
	}
}

// TestResolveReadsOnlyWhatIsNeeded counts calls: a roster in the provider's own terms needs none.
func TestResolveReadsOnlyWhatIsNeeded(t *testing.T) {
	type row = doorflow.Row
	var many []row
	for i := range 25 {
		many = append(many, row{HolderEmail: fmt.Sprintf("p%d@example.com", i), Type: "31"})
	}
	for name, c := range map[string]struct {
		rows          []row
		types, people int
	}{
		"ids that are listed":   {[]row{{HolderID: "101", Type: "31", Value: secret("6001")}, {CredentialID: "c21", Value: secret("6002")}}, 0, 0},
		"a type by its slug":    {[]row{{HolderID: "101", Type: "pin"}}, 1, 0},
		"a type not yet in use": {[]row{{HolderID: "101", Type: "33"}}, 1, 0},
		"two e-mails":           {[]row{{HolderEmail: "avery@example.com", Type: "31"}, {HolderEmail: "blake@example.com", Type: "31"}, {HolderEmail: "Blake@example.com", Type: "32"}}, 0, 2},
		"many e-mails":          {many, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			a := openAccount(t, options{state: smallState})
			a.resolve(c.rows...)
			if got := a.requests("GET", "/api/3/credential_types"); got != c.types {
				t.Errorf("types were read %d times, want %d", got, c.types)
			}
			if got := a.requests("GET", "/api/3/people"); got != c.people {
				t.Errorf("people were read %d times, want %d", got, c.people)
			}
		})
	}
}

// TestForbiddenLookUps: a login that lacks the right to a look-up stops the run and is told which
// scope it needs.
func TestForbiddenLookUps(t *testing.T) {
	for what, row := range map[string]doorflow.Row{
		"credential_types": {HolderID: "101", Type: "pin"},
		"people":           {HolderID: "104", Type: "31"},
	} {
		a := openAccount(t, options{state: smallState, set: map[string]string{"forbid": what}})
		listing, err := a.client.List(t.Context(), reconcile.Scope{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = a.client.Resolve(t.Context(), roster(t, row), listing)
		f, ok := errors.AsType[*reconcile.Failure](err)
		if !ok || f.Class != reconcile.Denied {
			t.Fatalf("%s: %v", what, err)
		}
		if what == "credential_types" && !strings.Contains(f.Hint, "account.credential_type.readonly") {
			t.Errorf("hint %q", f.Hint)
		}
	}
	a := openAccount(t, options{set: map[string]string{"forbid": "account"}})
	if _, err := a.client.Tenant(t.Context()); reconcile.ClassOf(err) != reconcile.Denied {
		t.Errorf("account: %v", err)
	}
}

// TestResolveAllPeople: more than a few people are read all at once, a hundred a page.
func TestResolveAllPeople(t *testing.T) {
	a := openAccount(t, options{generate: 600})
	var state struct {
		People []struct {
			ID    json.Number
			Email string
		}
	}
	raw, _ := json.Marshal(a.api.State())
	if err := json.Unmarshal(raw, &state); err != nil {
		t.Fatal(err)
	}
	var rows []doorflow.Row
	for _, p := range state.People {
		rows = append(rows, doorflow.Row{HolderEmail: strings.ToUpper(p.Email), Type: "pin", Value: secret("6001")})
	}
	wanted, _ := a.resolve(rows...)
	for n, p := range state.People {
		if got := wanted.Rows.Record(n).Text("holder_id"); got != string(p.ID) {
			t.Fatalf("row %d is person %q, want %s", n, got, p.ID)
		}
	}
	if got, want := a.requests("GET", "/api/3/people"), len(state.People)/100+1; got != want {
		t.Errorf("%d pages of people, want %d", got, want)
	}
}

// TestResolveDoubles: duplicates that DoorFlow should not have, but may.
func TestResolveDoubles(t *testing.T) {
	client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := map[string]string{
			"/api/3/credentials":      `[{"id":"a","person_id":1,"credential_type_id":33,"status":"active"}]`,
			"/api/3/people":           `[{"id":1,"email":"twin@example.com"},{"id":2,"email":"TWIN@example.com"}]`,
			"/api/3/credential_types": `{"credential_types":[{"id":31,"label":"Badge","slug":"b1","code":10},{"id":32,"label":"badge","slug":"b2","code":200},{"id":33,"label":"Phone","slug":"phone","code":null}]}`,
		}[r.URL.Path]
		_, _ = fmt.Fprint(w, onlyFirstPage(r, body))
	}))
	listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	wanted, err := client.Resolve(t.Context(), roster(t,
		doorflow.Row{HolderEmail: "twin@example.com", Type: "b1", Value: secret("6001")},
		doorflow.Row{HolderID: "1", Type: "badge", Value: secret("6002")},
		doorflow.Row{HolderID: "1", HolderEmail: "twin@example.com", Type: "b1", Value: secret("6003")},
		doorflow.Row{HolderID: "1", Type: "phone", Value: secret("6004")},
		doorflow.Row{HolderID: "1", Type: "phone"},
	), listing)
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{
		0: "2 people have e-mail twin@example.com: 1, 2; give holder_id",
		1: `"badge" names several credential types: Badge (b1, 31), badge (b2, 32); give the id`,
		3: `type "Phone" is a mobile type, which has no value; leave the cell blank`,
	} {
		if got := wanted.Verdicts[n].Reason; got != want {
			t.Errorf("row %d: %q, want %q", n, got, want)
		}
	}
	if v, judged := wanted.Verdicts[2]; judged || wanted.Rows.Record(2).Text("holder_id") != "1" {
		t.Errorf("the id does not settle which of the two is meant: %v", v)
	}
	if v := wanted.Verdicts[4]; v.When != reconcile.IfCreate || v.Situation != reconcile.Unsupported {
		t.Errorf("a mobile row that may be there already: %v", v)
	}
}

// onlyFirstPage returns body for the first page and an empty list for the others.
func onlyFirstPage(r *http.Request, body string) string {
	if page := r.URL.Query().Get("page"); page != "" && page != "1" {
		return "[]"
	}
	return body
}

// TestReferenceThatLostZeros: a reference that lost its zeros names no person, and the reason says
// which one it may have been.
func TestReferenceThatLostZeros(t *testing.T) {
	a := openAccount(t, options{state: strings.ReplaceAll(smallState, `"S-10"`, `"0010"`)})
	wanted, _ := a.resolve(doorflow.Row{HolderRef: "10", Type: "pin", Value: secret("6001")}, doorflow.Row{HolderRef: "010", Type: "pin", Value: secret("6002")})
	if got, want := wanted.Verdicts[0].Reason, "no person with system_id 10; one has 0010: leading zeros lost?"; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
	if got, want := wanted.Verdicts[1].Reason, "no person with system_id 010; one has 0010, with other zeros in front"; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
	for _, ref := range []string{"10", "010", "00010"} {
		wanted, _ := a.resolve(doorflow.Row{HolderRef: ref, Type: "pin", State: "absent"})
		if v := wanted.Verdicts[0]; v.Situation != reconcile.Ambiguous || !strings.Contains(v.Reason, "one has 0010") {
			t.Errorf("a row that removes is waved through by %s: %v", ref, v)
		}
	}
}

// TestEmailsOfOneForm: an address is found however its letters are composed, on either side.
func TestEmailsOfOneForm(t *testing.T) {
	for _, have := range []string{"jürgen@example.com", "ju\u0308rgen@example.com"} {
		a := openAccount(t, options{state: strings.ReplaceAll(smallState, "Blake@example.com", have)})
		for _, want := range []string{"jürgen@example.com", "Ju\u0308rgen@EXAMPLE.com", "JÜRGEN@example.com"} {
			wanted, _ := a.resolve(doorflow.Row{HolderEmail: want, Type: "pin", Value: secret("6001")})
			if v, judged := wanted.Verdicts[0]; judged || wanted.Rows.Record(0).Text("holder_id") != "102" {
				t.Errorf("%+q does not find %+q: %v", want, have, v)
			}
			ids, err := a.client.HolderIDs(t.Context(), "holder_email", want)
			if err != nil || len(ids) != 1 || ids[0] != "102" {
				t.Errorf("HolderIDs of %+q beside %+q: %q, %v", want, have, ids, err)
			}
		}
	}
}

func TestLookUpHolders(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	if err := a.client.LookUpHolders(t.Context(), []string{"103", "999999"}); err != nil {
		t.Fatal(err)
	}
	if name, _ := a.client.HolderName("103"); name != "Casey Sample 3" {
		t.Errorf("HolderName: %q", name)
	}
	if name, _ := a.client.HolderName("999999"); name != "" {
		t.Errorf("HolderName of nobody: %q", name)
	}
}
