package account

import (
	"maps"
	"sync"

	"keyroster/providers"
	"keyroster/providers/httpapi"
)

// CallLog counts the calls of a client by endpoint, repetitions apart. It may be
// used by several goroutines.
type CallLog struct {
	spec *providers.Spec
	mu   sync.Mutex
	made providers.Calls
}

// NewCallLog has counted nothing yet.
func NewCallLog(spec *providers.Spec) *CallLog {
	return &CallLog{spec: spec, made: providers.Calls{}}
}

// Observe counts a call; it is for [Options].
func (l *CallLog) Observe(e httpapi.Event) {
	if e.Kind != httpapi.Attempted || e.Attempt > 1 {
		return
	}
	call := providers.Call{Op: e.Op, Endpoint: providers.EndpointOf(l.spec.Endpoints, e.Method, e.Path)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.made[call]++
}

// Calls are the calls that were made until now.
func (l *CallLog) Calls() providers.Calls {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.made)
}
