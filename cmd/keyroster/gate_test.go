package main

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strconv"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// gate stands in front of a sandbox and holds back answers to requests that have already taken
// effect, so that a script can act while a run is certain to be within a call, however slow the
// machine is.
type gate struct {
	mu      sync.Mutex
	pattern *regexp.Regexp
	passes  int           // how many more answers to such requests pass at once
	held    int           // how many were held back since the gate was closed
	open    chan struct{} // closed when all may pass
}

func (g *gate) close(passes int, pattern *regexp.Regexp) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pattern, g.passes, g.held, g.open = pattern, passes, 0, make(chan struct{})
}

// pass lets through all answers that are held, and all that come.
func (g *gate) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pattern != nil {
		g.pattern = nil
		close(g.open)
	}
}

// answer holds back an answer until it may pass or its client has left.
func (g *gate) answer(r *http.Response) error {
	g.mu.Lock()
	free := g.pattern == nil || !g.pattern.MatchString(r.Request.Method+" "+r.Request.URL.Path)
	if !free && g.passes > 0 {
		g.passes--
		free = true
	}
	if !free {
		g.held++
	}
	open := g.open
	g.mu.Unlock()
	if free {
		return nil
	}
	select {
	case <-open:
		return nil
	case <-r.Request.Context().Done():
		return r.Request.Context().Err()
	}
}

func (g *gate) holds() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.held > 0
}

func cmdGate(ts *testscript.TestScript, args []string) {
	w, name := worldOf(ts), args[0]
	passes, err := strconv.Atoi(args[1])
	ts.Check(err)
	pattern, err := regexp.Compile(args[2])
	ts.Check(err)
	if w.gates[name] == nil {
		w.gates[name] = newGate(ts, name)
	}
	w.gates[name].close(passes, pattern)
}

// newGate makes the gate of a sandbox; accounts that are added for the sandbox from now on go
// through it.
func newGate(ts *testscript.TestScript, name string) *gate {
	target, err := url.Parse(worldOf(ts).urls[name])
	ts.Check(err)
	g, transport := &gate{}, &http.Transport{}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Transport:      transport,
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: g.answer,
		// Clients that are killed leave without their answers.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) {},
		ErrorLog:     log.New(io.Discard, "", 0),
	})
	ts.Defer(func() {
		g.pass()
		server.Close()
		transport.CloseIdleConnections()
	})
	ts.Setenv(name+"_URL", server.URL)
	return g
}

func gateOf(ts *testscript.TestScript, name string) *gate {
	g := worldOf(ts).gates[name]
	if g == nil {
		ts.Fatalf("no gate is in front of %s", name)
	}
	return g
}

func cmdHeld(ts *testscript.TestScript, args []string) {
	if !soon(gateOf(ts, args[0]).holds) {
		ts.Fatalf("no answer of %s was ever held back", args[0])
	}
}

func cmdPass(ts *testscript.TestScript, args []string) { gateOf(ts, args[0]).pass() }
