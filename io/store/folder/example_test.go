package folder_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"keyroster/io/store"
	"keyroster/io/store/folder"
)

// A tenant and a run as folders: a person finds the files of the run by its id, and what is
// remembered about the tenant beside them under the name of its provider.
func Example() {
	base, err := os.MkdirTemp("", "keyroster")
	check(err)
	defer func() { _ = os.RemoveAll(base) }()
	kept := folder.New(filepath.Join(base, "state"), filepath.Join(base, "runs"))
	at := time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)

	tenant, err := kept.Tenant("latchkeep", "site-7")
	check(err)
	lock, err := tenant.Lock(store.Holder{PID: os.Getpid(), Host: "hq", StartedAt: at})
	check(err)
	run, err := lock.Create("hq", at)
	check(err)
	check(run.Write(store.PlanFile, func(w io.Writer) error {
		_, err := io.WriteString(w, "{}")
		return err
	}))
	check(store.SaveState(tenant, lock, store.State{OpenRun: run.ID()}))
	check(lock.Close())

	for _, pattern := range []string{"state/*", "runs/20260131T020001Z-hq-*/plan.json"} {
		found, err := filepath.Glob(filepath.Join(base, filepath.FromSlash(pattern)))
		fmt.Println(pattern, len(found), err)
	}
	fmt.Println(filepath.Base(tenant.Place()))
	// Output:
	// state/* 1 <nil>
	// runs/20260131T020001Z-hq-*/plan.json 1 <nil>
	// latchkeep-site-7
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
