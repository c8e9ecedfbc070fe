package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/reconcile"
)

var errRefusedDial = &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443}, Err: syscall.ECONNREFUSED}

// cut is a body that ends too early.
type cut struct{ io.Reader }

func (c cut) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
func (cut) Close() error { return nil }

// faults are the ways in which a host can fail a request.
var faults = map[string]func() (*http.Response, error){
	"429":     func() (*http.Response, error) { return fault(429, "", ""), nil },
	"408":     func() (*http.Response, error) { return fault(408, "", ""), nil },
	"500":     func() (*http.Response, error) { return fault(500, "", ""), nil },
	"501":     func() (*http.Response, error) { return fault(501, "", ""), nil },
	"503":     func() (*http.Response, error) { return fault(503, "text/html", "<p>busy"), nil },
	"302":     func() (*http.Response, error) { return fault(302, "", ""), nil },
	"refused": func() (*http.Response, error) { return nil, errRefusedDial },
	"reset":   func() (*http.Response, error) { return nil, syscall.ECONNRESET },
	"closed":  func() (*http.Response, error) { return nil, io.EOF },
	"html":    func() (*http.Response, error) { return fault(200, "text/html; charset=utf-8", "<html>"), nil },
	"broken":  func() (*http.Response, error) { return fault(200, "application/json", `[{"id":`), nil },
	"cut": func() (*http.Response, error) {
		r := fault(200, "application/json", "")
		r.Body = cut{strings.NewReader(`[{"id":`)}
		return r, nil
	},
	"422": func() (*http.Response, error) { return fault(422, "application/json", `{}`), nil },
	"403": func() (*http.Response, error) { return fault(403, "text/html", `no`), nil },
}

func fault(status int, kind, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}
}

// TestRepeatsByClass is the retry policy: how often a request is sent when the host always fails it
// in one way, and the outcome.
func TestRepeatsByClass(t *testing.T) {
	type want struct {
		sent   int
		class  reconcile.Class
		status int // of a Response instead of a failure
	}
	for name, row := range map[string]struct{ read, write want }{
		"429":     {want{10, reconcile.Unreachable, 0}, want{10, reconcile.Refused, 0}},
		"408":     {want{5, reconcile.Unreachable, 0}, want{1, reconcile.Lost, 0}},
		"500":     {want{5, reconcile.Unreachable, 0}, want{1, reconcile.Lost, 0}},
		"501":     {want{1, reconcile.Unreachable, 0}, want{1, reconcile.Lost, 0}},
		"503":     {want{5, reconcile.Unreachable, 0}, want{1, reconcile.Lost, 0}},
		"302":     {want{1, reconcile.Unreachable, 0}, want{1, reconcile.Lost, 0}},
		"refused": {want{3, reconcile.Unreachable, 0}, want{3, reconcile.Unreachable, 0}},
		"reset":   {want{5, reconcile.Unreachable, 0}, want{1, reconcile.Lost, 0}},
		"closed":  {want{5, reconcile.Unreachable, 0}, want{1, reconcile.Lost, 0}},
		"cut":     {want{5, reconcile.Unreachable, 0}, want{1, reconcile.Lost, 0}},
		"html":    {want{3, reconcile.Unreachable, 0}, want{1, reconcile.Lost, 0}},
		"broken":  {want{5, reconcile.Unreachable, 0}, want{1, 0, 200}},
		"422":     {want{1, 0, 422}, want{1, 0, 422}},
		"403":     {want{1, 0, 403}, want{1, 0, 403}},
	} {
		for op, w := range map[Op]want{Read: row.read, Write: row.write, Login: row.read} {
			t.Run(name+"/"+op.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					sent := 0
					c := newTestClient(t, Config{RoundTripper: trip(func(*http.Request) (*http.Response, error) {
						sent++
						return faults[name]()
					})}, nil)
					resp, err := c.Do(t.Context(), Request{Name: "try", Op: op, Method: "POST", Path: "/x", JSON: map[string]string{"a": "b"}})
					got := want{sent: sent, class: reconcile.ClassOf(err)}
					if resp != nil {
						got.status = resp.Status
					}
					if got != w {
						t.Errorf("got %+v, want %+v (error: %v)", got, w, err)
					}
					if f, ok := errors.AsType[*reconcile.Failure](err); ok && f.Attempts != sent {
						t.Errorf("failure names %d attempts, %d were sent", f.Attempts, sent)
					}
				})
			})
		}
	}
}

func TestRecoversAfterFaults(t *testing.T) {
	for _, name := range []string{"429", "408", "500", "503", "refused", "reset", "closed", "cut", "html", "broken"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				c := newTestClient(t, Config{RoundTripper: trip(func(r *http.Request) (*http.Response, error) {
					body, _ := io.ReadAll(r.Body)
					if string(body) != `{"a":"<b>"}` {
						t.Errorf("attempt %d sent %q", sent, body)
					}
					if sent++; sent <= 2 {
						return faults[name]()
					}
					return fault(200, "application/json", `{"id":"7"}`), nil
				})}, nil)
				resp, err := c.Do(t.Context(), Request{Name: "read", Method: "POST", Path: "/x", JSON: map[string]string{"a": "<b>"}})
				if err != nil || string(resp.Body) != `{"id":"7"}` || resp.Attempts != 3 {
					t.Errorf("got %+v, %v", resp, err)
				}
			})
		})
	}
}

func TestRetryAfterIsHonouredInFull(t *testing.T) {
	for name, header := range map[string]func(now time.Time) http.Header{
		"seconds": func(time.Time) http.Header { return http.Header{"Retry-After": {"37"}} },
		"date": func(now time.Time) http.Header {
			return http.Header{"Retry-After": {now.Add(37 * time.Second).UTC().Format(http.TimeFormat)}}
		},
		"date of a host whose clock is off": func(now time.Time) http.Header {
			now = now.Add(-time.Hour)
			return http.Header{"Date": {now.UTC().Format(http.TimeFormat)}, "Retry-After": {now.Add(37 * time.Second).UTC().Format(http.TimeFormat)}}
		},
	} {
		for _, status := range []int{429, 503} {
			t.Run(fmt.Sprint(name, " ", status), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					start := time.Now()
					var mu sync.Mutex
					var at []time.Duration
					c := newTestClient(t, Config{Concurrency: 4, RoundTripper: trip(func(*http.Request) (*http.Response, error) {
						mu.Lock()
						defer mu.Unlock()
						at = append(at, time.Since(start))
						r := fault(status, "", "")
						if len(at) > 1 {
							r = fault(200, "", "")
						}
						r.Header = header(time.Now())
						return r, nil
					})}, nil)
					for range 2 { // the second call shares the pause of a 503
						go func() { _, _ = c.Do(t.Context(), Request{Name: "read", Method: "GET", Path: "/x"}) }()
						synctest.Wait()
					}
					time.Sleep(time.Hour)
					mu.Lock()
					defer mu.Unlock()
					// A 503 pauses everybody, a single 429 only its own call; the retry itself may
					// come later because of its own back-off.
					paused := 1
					if status == 429 {
						paused = 2
					}
					if len(at) != 3 || at[0] != 0 || at[paused] < 37*time.Second || at[2] < 37*time.Second {
						t.Errorf("sent at %v, want no paused call before 37s", at)
					}
				})
			})
		}
	}
}

func TestTooLongPauseIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, sent := time.Now(), 0
		c := newTestClient(t, Config{RoundTripper: trip(func(*http.Request) (*http.Response, error) {
			sent++
			r := fault(429, "", "")
			r.Header.Set("Retry-After", "86400")
			return r, nil
		})}, nil)
		for range 2 {
			_, err := c.Do(t.Context(), Request{Name: "update", Op: Write, Method: "PUT", Path: "/x"})
			if class := reconcile.ClassOf(err); class != reconcile.Refused && class != reconcile.Unreachable {
				t.Errorf("got %v", err)
			}
		}
		if sent != 1 || time.Since(start) != 0 {
			t.Errorf("%d sent in %v, want one at once", sent, time.Since(start))
		}
	})
}

func TestRaw429GoesToTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := newTestClient(t, Config{RoundTripper: trip(func(*http.Request) (*http.Response, error) {
			return fault(429, "application/json", `{"retry_in":45}`), nil
		})}, nil)
		for range 2 {
			resp, err := c.Do(t.Context(), Request{Name: "sync", Op: Write, Method: "POST", Path: "/sync", Raw429: true})
			if err != nil || resp.Status != 429 || string(resp.Body) != `{"retry_in":45}` {
				t.Errorf("got %+v, %v", resp, err)
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("a raw 429 held the client for %v", took)
		}
	})
}

// renewable is an authorizer whose token is a number.
type renewable struct {
	token   atomic.Int64
	renewed int
	last    int64
}

func (a *renewable) Authorize(_ context.Context, r *http.Request) error {
	r.Header.Set("Authorization", fmt.Sprint("Bearer ", a.token.Load()))
	return nil
}

func (a *renewable) Renew(_ context.Context, refused *http.Request) (bool, error) {
	a.renewed++
	return a.token.Add(1) <= a.last, nil
}

func TestRenewsOnceAfter401(t *testing.T) {
	for name, tc := range map[string]struct {
		good, last int64
		class      reconcile.Class
		sent       int
	}{
		"renewed":          {good: 1, last: 9, sent: 2},
		"renewed, in vain": {good: 2, last: 9, class: reconcile.Denied, sent: 2},
		"cannot renew":     {good: 2, last: 0, class: reconcile.Denied, sent: 1},
	} {
		for _, op := range []Op{Read, Write} {
			t.Run(name+"/"+op.String(), func(t *testing.T) {
				auth, sent := &renewable{last: tc.last}, 0
				c := newTestClient(t, Config{RoundTripper: trip(func(r *http.Request) (*http.Response, error) {
					sent++
					if r.Header.Get("Authorization") != fmt.Sprint("Bearer ", tc.good) {
						return fault(401, "application/json", `{"error":"unauthorized"}`), nil
					}
					return fault(201, "application/json", `{}`), nil
				})}, auth)
				_, err := c.Do(t.Context(), Request{Name: "update", Op: op, Method: "PUT", Path: "/x"})
				if reconcile.ClassOf(err) != tc.class || sent != tc.sent || auth.renewed != 1 {
					t.Errorf("got %v, %d sent, %d renewed", err, sent, auth.renewed)
				}
			})
		}
	}
}

func TestCancelledContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := trip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		c := newTestClient(t, Config{Concurrency: 1, RoundTripper: hang}, nil)
		do := func(op Op) (err error) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_, err = c.Do(ctx, Request{Name: "call", Op: op, Method: "PUT", Path: "/x"})
			return err
		}
		if err := do(Read); !errors.Is(err, context.DeadlineExceeded) || reconcile.ClassOf(err) != 0 {
			t.Errorf("read in flight: %v", err)
		}
		if err := do(Write); !errors.Is(err, context.DeadlineExceeded) || reconcile.ClassOf(err) != reconcile.Lost {
			t.Errorf("write in flight: %v, want lost", err)
		}
		// A write that is waiting for its slot was not sent.
		go func() { _, _ = c.Do(t.Context(), Request{Name: "first", Op: Write, Method: "PUT", Path: "/x"}) }()
		synctest.Wait()
		if err := do(Write); !errors.Is(err, context.DeadlineExceeded) || reconcile.ClassOf(err) != 0 {
			t.Errorf("write not yet sent: %v", err)
		}
		start := time.Now()
		time.Sleep(2 * time.Minute) // the attempt's own limit ends the first
		synctest.Wait()
		if err := do(Read); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
	})
}

func TestSilentHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := newTestClient(t, Config{RoundTripper: trip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}, nil)
		_, err := c.Do(t.Context(), Request{Name: "update", Op: Write, Method: "PUT", Path: "/x"})
		if reconcile.ClassOf(err) != reconcile.Lost || time.Since(start) != time.Minute || !strings.Contains(err.Error(), "no answer within 1m0s") {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}
