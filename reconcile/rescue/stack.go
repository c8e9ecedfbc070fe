package rescue

import (
	"runtime"
	"strconv"
	"strings"
)

// Stack returns where a panic came from, the innermost call first, without the arguments of
// calls. It must be called while the panic is on the stack.
func Stack() []string {
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
