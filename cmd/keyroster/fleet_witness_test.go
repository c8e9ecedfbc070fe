//go:build postgres

package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"keyroster/providers/sandbox"
)

// fleetWitness serves the DoorFlow accounts of a fleet, each below /WORKER/ACCOUNT, and records
// the requests of each worker that change something.
type fleetWitness struct {
	url string

	mu   sync.Mutex
	apis map[string]sandbox.API
	log  []fleetWrite
	// latency delays each request before it reaches the account.
	latency time.Duration
	// reads counts the requests that change nothing; all has the time of every request.
	reads int
	all   []time.Time
	// hold says for how long a write is kept before it reaches the account; nil keeps none.
	hold func(w fleetWrite) time.Duration
	// token, if set, gets the requests for tokens: it passes them on, or answers them itself.
	token func(out http.ResponseWriter, r *http.Request, account string, next http.Handler)
}

// fleetWrite is a request that changes something.
type fleetWrite struct {
	// sent is when the witness got the request, arrived when the account did.
	sent, arrived           time.Time
	worker, account, method string
	path                    string
	status                  int
}

func (w fleetWrite) String() string {
	return fmt.Sprintf("%s %s %s%s (%d) by %s", w.sent.Format("05.000"), w.method, w.account, w.path, w.status, w.worker)
}

// sync reports whether the write tells the doors, and so changes no credential.
func (w fleetWrite) sync() bool { return strings.HasSuffix(w.path, "/sync") }

func newFleetWitness(t *testing.T) *fleetWitness {
	t.Helper()
	w := &fleetWitness{apis: map[string]sandbox.API{}}
	server := httptest.NewUnstartedServer(w)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // errors of clients that are killed
	server.Start()
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// ServeHTTP implements [http.Handler].
func (w *fleetWitness) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 3)
	w.mu.Lock()
	w.all = append(w.all, time.Now())
	var api sandbox.API
	if len(parts) == 3 {
		api = w.apis[parts[1]]
	}
	latency, hold, token := w.latency, w.hold, w.token
	w.mu.Unlock()
	if api == nil {
		http.NotFound(out, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client did not send all of it
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.URL.Path = "/" + parts[2]
	seen := fleetWrite{sent: time.Now(), worker: parts[0], account: parts[1], method: r.Method, path: r.URL.Path}
	time.Sleep(latency)
	switch {
	case strings.HasPrefix(r.URL.Path, "/oauth/"):
		if token != nil {
			token(out, r, parts[1], api)
			return
		}
		api.ServeHTTP(out, r)
	case r.Method == http.MethodGet:
		w.mu.Lock()
		w.reads++
		w.mu.Unlock()
		api.ServeHTTP(out, r)
	default:
		if hold != nil {
			time.Sleep(hold(seen))
		}
		// The write is in the log before its answer is sent.
		answer := httptest.NewRecorder()
		seen.arrived = time.Now()
		api.ServeHTTP(answer, r)
		seen.status = answer.Code
		w.mu.Lock()
		w.log = append(w.log, seen)
		w.mu.Unlock()
		for name, values := range answer.Header() {
			out.Header()[name] = values
		}
		out.WriteHeader(answer.Code)
		_, _ = out.Write(answer.Body.Bytes())
	}
}

// writes returns the writes so far that fit, or all if fits is nil.
func (w *fleetWitness) writes(fits func(fleetWrite) bool) (found []fleetWrite) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.log {
		if fits == nil || fits(one) {
			found = append(found, one)
		}
	}
	return found
}

// writesTo fits changes of an account's credentials.
func writesTo(account string) func(fleetWrite) bool {
	return func(w fleetWrite) bool { return w.account == account && !w.sync() }
}

// set changes what the witness does.
func (w *fleetWitness) set(change func(*fleetWitness)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(w)
}

// forget drops what was recorded so far.
func (w *fleetWitness) forget() { w.set(func(w *fleetWitness) { w.log, w.all, w.reads = nil, nil, 0 }) }
