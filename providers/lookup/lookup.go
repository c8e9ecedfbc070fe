// Package lookup decides which failed look-ups a run survives. A look-up asks for one
// person, one type, one record: if the provider fails on that one, the row that names it is
// blocked and the others go on. A host that is down, or a login that is not good, ends the
// run as everywhere.
package lookup

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"keyroster/reconcile"
)

// doubtful is how many look-ups in a row may bring no usable answer before the host is
// probed.
const doubtful = 3

// Tally tracks the look-ups of one task. It is safe for concurrent use.
type Tally struct {
	// Probe sends a request that the host answers as long as it is up.
	Probe func(ctx context.Context) error

	mu    sync.Mutex
	inRow int
}

// Host is probed when a look-up leaves in doubt whether it is up.
type Host interface {
	Tenant(ctx context.Context) (reconcile.Tenant, error)
}

// Of makes a tally that probes a host by reading its tenant.
func Of(host Host) *Tally {
	return &Tally{Probe: func(ctx context.Context) error {
		_, err := host.Tenant(ctx)
		return err
	}}
}

// Record sorts the outcome of a look-up: a failure of that look-up alone, which the task
// survives, or an error that ends the task. Both are nil for a success.
func (t *Tally) Record(ctx context.Context, err error) (*reconcile.Failure, error) {
	if err == nil {
		t.answered()
		return nil, nil
	}
	if errors.Is(err, reconcile.ErrIncomplete) {
		t.answered()
		return &reconcile.Failure{Class: reconcile.Refused, Reason: err.Error()}, nil
	}
	f, ok := errors.AsType[*reconcile.Failure](err)
	switch {
	case !ok, f.Class == reconcile.Denied && !(f.Foreign && f.HTTPStatus == http.StatusForbidden):
		return nil, err
	case f.Class == reconcile.Unreachable, f.Class == reconcile.Lost:
		if t.suspectsHost(f) {
			if t.Probe == nil || t.Probe(ctx) != nil {
				return nil, err
			}
			t.answered()
		}
	default:
		t.answered()
	}
	return f, nil
}

func (t *Tally) answered() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inRow = 0
}

// suspectsHost reports whether a failure may be the host's: there was no answer at all, or no
// usable one several times in a row.
func (t *Tally) suspectsHost(f *reconcile.Failure) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inRow++
	return f.HTTPStatus == 0 || t.inRow >= doubtful
}

// Verdict blocks a row whose look-up failed, with the provider's words.
func Verdict(f *reconcile.Failure) *reconcile.Verdict {
	return &reconcile.Verdict{Situation: reconcile.Unreadable, LookUp: true, Reason: "could not be looked up: " + f.Reason}
}
