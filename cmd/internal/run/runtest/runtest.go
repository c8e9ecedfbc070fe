// Package runtest makes runs, for tests and examples of what happens to runs afterwards.
package runtest

import (
	"context"
	"os"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/run"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

// Apply applies the roster of account hq in a configuration file, and returns the store that keeps the
// run, and the run's id. The account is a sandbox in this process. It panics on failure.
func Apply(configuration string) (store.Store, string) {
	ctx := context.Background()
	config, err := account.LoadConfig(configuration, os.Getenv)
	check(err)
	hq, spec, err := account.Pick(config, "hq")
	check(err)
	roster, err := draft.ReadForPlan(ctx, draft.Reading{}, draft.Options{}, spec, hq, nil)
	check(err)
	opener := account.Opener{Getenv: os.Getenv}
	acc, err := opener.Open(ctx, hq, spec, account.Options{})
	check(err)
	defer acc.Close()
	kept := memory.New()
	out, err := run.Apply(ctx, acc, kept, roster, time.Now(), run.Options{Command: "apply"})
	check(err)
	return kept, out.Run.ID()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
