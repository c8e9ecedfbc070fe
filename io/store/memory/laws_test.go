package memory_test

import (
	"testing"

	"keyroster/io/store"
	"keyroster/io/store/memory"
	"keyroster/io/store/storetest"
)

func TestLaws(t *testing.T) {
	storetest.Laws(t, func(*testing.T) storetest.World {
		m := memory.New()
		expire := func(of store.Tenant, _ store.Lock) { m.Expire(of.Of()) }
		return storetest.World{
			Open:     func() store.Store { return m.Process() },
			Kill:     expire,
			Lose:     expire,
			PowerCut: m.PowerCut,
			Fast:     true,
		}
	})
}
