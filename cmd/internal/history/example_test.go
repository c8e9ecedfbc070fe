package history_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/history"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/sealio"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

// Example has a run die after it announced a write. Whoever comes next is told so, and what to do,
// in the words that every command uses for it.
func Example() {
	kept := memory.New()
	at := time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)
	tenant, err := kept.Tenant("latchkeep", "site-7")
	check(err)
	lock, err := tenant.Lock(store.Holder{PID: 7, StartedAt: at})
	check(err)
	run, err := lock.Create("hq", at)
	check(err)
	check(run.Write(store.PlanFile, func(w io.Writer) error {
		return reportio.WritePlan(w, &reportio.PlanFile{
			RunID: run.ID(), Account: "hq", Provider: "latchkeep", Tenant: "site-7", CreatedAt: at,
			Lines: func(func(*reportio.PlanLine, error) bool) {},
		})
	}))
	_, recipient, err := store.SealKeyOf(tenant)
	check(err)
	check(run.Write(store.SealedFile, func(w io.Writer) error {
		return sealio.Seal(w, recipient, &sealio.Snapshot{}) // what the run needs to go on
	}))
	check(lock.Begin(run))
	check(store.SaveState(tenant, lock, store.State{OpenRun: run.ID(), SyncOwed: true}))
	journal, err := run.StartJournal()
	check(err)
	check(journal.Append(true,
		journalio.Entry{Kind: journalio.KindRun, Line: journalio.NoLine, Note: run.ID()},
		journalio.Entry{Kind: journalio.KindIntent, Attempt: 1, Op: "update", CredentialID: "b1"}))
	check(errors.Join(journal.Close(), lock.Close()))

	remembered, err := history.LoadMemory(kept, tenant, "hq", zerolog.Nop())
	check(err)
	standing := history.AssessOpen(kept, tenant, remembered.State)
	for _, words := range []string{standing.Describe(), standing.NextStep()} {
		fmt.Println(strings.ReplaceAll(words, run.ID(), "RUN"))
	}
	// Output:
	// run RUN is open: it is running, or was interrupted
	// keyroster resume memory:runs/RUN finishes it; the next apply settles it first
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
