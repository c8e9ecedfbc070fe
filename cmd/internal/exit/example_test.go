package exit_test

import (
	"fmt"
	"os"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
)

// Example ends a command with the number of its failure, and says what is wrong and what to do:
// here as a document for the script that asked for one.
func Example() {
	telling := exit.Reporter{Stdout: os.Stdout, Stderr: os.Stdout, Log: zerolog.Nop(), JSON: true, LogJSON: true}
	code := telling.Report(failure.New(failure.Locked, "wait for it to end", "another run works on hq"))
	fmt.Println(code, exit.Of(nil))
	fmt.Println("of three accounts:", exit.Worst([]int{exit.OK, exit.Partial, exit.Denied}))
	// Output:
	// {"schema":"keyroster/error/1","exit_code":7,"error":"another run works on hq","hint":"wait for it to end","run":"","run_id":"","rows":0,"problems":[]}
	// 7 0
	// of three accounts: 6
}
