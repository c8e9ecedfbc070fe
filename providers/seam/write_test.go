package seam_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"keyroster/providers/seam"
	"keyroster/reconcile"
)

func fields(names ...string) reconcile.Columns {
	var f reconcile.Columns
	for _, name := range names {
		f = f.With(seam.Schema.Index(name))
	}
	return f
}

func creating(texts row) reconcile.Change {
	return reconcile.Change{Action: reconcile.Create, Want: record(texts)}
}

func updating(id string, texts row, names ...string) reconcile.Change {
	return reconcile.Change{
		Action: reconcile.Update, Want: record(texts), Fields: fields(names...),
		Have: record(row{"credential_id": id, "acs_system_id": "A", "holder_id": "u1", "type": "code", "value": "004821"}),
	}
}

func removing(id string) reconcile.Change {
	c := updating(id, nil)
	return reconcile.Change{Action: reconcile.Delete, Have: c.Have}
}

func failureOf(t *testing.T, err error) *reconcile.Failure {
	t.Helper()
	f, ok := err.(*reconcile.Failure)
	if !ok {
		t.Fatalf("error %v (%T), want a failure", err, err)
	}
	return f
}

// TestWrites: each change that goes well, with both shapes of answers.
func TestWrites(t *testing.T) {
	for _, answers := range []string{"", "void"} {
		set := map[string]string{}
		if answers != "" {
			set["answers"] = answers
		}
		a := openAccount(t, options{state: small, set: set})
		ctx := t.Context()
		receipt, err := a.client.Write(ctx, updating("c11", row{"value": "000042", "ends_at": "2091-01-01T00:00:00Z"}, "value", "ends_at"))
		if err != nil || receipt.HTTPStatus != 200 || receipt.ID != "c11" || receipt.RequestID == "" || receipt.Attempts != 1 {
			t.Fatalf("update: %+v %v", receipt, err)
		}
		if receipt, err = a.client.Write(ctx, updating("c13", row{"holder_id": "u5", "value": "0043"}, "holder_id", "value")); err != nil || receipt.Attempts != 2 {
			t.Fatalf("update and assign: %+v %v", receipt, err)
		}
		created, err := a.client.Write(ctx, creating(row{"holder_id": "u6", "type": "code", "value": "0077", "ends_at": "2091-01-01T00:00:00Z"}))
		if err != nil || created.HTTPStatus != 200 || created.ID == "" {
			t.Fatalf("create: %+v %v", created, err)
		}
		if receipt, err = a.client.Write(ctx, removing("c21")); err != nil || receipt.ID != "c21" {
			t.Fatalf("delete: %+v %v", receipt, err)
		}
		listing := a.list()
		if r := held(listing, "c11"); r.Text("value") != "000042" || r.Text("ends_at") != "2091-01-01T00:00:00Z" || r.Text("starts_at") != "2026-01-05T08:00:00Z" {
			t.Error("c11 does not hold what was written, and what was not")
		}
		if r := held(listing, "c13"); r.Text("value") != "0043" || r.Text("holder_id") != "u5" {
			t.Error("c13 was not moved")
		}
		if r := held(listing, created.ID); r.Text("value") != "0077" || r.Text("holder_id") != "u6" || r.Text("acs_system_id") != "B" {
			t.Error("the new credential is not what was asked for")
		}
		if held(listing, "c21").Valid() {
			t.Error("c21 is still there")
		}
	}
}

// TestRefusals: what the sandbox refuses, and how it is classed.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		options
		change reconcile.Change
		class  reconcile.Class
		status int
		reason string
	}{
		"code in use":           {options{}, updating("c11", row{"value": "7001"}, "value"), reconcile.Refused, 409, "Another credential of this ACS system has this code"},
		"code out of range":     {options{}, updating("c11", row{"value": "0"}, "value"), reconcile.Refused, 400, "code: Must be between 1 and"},
		"end in the past":       {options{}, updating("c11", row{"ends_at": "2020-01-01T00:00:00Z"}, "ends_at"), reconcile.Refused, 400, "ends_at: Must be in the future"},
		"two faults":            {options{}, updating("c11", row{"ends_at": "2020-01-01T00:00:00Z", "value": "0"}, "ends_at", "value"), reconcile.Refused, 400, "; ends_at: Must be"},
		"a code that is made":   {options{}, updating("c41", row{"value": "1"}, "value"), reconcile.Refused, 400, "Codes are generated"},
		"gone":                  {options{}, updating("00000000-0000-4000-8000-0000000000c9", row{"value": "1"}, "value"), reconcile.Gone, 404, "acs_credential_not_found"},
		"unmanaged":             {options{}, updating("n22", row{"value": "1"}, "value"), reconcile.Gone, 404, ""},
		"a child":               {options{}, updating("k33", row{"ends_at": "2091-01-01T00:00:00Z"}, "ends_at"), reconcile.Refused, 400, "not_supported"},
		"deletion of the gone":  {options{}, removing("00000000-0000-4000-8000-0000000000c9"), reconcile.Gone, 404, ""},
		"a user who is gone":    {options{}, creating(row{"holder_id": "00000000-0000-4000-8000-0000000000e9", "type": "code", "value": "1"}), reconcile.Refused, 404, "ACS user not found"},
		"moved to nobody":       {options{}, updating("c11", row{"holder_id": "00000000-0000-4000-8000-0000000000e9"}, "holder_id"), reconcile.Refused, 404, "acs_user_not_found"},
		"moved after an update": {options{}, updating("c11", row{"holder_id": "00000000-0000-4000-8000-0000000000e9", "value": "0071"}, "holder_id", "value"), reconcile.Refused, 404, "the credential was updated, but not assigned: "},
		"moved to another site": {options{}, updating("c11", row{"holder_id": "u6"}, "holder_id"), reconcile.Refused, 400, "another ACS system"},
		"no right":              {options{set: map[string]string{"forbid": "/acs/credentials/update"}}, updating("c11", row{"value": "1"}, "value"), reconcile.Denied, 403, ""},
		"dry run":               {options{readOnly: true}, updating("c11", row{"value": "1"}, "value"), reconcile.Unsafe, 0, ""},
		"a mask": {
			options{},
			updating("c11", row{"value": "••••"}, "value"), reconcile.Unsafe, 0, "cannot be sent",
		},
		"a card's number": {
			options{},
			creating(row{"holder_id": "u6", "type": "card", "value": "1"}), reconcile.Unsafe, 0,
			"cannot be sent",
		},
		"clearing the end": {
			options{},
			updating("c11", row{"ends_at": "<empty>"}, "ends_at"), reconcile.Unsafe, 0,
			"cannot be cleared",
		},
		"another start": {
			options{},
			updating("c11", row{"starts_at": "2091-01-01T00:00:00Z"}, "starts_at"), reconcile.Unsafe, 0,
			"starts_at cannot be changed",
		},
		"nothing to change": {options{}, updating("c11", nil), reconcile.Unsafe, 0, "nothing was sent"},
		"moved to no one":   {options{}, updating("c11", nil, "holder_id"), reconcile.Unsafe, 0, "nothing was sent"},
		"no user": {
			options{},
			creating(row{"type": "code", "value": "1"}), reconcile.Unsafe, 0, "nothing was sent",
		},
		"no id":     {options{}, removing(""), reconcile.Unsafe, 0, "nothing was sent"},
		"no action": {options{}, reconcile.Change{}, reconcile.Unsafe, 0, "nothing was sent"},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.state = small
			a := openAccount(t, c.options)
			_, err := a.client.Write(t.Context(), c.change)
			f := failureOf(t, err)
			if f.Class != c.class || f.HTTPStatus != c.status || !strings.Contains(f.Reason, c.reason) {
				t.Errorf("class %d, status %d, reason %q", f.Class, f.HTTPStatus, f.Reason)
			}
			for _, value := range []string{"004821", "7001", "0071"} {
				if strings.Contains(f.Error()+f.Hint, value) {
					t.Errorf("the failure holds a code: %v", f)
				}
			}
		})
	}
}

// TestWriteAnswers: what each answer to a write means.
func TestWriteAnswers(t *testing.T) {
	create := creating(row{"holder_id": "u1", "type": "code", "value": "6001"})
	update := updating("c1", row{"value": "6001"}, "value")
	for name, c := range map[string]struct {
		change reconcile.Change
		status int
		body   string
		class  reconcile.Class
	}{
		"created":                   {create, 200, `{"acs_credential":{"acs_credential_id":"n1","acs_user_id":"u1","access_method":"code","code":"6001"},"ok":true}`, 0},
		"created, says nothing":     {create, 200, `{"ok":true}`, reconcile.Lost},
		"created, somebody else's":  {create, 200, `{"acs_credential":{"acs_credential_id":"n1","acs_user_id":"u2","access_method":"code"},"ok":true}`, reconcile.Lost},
		"created, a page":           {create, 200, `<html>6001</html>`, reconcile.Lost},
		"updated":                   {update, 200, `{"acs_credential":{"acs_credential_id":"c1"},"ok":true}`, 0},
		"updated, ok alone":         {update, 200, `{"ok":true}`, 0},
		"updated, void":             {update, 200, `{}`, 0},
		"updated, empty":            {update, 200, ``, 0},
		"200 and not ok":            {update, 200, `{"ok":false,"error":{"type":"not_supported","message":"6001 is not allowed"}}`, reconcile.Refused},
		"200, not ok, not a word":   {update, 200, `{"ok":false}`, reconcile.Lost},
		"bad request, plain":        {update, 400, `6001 is bad`, reconcile.Refused},
		"gone":                      {update, 404, `{"ok":false,"error":{"type":"acs_credential_not_found","message":"x"}}`, reconcile.Gone},
		"404 without the envelope":  {update, 404, `Not Found`, reconcile.Unreachable},
		"deleted, wrong host":       {removing("c1"), 404, `<html>`, reconcile.Unreachable},
		"wrong verb":                {update, 405, `{"ok":false,"error":{"type":"method_not_allowed","message":"x"}}`, reconcile.Unreachable},
		"conflict":                  {update, 409, `{"ok":false,"error":{"type":"x","message":"6001 of 77123456"}}`, reconcile.Refused},
		"client bug":                {update, 400, `{"ok":false,"error":{"type":"invalid_content_type","message":"x"}}`, reconcile.Unreachable},
		"forbidden":                 {update, 403, ``, reconcile.Denied},
		"unauthorized":              {update, 401, `{"ok":false,"error":{"type":"unauthorized","message":"API Key not found"}}`, reconcile.Denied},
		"server error, answer lost": {update, 500, `{"ok":false,"error":{"type":"internal_server_error","message":"x"}}`, reconcile.Lost},
		"gateway":                   {update, 503, ``, reconcile.Lost},
	} {
		t.Run(name, func(t *testing.T) {
			client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			receipt, err := client.Write(t.Context(), c.change)
			if c.class == 0 {
				if err != nil || receipt.ID == "" || receipt.HTTPStatus != c.status {
					t.Fatalf("%+v %v", receipt, err)
				}
				return
			}
			f := failureOf(t, err)
			if f.Class != c.class || f.HTTPStatus != c.status {
				t.Errorf("class %d, status %d: %v", f.Class, f.HTTPStatus, f)
			}
			for _, value := range []string{"6001", "004821", "77123456"} {
				if strings.Contains(f.Error(), value) {
					t.Errorf("the failure holds a code: %v", f)
				}
			}
		})
	}
}

// TestBodies: codes go over the wire as texts, only changed members are sent, and all by POST.
func TestBodies(t *testing.T) {
	var got []string
	client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		got = append(got, fmt.Sprintf("%s %s %s", r.Method, r.URL, raw))
		_, _ = io.WriteString(w, `{"acs_credential":{"acs_credential_id":"n"},"ok":true}`)
	}))
	for _, c := range []reconcile.Change{
		creating(row{"holder_id": "u1", "type": "code", "value": "0042", "ends_at": "2091-01-01T00:00:00Z", "acs_system_id": "A"}),
		creating(row{"holder_id": "u1", "type": "mobile_key"}),
		updating("c1", row{"value": "0042", "ends_at": "2091-01-01T00:00:00Z"}, "value"),
		updating("c1", row{"value": "0042", "ends_at": "2091-01-01T00:00:00Z"}, "ends_at"),
		updating("c1", row{"holder_id": "u2"}, "holder_id"),
		removing("c1"),
	} {
		_, _ = client.Write(t.Context(), c)
	}
	want := []string{
		`POST /acs/credentials/create {"acs_user_id":"u1","access_method":"code","code":"0042","ends_at":"2091-01-01T00:00:00Z"}`,
		`POST /acs/credentials/create {"acs_user_id":"u1","access_method":"mobile_key"}`,
		`POST /acs/credentials/update {"acs_credential_id":"c1","code":"0042"}`,
		`POST /acs/credentials/update {"acs_credential_id":"c1","ends_at":"2091-01-01T00:00:00Z"}`,
		`POST /acs/credentials/assign {"acs_credential_id":"c1","acs_user_id":"u2"}`,
		`POST /acs/credentials/delete {"acs_credential_id":"c1"}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestWorkspaceHeader: the header goes with every request of a personal token.
func TestWorkspaceHeader(t *testing.T) {
	var mu sync.Mutex
	headers := map[string]bool{}
	auth := map[string]reconcile.Secret{"personal_access_token": reconcile.NewSecret("seam_at1_x"), "workspace_id": reconcile.NewSecret("ws7")}
	client := openHandler(t, options{auth: auth}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		headers[r.Header.Get("seam-workspace")+" "+r.Header.Get("Authorization")] = true
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	_, _ = client.Tenant(t.Context())
	_, _ = client.Write(t.Context(), removing("c1"))
	if len(headers) != 1 || !headers["ws7 Bearer seam_at1_x"] {
		t.Errorf("%v", headers)
	}
}
