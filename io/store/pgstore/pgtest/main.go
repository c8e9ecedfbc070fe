//go:build postgres

package pgtest

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// Main runs the tests of a package, with the URL of a database in url, and ends the process. No
// goroutine may be left.
func Main(m *testing.M, url *string) {
	code := 1
	err := WithDatabase(func(at string) {
		*url = at
		code = m.Run()
	})
	if err == nil && code == 0 {
		err = goleak.Find()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
