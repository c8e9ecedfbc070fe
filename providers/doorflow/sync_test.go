package doorflow

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// answers is a transport that gives one answer after the other and repeats the last one.
type answers struct {
	list []func() (*httpapi.Response, error)
	at   []time.Duration
	from time.Time
	reqs []httpapi.Request
}

func (a *answers) Do(_ context.Context, r httpapi.Request) (*httpapi.Response, error) {
	a.at, a.reqs = append(a.at, time.Since(a.from)), append(a.reqs, r)
	return a.list[min(len(a.reqs), len(a.list))-1]()
}

func answer(status int, body string, headers ...string) func() (*httpapi.Response, error) {
	return func() (*httpapi.Response, error) {
		h := http.Header{}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &httpapi.Response{Status: status, Body: []byte(body), Header: h}, nil
	}
}

func fails(class reconcile.Class) func() (*httpapi.Response, error) {
	return func() (*httpapi.Response, error) {
		return nil, &reconcile.Failure{Class: class, Reason: "sync: no answer"}
	}
}

func withTransport(t *testing.T, wait string, list ...func() (*httpapi.Response, error)) (*Client, *answers) {
	t.Helper()
	c, err := configure(&Settings{SyncWait: wait}, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	a := &answers{list: list, from: time.Now()}
	c.http = a
	return c, a
}

func TestSync(t *testing.T) {
	type list = []func() (*httpapi.Response, error)
	limited := answer(429, `{"error":"rate_limited","description":"Sync rate limit exceeded.","retry_in":45}`)
	ok := answer(200, `{"result":"ok"}`)
	for name, c := range map[string]struct {
		wait    string
		answers list
		// at lists when it was asked, in seconds.
		at    []int
		class reconcile.Class
		hint  string
	}{
		"at once":                       {"2m", list{ok}, []int{0}, 0, ""},
		"an empty answer":               {"2m", list{answer(204, ``)}, []int{0}, 0, ""},
		"after the time it asks for":    {"2m", list{limited, ok}, []int{0, 45}, 0, ""},
		"twice":                         {"2m", list{limited, limited, ok}, []int{0, 45, 90}, 0, ""},
		"asked for too long":            {"2m", list{limited, limited, limited}, []int{0, 45, 90}, reconcile.Refused, "45s"},
		"asked for longer than allowed": {"30s", list{limited}, []int{0}, reconcile.Refused, "sync_wait allows 30s"},
		"never waits":                   {"0s", list{limited}, []int{0}, reconcile.Refused, "sync_wait allows 0s"},
		"the header goes first":         {"2m", list{answer(429, `{"retry_in":45}`, "Retry-After", "7"), ok}, []int{0, 7}, 0, ""},
		"seconds as a text":             {"2m", list{answer(429, `{"retry_in":"9"}`), ok}, []int{0, 9}, 0, ""},
		"part of a second":              {"2m", list{answer(429, `{"retry_in":1.2}`), ok}, []int{0, 2}, 0, ""},
		"a wait of no length":           {"2m", list{answer(429, `{"retry_in":-4}`), answer(429, ``), ok}, []int{0, 1, 3}, 0, ""},
		"an endless wait":               {"2m", list{answer(429, `{"retry_in":1e300}`), ok}, []int{0}, reconcile.Refused, "24h0m0s"},
		"lost and found":                {"2m", list{fails(reconcile.Lost), fails(reconcile.Unreachable), ok}, []int{0, 1, 3}, 0, ""},
		"lost for good": {
			"10s",
			list{fails(reconcile.Lost)},
			[]int{0, 1, 3, 7},
			reconcile.Lost, "next attempt would be in 8s",
		},
		"login refused": {"2m", list{fails(reconcile.Denied)}, []int{0}, reconcile.Denied, ""},
		"no right": {
			"2m", list{answer(403, `{"error":"forbidden"}`)}, []int{0}, reconcile.Denied, "account.sync",
		},
		"a page in between":       {"0s", list{answer(200, `<html>`)}, []int{0}, reconcile.Unreachable, ""},
		"a result that is not ok": {"0s", list{answer(200, `{"result":"queued?"}`)}, []int{0}, reconcile.Unreachable, ""},
		"no such call":            {"2m", list{answer(404, ``)}, []int{0}, reconcile.Gone, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, transport := withTransport(t, c.wait, c.answers...)
				finish, err := client.Finish(t.Context(), nil)
				if !finish.Needed || finish.AnsweredAt.IsZero() != (c.class != 0) || (finish.Effect == reconcile.EffectYes) != (c.class == 0) {
					t.Errorf("%+v", finish)
				}
				if reconcile.ClassOf(err) != c.class {
					t.Errorf("error %v, want class %d", err, c.class)
				}
				if f, ok := errors.AsType[*reconcile.Failure](err); ok && !strings.Contains(f.Hint, c.hint) {
					t.Errorf("hint %q, want %q", f.Hint, c.hint)
				}
				if len(transport.at) != len(c.at) {
					t.Fatalf("asked at %v, want %v", transport.at, c.at)
				}
				for i, at := range c.at {
					if transport.at[i] != time.Duration(at)*time.Second {
						t.Errorf("asked at %v, want %v", transport.at, c.at)
					}
				}
				if r := transport.reqs[0]; r.Op != httpapi.Write || r.Method != http.MethodPost || !r.Raw429 || r.JSON != nil {
					t.Errorf("%s %s, class %v", r.Method, r.Path, r.Op)
				}
			})
		})
	}
}

func TestSyncCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := withTransport(t, "2m", answer(429, `{"retry_in":45}`))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		finish, err := client.Finish(ctx, nil)
		if !errors.Is(err, context.DeadlineExceeded) || !finish.AnsweredAt.IsZero() || time.Since(start) != 10*time.Second {
			t.Errorf("%+v %v after %v", finish, err, time.Since(start))
		}
	})
}

// TestAwaitRevoked: a deletion that was only accepted is pending until the credential is gone or
// revoked.
func TestAwaitRevoked(t *testing.T) {
	const there = `{"id":"m1","person_id":1,"credential_type_id":33,"status":"revoking"}`
	const done = `{"id":"m1","person_id":1,"credential_type_id":33,"status":"revoked"}`
	ok := answer(200, `{"result":"ok"}`)
	accepted := func(c *Client) []reconcile.Accepted {
		gone := credential{ID: "m1", Person: "1", Type: "33"}
		c.revoking.Store("m1", struct{}{})
		return []reconcile.Accepted{{Change: reconcile.Change{Line: 3, Action: reconcile.Delete, Have: gone.record()}, ID: "m1"}}
	}
	for name, c := range map[string]struct {
		answers []func() (*httpapi.Response, error)
		asked   int
		pending bool
	}{
		"gone":         {[]func() (*httpapi.Response, error){ok, answer(404, ``)}, 3, false},
		"revoked":      {[]func() (*httpapi.Response, error){ok, answer(200, there), answer(200, done)}, 4, false},
		"takes longer": {[]func() (*httpapi.Response, error){ok, answer(200, there)}, 6, true},
		"not told":     {[]func() (*httpapi.Response, error){ok, fails(reconcile.Unreachable)}, 6, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, transport := withTransport(t, "10s", c.answers...)
				finish, err := client.Finish(t.Context(), accepted(client))
				if err != nil || finish.Effect != reconcile.EffectYes || len(transport.reqs) != c.asked {
					t.Fatalf("%+v %v after %d calls", finish, err, len(transport.reqs))
				}
				if state, pending := finish.Effects[3]; pending != c.pending || pending && state.Effect != reconcile.EffectPending {
					t.Errorf("%+v", finish.Effects)
				}
			})
		})
	}
}
