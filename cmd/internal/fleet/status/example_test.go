package status_test

import (
	"fmt"
	"time"

	"keyroster/cmd/internal/fleet/status"
	"keyroster/io/store"
)

// Example shows two accounts, one that is well and one that needs a person: each has exactly one
// outcome.
func Example() {
	at := time.Date(2026, 1, 31, 2, 0, 0, 0, time.UTC)
	kept := &board{workers: []store.Worker{{Name: "one", Host: "hq", Slots: 8, Started: at, Seen: at}}}
	for name, ending := range map[string]store.Ending{
		"annex": {At: at},
		"hq":    {At: at, ExitCode: 6, Reason: "the key is not good"},
	} {
		kept.nights = append(kept.nights, store.Night{
			NightKey: store.NightKey{Account: name, Date: "2026-01-31"}, Provider: "latchkeep", Due: at, Began: at,
			State: store.NightEnded, Generation: 1, Worker: "one", Last: &ending,
		})
	}

	seen, err := status.Read(kept, &status.Query{
		Accounts: []status.Configured{{Name: "annex"}, {Name: "hq"}}, Lease: 30 * time.Second, Now: at.Add(time.Second),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range seen.Accounts {
		fmt.Println(a.Account, a.Outcome)
	}
	fmt.Println("no worker is alive:", seen.Unattended)
	// Output:
	// annex as_desired
	// hq denied
	// no worker is alive: false
}
