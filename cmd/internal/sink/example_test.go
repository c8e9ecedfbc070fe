package sink_test

import (
	"fmt"
	"os"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/sink"
)

// Example tells a log what a run does, and a display if the operator is looking; the zero Sinks are
// for a caller that wants neither.
func Example() {
	told := sink.Sinks{Log: zerolog.New(os.Stdout), Progress: func(phase string, total int) sink.Bar {
		fmt.Println(phase, "of", total)
		return bar{}
	}}
	for _, sinks := range []sink.Sinks{told, {}} {
		shown := sinks.Bar("list", 40)
		shown.Set(40, 40)
		shown.Done()
		sinks.Log.Info().Msg("the account is listed")
	}
	// Output:
	// list of 40
	// 40 of 40
	// done
	// {"level":"info","message":"the account is listed"}
}

// bar prints how far a phase is.
type bar struct{}

func (bar) Set(done, total int) { fmt.Println(done, "of", total) }
func (bar) Done()               { fmt.Println("done") }
