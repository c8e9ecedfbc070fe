// Package fixedseed makes property tests draw the same worlds each time. Tests import it for its
// effect; a -rapid.seed on the command line draws others.
package fixedseed

import (
	"flag"

	_ "pgregory.net/rapid" // declares the flag
)

func init() {
	if err := flag.Set("rapid.seed", "20260131"); err != nil {
		panic(err)
	}
}
