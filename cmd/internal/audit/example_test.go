package audit_test

import (
	"fmt"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/audit"
	"keyroster/cmd/internal/run/runtest"
)

// Example recomputes what a run claims from its files alone.
func Example() {
	kept, id := runtest.Apply("../run/testdata/keyroster.yaml")
	document, err := audit.Verify(kept, id, zerolog.Nop())
	check(err)
	for _, c := range document.Checks {
		fmt.Println(c.Name, c.OK)
	}
	fmt.Println("the run holds:", document.OK, "and is", document.Status)
	// Output:
	// manifest true
	// journal true
	// plan true
	// report true
	// lines true
	// outcomes true
	// inputs true
	// the run holds: true and is closed
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
