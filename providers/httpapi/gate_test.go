package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"keyroster/reconcile"
)

var errShut = errors.New("the lease is over")

// shutAfter returns a gate that lets n writes pass and counts how often it is asked.
func shutAfter(n int64, asked *atomic.Int64) func(context.Context) error {
	return func(context.Context) error {
		if asked.Add(1) > n {
			return errShut
		}
		return nil
	}
}

// TestGateIsAskedBeforeEachAttempt: a host answers with a list of faults, then well; the gate shuts
// after a number of asks.
func TestGateIsAskedBeforeEachAttempt(t *testing.T) {
	for name, c := range map[string]struct {
		op     Op
		faults []string
		open   int64
		// asked is how often the gate was asked, sent how many requests left.
		asked, sent int64
		class       reconcile.Class
	}{
		"open":                               {op: Write, open: 9, asked: 1, sent: 1},
		"shut":                               {op: Write, asked: 1, class: reconcile.Fenced},
		"a read":                             {op: Read, sent: 1},
		"a read that is repeated":            {op: Read, faults: []string{"500", "429"}, sent: 3},
		"a login":                            {op: Login, sent: 1},
		"open, repeated after 429":           {op: Write, faults: []string{"429", "429"}, open: 9, asked: 3, sent: 3},
		"open, repeated after no connection": {op: Write, faults: []string{"refused"}, open: 9, asked: 2, sent: 2},
		"open, repeated after 401":           {op: Write, faults: []string{"401"}, open: 9, asked: 2, sent: 2},
		"open, lost":                         {op: Write, faults: []string{"500"}, open: 9, asked: 1, sent: 1, class: reconcile.Lost},
		"shuts after 429":                    {op: Write, faults: []string{"429"}, open: 1, asked: 2, sent: 1, class: reconcile.Fenced},
		"shuts after no connection":          {op: Write, faults: []string{"refused"}, open: 1, asked: 2, sent: 1, class: reconcile.Fenced},
		"shuts after 401":                    {op: Write, faults: []string{"401"}, open: 1, asked: 2, sent: 1, class: reconcile.Fenced},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked, sent atomic.Int64
				client := newTestClient(t, Config{
					Gate: shutAfter(c.open, &asked),
					RoundTripper: trip(func(*http.Request) (*http.Response, error) {
						n := sent.Add(1)
						switch {
						case n > int64(len(c.faults)):
							return fault(200, "application/json", `{}`), nil
						case c.faults[n-1] == "401":
							return fault(401, "application/json", `{}`), nil
						}
						return faults[c.faults[n-1]]()
					}),
				}, &renewable{last: 9})
				_, err := client.Do(t.Context(), Request{Name: "update credential 7", Op: c.op, Method: "PUT", Path: "/x"})
				if asked.Load() != c.asked || sent.Load() != c.sent || reconcile.ClassOf(err) != c.class {
					t.Errorf("asked %d, sent %d, want %d and %d: class %d: %v", asked.Load(), sent.Load(), c.asked, c.sent, reconcile.ClassOf(err), err)
				}
				if c.class != reconcile.Fenced {
					return
				}
				f, _ := errors.AsType[*reconcile.Failure](err)
				if !errors.Is(err, errShut) || !reconcile.IsFenced(err) || f.Attempts != int(c.sent) ||
					f.Reason != "update credential 7: not sent: the run may not write any more" {
					t.Errorf("got %+v", f)
				}
			})
		})
	}
}

// TestGateIsAskedLast: the gate is asked after slot, pace and login, right before the request
// leaves.
func TestGateIsAskedLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, took := time.Now(), 3*time.Second
		var steps []string // one request at a time
		step := func(what string) { steps = append(steps, fmt.Sprint(what, " ", time.Since(start))) }
		c := newTestClient(t, Config{
			Concurrency: 1, Rate: Rate{Requests: 1, Per: time.Second},
			Gate: func(context.Context) error { step("gate"); return nil },
			RoundTripper: trip(func(*http.Request) (*http.Response, error) {
				step("send")
				time.Sleep(took)
				return fault(200, "application/json", `{}`), nil
			}),
		}, stepping{step})
		two := func() {
			for range 2 {
				go func() {
					_, _ = c.Do(t.Context(), Request{Name: "update", Op: Write, Method: "PUT", Path: "/x"})
				}()
			}
			time.Sleep(10 * time.Second)
			synctest.Wait()
		}
		two() // the second waits for the slot
		took = 0
		two() // and for the pace
		want := []string{
			"login 0s", "gate 0s", "send 0s", "login 3s", "gate 3s", "send 3s",
			"login 10s", "gate 10s", "send 10s", "login 11s", "gate 11s", "send 11s",
		}
		if diff := cmp.Diff(want, steps); diff != "" {
			t.Error(diff)
		}
	})
}

// stepping is an authorizer that records when it is asked.
type stepping struct{ step func(string) }

func (s stepping) Authorize(context.Context, *http.Request) error { s.step("login"); return nil }

func (s stepping) Renew(context.Context, *http.Request) (bool, error) { return false, nil }

// TestGateThatWaitsEndsWithTheWrite: a gate gets the write's context, and its error counts as
// fenced however it ends.
func TestGateThatWaitsEndsWithTheWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c := newTestClient(t, Config{
			Gate: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			RoundTripper: trip(func(*http.Request) (*http.Response, error) {
				sent++
				return fault(200, "", ""), nil
			}),
		}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Do(ctx, Request{Name: "update", Op: Write, Method: "PUT", Path: "/x"})
		if !errors.Is(err, context.DeadlineExceeded) || reconcile.ClassOf(err) != reconcile.Fenced || sent != 0 {
			t.Errorf("%d sent: %v", sent, err)
		}
		// The slot is free again.
		if _, err := c.Do(t.Context(), Request{Name: "read", Method: "GET", Path: "/x"}); err != nil {
			t.Error(err)
		}
	})
}

// TestFencedAttemptIsLogged: a fenced attempt is logged and observed like any other.
func TestFencedAttemptIsLogged(t *testing.T) { synctest.Test(t, fencedAttemptIsLogged) }

func fencedAttemptIsLogged(t *testing.T) {
	var out bytes.Buffer
	var events []Event
	c := newTestClient(t, Config{
		Log: zerolog.New(&out), Account: "hq", Provider: "doorflow", Gate: shutAfter(0, new(atomic.Int64)),
		Observe: func(e Event) { events = append(events, e) },
		RoundTripper: trip(func(*http.Request) (*http.Response, error) {
			t.Error("sent")
			return fault(200, "", ""), nil
		}),
	}, Bearer(reconcile.NewSecret("token-sesame")))
	_, err := c.Do(t.Context(), Request{
		Name: "update credential Kd7", Op: Write, Method: "PUT", Path: "/people/5", CredentialID: "Kd7",
		JSON: map[string]string{"value": "004822"},
	})
	if !errors.Is(err, errShut) || !strings.HasSuffix(err.Error(), ": the lease is over") {
		t.Errorf("got %v", err)
	}
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, &out)
	}
	want := map[string]any{
		"level": "debug", "message": "update credential Kd7", "account": "hq", "provider": "doorflow", "op": "write", "method": "PUT",
		"path": "/people/5", "attempt": 1.0, "wait_ms": 0.0, "duration_ms": 0.0, "credential_id": "Kd7",
		"error": "not sent: the run may not write any more",
	}
	if diff := cmp.Diff(want, line); diff != "" {
		t.Error(diff)
	}
	attempted := func(e Event) bool { return e.Kind == Attempted && e.Op == Write && e.Status == 0 && e.Attempt == 1 }
	if len(events) != 1 || !slices.ContainsFunc(events, attempted) {
		t.Errorf("events %+v", events)
	}
}
