package nights_test

import (
	"fmt"

	"keyroster/cmd/internal/nights"
	"keyroster/cmd/internal/run/runtest"
)

// Example lists the runs of a store, each with how it ended. That needs no configuration and names
// no holder.
func Example() {
	kept, _ := runtest.Apply("../run/testdata/keyroster.yaml")
	list, err := nights.Read(kept, nights.Filter{})
	check(err)
	for _, e := range list.Runs {
		fmt.Println(e.Account, e.Command, e.Status, e.Rows, "rows,", e.Applied, "applied:", e.Verdict().Tone)
	}
	// Output:
	// hq apply closed 7 rows, 5 applied: good
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
