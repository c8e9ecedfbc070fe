package sandbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"keyroster/providers/sandbox"
)

func TestParseFaults(t *testing.T) {
	const all = "500=0.02,429=0.05,500-after=0.02,reset-after=0.01,reset=0.01,slow=0.01,truncate=0.01,html=0.01," +
		"drop-row=0.1,repeat-row=0.1,expire-token=200,stale-read=3s"
	for list, want := range map[string]string{
		"":                        "",
		all:                       all,
		" html=1 , ":              "html=1",
		"slow=0":                  "",
		"drop-row=1,500=1":        "500=1,drop-row=1",
		"500=0.5,reset=0.5":       "500=0.5,reset=0.5",
		"expire-token=1":          "expire-token=1",
		"drop-row=1,repeat-row=":  "error: repeat-row= is not a probability",
		"500":                     `error: "500" has no value`,
		"501=0.1":                 `error: unknown fault "501": the faults are 500, 429,`,
		"=0.1":                    `error: unknown fault ""`,
		"500=1.1":                 "error: 500=1.1 is not a probability",
		"500=-1":                  "error: 500=-1 is not a probability",
		"500=NaN":                 "error: 500=NaN is not a probability",
		"500=0.1,500=0.2":         `error: "500" is given twice`,
		"500=0.6,reset=0.6":       "error: the probabilities add up to more than 1",
		"drop-row=1,repeat-row=1": "error: drop-row and repeat-row add up to more than 1",
		"stale-read=400ms":        "stale-read=400ms",
		"stale-read=3":            "error: stale-read=3 is not a time like 3s",
		"stale-read=-1s":          "error: stale-read=-1s is not a time",
		"expire-token=0":          "error: expire-token=0 is not a count",
		"expire-token=0.5":        "error: expire-token=0.5 is not a count",
	} {
		f, err := sandbox.ParseFaults(list)
		words, fails := strings.CutPrefix(want, "error: ")
		switch {
		case fails && (err == nil || !strings.Contains(err.Error(), words)):
			t.Errorf("ParseFaults(%q): error %v, want %q", list, err, words)
		case !fails && (err != nil || f.String() != want):
			t.Errorf("ParseFaults(%q) = %q, %v, want %q", list, f, err, want)
		}
	}
}

// TestFaultMatrix: each fault alone and always: what the client sees, what happens to the state,
// what the log says.
func TestFaultMatrix(t *testing.T) {
	reset := func(err error) bool {
		cut, ok := errors.AsType[*net.OpError](err)
		return ok && cut.Op == "read" || errors.Is(err, io.EOF)
	}
	for _, c := range []struct {
		fault   string
		status  int // 0: no answer
		number  int
		applied bool
		failed  func(error) bool
	}{
		{"500", 500, 0, false, nil},
		{"500-after", 500, 1, true, nil},
		{"429", 429, 0, false, nil},
		{"reset", 0, 0, false, reset},
		{"reset-after", 0, 1, true, reset},
		{"truncate", 201, 1, true, func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
	} {
		t.Run(c.fault, func(t *testing.T) {
			api := &toy{}
			url, client := start(t, api, sandbox.Config{Faults: faults(t, c.fault+"=1"), Seed: 1})
			status, _, _, err := ask(client, http.MethodPost, url+"/add", "")
			if c.failed == nil && err != nil || c.failed != nil && !c.failed(err) {
				t.Errorf("error %v", err)
			}
			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			if state := api.State(); !cmp.Equal(state, map[string]int{"number": c.number}) {
				t.Errorf("state %v, want %d", state, c.number)
			}
			entries := logOf(t, client, url)
			if len(entries) != 1 {
				t.Fatalf("log %v, want one entry", entries)
			}
			want := sandbox.Entry{
				Seq: 1, At: entries[0].At, Method: "POST", Path: "/add",
				Status: c.status, Applied: c.applied, Fault: c.fault,
			}
			if diff := cmp.Diff(want, entries[0]); diff != "" || want.At.IsZero() {
				t.Error(diff)
			}
		})
	}
}

// TestFaultVariants: a page comes as 200 and as 502, a 429 with and without Retry-After, a cut body
// with a length and in chunks; the draw decides which.
func TestFaultVariants(t *testing.T) {
	for fault, variant := range map[string]func(status int, header http.Header, body string) string{
		"html=1": func(status int, header http.Header, body string) string {
			return fmt.Sprint(status, header.Get("Content-Type"), strings.HasPrefix(body, "<!DOCTYPE html>"))
		},
		"429=1": func(status int, header http.Header, body string) string {
			return fmt.Sprint(status, "retry=", header.Get("Retry-After"), len(body))
		},
		"truncate=1": func(status int, header http.Header, body string) string {
			return fmt.Sprint(status, "length=", header.Get("Content-Length") != "", bytes.HasPrefix([]byte(body), []byte(`{"number":`)))
		},
	} {
		want := map[string]map[string]bool{
			"html=1":     {"200text/html; charset=utf-8true": true, "502text/html; charset=utf-8true": true},
			"429=1":      {"429retry=10": true, "429retry=0": true},
			"truncate=1": {"201length=true true": true, "201length=false true": true},
		}[fault]
		url, client := start(t, &toy{}, sandbox.Config{Faults: faults(t, fault), Seed: 3})
		got := map[string]bool{}
		for i := range 16 {
			status, header, body, _ := ask(client, http.MethodPost, fmt.Sprint(url, "/add/", i), "")
			got[variant(status, header, body)] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", fault, diff)
		}
	}
}

// TestStaleRead: it is up to the API to keep how late reads are.
func TestStaleRead(t *testing.T) {
	api := &toy{}
	sandbox.New(api, sandbox.Config{Faults: faults(t, "stale-read=3s")})
	if api.lag != 3*time.Second {
		t.Errorf("a lag of %s", api.lag)
	}
}

func TestRowFaults(t *testing.T) {
	for fault, rows := range map[string]int{"drop-row": 3, "repeat-row": 5} {
		url, client := start(t, &toy{}, sandbox.Config{Faults: faults(t, fault+"=1"), Seed: 4})
		seen := map[string]bool{}
		for i := range 24 {
			_, _, body, err := ask(client, http.MethodGet, fmt.Sprint(url, "/rows?page=", i), "")
			if err != nil || strings.Count(body, ",")+1 != rows {
				t.Errorf("%s: page %s, %v, want %d rows", fault, body, err, rows)
			}
			seen[body] = true
		}
		if len(seen) != 4 {
			t.Errorf("%s: pages %v, want each of the four rows to be met", fault, seen)
		}
		ask(client, http.MethodGet, url+"/none", "")
		ask(client, http.MethodGet, url+"/other", "")
		for i, e := range logOf(t, client, url) {
			want := fault
			if i >= 24 {
				want = "" // nothing was damaged
			}
			if e.Fault != want {
				t.Errorf("%s %s: fault %q, want %q", e.Method, e.Path, e.Fault, want)
			}
		}
	}
}

const storm = "500=0.1,500-after=0.1,429=0.05,reset=0.05,reset-after=0.05,truncate=0.1,html=0.05,drop-row=0.2,repeat-row=0.2"

// weather sends every request of a set three times, with so many workers, and counts how often
// which request met which fault.
func weather(t *testing.T, api sandbox.API, seed uint64, workers int, body func(i int) string, path func(i int) string) map[sandbox.Entry]int {
	t.Helper()
	url, client := start(t, api, sandbox.Config{Faults: faults(t, storm), Seed: seed})
	group := errgroup.Group{}
	group.SetLimit(workers)
	for i := range 100 {
		group.Go(func() error {
			for range 3 {
				ask(client, http.MethodPost, url+path(i), body(i)) // any outcome will do
			}
			return nil
		})
	}
	group.Wait()
	met := map[sandbox.Entry]int{}
	for _, e := range logOf(t, client, url) {
		e.Seq, e.At = 0, time.Time{}
		met[e]++
	}
	return met
}

func TestFaultsDoNotDependOnOrder(t *testing.T) {
	none := func(int) string { return "" }
	path := func(i int) string { return fmt.Sprintf("/add/%d?page=%d", i%50, i) }
	one := weather(t, &toy{}, 7, 1, none, path)
	for _, workers := range []int{4, 32} {
		if diff := cmp.Diff(one, weather(t, &toy{}, 7, workers, none, path)); diff != "" {
			t.Errorf("%d workers: %s", workers, diff)
		}
	}
	if maps.Equal(one, weather(t, &toy{}, 8, 1, none, path)) {
		t.Error("another seed draws the same faults")
	}
	kinds := map[string]bool{}
	for entry := range one {
		kinds[entry.Fault] = true
	}
	if len(kinds) != 8 { // all faults of the storm except the row faults, and no fault
		t.Errorf("faults %v", kinds)
	}
}

// TestFaultKey: an API that tells its requests apart by their bodies has the same faults per body
// at any concurrency, as what took effect shows.
func TestFaultKey(t *testing.T) {
	body := func(i int) string { return fmt.Sprint("record ", i) }
	path := func(int) string { return "/add" }
	one, many := weather(t, &keyed{}, 9, 1, body, path), weather(t, &keyed{}, 9, 32, body, path)
	if diff := cmp.Diff(one, many); diff != "" {
		t.Error(diff)
	}
	if len(one) < 4 {
		t.Errorf("faults %v, want several kinds on one path", one)
	}
}

func TestExpireToken(t *testing.T) {
	api := &toy{}
	url, client := start(t, api, sandbox.Config{Faults: faults(t, "expire-token=3")})
	for range 7 {
		ask(client, http.MethodGet, url+"/", "")
		ask(client, http.MethodGet, url+"/token", "") // not counted
	}
	if api.expired != 2 {
		t.Errorf("tokens expired %d times, want 2", api.expired)
	}
	met := 0
	for _, e := range logOf(t, client, url) {
		if e.Fault == "expire-token" {
			met++
		}
	}
	if met != 2 {
		t.Errorf("log has %d expire-token, want 2", met)
	}
}

func TestExemptPathsHaveNoFaults(t *testing.T) {
	url, client := start(t, &toy{}, sandbox.Config{Faults: faults(t, "reset=1"), Rate: 0.001})
	for range 20 {
		if status, _, _, err := ask(client, http.MethodGet, url+"/token", ""); status != 200 || err != nil {
			t.Fatalf("status %d, %v", status, err)
		}
	}
}
