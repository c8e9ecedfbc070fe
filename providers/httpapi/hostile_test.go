package httpapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/reconcile"
)

// squeeze compresses a body as far as it goes.
func squeeze(t *testing.T, text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestAnswersThatExpand: what an answer unpacks and decodes to is bounded, not only its size.
func TestAnswersThatExpand(t *testing.T) {
	blanks := append(append([]byte("["), bytes.Repeat([]byte(" "), 60*mebibyte)...), ']')
	objects := []byte("[" + strings.Repeat("{},", containersMax) + "{}]")
	quoted := []byte(`["` + strings.Repeat("{", containersMax+1) + `\"{"]`)
	for name, tc := range map[string]struct {
		body    []byte
		packed  bool
		request Request
		want    string
	}{
		"a bomb":               {squeeze(t, blanks), true, Request{}, "more than 200 times its size"},
		"a bomb in a stream":   {squeeze(t, blanks), true, streamed(), "more than 200 times its size"},
		"many objects":         {objects, false, Request{}, "more than 500000 objects"},
		"braces within a text": {quoted, false, Request{}, ""},
		"more than asked for":  {[]byte(`["` + strings.Repeat("x", 2*mebibyte) + `"]`), false, Request{MaxBytes: mebibyte}, "larger than 1 MiB"},
		"a stream beyond that": {[]byte(`["` + strings.Repeat("x", 2*mebibyte) + `"]`), false, streamedUpTo(mebibyte), "larger than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTestClient(t, Config{RoundTripper: trip(func(*http.Request) (*http.Response, error) {
				resp := fault(200, "application/json", "")
				resp.Body = io.NopCloser(bytes.NewReader(tc.body))
				if tc.packed {
					resp.Header.Set("Content-Encoding", "gzip")
				}
				return resp, nil
			})}, nil)
			tc.request.Name, tc.request.Method, tc.request.Path = "list", "GET", "/x"
			_, err := c.Do(t.Context(), tc.request)
			switch {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && (reconcile.ClassOf(err) != reconcile.Unreachable || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got %v, want …%s…", err, tc.want)
			}
		})
	}
}

func streamed() Request { return streamedUpTo(0) }

func streamedUpTo(limit int64) Request {
	return Request{MaxBytes: limit, Stream: func(_ int, _ http.Header, body io.Reader) error {
		_, err := io.Copy(io.Discard, body)
		return err
	}}
}

// TestStreamThatDrips: a body of which a byte arrives now and then is cut off however long it goes
// on, and one that arrives fast enough may take its time.
func TestStreamThatDrips(t *testing.T) {
	for name, tc := range map[string]struct {
		part   string
		pause  time.Duration
		parts  int
		within time.Duration
		fails  bool
	}{
		"a byte every 20 s":         {" ", 20 * time.Second, 100_000, 10 * time.Minute, true},
		"just above the floor":      {strings.Repeat(" ", 8_000), 5 * time.Second, 240, 25 * time.Minute, false},
		"above the floor, for ever": {strings.Repeat(" ", 8_000), 5 * time.Second, 100_000, 70 * time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newTestClient(t, Config{RoundTripper: trip(func(r *http.Request) (*http.Response, error) {
					resp := fault(200, "application/json", "")
					parts := make([]string, tc.parts)
					for i := range parts {
						parts[i] = tc.part
					}
					resp.Body = &slow{parts: parts, pause: tc.pause, ctx: r.Context()}
					return resp, nil
				})}, nil)
				start, request := time.Now(), streamed()
				request.Name, request.Method, request.Path = "list", "GET", "/x"
				_, err := c.Do(t.Context(), request)
				took := time.Since(start)
				if tc.fails != (reconcile.ClassOf(err) == reconcile.Unreachable) || took > tc.within {
					t.Errorf("after %v: %v", took, err)
				}
			})
		})
	}
}

// TestNoWaitIsShorterThanTheBackOff: a host that asks for no pause, or for nonsense, is not asked
// ten times in a row at once.
func TestNoWaitIsShorterThanTheBackOff(t *testing.T) {
	for _, after := range []string{"0", "-1", "0.001", "Infinity", "NaN", "-Infinity", "Mon, 05 Jan 1998 08:29:00 GMT"} {
		for _, status := range []int{429, 503} {
			synctest.Test(t, func(t *testing.T) {
				var at []time.Time
				c := newTestClient(t, Config{RoundTripper: trip(func(*http.Request) (*http.Response, error) {
					at = append(at, time.Now())
					resp := fault(status, "", "")
					resp.Header.Set("Retry-After", after)
					return resp, nil
				})}, nil)
				if _, err := c.Do(t.Context(), Request{Name: "read", Method: "GET", Path: "/x"}); reconcile.ClassOf(err) != reconcile.Unreachable {
					t.Errorf("got %v", err)
				}
				least := 200 * time.Millisecond // the first pause, less its jitter
				for i := range at[1:] {
					if pause := at[i+1].Sub(at[i]); pause < least {
						t.Errorf("Retry-After %q to %d: attempt %d came after %v", after, status, i+2, pause)
					}
				}
				if took := at[len(at)-1].Sub(at[0]); len(at) < 5 || took < 4*time.Second {
					t.Errorf("Retry-After %q to %d: %d attempts within %v", after, status, len(at), took)
				}
			})
		}
	}
}
