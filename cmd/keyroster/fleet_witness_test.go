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

// fleetWitness serves the DoorFlow accounts of a fleet, each below /WORKER/ACCOUNT, and
// writes down what each worker asked that changes something.
type fleetWitness struct {
	url string

	mu   sync.Mutex
	apis map[string]sandbox.API
	log  []fleetWrite
	// latency is what each answer takes, and what a request takes to arrive.
	latency time.Duration
	// reads counts what changes nothing, and all has when every request came.
	reads int
	all   []time.Time
	// hold keeps a request, before it arrives, for as long as it says; nil for none.
	hold func(w fleetWrite) time.Duration
	// token is told of requests for tokens, and may refuse them by answering itself.
	token func(out http.ResponseWriter, r *http.Request, account string, next http.Handler)
}

// fleetWrite is a request that changes something.
type fleetWrite struct {
	// sent is when it came, arrived when the account was told.
	sent, arrived           time.Time
	worker, account, method string
	path                    string
	status                  int
}

func (w fleetWrite) String() string {
	return fmt.Sprintf("%s %s %s%s (%d) by %s", w.sent.Format("05.000"), w.method, w.account, w.path, w.status, w.worker)
}

// sync reports whether it tells the doors, and is no change of a credential.
func (w fleetWrite) sync() bool { return strings.HasSuffix(w.path, "/sync") }

func newFleetWitness(t *testing.T) *fleetWitness {
	t.Helper()
	w := &fleetWitness{apis: map[string]sandbox.API{}}
	server := httptest.NewUnstartedServer(w)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of clients that are killed
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
		return // it never left whole
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
		// The answer is written once it is in the log.
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

// writes are those so far that fit.
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

// to fits changes of credentials of an account.
func writesTo(account string) func(fleetWrite) bool {
	return func(w fleetWrite) bool { return w.account == account && !w.sync() }
}

// set changes what the witness does.
func (w *fleetWitness) set(change func(*fleetWitness)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(w)
}

// forget forgets what was written so far.
func (w *fleetWitness) forget() { w.set(func(w *fleetWitness) { w.log, w.all, w.reads = nil, nil, 0 }) }
