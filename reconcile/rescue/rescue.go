// Package rescue turns a panic while working on one record, page or account into a failure
// of that one, so that the others go on and the run is recorded.
package rescue

import (
	"fmt"
	"path"
	"runtime"
	"strings"

	"keyroster/reconcile"
)

// Guarded wraps a function whose panic becomes a [reconcile.Failure] of class Refused. It
// is for functions that run in goroutines of their own.
func Guarded(serve func() error) func() error {
	return func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = Panicked(p)
			}
		}()
		return serve()
	}
}

// Panicked returns the failure for a recovered panic. It says where it was raised and, for
// errors of the runtime, what it was: other texts may hold a value. It must be called while
// the panic is on the stack.
func Panicked(recovered any) *reconcile.Failure {
	words := fmt.Sprintf("an error of %T", recovered)
	if err, ok := recovered.(runtime.Error); ok {
		words = err.Error()
	}
	if where := panicPlace(); where != "" {
		words += " at " + where
	}
	return &reconcile.Failure{
		Class:  reconcile.Refused,
		Reason: "internal error (" + words + "); please report it",
	}
}

// panicPlace returns where the panic was raised, in this program's own code.
func panicPlace() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	raised := false
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			raised = true
		case raised && !strings.HasPrefix(frame.Function, "runtime."):
			return fmt.Sprintf("%s:%d", path.Base(frame.File), frame.Line)
		}
		if !more {
			return ""
		}
	}
}
