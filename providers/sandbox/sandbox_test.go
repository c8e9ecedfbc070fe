package sandbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"keyroster/providers/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// toy is an API with one number, which POST /add raises, a list of rows at
// GET /rows, and a path free of faults.
type toy struct {
	mu      sync.Mutex
	number  int
	expired int
	edits   []sandbox.Edit
	lag     time.Duration
}

func (t *toy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case r.Method == http.MethodPost:
		t.number++
		sandbox.MarkApplied(r.Context())
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"number":%d,"padding":"%s"}`, t.number, strings.Repeat("x", 200))
	case r.URL.Path == "/rows":
		json.NewEncoder(w).Encode(sandbox.Damage(r.Context(), []int{1, 2, 3, 4}))
	case r.URL.Path == "/none":
		json.NewEncoder(w).Encode(sandbox.Damage(r.Context(), []int{}))
	default:
		fmt.Fprintf(w, `{"number":%d}`, t.number)
	}
}

func (t *toy) State() any {
	t.mu.Lock()
	defer t.mu.Unlock()
	return map[string]int{"number": t.number}
}

func (t *toy) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.number = 0
}

func (t *toy) Edit(e sandbox.Edit) error {
	if e.Collection != "numbers" {
		return errors.New("there is only numbers")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.edits = append(t.edits, e)
	return nil
}

func (t *toy) Welcome(base string) map[string]any {
	return map[string]any{"auth": map[string]string{"key": "k"}, "auth_url": base + "/as"}
}

func (t *toy) Lag(lag time.Duration) { t.lag = lag }

func (t *toy) ExpireTokens() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expired++
}

func (t *toy) Exempt(path string) bool { return path == "/token" }

func (t *toy) FaultKey(*http.Request, []byte) string { return "" }

// keyed is a toy whose requests are told apart by their bodies.
type keyed struct{ toy }

func (k *keyed) FaultKey(_ *http.Request, body []byte) string { return string(body) }

func faults(t *testing.T, list string) sandbox.Faults {
	t.Helper()
	f, err := sandbox.ParseFaults(list)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// start serves an API and returns its URL and a client of its own.
func start(t *testing.T, api sandbox.API, config sandbox.Config) (string, *http.Client) {
	t.Helper()
	url, stop, err := sandbox.Start(t.Context(), api, config)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(func() { transport.CloseIdleConnections(); stop() })
	return url, &http.Client{Transport: transport, Timeout: time.Minute}
}

// ask sends a request; err is the error of the request or of reading the body of its answer.
func ask(client *http.Client, method, url, body string) (status int, header http.Header, text string, err error) {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, "", err
	}
	response, err := client.Do(r)
	if err != nil {
		return 0, nil, "", err
	}
	defer response.Body.Close()
	all, err := io.ReadAll(response.Body)
	return response.StatusCode, response.Header, string(all), err
}

// logOf reads the sandbox's log.
func logOf(t *testing.T, client *http.Client, url string) []sandbox.Entry {
	t.Helper()
	status, _, text, err := ask(client, http.MethodGet, url+"/_sandbox/log", "")
	if err != nil || status != http.StatusOK {
		t.Fatalf("read log: %d %v", status, err)
	}
	var entries []sandbox.Entry
	if err := json.Unmarshal([]byte(text), &entries); err != nil {
		t.Fatal(err)
	}
	return entries
}
