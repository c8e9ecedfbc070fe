package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Loopback is the default address of a sandbox: any free port.
const Loopback = "127.0.0.1:0"

// shutdownGrace is how long requests in flight may go on when a sandbox stops.
const shutdownGrace = time.Second

// Listen opens a port on loopback, given as host:port; empty is [Loopback]. Any other host,
// including "all of them", is refused: a sandbox is not protected by real secrets and must
// not be reached from elsewhere.
func Listen(address string) (net.Listener, error) {
	if address == "" {
		address = Loopback
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: give host:port, for example %s", address, Loopback)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.Unmap().IsLoopback() {
		return nil, fmt.Errorf("listen on %q: the sandbox listens on loopback only; give 127.0.0.1:%s", address, port)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %v", address, err)
	}
	return listener, nil
}

// URL returns the address of a sandbox that is served on the listener, without a trailing slash.
func URL(listener net.Listener) string { return "http://" + listener.Addr().String() }

// Serve serves on the listener until ctx is cancelled, then gives requests in flight a
// second, closes listener and connections, and returns nil. Waits for latency are cut
// short. All its goroutines have ended when it returns, and the server cannot be used
// again.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	var connections sync.WaitGroup
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				connections.Add(1)
			case http.StateClosed, http.StateHijacked:
				connections.Done()
			}
		},
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		listener.Close()
		<-failed // the listener's end; no connection is added after it
	}
	s.endRequests(server)
	connections.Wait()
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve sandbox: %v", err)
	}
	return nil
}

// endRequests ends the requests: those in flight have shutdownGrace, then their
// connections are closed. http.Server.Shutdown is not used because it waits five seconds
// for connections that were opened and never used.
func (s *Server) endRequests(server *http.Server) {
	s.stopOnce.Do(func() { close(s.stop) })
	idle := make(chan struct{})
	go func() {
		s.running.Lock()
		defer s.running.Unlock()
		close(idle)
	}()
	timer := time.NewTimer(shutdownGrace)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	}
	server.Close()
	<-idle
}

// Start serves the API in this process on a free port of loopback, until ctx is cancelled
// or stop is called. stop waits for all goroutines to end; it may be called more than once,
// and must be called at least once.
func Start(ctx context.Context, api API, config Config) (url string, stop func(), err error) {
	listener, err := Listen(Loopback)
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		// The only error is that accepting failed, which clients notice.
		_ = New(api, config).Serve(ctx, listener)
	}()
	return URL(listener), func() { cancel(); <-done }, nil
}
