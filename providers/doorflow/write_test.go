package doorflow_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

func creation(person, kind, value string) reconcile.Change {
	return reconcile.Change{Action: reconcile.Create, Want: record(map[string]string{"holder_id": person, "type": kind, "value": value})}
}

func updating(id, person, before, after string) reconcile.Change {
	return reconcile.Change{
		Action: reconcile.Update,
		Want:   record(map[string]string{"credential_id": id, "value": after}),
		Have:   record(map[string]string{"credential_id": id, "holder_id": person, "type": "31", "value": before}),
	}
}

func removal(id, person string) reconcile.Change {
	c := updating(id, person, "004821", "")
	c.Action = reconcile.Delete
	return c
}

func failureOf(t *testing.T, err error) *reconcile.Failure {
	t.Helper()
	f, ok := err.(*reconcile.Failure)
	if !ok {
		t.Fatalf("error %v (%T), want a failure", err, err)
	}
	return f
}

// TestWrites: each change that goes well, including the sandbox's statuses and texts.
func TestWrites(t *testing.T) {
	a := openAccount(t, options{state: smallState, settings: settings(true)})
	ctx := t.Context()

	receipt, err := a.client.Write(ctx, updating("c11", "101", "004821", "000042"))
	if err != nil || receipt.HTTPStatus != 201 || receipt.ID != "c11" || receipt.RequestID == "" || receipt.Attempts != 1 {
		t.Fatalf("update: %+v %v", receipt, err)
	}
	created, err := a.client.Write(ctx, creation("104", "32", "0071234567"))
	if err != nil || created.HTTPStatus != 201 || created.ID == "" {
		t.Fatalf("create: %+v %v", created, err)
	}
	if receipt, err = a.client.Write(ctx, removal("c21", "102")); err != nil || receipt.HTTPStatus != 200 || len(receipt.Warnings) != 0 {
		t.Fatalf("delete: %+v %v", receipt, err)
	}
	invited, err := a.client.Write(ctx, creation("105", "33", ""))
	if err != nil || invited.ID == "" {
		t.Fatalf("invite: %+v %v", invited, err)
	}
	if receipt, err = a.client.Write(ctx, removal(invited.ID, "105")); err != nil || receipt.HTTPStatus != 202 || len(receipt.Warnings) != 1 {
		t.Fatalf("delete of a mobile one: %+v %v", receipt, err)
	}

	listing, err := a.client.List(ctx, reconcile.Scope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for n := range listing.Records.Len() {
		r := listing.Records.Record(n)
		values[r.ID()] = r.Text("value")
	}
	if values["c11"] != "000042" || values[created.ID] != "0071234567" {
		t.Error("the account does not hold what was written, to the digit")
	}
	if _, there := values["c21"]; there {
		t.Error("c21 is still there")
	}
}

// TestRefusals: what the sandbox refuses, and how it is classed.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		options
		change   reconcile.Change
		class    reconcile.Class
		status   int
		reason   string
		existing string
	}{
		"value in use":             {options{}, updating("c11", "101", "004821", "5150"), reconcile.Refused, 422, "value is already in use on your account", ""},
		"PIN too long":             {options{}, updating("c11", "101", "004821", "0048210048"), reconcile.Refused, 422, "value must be between 4 and 7 digits", ""},
		"type that does not exist": {options{}, creation("104", "99", "6001"), reconcile.Refused, 422, "credential_type_id: Not found for this account", ""},
		"person that is gone":      {options{}, creation("999", "31", "6001"), reconcile.Refused, 404, "there is no person 999 any more", ""},
		"credential that is gone":  {options{}, updating("c99", "101", "004821", "6001"), reconcile.Gone, 404, "DoorFlow answered 404", ""},
		"deletion of what is gone": {options{}, removal("c99", "101"), reconcile.Gone, 404, "DoorFlow answered 404", ""},
		"another person's":         {options{}, removal("c21", "101"), reconcile.Gone, 404, "DoorFlow answered 404", ""},
		"one of that type":         {options{}, creation("101", "31", "6001"), reconcile.Moved, 409, "the person already has a credential of this type: c11", "c11"},
		"limit reached":            {options{set: map[string]string{"limit": "32:1"}}, creation("104", "32", "60010001"), reconcile.Exhausted, 422, "licence limit", ""},
		"no right to write":        {options{set: map[string]string{"forbid": "write"}}, updating("c11", "101", "004821", "6001"), reconcile.Denied, 403, "DoorFlow answered 403", ""},
		"dry run":                  {options{readOnly: true}, updating("c11", "101", "004821", "6001"), reconcile.Unsafe, 0, "", ""},
		"a mask": {
			options{},
			updating("c11", "101", "004821", "60*1"), reconcile.Unsafe, 0, "a mask, which is never sent",
			"",
		},
		"six asterisks":     {options{}, creation("104", "31", "******"), reconcile.Unsafe, 0, "needs a value", ""},
		"no value":          {options{}, creation("104", "31", ""), reconcile.Unsafe, 0, "needs a value", ""},
		"nothing to change": {options{}, updating("c11", "101", "004821", ""), reconcile.Unsafe, 0, "no value to send", ""},
		"no person":         {options{}, removal("c11", ""), reconcile.Unsafe, 0, "nothing was sent", ""},
		"a replacement": {
			options{},
			reconcile.Change{Action: reconcile.Replace},
			reconcile.Unsafe, 0, "nothing was sent", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.state = smallState
			a := openAccount(t, c.options)
			_, err := a.client.Write(t.Context(), c.change)
			f := failureOf(t, err)
			if f.Class != c.class || f.HTTPStatus != c.status || !strings.Contains(f.Reason, c.reason) || f.Existing != c.existing {
				t.Errorf("class %d, status %d, reason %q, existing %q", f.Class, f.HTTPStatus, f.Reason, f.Existing)
			}
			for _, value := range []string{"004821", "5150", "6001", "0048210048", "60010001"} {
				if strings.Contains(f.Error()+f.Hint, value) {
					t.Errorf("the failure holds a value: %v", f)
				}
			}
		})
	}
}

// TestForbiddenRecord: a 403 after a successful change of the same kind is about the record and
// does not stop the run.
func TestForbiddenRecord(t *testing.T) {
	client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/people/1/") {
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, `{}`)
			return
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"error":"forbidden","error_description":"Not yours."}`)
	}))
	_, err := client.Write(t.Context(), updating("a", "2", "1111", "2222"))
	if f := failureOf(t, err); f.Class != reconcile.Denied {
		t.Errorf("403 before anything was accepted: class %d", f.Class)
	}
	if _, err := client.Write(t.Context(), updating("b", "1", "1111", "2222")); err != nil {
		t.Fatal(err)
	}
	_, err = client.Write(t.Context(), updating("a", "2", "1111", "2222"))
	if f := failureOf(t, err); f.Class != reconcile.Refused || f.Reason != "DoorFlow answered 403: forbidden: Not yours." {
		t.Errorf("403 afterwards: class %d, %q", f.Class, f.Reason)
	}
	_, err = client.Write(t.Context(), removal("a", "2"))
	if f := failureOf(t, err); f.Class != reconcile.Denied {
		t.Errorf("403 to the first deletion: class %d", f.Class)
	}
}

// TestWriteAnswers: what the answer to an accepted change may be.
func TestWriteAnswers(t *testing.T) {
	const object = `{"id":"n1","person_id":1,"credential_type_id":31,"label":"PIN","value":"6001"}`
	for name, c := range map[string]struct {
		change reconcile.Change
		status int
		body   string
		id     string
		class  reconcile.Class
	}{
		"created":                    {creation("1", "31", "6001"), 201, object, "n1", 0},
		"created, a list of one":     {creation("1", "31", "6001"), 201, `[` + object + `]`, "n1", 0},
		"created, a list of two":     {creation("1", "31", "6001"), 201, `[` + object + `,` + object + `]`, "", reconcile.Lost},
		"created, somebody else's":   {creation("2", "31", "6001"), 201, object, "", reconcile.Lost},
		"created, says nothing":      {creation("1", "31", "6001"), 201, ``, "", reconcile.Lost},
		"created, a page":            {creation("1", "31", "6001"), 201, `<html>6001</html>`, "", reconcile.Lost},
		"conflict says nothing":      {creation("1", "31", "6001"), 409, ``, "", reconcile.Moved},
		"updated with 200":           {updating("u1", "1", "1111", "6001"), 200, object, "u1", 0},
		"updated, says nothing":      {updating("u1", "1", "1111", "6001"), 201, ``, "u1", 0},
		"updated with 202":           {updating("u1", "1", "1111", "6001"), 202, ``, "", reconcile.Lost},
		"conflict of an update":      {updating("u1", "1", "1111", "6001"), 409, object, "", reconcile.Refused},
		"limit reached by an update": {updating("u1", "1", "1111", "6001"), 422, `{"errors":{"limit_reached":"No."}}`, "", reconcile.Refused},
		"deleted with 204":           {removal("u1", "1"), 204, ``, "u1", 0},
		"deleted, gone for good":     {removal("u1", "1"), 410, ``, "", reconcile.Gone},
		"payment required":           {updating("u1", "1", "1111", "6001"), 402, `{"error":"payment"}`, "", reconcile.Refused},
		"not this host's method":     {updating("u1", "1", "1111", "6001"), 405, ``, "", reconcile.Unreachable},
		"server error, answer lost":  {updating("u1", "1", "1111", "6001"), 500, `{"error":"internal_server_error"}`, "", reconcile.Lost},
		"text with the value in it":  {updating("u1", "1", "1111", "ab9"), 422, `value ab9 clashes`, "", reconcile.Refused},
		"text with another's value":  {updating("u1", "1", "1111", "6001"), 422, `{"errors":{"value":["clashes with 77123456 of Sample"]}}`, "", reconcile.Refused},
		"an unknown object":          {updating("u1", "1", "1111", "6001"), 422, object, "", reconcile.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			receipt, err := client.Write(t.Context(), c.change)
			if c.class == 0 {
				if err != nil || receipt.ID != c.id || receipt.HTTPStatus != c.status {
					t.Fatalf("%+v %v", receipt, err)
				}
				return
			}
			f := failureOf(t, err)
			if f.Class != c.class || f.HTTPStatus != c.status {
				t.Errorf("class %d, status %d: %v", f.Class, f.HTTPStatus, f)
			}
			for _, value := range []string{"6001", "1111", "ab9", "77123456"} {
				if strings.Contains(f.Error(), value) {
					t.Errorf("the failure holds a value: %v", f)
				}
			}
		})
	}
}

// TestBodies: values go over the wire as texts, in the wrapper, and nothing else does.
func TestBodies(t *testing.T) {
	var got []string
	client := openHandler(t, options{settings: settings(true)}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		got = append(got, fmt.Sprintf("%s %s %s", r.Method, r.URL.EscapedPath(), strings.TrimSpace(string(raw))))
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"n","person_id":7,"credential_type_id":31}`)
	}))
	for _, c := range []reconcile.Change{creation("7", "31", "0042"), creation("7", "31", ""), updating("a/b", "7", "1", "00<&>1"), removal("a", "7")} {
		_, _ = client.Write(t.Context(), c)
	}
	want := []string{
		`POST /api/3/people/7/credentials {"person_credential":{"credential_type_id":31,"value":"0042"}}`,
		`POST /api/3/people/7/credentials {"person_credential":{"credential_type_id":31}}`,
		`PUT /api/3/people/7/credentials/a%2Fb {"person_credential":{"value":"00<&>1"}}`,
		`DELETE /api/3/people/7/credentials/a `,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestLostAnswers: a write whose answer was lost is not sent again by itself.
func TestLostAnswers(t *testing.T) {
	for _, fault := range []string{"500-after=1", "reset-after=1"} {
		a := openAccount(t, options{state: smallState, faults: fault})
		_, err := a.client.Write(t.Context(), creation("104", "31", "6001"))
		if reconcile.ClassOf(err) != reconcile.Lost {
			t.Fatalf("%s: %v", fault, err)
		}
		if n := a.requests("POST", "/api/3/people/104/credentials"); n != 1 {
			t.Errorf("%s: sent %d times", fault, n)
		}
	}
}

func TestRead(t *testing.T) {
	a := openAccount(t, options{state: smallState, settings: settings(true)})
	ctx := t.Context()
	read := func(c reconcile.Change) reconcile.Record {
		t.Helper()
		r, err := a.client.Read(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := read(updating("c11", "101", "004821", "6001")); r.ID() != "c11" || r.Text("value") != "004821" || r.Text("holder_id") != "101" {
		t.Error("not the record that was asked for")
	}
	if r := read(updating("c99", "101", "", "6001")); r.Valid() {
		t.Error("a record that does not exist")
	}
	if r := read(creation("101", "32", "1")); r.ID() != "c12" {
		t.Errorf("of the type: %s", r.ID())
	}
	if r := read(creation("102", "32", "1")); r.Valid() {
		t.Error("a type that the person does not have")
	}
	if r := read(creation("999", "32", "1")); r.Valid() {
		t.Error("a person who does not exist")
	}
	invited, err := a.client.Write(ctx, creation("105", "33", ""))
	if err != nil {
		t.Fatal(err)
	}
	gone := removal(invited.ID, "105")
	if r := read(gone); !r.Valid() {
		t.Error("the invitation is not there")
	}
	if err := a.api.Edit(sandbox.Edit{Collection: "credentials", ID: []byte(`"` + invited.ID + `"`), Set: []byte(`{"status":"revoking"}`)}); err != nil {
		t.Fatal(err)
	}
	if r := read(gone); r.Valid() {
		t.Error("what is being revoked must not be deleted again")
	}
	gone.Action = reconcile.Update
	if r := read(gone); !r.Valid() {
		t.Error("an update must see it all the same")
	}
}

func TestTenant(t *testing.T) {
	a := openAccount(t, options{set: map[string]string{"account": "acct7", "time-zone": "Europe/London"}})
	tenant, err := a.client.Tenant(t.Context())
	if err != nil || tenant.ID != "acct7" || tenant.Location.String() != "Europe/London" || len(tenant.Facts) != 1 {
		t.Errorf("%+v %v", tenant, err)
	}
	for body, want := range map[string]string{`{"id":4711,"name":"Old"}`: "4711", `{"id":"x","time_zone":"Nowhere/At all"}`: "x", `{}`: "", `[]`: ""} {
		client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
		tenant, err := client.Tenant(t.Context())
		if tenant.ID != want || (want == "") != (reconcile.ClassOf(err) == reconcile.Unreachable) {
			t.Errorf("%s: %+v %v", body, tenant, err)
		}
		if strings.Contains(body, "Nowhere") &&
			(tenant.Location != nil || !strings.Contains(strings.Join(tenant.Facts, " "), "does not know")) {
			t.Errorf("of an unknown zone is said: %q", tenant.Facts)
		}
	}
}
