package pingone_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/providers/pingone"
	"keyroster/reconcile"
)

// change returns the change of one column of a listed type.
func (a *account) change(id, column, want string) reconcile.Change {
	a.t.Helper()
	records := a.list().Records
	for n := range records.Len() {
		if have := records.Record(n); have.ID() == id {
			c := reconcile.Change{Action: reconcile.Update, Have: have, Want: record(a.t, map[string]string{"credential_type_id": id, column: want})}
			c.Fields = c.Fields.With(pingone.Schema.Index(column))
			return c
		}
	}
	a.t.Fatalf("no type %s", id)
	return reconcile.Change{}
}

func creation(t *testing.T, title string) reconcile.Change {
	return reconcile.Change{Action: reconcile.Create, Want: record(t, map[string]string{
		"title": title, "card_design_template": "<svg></svg>", "metadata.fields": `[{"id":"x","title":"x","type":"Issued Timestamp","isVisible":false,"required":false}]`,
	})}
}

// TestReplacesWhole: the PUT sends the document that was read, with one member changed and the
// server's own members left out; nothing else differs.
func TestReplacesWhole(t *testing.T) {
	const document = `{"title":"Staff \u003cb\u003e","cardDesignTemplate":"<svg>\u0026</svg>","description":null,"later":{"b":1.0,"a":[12345678901234567890,1e5]},` +
		`"metadata":{"version":5,"cardColor":"#aabbcc","bgOpacityPercent":"20","fields":[{"id":"f","values":["x"],"n":0.10}]},` +
		`"onDelete":{"revokeIssuedCredentials":false,"later":true},"id":"t1","version":{"number":4},"uri":"https://x","createdAt":"c","updatedAt":"u",` +
		`"_links":{},"environment":{"id":"e"},"issuer":{"id":"i"}}`
	var sent string
	client := openHandler(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			raw, _ := io.ReadAll(r.Body)
			sent = string(raw)
		}
		_, _ = io.WriteString(w, document)
	})
	have, err := client.Read(t.Context(), reconcile.Change{Action: reconcile.Update, Have: record(t, map[string]string{"credential_type_id": "t1"})})
	if err != nil {
		t.Fatal(err)
	}
	c := reconcile.Change{Action: reconcile.Update, Have: have, Want: record(t, map[string]string{"metadata.text_color": "#00FF00", "description": "<a> & b"})}
	c.Fields = c.Fields.With(pingone.Schema.Index("metadata.text_color"))
	if _, err := client.Write(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	const want = `{"cardDesignTemplate":"<svg>\u0026</svg>","description":null,"later":{"b":1.0,"a":[12345678901234567890,1e5]},` +
		`"metadata":{"bgOpacityPercent":20,"cardColor":"#aabbcc","fields":[{"id":"f","values":["x"],"n":0.10}],"textColor":"#00FF00","version":5},` +
		`"onDelete":{"revokeIssuedCredentials":false,"later":true},"title":"Staff \u003cb\u003e"}`
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Error(diff)
	}
}

// TestMoved: a document that moved since the listing is not replaced, whatever moved in it, and
// neither is a deleted one.
func TestMoved(t *testing.T) {
	for name, c := range map[string]struct {
		id, set string
		class   reconcile.Class
	}{
		"by its version":          {"t1", `{"openid4VCI":{"enabled":false}}`, reconcile.Moved},
		"deleted":                 {"t1", "", reconcile.Gone},
		"not moved, only the row": {"t2", `{}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := openAccount(t, options{state: smallState})
			change := a.change(c.id, "description", "new")
			a.edit("credential_types", c.id, c.set)
			_, err := a.client.Write(t.Context(), change)
			if reconcile.ClassOf(err) != c.class {
				t.Errorf("class %d: %v", reconcile.ClassOf(err), err)
			}
			if puts := a.requests("PUT", "/"+c.id); puts > 0 != (c.class == 0) {
				t.Errorf("%d times sent", puts)
			}
		})
	}
}

// TestMovedByTime: without a version number, the time of the last change tells that a document
// moved.
func TestMovedByTime(t *testing.T) {
	at := "2026-02-01T00:00:00.406Z"
	client := openHandler(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"id":"t1","title":"T","version":"x","updatedAt":"`+at+`"}`)
	})
	change := reconcile.Change{Action: reconcile.Update, Have: record(t, map[string]string{"credential_type_id": "t1"}), Want: record(t, map[string]string{"title": "U"})}
	have, err := client.Read(t.Context(), change)
	if err != nil {
		t.Fatal(err)
	}
	change.Have, change.Fields = have, change.Fields.With(pingone.Schema.Index("title"))
	if _, err := client.Write(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	at = "2026-02-01T00:00:01.000Z"
	if _, err := client.Write(t.Context(), change); reconcile.ClassOf(err) != reconcile.Moved {
		t.Errorf("%v", err)
	}
}

// TestReadForFreshness: the version column shows that a type moved although no column of the roster
// did.
func TestReadForFreshness(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	change := a.change("t1", "description", "new")
	before, err := a.client.Read(t.Context(), change)
	if err != nil || before.Text("version_number") != change.Have.Text("version_number") {
		t.Fatal(before, err)
	}
	a.edit("credential_types", "t1", `{"openid4VCI":null}`)
	if now, err := a.client.Read(t.Context(), change); err != nil || now.Text("version_number") != "5" {
		t.Error(now.Text("version_number"), err)
	}
	a.edit("credential_types", "t1", "")
	if now, err := a.client.Read(t.Context(), change); err != nil || now.Valid() {
		t.Error("a deleted type is gone", err)
	}
	change.Have = record(t, map[string]string{"credential_type_id": "none"})
	if now, err := a.client.Read(t.Context(), change); err != nil || now.Valid() {
		t.Error("no such type", err)
	}
}

// TestCreateAndDelete: a creation returns the new id, and a second deletion finds nothing.
func TestCreateAndDelete(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	a.list()
	if found, err := a.client.Read(t.Context(), creation(t, "Visitor pass")); err != nil || found.Valid() {
		t.Error("a type of the listing is not the one that is created", err)
	}
	receipt, err := a.client.Write(t.Context(), creation(t, "New card"))
	if err != nil || receipt.ID == "" || receipt.HTTPStatus != http.StatusCreated || receipt.RequestID == "" {
		t.Fatalf("%+v %v", receipt, err)
	}
	found, err := a.client.Read(t.Context(), creation(t, "New card"))
	if err != nil || found.ID() != receipt.ID {
		t.Errorf("read back %s: %v", found.ID(), err)
	}
	removal := reconcile.Change{Action: reconcile.Delete, Have: found}
	if receipt, err := a.client.Write(t.Context(), removal); err != nil || receipt.HTTPStatus != http.StatusNoContent {
		t.Errorf("%+v %v", receipt, err)
	}
	if _, err := a.client.Write(t.Context(), removal); reconcile.ClassOf(err) != reconcile.Gone {
		t.Errorf("deleted twice: %v", err)
	}
	for name, change := range map[string]reconcile.Change{
		"replace":          {Action: reconcile.Replace, Have: found, Want: found},
		"create nothing":   {Action: reconcile.Create, Want: record(t, map[string]string{"title": "x"})},
		"delete a path":    {Action: reconcile.Delete, Have: record(t, map[string]string{"credential_type_id": "../x"})},
		"update something": {Action: reconcile.Update, Have: record(t, map[string]string{"title": "x"})},
	} {
		if _, err := a.client.Write(t.Context(), change); reconcile.ClassOf(err) != reconcile.Unsafe {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLostAnswers: a write whose answer was lost is sent once.
func TestLostAnswers(t *testing.T) {
	a := openAccount(t, options{state: smallState})
	a.list()
	b := openAccount(t, options{state: smallState, faults: "reset-after=1"})
	if _, err := b.client.Write(t.Context(), creation(t, "New card")); reconcile.ClassOf(err) != reconcile.Lost {
		t.Fatalf("%v", err)
	}
	if n := b.requests("POST", "/credentialTypes"); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

// TestAnswers: the class and the words of each kind of answer.
func TestAnswers(t *testing.T) {
	const refused = `{"id":"e1","code":"INVALID_DATA","message":"Validation failed.","details":[` +
		`{"code":"INVALID_VALUE","target":"metadata.bgOpacityPercent","message":"Out of range.","innererror":{"rangeMinimumValue":0,"rangeMaximumValue":100}},` +
		`{"code":"INVALID_VALUE","target":"management.mode","message":"Unknown.","innerError":{"allowedValues":["AUTOMATED","MANAGED"]}}]}`
	for name, c := range map[string]struct {
		action reconcile.Action
		status int
		body   string
		class  reconcile.Class
		words  string
	}{
		"details":              {reconcile.Update, 400, refused, reconcile.Refused, "PingOne answered 400: INVALID_DATA: metadata.bgOpacityPercent: Out of range. (0 to 100); management.mode: Unknown. (one of AUTOMATED, MANAGED)"},
		"no rights":            {reconcile.Update, 403, `{"code":"ACCESS_FAILED","message":"No access.","details":[{"code":"INSUFFICIENT_PERMISSIONS","message":"Actor not authorized."}]}`, reconcile.Denied, "PingOne answered 403: ACCESS_FAILED: Actor not authorized."},
		"gone":                 {reconcile.Delete, 404, `{"code":"NOT_FOUND","message":"Unable to find resource."}`, reconcile.Gone, "PingOne answered 404: NOT_FOUND: Unable to find resource."},
		"no environment":       {reconcile.Create, 404, ``, reconcile.Denied, "PingOne answered 404"},
		"conflict":             {reconcile.Create, 409, `{"code":"INVALID_DATA","details":[{"code":"UNIQUENESS_VIOLATION","target":"title"}]}`, reconcile.Refused, "PingOne answered 409: INVALID_DATA: title: UNIQUENESS_VIOLATION"},
		"no issuer":            {reconcile.Create, 400, `{"code":"INVALID_REQUEST","details":[{"message":"An issuerProfile must be created first."}]}`, reconcile.Unreachable, "PingOne answered 400: INVALID_REQUEST: An issuerProfile must be created first."},
		"not this host":        {reconcile.Delete, 405, `<html></html>`, reconcile.Unreachable, "PingOne answered 405: an HTML page"},
		"no error object":      {reconcile.Delete, 422, `oh`, reconcile.Refused, "PingOne answered 422: no error object of PingOne"},
		"something undefined":  {reconcile.Delete, 202, ``, reconcile.Lost, "PingOne answered 202"},
		"created, unreadable":  {reconcile.Create, 201, `oh`, reconcile.Lost, "PingOne accepted the creation, but its answer cannot be read: this is not a JSON object"},
		"created, another":     {reconcile.Create, 201, `{"id":"x","title":"Other"}`, reconcile.Lost, "PingOne accepted the creation, but its answer cannot be read: the answer is about another title"},
		"updated, no JSON":     {reconcile.Update, 200, `oh`, 0, ""},
		"not implemented here": {reconcile.Delete, 501, ``, reconcile.Lost, ""},
	} {
		t.Run(name, func(t *testing.T) {
			client := openHandler(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					_, _ = io.WriteString(w, `{"id":"t1","title":"T"}`)
					return
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			change := creation(t, "New card")
			if change.Action = c.action; c.action != reconcile.Create {
				change.Have = record(t, map[string]string{"credential_type_id": "t1"})
			}
			_, err := client.Write(t.Context(), change)
			if c.class == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			f := failureOf(t, err)
			if f.Class != c.class || f.HTTPStatus != c.status || c.words != "" && f.Reason != c.words {
				t.Errorf("class %d, status %d: %s", f.Class, f.HTTPStatus, f.Reason)
			}
			if (f.Class == reconcile.Denied || c.status == 400 && f.Class == reconcile.Unreachable) && f.Hint == "" {
				t.Error("no hint")
			}
		})
	}
}

// TestDryRun: a read-only client reads, and refuses to write.
func TestDryRun(t *testing.T) {
	a := openAccount(t, options{state: smallState, readOnly: true})
	if _, err := a.client.Write(t.Context(), a.change("t1", "description", "new")); reconcile.ClassOf(err) != reconcile.Unsafe {
		t.Errorf("%v", err)
	}
	if strings.Contains(a.member("t1", "title"), "new") || a.requests("PUT", "/t1") != 0 {
		t.Error("written")
	}
}

// TestReadsThatCannotBeUsed: one record that cannot be read stops no other, and a creation cannot
// be looked for in a listing that is not proved.
func TestReadsThatCannotBeUsed(t *testing.T) {
	body := ""
	client := openHandler(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
	update := reconcile.Change{Action: reconcile.Update, Have: record(t, map[string]string{"credential_type_id": "t1"})}
	for _, body = range []string{`{"title":"no id"}`, `[]`, `{"id":"t2"}`} {
		if _, err := client.Read(t.Context(), update); reconcile.ClassOf(err) != reconcile.Refused {
			t.Errorf("%s: %v", body, err)
		}
	}
	body = `{"_embedded":{"items":[{"id":"t1","title":"T"}]},"count":2}`
	if _, err := client.Read(t.Context(), creation(t, "T")); reconcile.ClassOf(err) != reconcile.Refused {
		t.Errorf("%v", err)
	}
	if finish, err := client.Finish(t.Context(), nil); err != nil || finish.Needed {
		t.Errorf("%+v %v", finish, err)
	}
}
