package failure_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

func TestBy(t *testing.T) {
	r := &httpapi.Response{Status: 422, RequestID: "r1", Attempts: 2}
	f := failure.By("Lockwell", "list people", r, true, "bad_page", "page is too large")
	if f.Reason != "list people: Lockwell answered 422 bad_page: page is too large" || f.Foreign || f.RequestID != "r1" || f.Attempts != 2 {
		t.Errorf("%+v", f)
	}
	if f = failure.By("Lockwell", "", r, false, "", ""); f.Reason != "Lockwell answered 422" || !f.Foreign {
		t.Errorf("%+v", f)
	}
}

// TestOfOne: an unusable answer of the provider itself is one record's failure; what comes from in
// between is everybody's.
func TestOfOne(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want reconcile.Class
	}{
		"unreadable":  {fmt.Errorf("read: %w", failure.Unreadable("read", &httpapi.Response{Status: 200}, httpapi.ErrBroken)), reconcile.Refused},
		"unproved":    {fmt.Errorf("list: %w", reconcile.ErrIncomplete), reconcile.Refused},
		"unreachable": {&reconcile.Failure{Class: reconcile.Unreachable}, reconcile.Unreachable},
		"nothing":     {nil, 0},
	} {
		if got := reconcile.ClassOf(failure.OfOne(c.err)); got != c.want {
			t.Errorf("%s: class %v, want %v", name, got, c.want)
		}
	}
}

func TestPlainJSONQuotesNothing(t *testing.T) {
	var into struct{ Code []int }
	for body, want := range map[string]string{`{"code":`: httpapi.ErrBroken.Error(), `{"code":4821}`: "a number where"} {
		err := failure.PlainJSON(json.Unmarshal([]byte(body), &into))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "4821") {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestIsPage(t *testing.T) {
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	for _, r := range []*httpapi.Response{{Body: []byte(" <p>")}, {Body: []byte("no"), Header: html}} {
		if !failure.IsPage(r) {
			t.Errorf("%s is no page", r.Body)
		}
	}
	if failure.IsPage(&httpapi.Response{Body: []byte(`{}`)}) {
		t.Error("an object is a page")
	}
}
