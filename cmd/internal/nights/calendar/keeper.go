package calendar

import (
	"sync"
	"time"

	"github.com/rs/zerolog"

	"keyroster/io/store"
	"keyroster/reconcile/rescue"
)

// share bounds what a process that ends many runs spends on the page: after a write it
// works so many times as long before the next.
const share = 20

// Keeper keeps the page up to date while a process ends runs. A page that cannot be
// written is warned of: it is no run's failure. Its methods may be called by several
// goroutines. A nil Keeper keeps no page.
type Keeper struct {
	mu sync.Mutex
	// stale: a run has ended since the page was written, which may be again at next.
	stale bool
	next  time.Time
}

// Ended says that a run has ended, or went from where the runs are kept; nil is for a
// store that was not opened.
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

// Close writes the page if it is behind.
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

// guarded makes a panic an error: the runs are over, and theirs are the results.
func guarded(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = rescue.Panicked(p)
		}
	}()
	return work()
}
