package memory_test

import (
	"fmt"
	"io"
	"time"

	"keyroster/io/store"
	"keyroster/io/store/memory"
)

// Two processes meet at a tenant: the first has its lock, and makes a run; the second is told so,
// and finds the run that the first has begun.
func Example() {
	if err := meet(memory.New()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// lock memory:doorflow-abc123: run nightly holds it (pid 7 on hq, since 2026-01-31T02:00:01Z)
	// plan.json
}

func meet(one *memory.Store) error {
	tenant, err := one.Tenant("doorflow", "abc123")
	if err != nil {
		return err
	}
	at := time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)
	lock, err := tenant.Lock(store.Holder{PID: 7, Host: "hq", StartedAt: at, RunID: "nightly"})
	if err != nil {
		return err
	}
	run, err := lock.Create("hq", at)
	if err != nil {
		return err
	}
	err = run.Write(store.PlanFile, func(w io.Writer) error {
		_, err := io.WriteString(w, "{}")
		return err
	})
	if err == nil {
		err = lock.Begin(run)
	}
	if err != nil {
		return err
	}

	tenant, err = one.Process().Look("doorflow", "abc123")
	if err != nil {
		return err
	}
	_, err = tenant.Lock(store.Holder{})
	fmt.Println(err)
	_, run, err = tenant.LastBegun()
	if err != nil {
		return err
	}
	files, err := run.List()
	for _, f := range files {
		fmt.Println(f.Name)
	}
	return err
}
