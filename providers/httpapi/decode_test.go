package httpapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"keyroster/reconcile"
)

func TestDecodeJSONQuotesNothing(t *testing.T) {
	type record struct {
		ID    string    `json:"id"`
		Value string    `json:"value"`
		At    time.Time `json:"at"`
	}
	for name, tc := range map[string]struct{ kind, body, want string }{
		"good":           {"application/json; charset=utf-8", `{"id":"7"}`, ""},
		"no type":        {"", `{"id":"7"}`, ""},
		"a JSON dialect": {"application/hal+json", `{"id":"7"}`, ""},
		"HTML":           {"text/html; charset=utf-8", `<p>48221</p>`, "answered text/html instead of JSON; is base_url right?"},
		"odd type":       {"48221;;", `48221`, "an unknown content type instead of JSON"},
		"empty":          {"application/json", ``, "the body is empty"},
		"cut":            {"application/json", `{"value":"48221`, "broken JSON at byte 15"},
		"number":         {"application/json", `{"value":48221}`, "member value is a JSON number, not a string"},
		"list":           {"application/json", `[48221]`, "the answer is a JSON array"},
		"time":           {"application/json", `{"at":"48221"}`, "a member is not what it should be"},
	} {
		t.Run(name, func(t *testing.T) {
			var v record
			err := DecodeJSON(&Response{Status: 200, Header: http.Header{"Content-Type": {tc.kind}}, Body: []byte(tc.body)}, &v)
			switch {
			case tc.want == "" && (err != nil || v.ID != "7"):
				t.Errorf("got %+v, %v", v, err)
			case tc.want == "":
			case reconcile.ClassOf(err) != reconcile.Unreachable || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "4822"):
				t.Errorf("got %v, want …%s…", err, tc.want)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 5, 8, 30, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"0": 0, "30": 30 * time.Second, " 1.5 ": 1500 * time.Millisecond, "-4": -1, "Infinity": -1, "-inf": -1, "1e999": -1, "86400": 24 * time.Hour, "1e300": longestRetryAfter,
		"Mon, 05 Jan 2026 08:31:00 GMT": time.Minute, "Mon, 05 Jan 2026 08:29:00 GMT": 0,
		"": -1, "soon": -1, "NaN": -1, "2026-01-05T08:31:00Z": -1,
	} {
		got, ok := RetryAfter(http.Header{"Retry-After": {text}}, now)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	for _, tc := range []struct {
		header http.Header
		want   string
	}{
		{http.Header{"Seam-Request-Id": {"s"}, "X-Request-Id": {"x"}}, "s"},
		{http.Header{"X-Ping-External-Transaction-Id": {"p"}}, "p"},
		{http.Header{"X-Request-Id": {"two words"}}, ""},
		{http.Header{"X-Request-Id": {strings.Repeat("x", 129)}}, ""},
		{http.Header{}, ""},
	} {
		if got := requestID(tc.header); got != tc.want {
			t.Errorf("%v: %q, want %q", tc.header, got, tc.want)
		}
	}
}
