package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"keyroster/reconcile"
)

// serve starts a server on loopback that counts its connections.
func serve(t testing.TB, handler http.HandlerFunc) (url string, connections *atomic.Int64) {
	t.Helper()
	connections = new(atomic.Int64)
	s := httptest.NewUnstartedServer(handler)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL, connections
}

// quick makes repetition fast enough for real time.
var quick = Retry{Base: time.Millisecond, Cap: 2 * time.Millisecond}

func TestOpensExactlyAsManyConnectionsAsRequestsInFlight(t *testing.T) {
	const n = 8
	var inFlight, peak atomic.Int64
	var arrived sync.WaitGroup
	arrived.Add(n)
	var served atomic.Int64
	url, connections := serve(t, func(w http.ResponseWriter, r *http.Request) {
		now := inFlight.Add(1)
		defer inFlight.Add(-1)
		for old := peak.Load(); now > old && !peak.CompareAndSwap(old, now); old = peak.Load() {
		}
		if served.Add(1) <= n { // the first n wait for each other
			arrived.Done()
			arrived.Wait()
		}
		reply(w, []int{200, 201, 404, 422}[served.Load()%4], strings.Repeat(" ", 9000)+"{}")
	})
	c := newTestClient(t, Config{BaseURL: url, Concurrency: n}, Bearer(reconcile.NewSecret("t")))
	var calls sync.WaitGroup
	for range 4 * n {
		calls.Go(func() {
			for range 5 {
				if _, err := c.Do(t.Context(), Request{Name: "update", Op: Write, Method: "PUT", Path: "/x", JSON: 1}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	calls.Wait()
	if connections.Load() != n || peak.Load() != n {
		t.Errorf("%d connections and at most %d in flight, want %d of both", connections.Load(), peak.Load(), n)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var leaked atomic.Int64
	other, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { leaked.Add(1) })
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/same" {
			http.Redirect(w, r, "/elsewhere", http.StatusMovedPermanently)
			return
		}
		if r.URL.Path == "/elsewhere" {
			leaked.Add(1)
		}
		http.Redirect(w, r, other+"/x", http.StatusTemporaryRedirect)
	})
	c := newTestClient(t, Config{BaseURL: url}, Bearer(reconcile.NewSecret("sesame")))
	for _, r := range []Request{
		{Method: "GET", Path: "/other"}, {Method: "GET", Path: "/same"}, {Method: "PUT", Path: "/other", Op: Write},
	} {
		r.Name = "call"
		_, err := c.Do(t.Context(), r)
		if err == nil || !strings.Contains(err.Error(), "redirect") {
			t.Errorf("%s %s: got %v", r.Method, r.Path, err)
		}
	}
	if leaked.Load() != 0 {
		t.Errorf("%d redirects were followed", leaked.Load())
	}
}

// bomb returns a gzip stream of n zero bytes.
func bomb(n int64) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, _ = io.CopyN(z, zeros{}, n)
	_ = z.Close()
	return buf.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestCompressedAnswers(t *testing.T) {
	whole := bomb(3 * mebibyte)
	corrupt := bytes.Clone(whole)
	corrupt[len(corrupt)-6] ^= 1 // the checksum
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Errorf("asked for %q", r.Header.Get("Accept-Encoding"))
		}
		w.Header().Set("Content-Encoding", "gzip")
		switch r.URL.Path {
		case "/whole":
			_, _ = w.Write(whole)
		case "/corrupt":
			_, _ = w.Write(corrupt)
		case "/cut":
			_, _ = w.Write(whole[:len(whole)-9])
		case "/none":
			_, _ = io.WriteString(w, "not compressed at all")
		case "/brotli":
			w.Header().Set("Content-Encoding", "br")
			_, _ = io.WriteString(w, "xx")
		}
	})
	for name, tc := range map[string]struct {
		cap  int64
		path string
		want string
	}{
		"exactly the cap":   {3 * mebibyte, "/whole", ""},
		"one byte too much": {3*mebibyte - 1, "/whole", "larger than 2 MiB"},
		"bomb":              {mebibyte, "/whole", "larger than 1 MiB"},
		"corrupt":           {4 * mebibyte, "/corrupt", "damaged"},
		"cut":               {4 * mebibyte, "/cut", "cut short"},
		"not compressed":    {4 * mebibyte, "/none", "damaged"},
		"other compression": {4 * mebibyte, "/brotli", "not requested"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTestClient(t, Config{BaseURL: url, MaxBody: tc.cap, MaxStream: tc.cap, Retry: quick}, nil)
			resp, err := c.Do(t.Context(), Request{Name: "read", Method: "GET", Path: tc.path})
			n := int64(0)
			_, streamErr := c.Do(t.Context(), Request{Name: "list", Method: "GET", Path: tc.path, Stream: func(_ int, _ http.Header, body io.Reader) (err error) {
				n, err = io.Copy(io.Discard, body)
				return err
			}})
			if tc.want == "" {
				if err != nil || streamErr != nil || len(resp.Body) != 3*mebibyte || n != 3*mebibyte {
					t.Errorf("got %v, %v, %d bytes streamed", err, streamErr, n)
				}
				return
			}
			for _, err := range []error{err, streamErr} {
				if reconcile.ClassOf(err) != reconcile.Unreachable || !strings.Contains(err.Error(), tc.want) {
					t.Errorf("got %v, want …%s…", err, tc.want)
				}
			}
			if n > tc.cap {
				t.Errorf("%d bytes came through a cap of %d", n, tc.cap)
			}
		})
	}
}

// TestResets breaks real connections before and after the server did its work.
func TestResets(t *testing.T) {
	var served atomic.Int64
	broken := func(w http.ResponseWriter, after string) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, after)
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if served.Add(1) == 1 {
			switch r.URL.Path {
			case "/reset":
				broken(w, "")
			case "/reset-in-headers":
				broken(w, "HTTP/1.1 200 OK\r\nContent-Type: appl")
			case "/reset-in-body":
				broken(w, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\":")
			}
			return
		}
		reply(w, 200, `{}`)
	})
	for _, path := range []string{"/reset", "/reset-in-headers", "/reset-in-body"} {
		c := newTestClient(t, Config{BaseURL: url, Retry: quick}, nil)
		served.Store(0)
		_, err := c.Do(t.Context(), Request{Name: "update", Op: Write, Method: "PUT", Path: path, JSON: "secret"})
		if reconcile.ClassOf(err) != reconcile.Lost || served.Load() != 1 {
			t.Errorf("%s: a write got %v after %d requests", path, err, served.Load())
		}
		served.Store(0)
		if _, err := c.Do(t.Context(), Request{Name: "read", Method: "POST", Path: path, JSON: 1}); err != nil || served.Load() != 2 {
			t.Errorf("%s: a read got %v after %d requests", path, err, served.Load())
		}
	}
}

func TestGarbledAnswerIsNotQuoted(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack()
		_, _ = io.WriteString(conn, "004822 is the PIN\r\n\r\n")
		_ = conn.Close()
	})
	c := newTestClient(t, Config{BaseURL: url, Retry: quick}, nil)
	_, err := c.Do(t.Context(), Request{Name: "read", Method: "GET", Path: "/x", Query: map[string][]string{"q": {"hidden"}}})
	if reconcile.ClassOf(err) != reconcile.Unreachable || strings.Contains(err.Error(), "004822") || strings.Contains(err.Error(), "hidden") {
		t.Errorf("got %v", err)
	}
}

func TestNoHost(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	for _, op := range []Op{Read, Write} {
		c := newTestClient(t, Config{BaseURL: "http://" + address, Retry: quick}, nil)
		_, err := c.Do(t.Context(), Request{Name: "call", Op: op, Method: "PUT", Path: "/x"})
		if reconcile.ClassOf(err) != reconcile.Unreachable || !strings.Contains(err.Error(), "cannot connect to "+address+": connection refused") {
			t.Errorf("got %v", err)
		}
	}
}

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { reply(w, 200, "{}") }))
	// The server's log would report the failed handshakes.
	server.Config.ErrorLog = quiet()
	server.StartTLS()
	t.Cleanup(server.Close)
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.Config.ErrorLog = quiet()
	old.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	old.StartTLS()
	t.Cleanup(old.Close)
	plain, _ := serve(t, func(http.ResponseWriter, *http.Request) {})

	folder := t.TempDir()
	ca := filepath.Join(folder, "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	wrongName := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	for name, tc := range map[string]struct{ url, ca, want string }{
		"trusted by ca_file": {server.URL, ca, ""},
		"unknown authority":  {server.URL, "", "unknown authority"},
		"wrong name":         {wrongName, ca, "not for localhost"},
		"old TLS":            {old.URL, ca, "TLS handshake failed"},
		"no TLS":             {strings.Replace(plain, "http:", "https:", 1), ca, "does not speak TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			attempts := 0
			c := newTestClient(t, Config{BaseURL: tc.url, CAFile: tc.ca, Observe: func(e Event) {
				if e.Kind == Attempted {
					attempts++
				}
			}}, nil)
			_, err := c.Do(t.Context(), Request{Name: "update", Op: Write, Method: "PUT", Path: "/x"})
			if tc.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			f, ok := errors.AsType[*reconcile.Failure](err)
			if !ok || f.Class != reconcile.Unreachable || !strings.Contains(f.Reason, tc.want) || f.Hint == "" || attempts != 1 {
				t.Errorf("got %v after %d attempts, want one and …%s… with a hint", err, attempts, tc.want)
			}
		})
	}
	if err := os.WriteFile(ca, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Config{BaseURL: server.URL, CAFile: ca}, nil); err == nil {
		t.Error("a ca_file without a certificate was accepted")
	}
}

func TestBaseURL(t *testing.T) {
	for text, ok := range map[string]bool{
		"https://api.example.com": true, "https://api.example.com/v1/": true,
		"http://127.0.0.1:8080": true, "http://localhost:1": true, "http://[::1]:80/x": true,
		"http://api.example.com": false, "http://10.0.0.1": false, "http://localhost.example.com": false,
		"ftp://api.example.com": false, "api.example.com": false, "": false, "https://": false, "https:api": false,
		"https://user:sesame@api.example.com": false, "https://api.example.com/?x=1": false, "https://api.example.com/#x": false,
	} {
		_, err := New(Config{BaseURL: text}, nil)
		if (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && strings.Contains(err.Error(), "sesame") {
			t.Errorf("%q: the error holds the password", text)
		}
	}
}

func TestClosedClient(t *testing.T) {
	c := newTestClient(t, Config{RoundTripper: trip(func(*http.Request) (*http.Response, error) { panic("sent") })}, nil)
	c.Close()
	if _, err := c.Do(t.Context(), Request{Name: "read", Method: "GET", Path: "/x"}); err == nil {
		t.Error("a closed client sent a request")
	}
}

func BenchmarkDo(b *testing.B) {
	body := []byte(`{"id":"Kd7Qm2","credential_type_id":31,"label":"Keypad PIN","person_id":90417,"value":"004821"}`)
	url, _ := serve(b, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
	for _, n := range []int{1, 32} {
		b.Run(fmt.Sprintf("in flight %d", n), func(b *testing.B) {
			c := newTestClient(b, Config{BaseURL: url, Concurrency: n}, Bearer(reconcile.NewSecret("t")))
			b.ReportAllocs()
			b.ResetTimer()
			var calls sync.WaitGroup
			var next atomic.Int64
			for range n {
				calls.Go(func() {
					for next.Add(1) <= int64(b.N) {
						if _, err := c.Do(b.Context(), Request{Name: "update", Op: Write, Method: "PUT", Path: "/x", JSON: map[string]string{"value": "004822"}}); err != nil {
							b.Error(err)
						}
					}
				})
			}
			calls.Wait()
		})
	}
}
