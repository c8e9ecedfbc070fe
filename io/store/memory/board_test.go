package memory_test

import (
	"testing"
	"testing/synctest"
	"time"

	"keyroster/io/store"
	"keyroster/io/store/memory"
	"keyroster/io/store/storetest"

	_ "keyroster/reconcile/fixedseed"
)

func TestBoard(t *testing.T) {
	storetest.Board(t, func(t *testing.T, law func(*testing.T, storetest.BoardWorld)) {
		synctest.Test(t, func(t *testing.T) {
			m := memory.New()
			law(t, storetest.BoardWorld{
				Open: func() store.Board { return m.Process().Board() },
				Pass: time.Sleep,
			})
		})
	})
}
