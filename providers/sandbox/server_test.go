package sandbox_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/providers/sandbox"
)

// serve calls the handler without a network.
func serve(h http.Handler, method, target, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:4000"
	h.ServeHTTP(w, r)
	return w
}

func TestLatency(t *testing.T) {
	for _, c := range []struct {
		latency time.Duration
		faults  string
		want    time.Duration
	}{
		{0, "", 0},
		{50 * time.Millisecond, "", 50 * time.Millisecond},
		{50 * time.Millisecond, "500=1", 50 * time.Millisecond},
		{50 * time.Millisecond, "slow=1", 500 * time.Millisecond},
		{0, "slow=1", time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := sandbox.New(&toy{}, sandbox.Config{Latency: c.latency, Faults: faults(t, c.faults)})
			began := time.Now()
			serve(s, http.MethodGet, "/", "")
			if took := time.Since(began); took != c.want {
				t.Errorf("latency %v, faults %q: took %v, want %v", c.latency, c.faults, took, c.want)
			}
			began = time.Now()
			serve(s, http.MethodGet, "/_sandbox/state", "")
			if took := time.Since(began); took != 0 {
				t.Errorf("control path took %v", took)
			}
		})
	}
}

func TestRateLimit(t *testing.T) {
	for _, c := range []struct {
		rate  float64
		burst int
		wait  string
	}{{20, 10, "1"}, {0.1, 10, "10"}, {200, 20, "1"}} {
		synctest.Test(t, func(t *testing.T) {
			s := sandbox.New(&toy{}, sandbox.Config{Rate: c.rate})
			for range c.burst {
				if w := serve(s, http.MethodGet, "/", ""); w.Code != http.StatusOK {
					t.Fatalf("rate %v: status %d within the burst", c.rate, w.Code)
				}
			}
			w := serve(s, http.MethodPost, "/add", "")
			if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != c.wait || w.Body.Len() > 0 {
				t.Errorf("rate %v: %d, Retry-After %q, body %q", c.rate, w.Code, w.Header().Get("Retry-After"), w.Body)
			}
			time.Sleep(time.Duration(float64(time.Second)/c.rate) + time.Microsecond)
			if w := serve(s, http.MethodGet, "/", ""); w.Code != http.StatusOK {
				t.Errorf("rate %v: status %d after one token's time", c.rate, w.Code)
			}
			if w := serve(s, http.MethodGet, "/", ""); w.Code != http.StatusTooManyRequests {
				t.Errorf("rate %v: status %d right after that", c.rate, w.Code)
			}
			serve(s, http.MethodPost, "/_sandbox/reset", "")
			if w := serve(s, http.MethodGet, "/", ""); w.Code != http.StatusOK {
				t.Errorf("rate %v: status %d after a reset", c.rate, w.Code)
			}
		})
	}
}

func TestControl(t *testing.T) {
	api := &toy{}
	s := sandbox.New(api, sandbox.Config{Provider: "toy", Faults: faults(t, "500-after=1")})
	serve(s, http.MethodPost, "/add?x=1", "")
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "state", "", 200, `{"number":1}`},
		{"POST", "edit", `{"collection":"numbers","id":1,"set":{"a":1}}`, 200, `"ok"`},
		{"POST", "edit", `{"collection":"numbers","id":"x","delete":true}`, 200, `"ok"`},
		{"POST", "edit", `{"collection":"numbers","insert":{"id":3}}`, 200, `"ok"`},
		{"POST", "edit", `{"collection":"letters","insert":{}}`, 400, "there is only numbers"},
		{"POST", "edit", `{"insert":{}}`, 400, "collection is missing"},
		{"POST", "edit", `{"collection":"numbers","id":1}`, 400, "exactly one of"},
		{"POST", "edit", `{"collection":"numbers","id":1,"set":{},"delete":true}`, 400, "exactly one of"},
		{"POST", "edit", `{"collection":"numbers","set":{}}`, 400, "id is missing"},
		{"POST", "edit", `{"collection":"numbers","id":1,"insert":{}}`, 400, "has its id inside"},
		{"POST", "edit", `{"collection":"numbers","id":1,"remove":true}`, 400, "unknown field"},
		{"POST", "edit", ``, 400, "read edit"},
		{"GET", "edit", ``, 404, "GET state"},
		{"GET", "nothing", ``, 404, "GET state"},
		{"POST", "reset", ``, 200, `"ok"`},
		{"GET", "state", ``, 200, `{"number":0}`},
		{"GET", "log", ``, 200, `[]`},
	} {
		w := serve(s, c.method, "/_sandbox/"+c.path, c.body)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", c.method, c.path, c.body, w.Code, w.Body, c.status, c.want)
		}
	}
	if len(api.edits) != 3 || !api.edits[1].Delete || string(api.edits[1].ID) != `"x"` {
		t.Errorf("edits %v", api.edits)
	}
	r := httptest.NewRequest(http.MethodGet, "/_sandbox/state", nil) // from 192.0.2.1
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("a control path answered %d to another machine", w.Code)
	}
}

func TestWelcome(t *testing.T) {
	got := sandbox.New(&toy{}, sandbox.Config{Provider: "toy"}).Welcome("http://127.0.0.1:1")
	want := map[string]any{
		"provider": "toy", "url": "http://127.0.0.1:1",
		"auth": map[string]string{"key": "k"}, "auth_url": "http://127.0.0.1:1/as",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestLogIsWrittenBeforeTheAnswer: a client that has its answer finds it in the log, and the log
// has no control paths.
func TestLogIsWrittenBeforeTheAnswer(t *testing.T) {
	url, client := start(t, &toy{}, sandbox.Config{})
	for i := range 50 {
		ask(client, http.MethodPost, url+"/add?n=1", "")
		entries := logOf(t, client, url)
		if len(entries) != i+1 {
			t.Fatalf("%d entries after %d requests", len(entries), i+1)
		}
		if e := entries[i]; e.Seq != i+1 || e.Status != 201 || !e.Applied || e.Query != "n=1" || e.Fault != "" {
			t.Fatalf("entry %+v", e)
		}
	}
}

type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) WriteHeader(int)             {}
func (n *nowhere) Write(b []byte) (int, error) { return len(b), nil }

func TestListen(t *testing.T) {
	for address, want := range map[string]string{
		"":                  "",
		"127.0.0.1:0":       "",
		"127.8.9.10:0":      "",
		"localhost:0":       "",
		":8080":             "loopback only",
		"0.0.0.0:0":         "loopback only",
		"[::]:0":            "loopback only",
		"192.0.2.1:0":       "loopback only",
		"example.com:80":    "loopback only",
		"127.0.0.1":         "give host:port",
		"127.0.0.1:nothing": "listen on",
	} {
		listener, err := sandbox.Listen(address)
		if err == nil {
			if !listener.Addr().(*net.TCPAddr).IP.IsLoopback() {
				t.Errorf("Listen(%q) listens on %v", address, listener.Addr())
			}
			listener.Close()
		}
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("Listen(%q): %v, want %q", address, err, want)
		}
	}
}

// TestStop: stopping ends requests that wait and connections that were never used.
func TestStop(t *testing.T) {
	listener, err := sandbox.Listen("")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	server := sandbox.New(&toy{}, sandbox.Config{Latency: time.Hour})
	served := make(chan error)
	go func() { served <- server.Serve(ctx, listener) }()

	unused, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer unused.Close()
	waiting, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer waiting.Close()
	waiting.Write([]byte("GET /_sandbox/log HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"))
	answer := make([]byte, 15)
	if _, err := waiting.Read(answer); err != nil || string(answer) != "HTTP/1.1 200 OK" {
		t.Fatalf("%q, %v", answer, err)
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("the port is still open")
	}
}

// TestClientThatLeaves: a request takes effect even if its client has left.
func TestClientThatLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &toy{}
		s := sandbox.New(api, sandbox.Config{Latency: time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/add", nil)
		s.ServeHTTP(httptest.NewRecorder(), r)
		if api.number != 1 {
			t.Error("the write was lost")
		}
	})
}

func BenchmarkFrame(b *testing.B) {
	for name, config := range map[string]sandbox.Config{
		"plain": {}, "rate": {Rate: 1e9}, "faults": {Faults: must(sandbox.ParseFaults("500=0.01,drop-row=0.01"))},
	} {
		b.Run(name, func(b *testing.B) {
			s := sandbox.New(&toy{}, config)
			w := &nowhere{header: http.Header{}}
			r := httptest.NewRequest(http.MethodGet, "/some/path?page=1", nil)
			b.ReportAllocs()
			for b.Loop() {
				s.ServeHTTP(w, r)
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
