package notify

import (
	"maps"
	"net/http"
	"sync"

	"keyroster/io/metricio"
	"keyroster/providers/httpapi"
)

// Traffic counts a client's calls. It is safe for concurrent use; the zero Traffic has counted nothing.
type Traffic struct {
	mu    sync.Mutex
	count metricio.Traffic
}

// Observe counts an event; clients call it.
func (t *Traffic) Observe(e httpapi.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e.Kind {
	case httpapi.Attempted:
		if t.count.Calls == nil {
			t.count.Calls = map[string]int{}
		}
		t.count.Calls[e.Op.String()]++
		t.count.Paced += e.Wait
		if e.Status == http.StatusTooManyRequests {
			t.count.Limited++
		}
	case httpapi.Retrying:
		t.count.Retries++
		t.count.Backoff += e.Wait
	}
}

// Counted returns the counts so far; a nil Traffic has none.
func (t *Traffic) Counted() metricio.Traffic {
	if t == nil {
		return metricio.Traffic{}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.count
	out.Calls = maps.Clone(t.count.Calls)
	return out
}
