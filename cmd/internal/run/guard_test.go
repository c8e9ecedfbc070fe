package run

import (
	"errors"
	"strings"
	"testing"

	"keyroster/cmd/internal/failure"
	"keyroster/reconcile"
)

// TestGuarded: a panic in the work on a run is a failure of that run, and does not say what it was
// raised with.
func TestGuarded(t *testing.T) {
	err := guarded(nil, func() error { panic("value 10020030") })
	f, ok := errors.AsType[*failure.Error](err)
	if !ok || f.Kind != failure.Stopped || !strings.Contains(err.Error(), "guard_test.go:") || strings.Contains(err.Error(), "1002") {
		t.Errorf("%+v", err)
	}
	if err := guarded(nil, func() error { return reconcile.ErrIncomplete }); !errors.Is(err, reconcile.ErrIncomplete) {
		t.Errorf("an error becomes %v", err)
	}
}
