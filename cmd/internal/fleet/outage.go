package fleet

import (
	"sync"
	"time"
)

// outage is a period of repeated failures: it is logged once when it begins, and once when it is over.
type outage struct {
	mu      sync.Mutex
	failing map[string]bool
	since   time.Time
}

// record notes the result of one part of the worker's regular work. began: the first failure
// after all went well; over is the length of an outage that has just ended, else 0.
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

// noteOutcome records the result of a part of each heartbeat, and logs the beginning and end of
// an outage.
func (w *Worker) noteOutcome(part, failed string, err error) {
	began, over := w.outage.record(part, err)
	switch {
	case began:
		w.Log.Warn().Err(err).Msg(failed + "; retrying until it succeeds")
	case over > 0:
		w.Log.Info().Stringer("after", over.Round(time.Second)).Msg("the database answers again")
	}
}
