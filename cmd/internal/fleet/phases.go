package fleet

import "keyroster/cmd/internal/sink"

// Phases passes a run's progress, in whichever phase, on to the worker's sign of life.
func Phases(progress func(done, total int)) func(phase string, total int) sink.Bar {
	return func(_ string, total int) sink.Bar {
		progress(0, total)
		return phase(progress)
	}
}

// phase implements [sink.Bar].
type phase func(done, total int)

// Set implements [sink.Bar].
func (p phase) Set(done, total int) { p(done, total) }

// Done implements [sink.Bar].
func (phase) Done() {}
