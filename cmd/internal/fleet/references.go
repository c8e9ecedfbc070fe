package fleet

import (
	"context"
	"sync"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
)

// checksAtOnce bounds how many references are resolved in parallel: some run a command.
const checksAtOnce = 8

// CheckReferences logs the accounts that this machine cannot work on: those with mistakes in their
// configuration, and those whose login refers to secrets that are not available here. The night of such
// an account would fail on this worker, and perhaps not on another. It returns their number.
func CheckReferences(
	ctx context.Context, config *configio.Config, sites []Site, getenv func(string) string, log zerolog.Logger,
) int {
	var group errgroup.Group
	group.SetLimit(checksAtOnce)
	var mu sync.Mutex
	wrong := 0
	for i := range sites {
		name := sites[i].Account
		if err := config.Broken(name); err != nil {
			mu.Lock()
			wrong++
			mu.Unlock()
			log.Error().Str("account", name).Str("hint", "keyroster config check lists them").
				Msgf("it has %s in the configuration: its nights fail on this worker",
					failure.Plural(len(err.Problems), "mistake"))
			continue
		}
		group.Go(func() error {
			_, _, err := config.Accounts[name].ResolveAuth(ctx, getenv)
			if err == nil || ctx.Err() != nil {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			wrong++
			log.Error().Str("account", name).Err(err).
				Msg("this machine cannot log the account in: its nights fail on this worker")
			return nil
		})
	}
	_ = group.Wait() // none returns an error: problems were logged
	return wrong
}
