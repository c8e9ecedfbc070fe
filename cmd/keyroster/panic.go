package main

import (
	"runtime"
	"strconv"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/reconcile/rescue"
)

// whole does the work of a command. A panic in it ends as an error does: with exit
// code 1, which means nothing else, and with its place in the log. What it was raised
// with may hold a value, and is told nobody. One in a run is that run's, and ends
// there.
func (a *app) whole(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = failure.Wrap(failure.Stopped, rescue.Panicked(p))
			a.log.Error().Err(err).Strs("stack", panicStack()).Msg("the program has a mistake")
		}
	}()
	return work()
}

// panicStack is where a panic came from, the innermost call first, without the
// arguments of calls.
func panicStack() []string {
	pcs := make([]uintptr, 128)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	var calls []string
	for raised := false; len(calls) < 20; {
		frame, more := frames.Next()
		if raised {
			calls = append(calls, frame.Function+":"+strconv.Itoa(frame.Line))
		}
		raised = raised || strings.HasSuffix(frame.Function, ".gopanic")
		if !more {
			break
		}
	}
	return calls
}
