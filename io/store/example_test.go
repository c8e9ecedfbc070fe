package store_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"keyroster/io/journalio"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

// A run records that it is open before it sends anything, and dies. The next process finds it in
// what is remembered about the tenant, and nothing deletes it meanwhile.
func Example() {
	kept := memory.New() // folder.New and pgstore.New keep the same laws
	at := time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)
	tenant, err := kept.Tenant("latchkeep", "site-7")
	check(err)
	lock, err := tenant.Lock(store.Holder{PID: 7, Host: "hq", StartedAt: at})
	check(err)
	run, err := lock.Create("hq", at)
	check(err)
	check(lock.Name(run.ID()))
	check(lock.Begin(run))
	journal, err := run.StartJournal()
	check(err)
	check(journal.Append(true, journalio.Entry{Kind: journalio.KindIntent, Attempt: 1, Op: "update", CredentialID: "b1"}))
	check(store.SaveState(tenant, lock, store.State{OpenRun: run.ID(), SyncOwed: true}))
	check(errors.Join(journal.Close(), lock.Close()))

	tenant, err = kept.Look("latchkeep", "site-7")
	check(err)
	state, err := store.ReadState(tenant)
	check(err)
	open, err := kept.Run(state.OpenRun)
	check(err)
	_, err = open.Manifest()
	fmt.Println("the same run:", open.ID() == run.ID(), "owed a sync:", state.SyncOwed, "is closed:", err == nil)
	gone, err := store.Expire(kept, "hq", at.AddDate(1, 0, 0))
	fmt.Println("deleted a year later:", gone, err)
	// Output:
	// the same run: true owed a sync: true is closed: false
	// deleted a year later: [] <nil>
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
