// Package sink is where the parts of a run report what they do: a log, and a progress display.
// The zero Sinks drops everything.
package sink

import (
	"github.com/rs/zerolog"

	"keyroster/reconcile/rescue"
)

// Sinks receive what happens. All of them are safe for concurrent use.
type Sinks struct {
	// Log names the account in every line if several are worked on in parallel; Bare is for
	// lines that already name it.
	Log, Bare zerolog.Logger
	// Progress begins the display of a phase; total is -1 while unknown. nil shows nothing.
	Progress func(phase string, total int) Bar
}

// Bar shows the progress of a phase.
type Bar interface {
	// Set sets the progress; total is -1 while unknown.
	Set(done, total int)
	// Done ends the phase.
	Done()
}

// Bar begins the display of a phase.
func (s Sinks) Bar(phase string, total int) Bar {
	if s.Progress == nil || total == 0 {
		return noBar{}
	}
	return s.Progress(phase, total)
}

type noBar struct{}

func (noBar) Set(int, int) {}
func (noBar) Done()        {}

// Isolate wraps work that runs beside a run: a panic in it is logged and stops nothing else.
func (s Sinks) Isolate(work func()) func() {
	return func() {
		defer func() {
			if p := recover(); p != nil {
				s.Log.Error().Err(rescue.Panicked(p)).Msg("could not be done")
			}
		}()
		work()
	}
}
