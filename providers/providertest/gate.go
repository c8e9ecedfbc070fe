package providertest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"keyroster/providers/sandbox"
)

// seed is the seed of every sandbox here.
const seed = 7

// request is one request as the gate saw it.
type request struct{ method, path, query, body string }

// call identifies the kind of a request: "PUT /people/101".
func (r request) call() string { return r.method + " " + r.path }

// gate is in front of an account: it passes each request to the sandbox, or to one of the
// same account with a fault, or answers itself. It records the requests.
type gate struct {
	t     prover
	api   sandbox.API
	clean *sandbox.Server
	leaks *leakDetector

	mu       sync.Mutex
	faulty   map[string]*sandbox.Server
	requests []request
	// divert, if set, chooses the handler of a request; nil is the clean sandbox.
	divert func(request) http.Handler
}

func newGate(t prover, name string, api sandbox.API, leaks *leakDetector) *gate {
	return &gate{
		t:      t,
		api:    api,
		leaks:  leaks,
		clean:  sandbox.New(api, sandbox.Config{Provider: name, Seed: seed}),
		faulty: map[string]*sandbox.Server{},
	}
}

// ServeHTTP passes a request on.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client left in the middle of its request
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	g.leaks.addSecrets(logins(r.Header.Get("Authorization"))...)
	seen := request{r.Method, r.URL.Path, r.URL.RawQuery, string(body)}
	g.mu.Lock()
	g.requests = append(g.requests, seen)
	divert := g.divert
	g.mu.Unlock()
	var who http.Handler
	if divert != nil {
		who = divert(seen)
	}
	if who == nil {
		who = g.clean
	}
	who.ServeHTTP(w, r)
}

// logins returns the secrets in an Authorization header.
func logins(header string) []string {
	kind, text, _ := strings.Cut(header, " ")
	secrets := []string{text}
	if plain, err := base64.StdEncoding.DecodeString(text); err == nil && kind == "Basic" {
		_, password, _ := strings.Cut(string(plain), ":")
		secrets = append(secrets, password)
	}
	return secrets
}

// set changes the handlers from now on.
func (g *gate) set(divert func(request) http.Handler) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.divert = divert
}

// fault returns a sandbox of the same account with a list of faults.
func (g *gate) fault(list string) *sandbox.Server {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.faulty[list] == nil {
		faults, err := sandbox.ParseFaults(list)
		if err != nil {
			g.t.Fatal(err)
		}
		g.faulty[list] = sandbox.New(g.api, sandbox.Config{Faults: faults, Seed: seed})
	}
	return g.faulty[list]
}

// tooMany is the fault of a 429 that does not say how long to wait. The sandbox's own
// sometimes asks for a second, which is tested elsewhere.
const tooMany = "429"

// withFault returns a handler with a fault: one of the sandbox's, or [tooMany].
func (g *gate) withFault(fault string) http.Handler {
	if fault == tooMany {
		return answerWith(http.StatusTooManyRequests, "")
	}
	return g.fault(fault)
}

// seen returns the requests so far.
func (g *gate) seen() []request {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]request(nil), g.requests...)
}

// log returns what happened in the account: the log of the clean sandbox, then those of the
// faulty ones.
func (g *gate) log() []sandbox.Entry {
	g.mu.Lock()
	defer g.mu.Unlock()
	servers := []*sandbox.Server{g.clean}
	for _, s := range g.faulty {
		servers = append(servers, s)
	}
	var all []sandbox.Entry
	for _, s := range servers {
		answer := httptest.NewRecorder()
		ask := httptest.NewRequest(http.MethodGet, "/_sandbox/log", nil)
		ask.RemoteAddr = "" // it crosses no network
		s.ServeHTTP(answer, ask)
		var entries []sandbox.Entry
		if err := json.Unmarshal(answer.Body.Bytes(), &entries); err != nil {
			g.t.Fatal(err)
		}
		all = append(all, entries...)
	}
	return all
}

// applied counts the calls that changed the account.
func (g *gate) applied() map[string]int {
	calls := map[string]int{}
	for _, e := range g.log() {
		if e.Applied {
			calls[e.Method+" "+e.Path]++
		}
	}
	return calls
}

// faults counts the requests that met a fault.
func (g *gate) faults() int {
	n := 0
	for _, e := range g.log() {
		if e.Fault != "" {
			n++
		}
	}
	return n
}

// answerWith answers with a status and a JSON body.
func answerWith(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	})
}
