package main

import (
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"

	"keyroster/io/rundir"
	"keyroster/reconcile/rescue"
)

// whole does the work of a command. A panic in it ends as an error does: with
// exit code 1, which means nothing else, with the folder of the run that was at
// work, and with its place in the log. What it was raised with may hold a value,
// and is told nobody.
func (a *app) whole(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = a.panicked(p)
		}
	}()
	return work()
}

// panicked is the failure for what was recovered, with the last run that was
// begun, if any. It must be called while the panic is on the stack.
func (a *app) panicked(recovered any) error {
	f := &failure{code: exitError, err: rescue.Panicked(recovered)}
	a.log.Error().Err(f.err).Strs("stack", panicStack()).Msg("the program has a mistake")
	if a.atWork == nil {
		return f
	}
	if dir := a.atWork.Load(); dir != nil {
		f.run = dir.Path("")
		f.hint = a.hintAfterPanic(f.run)
	}
	return f
}

// hintAfterPanic says how the run stands that a panic left.
func (a *app) hintAfterPanic(run string) (hint string) {
	defer func() { _ = recover() }() // the files may be what the program stumbled over
	_, st, err := a.runOf(run)
	if err != nil {
		return ""
	}
	return st.says() + "; " + st.next()
}

// atWork is the folder of the run that was begun last in this process.
type atWork = atomic.Pointer[rundir.Dir]

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
