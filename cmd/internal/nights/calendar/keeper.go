package calendar

import (
	"sync"
	"time"

	"github.com/rs/zerolog"

	"keyroster/io/store"
	"keyroster/reconcile/rescue"
)

// share limits the page's share of the time of a process that ends many runs: after a write it
// waits this many times as long before the next.
const share = 20

// Keeper keeps the page up to date while a process ends runs. If the page cannot be written, it logs a
// warning: no run has failed. Its methods are safe for concurrent use. A nil Keeper keeps no page.
type Keeper struct {
	mu sync.Mutex
	// stale: a run has ended since the last write; next is when the page may be written again.
	stale bool
	next  time.Time
}

// Ended updates the page after a run has ended or was deleted; st is nil if the store was never opened.
func (k *Keeper) Ended(st store.Store, log zerolog.Logger) {
	if k == nil || st == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stale = time.Now().Before(k.next); !k.stale {
		k.write(st, log)
	}
}

// Close writes the page if it is out of date.
func (k *Keeper) Close(st store.Store, log zerolog.Logger) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stale {
		k.stale = false
		k.write(st, log)
	}
}

func (k *Keeper) write(st store.Store, log zerolog.Logger) {
	began := time.Now()
	err := guarded(func() error { return Write(st, began) })
	k.next = time.Now().Add(share * time.Since(began))
	if err != nil {
		log.Warn().Err(err).Msg("could not write the page of all runs")
	}
}

// guarded turns a panic into an error: the runs have ended, and keep their results.
func guarded(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = rescue.Panicked(p)
		}
	}()
	return work()
}
