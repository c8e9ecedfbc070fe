package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
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

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

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

// faults are the ways in which a host fails a request.
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

// TestRepeatsByClass is the retry policy: how often a request is sent when the
// host always fails it in one way, and what comes of it.
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
		"html":    {want{3, reconcile.Unreachable, 0}, want{1, 0, 200}},
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
					for range 2 { // the second call shares the pause
						go func() { _, _ = c.Do(t.Context(), Request{Name: "read", Method: "GET", Path: "/x"}) }()
						synctest.Wait()
					}
					time.Sleep(time.Hour)
					// A 503 pauses everybody as a 429 does; the retry itself may
					// come later, for its own back-off.
					if len(at) != 3 || at[0] != 0 || at[1] != 37*time.Second {
						t.Errorf("sent at %v, want 0s and then nothing before 37s", at)
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
		{Path: "/people/../../admin"}, {Path: "/people/%2e%2E"}, {Path: "people"}, {Path: "/people?x=1"}, {Path: "/people#x"},
		{Path: "//evil.example.com/x\\"}, {Path: "/a%zz"},
		{Link: "https://evil.example.com/v1/x"}, {Link: "http://api.example.com/v1/x"}, {Link: "https://api.example.com:444/v1/x"},
		{Link: "https://api.example.com/v2/x"}, {Link: "https://api.example.com/v1evil"}, {Link: "https://u@api.example.com/v1/x"},
		{Link: "/v1/x"}, {Link: "https://api.example.com/v1/../x"},
	} {
		r.Name, r.Method = "read", "GET"
		if _, err := c.Do(t.Context(), r); reconcile.ClassOf(err) != reconcile.Unsafe {
			t.Errorf("%s%s: got %v, want unsafe", r.Path, r.Link, err)
		}
	}
	good := []Request{
		{Path: "/people/a%2Fb"}, {Path: "/people", Query: map[string][]string{"email": {"a@example.com"}}},
		{Link: "https://API.example.com/v1/types?cursor=a%3D&b"}, {Path: "//odd"},
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
		// A write that waits for its slot was not sent.
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

// slow yields its parts with a pause before each.
type slow struct {
	parts []string
	pause time.Duration
	ctx   context.Context
}

func (s *slow) Close() error { return nil }
func (s *slow) Read(p []byte) (int, error) {
	if len(s.parts) == 0 {
		return 0, io.EOF
	}
	if err := sleep(s.ctx, s.pause); err != nil {
		return 0, err
	}
	n := copy(p, s.parts[0])
	s.parts = s.parts[1:]
	return n, nil
}

func TestStreamMayTakeLongButNotBeSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pause := 50 * time.Second
		c := newTestClient(t, Config{Retry: Retry{Attempts: 1}, RoundTripper: trip(func(r *http.Request) (*http.Response, error) {
			resp := fault(200, "application/json", "")
			resp.Body = &slow{parts: []string{"[1,", "2,", "3]"}, pause: pause, ctx: r.Context()}
			return resp, nil
		})}, nil)
		read := Request{Name: "list", Method: "GET", Path: "/x", Stream: func(_ int, _ http.Header, body io.Reader) error {
			_, err := io.ReadAll(body)
			time.Sleep(90 * time.Second) // the reader's own time is not the host's
			return err
		}}
		if _, err := c.Do(t.Context(), read); err != nil {
			t.Error(err)
		}
		pause = 70 * time.Second
		if _, err := c.Do(t.Context(), read); reconcile.ClassOf(err) != reconcile.Unreachable {
			t.Errorf("got %v", err)
		}
	})
}

func TestStreamsAreProvedWhole(t *testing.T) {
	own := errors.New("too many records")
	for name, tc := range map[string]struct {
		body   io.ReadCloser
		reader func(io.Reader) error
		sent   int
		want   error
	}{
		"whole":                          {io.NopCloser(strings.NewReader(`[1] `)), decodeOne, 1, nil},
		"cut behind the closing bracket": {cut{strings.NewReader(`[1]`)}, decodeOne, 5, nil},
		"cut, the reader hides it":       {cut{strings.NewReader(`[1`)}, func(r io.Reader) error { _ = decodeOne(r); return nil }, 5, nil},
		"cut, the reader's own words":    {cut{strings.NewReader(`[1`)}, func(r io.Reader) error { _ = decodeOne(r); return own }, 5, nil},
		"broken":                         {io.NopCloser(strings.NewReader(`[1,}`)), decodeOne, 5, nil},
		"ends early":                     {io.NopCloser(strings.NewReader(`[1,`)), decodeOne, 5, nil},
		"declared broken":                {io.NopCloser(strings.NewReader(`[1]`)), func(io.Reader) error { return fmt.Errorf("page: %w", ErrBroken) }, 5, nil},
		"an endless tail":                {io.NopCloser(strings.NewReader("[1]" + strings.Repeat(" ", drainMax+9999))), decodeOne, 5, nil},
		"the reader's own error":         {io.NopCloser(strings.NewReader(`[1]`)), func(io.Reader) error { return own }, 1, own},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				whole, _ := io.ReadAll(tc.body)
				_, isCut := tc.body.(cut)
				sent := 0
				c := newTestClient(t, Config{RoundTripper: trip(func(*http.Request) (*http.Response, error) {
					sent++
					resp := fault(200, "application/json", "")
					resp.Body = io.NopCloser(bytes.NewReader(whole))
					if isCut {
						resp.Body = cut{bytes.NewReader(whole)}
					}
					return resp, nil
				})}, nil)
				_, err := c.Do(t.Context(), Request{Name: "list", Method: "GET", Path: "/x", Stream: func(_ int, _ http.Header, body io.Reader) error {
					return tc.reader(body)
				}})
				switch {
				case sent != tc.sent:
					t.Errorf("sent %d times, want %d (%v)", sent, tc.sent, err)
				case tc.want != nil && !errors.Is(err, tc.want):
					t.Errorf("got %v", err)
				case tc.sent == 5 && reconcile.ClassOf(err) != reconcile.Unreachable:
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

func decodeOne(r io.Reader) error {
	var v []int
	return json.NewDecoder(r).Decode(&v)
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
		for _, secret := range []string{"004822", "sesame", "secret-query"} {
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
		if diff := cmp.Diff([]EventKind{Slowed, Attempted, Retrying, Attempted}, events); diff != "" {
			t.Error(diff)
		}
	})
}
