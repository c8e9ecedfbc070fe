package fleet_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"keyroster/cmd/internal/fleet"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

// process is what a worker of a simulation runs in. It can die, stand still, and be cut off from
// the store.
type process struct {
	world *simulation
	name  string
	kept  *memory.Store
	// end is SIGTERM; dead is closed once the process has died.
	end  context.CancelFunc
	dead chan struct{}
	// ended is closed when the worker has ended, with an error or nil.
	ended chan struct{}
	err   error

	// struck is called when the process writes; nil does nothing.
	struck func()
	// ahead is how far the process's wall clock is ahead.
	ahead atomic.Int64

	mu      sync.Mutex
	stopped chan struct{} // closed when it goes on, nil while it runs
	killed  bool
	offline bool // cut off from the store
}

var errDead = errors.New("the process is dead")

// die ends all that the process does: nothing of it reaches the store, board, queue or provider any
// more.
func (p *process) die() {
	p.mu.Lock()
	if p.killed {
		p.mu.Unlock()
		return
	}
	p.killed = true
	p.mu.Unlock()
	p.goOn()
	p.kept.Cut()
	close(p.dead)
	p.end() // so that it does not try for ever
}

// pause makes the process stand still for a while.
func (p *process) pause(long time.Duration) {
	p.mu.Lock()
	busy := p.killed || p.stopped != nil
	if !busy {
		p.stopped = make(chan struct{})
		p.kept.Pause()
	}
	p.mu.Unlock()
	if !busy {
		time.AfterFunc(long, p.goOn)
	}
}

// goOn ends a pause.
func (p *process) goOn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped != nil {
		close(p.stopped)
		p.stopped = nil
		p.kept.Resume()
	}
}

// cut keeps the process from the store for a while.
func (p *process) cut(long time.Duration) {
	p.mu.Lock()
	p.offline = true
	p.mu.Unlock()
	p.kept.Cut()
	time.AfterFunc(long, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.offline = false
		if !p.killed {
			p.kept.Mend()
		}
	})
}

// now returns the time by the process's wall clock.
func (p *process) now() time.Time { return time.Now().Add(time.Duration(p.ahead.Load())) }

// reaches waits until the process runs, and fails if it is dead or does not reach the database.
func (p *process) reaches() error {
	err := p.pass()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil && p.offline {
		err = errLine
	}
	return err
}

// pass waits until the process runs, and fails if it is dead.
func (p *process) pass() error {
	for {
		p.mu.Lock()
		stopped, killed := p.stopped, p.killed
		p.mu.Unlock()
		switch {
		case killed:
			return errDead
		case stopped == nil:
			return nil
		}
		<-stopped
	}
}

// queue is a process's handle on the queue.
type queue struct {
	*tasks
	of *process
}

// Put implements [fleet.Queue].
func (q queue) Put(ctx context.Context, more []fleet.Task) error {
	if err := q.of.reaches(); err != nil {
		return err
	}
	return q.tasks.Put(ctx, more)
}

// Serve implements [fleet.Queue]. Tasks handed to a dead process are lost.
func (q queue) Serve(ctx context.Context, slots int, do func(fleet.Task) error) error {
	return q.serve(ctx, slots, func() error {
		for q.of.reaches() == errLine {
			time.Sleep(time.Second)
		}
		return q.of.pass()
	}, do)
}

// spied is the store as seen by a process that works on a tenant, which is told who takes its lock.
type spied struct {
	store.Store
	line
}

// Tenant implements [store.Store].
func (s spied) Tenant(provider, id string) (store.Tenant, error) {
	of, err := s.Store.Tenant(provider, id)
	if err != nil {
		return nil, err
	}
	return spiedTenant{of, s.line}, nil
}

type spiedTenant struct {
	store.Tenant
	line
}

// Lock implements [store.Tenant].
func (s spiedTenant) Lock(holder store.Holder) (store.Lock, error) {
	lock, err := s.Tenant.Lock(holder)
	if err != nil {
		return nil, err
	}
	s.to.taken(s.of)
	if s.of.world.blind {
		lock = blind{lock}
	}
	return spiedLock{lock}, nil
}

// LastBegun implements [store.Tenant].
func (s spiedTenant) LastBegun() (string, *store.Run, error) {
	id, run, err := s.Tenant.LastBegun()
	return id, brief(run), err
}

// Run implements [store.Store].
func (s spied) Run(ref string) (*store.Run, error) {
	run, err := s.Store.Run(ref)
	return brief(run), err
}

type spiedLock struct{ store.Lock }

// Create implements [store.Lock].
func (s spiedLock) Create(account string, now time.Time) (*store.Run, error) {
	run, err := s.Lock.Create(account, now)
	return brief(run), err
}

// brief makes a run leave out the reports for people, which take longer than all else.
func brief(run *store.Run) *store.Run {
	if run != nil {
		run.Files = briefFiles{run.Files}
	}
	return run
}

type briefFiles struct{ store.Files }

// Write implements [store.Files].
func (f briefFiles) Write(name string, write func(io.Writer) error) error {
	if name == store.ReportXLSXFile || name == store.ReportHTMLFile {
		write = func(to io.Writer) error {
			_, err := io.WriteString(to, "left out")
			return err
		}
	}
	return f.Files.Write(name, write)
}

// blind is a lock that never learns that it was lost: the gate is switched off.
type blind struct{ store.Lock }

// Held implements [store.Lock]. Like the real one, it waits while the process stands
// still.
func (b blind) Held() error {
	_ = b.Lock.Held()
	return nil
}

// Lost implements [store.Lock].
func (blind) Lost() <-chan struct{} { return nil }

// line carries a process's requests to the tenant of an account. What was sent arrives, whatever
// happens to the process.
type line struct {
	of *process
	to *tenant
}

// answer is a response or an error.
type answer struct {
	*http.Response
	err error
}

// RoundTrip implements [http.RoundTripper].
func (l line) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	writes := l.to.kind.writes(r)
	if !writes { // a write has only just passed the gate
		if err := l.of.pass(); err != nil {
			return nil, err
		}
	}
	select {
	case <-l.of.dead:
		return nil, errDead
	default:
	}
	there, back := l.to.way(r, body)
	if writes {
		l.to.sent(l.of, r)
	}
	arrival := time.Now().Add(there)
	if err := l.wait(r, there); err != nil {
		time.AfterFunc(time.Until(arrival), func() { l.deliver(r, body) })
		return nil, err
	}
	a := l.deliver(r, body)
	if err := l.wait(r, back); err != nil {
		return nil, err
	}
	if err := l.of.pass(); err != nil {
		return nil, err
	}
	return a.Response, a.err
}

// wait waits for a while, and fails if the request is given up or the process dies first.
func (l line) wait(r *http.Request, long time.Duration) error {
	clock := time.NewTimer(long)
	defer clock.Stop()
	select {
	case <-clock.C:
		return nil
	case <-r.Context().Done():
		return r.Context().Err()
	case <-l.of.dead:
		return errDead
	}
}

// deliver has the provider answer a request.
func (l line) deliver(r *http.Request, body []byte) (a answer) {
	arriving := r.Clone(context.Background())
	arriving.Body = io.NopCloser(bytes.NewReader(body))
	written := httptest.NewRecorder()
	defer func() {
		if recover() != nil { // the connection was cut
			a = answer{err: io.ErrUnexpectedEOF}
		}
	}()
	l.to.server.ServeHTTP(written, arriving)
	return answer{Response: written.Result()}
}
