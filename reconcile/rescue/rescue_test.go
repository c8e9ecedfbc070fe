package rescue

import (
	"errors"
	"strings"
	"testing"

	"keyroster/reconcile"
)

// TestGuarded: a panic becomes a failure that says where it was raised, and nothing of what it was
// raised with.
func TestGuarded(t *testing.T) {
	var none map[string]int
	secret := "10020030"
	for what, serve := range map[string]func() error{
		"assignment to entry in nil map": func() error { none[secret] = 1; return nil },
		"index out of range":             func() error { _ = []int{}[len(none)]; return nil },
		"an error of string":             func() error { panic("value " + secret) },
		"an error of *errors.errorString": func() error {
			panic(errors.New("value " + secret))
		},
	} {
		err := Guarded(serve)()
		if reconcile.ClassOf(err) != reconcile.Refused || !strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), "rescue_test.go:") || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := Guarded(func() error { return reconcile.ErrIncomplete })(); !errors.Is(err, reconcile.ErrIncomplete) {
		t.Errorf("an error becomes %v", err)
	}
	if err := Guarded(func() error { return nil })(); err != nil {
		t.Errorf("nothing becomes %v", err)
	}
}

// TestStack: the stack of a panic begins with the call that raised it.
func TestStack(t *testing.T) {
	var calls []string
	func() {
		defer func() {
			_ = recover()
			calls = Stack()
		}()
		raise()
	}()
	if len(calls) < 2 || !strings.Contains(calls[0], "rescue.raise:") || !strings.Contains(calls[1], "rescue.TestStack") {
		t.Errorf("%q", calls)
	}
}

//go:noinline
func raise() { panic("value 10020030") }
