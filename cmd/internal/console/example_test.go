package console_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/failure"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// Example prints a result to standard output and a command's failure to standard error; a command
// that would have to ask, and cannot, does not wait.
func Example() {
	var stderr strings.Builder
	told := console.Console{
		Getenv: func(string) string { return "" }, LogFormat: "console",
		Stdin: strings.NewReader(""), Stdout: os.Stdout, Stderr: &stderr,
	}
	if err := told.OpenLog(); err != nil {
		fmt.Println(err)
		return
	}
	spec := all.Lookup("seam")
	fmt.Println(told.ShowCheck(spec, reconcile.NewRoster(spec.Schema)))

	err := told.CanAsk("apply", "say --yes")
	var failed *failure.Error
	fmt.Println(errors.As(err, &failed), told.Finish(err), strings.Contains(stderr.String(), "--yes"))
	// Output:
	// 0 rows for Seam: no problems in the file; the account was not checked
	// <nil>
	// true 64 true
}
