// Package lookup decides which failed look-ups a run survives. A look-up asks
// for one person, one type, one record: where the provider stumbles over that
// one, the row that names it is blocked and the others go on. A host that is
// down, and a login that is not good, end the run as they do everywhere.
package lookup

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"keyroster/reconcile"
)

// doubtful is the number of look-ups in a row without a usable answer after
// which the host itself is asked whether it is there.
const doubtful = 3

// Tally judges the look-ups of one task. It is safe for concurrent use.
type Tally struct {
	// Probe asks the host something that it certainly answers while it is well.
	Probe func(ctx context.Context) error

	mu    sync.Mutex
	inRow int
}

// Host is who is asked where a look-up leaves the host in doubt.
type Host interface {
	Tenant(ctx context.Context) (reconcile.Tenant, error)
}

// Of makes a tally that asks a host for its tenant.
func Of(host Host) *Tally {
	return &Tally{Probe: func(ctx context.Context) error {
		_, err := host.Tenant(ctx)
		return err
	}}
}

// Record sorts the outcome of a look-up: a failure that is its own, which the task
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
		if t.doubts(f) {
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

// doubts reports whether a failure may be the host's: it gave no answer at all, or
// none that is of use several times in a row.
func (t *Tally) doubts(f *reconcile.Failure) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inRow++
	return f.HTTPStatus == 0 || t.inRow >= doubtful
}

// Verdict blocks a row whose look-up failed, with the provider's words.
func Verdict(f *reconcile.Failure) *reconcile.Verdict {
	return &reconcile.Verdict{Situation: reconcile.Unreadable, LookUp: true, Reason: "could not be looked up: " + f.Reason}
}
