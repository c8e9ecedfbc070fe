package account

import (
	"maps"
	"sync"

	"keyroster/providers"
	"keyroster/providers/httpapi"
)

// CallLog counts a client's calls by endpoint, without retries. It is safe for concurrent use.
type CallLog struct {
	spec *providers.Spec
	mu   sync.Mutex
	made providers.Calls
}

// NewCallLog returns an empty log.
func NewCallLog(spec *providers.Spec) *CallLog {
	return &CallLog{spec: spec, made: providers.Calls{}}
}

// Observe counts a call; pass it as [Options].Observe.
func (l *CallLog) Observe(e httpapi.Event) {
	if e.Kind != httpapi.Attempted || e.Attempt > 1 {
		return
	}
	call := providers.Call{Op: e.Op, Endpoint: providers.EndpointOf(l.spec.Endpoints, e.Method, e.Path)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.made[call]++
}

// Calls returns the calls made so far.
func (l *CallLog) Calls() providers.Calls {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.made)
}
