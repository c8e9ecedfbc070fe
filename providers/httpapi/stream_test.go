package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/reconcile"
)

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
	if err := Sleep(s.ctx, s.pause); err != nil {
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
			time.Sleep(90 * time.Second) // the reader's own time does not count as the host's
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
