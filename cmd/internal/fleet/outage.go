package fleet

import (
	"sync"
	"time"
)

// outage is a while in which something fails again and again: it is told once, and once it
// is over.
type outage struct {
	mu      sync.Mutex
	failing map[string]bool
	since   time.Time
}

// record notes how a part of what a worker does again and again went. began: all went well
// before; over is how long an outage took that is over now, else 0.
func (o *outage) record(part string, err error) (began bool, over time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	was := len(o.failing)
	if err != nil {
		if was == 0 {
			o.failing, o.since = map[string]bool{}, time.Now()
		}
		o.failing[part] = true
		return was == 0, 0
	}
	delete(o.failing, part)
	if was == 0 || len(o.failing) > 0 {
		return false, 0
	}
	return false, max(time.Since(o.since), 1)
}

// noteOutcome tells how a part of what the worker does at each beat went, where that is news.
func (w *Worker) noteOutcome(part, failed string, err error) {
	began, over := w.outage.record(part, err)
	switch {
	case began:
		w.Log.Warn().Err(err).Msg(failed + "; retrying until it succeeds")
	case over > 0:
		w.Log.Info().Stringer("after", over.Round(time.Second)).Msg("the database answers again")
	}
}
