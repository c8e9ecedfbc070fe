package fleet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"keyroster/cmd/internal/failure"
)

// heartbeat is when a worker last sent a sign of life.
type heartbeat struct {
	mu          sync.Mutex
	tried, done time.Time
}

// record notes an attempt to send one; err is nil if the board recorded it.
func (p *heartbeat) record(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tried = time.Now()
	if err == nil {
		p.done = p.tried
	}
}

// within reports whether one was tried, and recorded, within the given time.
func (p *heartbeat) within(most time.Duration) (tried, done bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Since(p.tried) <= most, time.Since(p.done) <= most
}

// ServeHealth answers GET /livez with 200 while the worker runs, and GET /readyz with 200 while the
// board has its sign of life and it was not asked to stop; otherwise 503. It reveals nothing else;
// which address to expose is up to the caller. stop shuts it down. The error is of kind Usage.
func (w *Worker) ServeHealth(ctx context.Context, address string) (stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, failure.New(failure.Usage, "name an address of this machine, such as 127.0.0.1:9430, or :9430 for all",
			"listen for health checks: %v", err)
	}
	answers := http.NewServeMux()
	answers.HandleFunc("GET /livez", func(to http.ResponseWriter, _ *http.Request) {
		tried, _ := w.heartbeat.within(w.leaseDuration())
		answer(to, tried)
	})
	answers.HandleFunc("GET /readyz", func(to http.ResponseWriter, _ *http.Request) {
		_, done := w.heartbeat.within(w.leaseDuration())
		answer(to, done && !w.ends())
	})
	server := &http.Server{Handler: answers, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			w.Log.Warn().Err(err).Msg("health checks are no longer answered")
		}
	})
	return func() {
		_ = server.Close() // the worker is done, and so are its answers
		serving.Wait()
	}, nil
}

func answer(to http.ResponseWriter, well bool) {
	if !well {
		to.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(to, "no")
		return
	}
	fmt.Fprintln(to, "ok")
}
