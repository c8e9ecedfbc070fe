package move_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"keyroster/cmd/internal/fleet/move"
	"keyroster/io/store"
	"keyroster/io/store/folder"
	"keyroster/io/store/memory"
)

// Example copies a run to a folder from a store that the operator cannot look into; it reads the
// same there.
func Example() {
	kept := memory.New() // a fleet has a database
	at := time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)
	tenant, err := kept.Tenant("latchkeep", "site-7")
	check(err)
	lock, err := tenant.Lock(store.Holder{PID: 7, StartedAt: at})
	check(err)
	run, err := lock.Create("hq", at)
	check(err)
	check(run.Write(store.PlanFile, func(w io.Writer) error {
		_, err := io.WriteString(w, "{}")
		return err
	}))
	check(lock.Close())

	base, err := os.MkdirTemp("", "keyroster")
	check(err)
	defer func() { _ = os.RemoveAll(base) }()
	pulled, err := move.Pull(kept, run.ID(), base)
	check(err)
	copied, err := folder.New("", base).Run(run.ID())
	check(err)
	files, err := copied.List()
	fmt.Println(copied.ID() == run.ID(), files[0].Name, filepath.Base(pulled.Folder) == run.ID(), err)
	// Output:
	// true plan.json true <nil>
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
