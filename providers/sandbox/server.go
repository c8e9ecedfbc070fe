package sandbox

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config says how a sandbox serves its [API].
type Config struct {
	// Provider is the provider's name in the first line, "doorflow".
	Provider string
	// Latency is the least time that every answer takes.
	Latency time.Duration
	// Rate is the number of requests a second that are served, with a burst of max(10,
	// Rate/10). The others are answered with 429, Retry-After in whole seconds and no body.
	// 0 is no limit.
	Rate float64
	// Faults are drawn from Seed.
	Faults Faults
	Seed   uint64
}

// Server serves an [API] with latency, rate limit, faults and the control paths under
// /_sandbox/. It is an http.Handler, safe for concurrent use; resets and cut bodies end in
// a panic with http.ErrAbortHandler if the connection cannot be hijacked, as in a test
// without network.
//
// A request passes in this order: rate limit, draw of the fault, latency, API. If the
// client gives up during the latency, the request is still carried out.
type Server struct {
	api         API
	config      Config
	faultSource *faultSource
	bucket      *bucket
	journal     journal
	control     http.Handler

	// running is held for reading by every request; stop is closed when further waiting is
	// pointless.
	running  sync.RWMutex
	stop     chan struct{}
	stopOnce sync.Once
}

// New makes a server. It starts nothing; see [Server.Serve] and [Start].
func New(api API, config Config) *Server {
	s := &Server{
		api:         api,
		config:      config,
		faultSource: newFaultSource(config.Faults, config.Seed),
		bucket:      newBucket(config.Rate),
		stop:        make(chan struct{}),
	}
	s.control = s.controls()
	api.Lag(config.Faults.stale)
	return s
}

// Welcome returns the first line that the sandbox prints, for encoding/json. url is the
// sandbox's address.
func (s *Server) Welcome(url string) map[string]any {
	line := map[string]any{"provider": s.config.Provider, "url": url}
	for name, value := range s.api.Welcome(url) {
		line[name] = value
	}
	return line
}

// ServeHTTP serves the API and the control paths.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.running.RLock()
	defer s.running.RUnlock()
	if strings.HasPrefix(r.URL.Path, controlPrefix) {
		s.control.ServeHTTP(w, r)
		return
	}
	x := &exchange{at: time.Now()}
	exempt := s.api.Exempt(r.URL.Path)
	if !exempt {
		if ok, seconds := s.bucket.take(x.at); !ok {
			s.pause(s.config.Latency)
			s.tooMany(w, r, x, seconds)
			return
		}
		s.drawFault(r, x)
	}
	s.pause(s.delay(x.drawn.fault))
	s.answer(w, r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x)), x)
}

// drawFault draws the request's fault.
func (s *Server) drawFault(r *http.Request, x *exchange) {
	key := ""
	if s.faultSource.random {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler) // the client left in the middle of its request
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		key = s.api.FaultKey(r, body)
	}
	var expire bool
	x.drawn, expire = s.faultSource.draw(r.Method, r.URL.Path, r.URL.RawQuery, key)
	x.fault = faultNames[x.drawn.fault]
	if expire {
		s.api.ExpireTokens()
		if x.fault == "" {
			x.fault = expireToken
		}
	}
}

// delay returns how long a request waits: ten times the latency when it is slow, or a
// second without latency.
func (s *Server) delay(f fault) time.Duration {
	switch {
	case f != faultSlow:
		return s.config.Latency
	case s.config.Latency > 0:
		return 10 * s.config.Latency
	}
	return time.Second
}

// pause waits. If the sandbox stops meanwhile, the request ends there.
func (s *Server) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.stop:
		panic(http.ErrAbortHandler)
	}
}

// record writes the log entry, once for each request.
func (s *Server) record(r *http.Request, x *exchange, status int) {
	if x.logged {
		return
	}
	x.logged = true
	s.journal.add(Entry{
		At:      x.at.UTC(),
		Method:  r.Method,
		Path:    r.URL.Path,
		Query:   r.URL.RawQuery,
		Status:  status,
		Applied: x.applied,
		Fault:   x.fault,
	})
}
