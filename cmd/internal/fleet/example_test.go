package fleet_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/fleet"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

// Example asks for a night, and a worker that is handed the task works on it. The task is only a
// hint: the board says whether the night may be worked on.
func Example() {
	config, err := account.LoadConfig("../run/testdata/keyroster.yaml", os.Getenv)
	check(err)
	board, queue := memory.New().Board(), newTasks()
	sites := fleet.Sites(config)
	nights := []store.Night{{
		NightKey: store.NightKey{Account: sites[0].Account, Date: "2026-01-31"},
		Provider: sites[0].Provider,
	}}
	asked, err := fleet.Request(context.Background(), board, queue, nights)
	check(err)
	fmt.Println("queued:", asked.Queued)

	ctx, end := context.WithCancel(context.Background())
	worker := fleet.Worker{
		Self:  store.Worker{Name: "one", Host: "hq", Slots: 1},
		Board: board, Queue: queue, Sites: sites, Lease: 30 * time.Second,
		Work: func(_ context.Context, a *fleet.Attempt) fleet.Result {
			fmt.Println("at work on", a.Account())
			end()
			return fleet.Result{}
		},
		Finish: time.Second, Grace: 2 * time.Second,
	}
	check(worker.Run(ctx))
	after, err := board.Nights(store.NightQuery{})
	check(err)
	fmt.Println(after[0].State, after[0].Last.ExitCode)
	// Output:
	// queued: [{hq 2026-01-31}]
	// at work on hq
	// ended 0
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
