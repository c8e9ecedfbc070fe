package run_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/run"
	"keyroster/io/store/memory"
)

// Example_run goes through a run stage by stage: it makes an account equal to a roster, proves it,
// and keeps what it did in a store. [run.Apply] takes the same stages in one call.
func Example_run() {
	ctx := context.Background()
	config, err := account.LoadConfig("testdata/keyroster.yaml", os.Getenv)
	check(err)
	hq, spec, err := account.Pick(config, "hq")
	check(err)
	roster, err := draft.ReadForPlan(ctx, draft.Reading{}, draft.Options{}, spec, hq, nil)
	check(err)
	opener := account.Opener{Getenv: os.Getenv}
	acc, err := opener.Open(ctx, hq, spec, account.Options{})
	check(err)
	defer acc.Close()

	locked, err := run.Lock(ctx, acc, memory.New(), run.Options{Command: "apply"})
	check(err)
	defer locked.Unlock()
	check(locked.Settle(ctx)) // what an earlier run left comes first
	planned, err := locked.Plan(ctx, roster, time.Now())
	check(err) // a plan that a safety rule refuses ends here
	committed, err := planned.Commit(ctx)
	check(err)
	sent, err := committed.Send(ctx)
	check(err)
	out, err := sent.Close(ctx)
	check(err) // no error: all is as the roster says, and a second listing proves it

	s := out.Report.Summary
	fmt.Printf("%d rows: %d applied, %d unchanged\n", s.Rows, s.Applied, s.Unchanged)
	for line, err := range out.Report.Lines {
		check(err)
		if line.Verified != nil {
			fmt.Println(line.HolderName, line.TypeName, line.Action, line.Outcome, "verified:", *line.Verified)
		}
	}
	// Output:
	// 7 rows: 5 applied, 2 unchanged
	// Person Two Proximity card update applied verified: true
	// Person Three Proximity card update applied verified: true
	// Person Four Proximity card delete applied verified: true
	// Person Two Keypad PIN update applied verified: true
	// Person Five Proximity card create applied verified: true
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
