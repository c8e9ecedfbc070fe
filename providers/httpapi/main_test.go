package httpapi

import (
	"io"
	"log"
	"net/http"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// trip is a function that serves as a RoundTripper.
type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// newTestClient opens a client and closes it when the test ends.
func newTestClient(t testing.TB, cfg Config, auth Authorizer) *Client {
	t.Helper()
	if cfg.BaseURL == "" {
		cfg.BaseURL = "https://api.example.com"
	}
	c, err := New(cfg, auth)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// quiet returns a server's error log that no test reads.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
