// Package sink is where the parts of a run tell what they do: a log, and a display of
// how far a phase is. The zero Sinks drops all of it.
package sink

import (
	"github.com/rs/zerolog"

	"keyroster/reconcile/rescue"
)

// Sinks are told what happens. All of them may be told by several goroutines.
type Sinks struct {
	// Log names the account in every line where several are at work side by side;
	// Bare is for lines that name it themselves.
	Log, Bare zerolog.Logger
	// Progress begins to show a phase; total is -1 while it is not known. nil shows
	// nothing.
	Progress func(phase string, total int) Bar
}

// Bar shows how far a phase is.
type Bar interface {
	// Set says that done of total are done; total is -1 while it is not known.
	Set(done, total int)
	// Done ends the phase.
	Done()
}

// Bar begins to show a phase.
func (s Sinks) Bar(phase string, total int) Bar {
	if s.Progress == nil || total == 0 {
		return noBar{}
	}
	return s.Progress(phase, total)
}

type noBar struct{}

func (noBar) Set(int, int) {}
func (noBar) Done()        {}

// Isolate is work beside a run whose panic is logged and stops nothing else.
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
