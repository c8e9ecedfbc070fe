package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"keyroster/reconcile"
)

func TestReadOnlyRefusesByClass(t *testing.T) {
	sent := 0
	c := newTestClient(t, Config{ReadOnly: true, RoundTripper: trip(func(*http.Request) (*http.Response, error) {
		sent++
		return fault(200, "", ""), nil
	})}, nil)
	for _, method := range []string{"PUT", "POST", "DELETE", "PATCH", "GET"} {
		_, err := c.Do(t.Context(), Request{Name: "write", Op: Write, Method: method, Path: "/x"})
		if reconcile.ClassOf(err) != reconcile.Unsafe {
			t.Errorf("%s: got %v, want unsafe", method, err)
		}
	}
	if sent != 0 {
		t.Fatalf("%d writes were sent", sent)
	}
	for _, op := range []Op{Read, Login} {
		if _, err := c.Do(t.Context(), Request{Name: "read by POST", Op: op, Method: "POST", Path: "/x"}); err != nil {
			t.Error(err)
		}
	}
	if sent != 2 {
		t.Errorf("%d of 2 reads were sent", sent)
	}
}

func TestRequestsStayBelowTheBaseURL(t *testing.T) {
	var called []string
	c := newTestClient(t, Config{BaseURL: "https://api.example.com/v1/", RoundTripper: trip(func(r *http.Request) (*http.Response, error) {
		called = append(called, r.URL.String())
		return fault(200, "", ""), nil
	})}, nil)
	for _, r := range []Request{
		{Path: "/people/../../admin"},
		{Path: "/people/%2e%2E"},
		{Path: "people"},
		{Path: "/people?x=1"},
		{Path: "/people#x"},
		{Path: "//evil.example.com/x\\"},
		{Path: "/a%zz"},
		{Link: "https://evil.example.com/v1/x"},
		{Link: "http://api.example.com/v1/x"},
		{Link: "https://api.example.com:444/v1/x"},
		{Link: "https://api.example.com/v2/x"},
		{Link: "https://api.example.com/v1evil"},
		{Link: "https://u@api.example.com/v1/x"},
		{Link: "/v1/x"},
		{Link: "https://api.example.com/v1/../x"},
	} {
		r.Name, r.Method = "read", "GET"
		if _, err := c.Do(t.Context(), r); reconcile.ClassOf(err) != reconcile.Unsafe {
			t.Errorf("%s%s: got %v, want unsafe", r.Path, r.Link, err)
		}
	}
	good := []Request{
		{Path: "/people/a%2Fb"},
		{Path: "/people", Query: map[string][]string{"email": {"a@example.com"}}},
		{Link: "https://API.example.com/v1/types?cursor=a%3D&b"},
		{Path: "//odd"},
	}
	for _, r := range good {
		r.Name, r.Method = "read", "GET"
		if _, err := c.Do(t.Context(), r); err != nil {
			t.Error(err)
		}
	}
	want := []string{
		"https://api.example.com/v1/people/a%2Fb", "https://api.example.com/v1/people?email=a%40example.com",
		"https://API.example.com/v1/types?cursor=a%3D&b", "https://api.example.com/v1//odd",
	}
	if diff := cmp.Diff(want, called); diff != "" {
		t.Error(diff)
	}
}

func TestLogLinesTellNoSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		calls := 0
		var events []EventKind
		c := newTestClient(t, Config{
			Log: zerolog.New(&out), Account: "hq", Provider: "doorflow", Concurrency: 1,
			Observe: func(e Event) { events = append(events, e.Kind) },
			RoundTripper: trip(func(r *http.Request) (*http.Response, error) {
				if calls++; calls == 1 {
					return fault(429, "text/plain", "value 004822"), nil
				}
				resp := fault(422, "application/json", `{"errors":{"value":"004822"}}`)
				resp.Header.Set("X-Request-Id", "req-1")
				return resp, nil
			}),
		}, Bearer(reconcile.NewSecret("token-sesame")))
		_, err := c.Do(t.Context(), Request{
			Name: "update credential Kd7", Op: Write, Method: "PUT", Path: "/people/5", CredentialID: "Kd7",
			Query: map[string][]string{"q": {"secret-query"}, "a": {"x"}}, JSON: map[string]string{"value": "004822"},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"004822", "sesame", "secret-query", `"request_id":""`} {
			if strings.Contains(out.String(), secret) {
				t.Errorf("the log holds %q:\n%s", secret, out.String())
			}
		}
		var line map[string]any
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &line); err != nil {
			t.Fatal(err)
		}
		delete(line, "wait_ms")
		delete(line, "duration_ms")
		want := map[string]any{
			"level": "debug", "message": "update credential Kd7", "account": "hq", "provider": "doorflow", "op": "write", "method": "PUT",
			"path": "/people/5?a&q", "attempt": 2.0, "http_status": 422.0, "request_id": "req-1", "credential_id": "Kd7",
		}
		if diff := cmp.Diff(want, line); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]EventKind{Attempted, Retrying, Attempted}, events); diff != "" {
			t.Error(diff)
		}
	})
}
