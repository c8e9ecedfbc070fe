package memory_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"keyroster/io/store"
	"keyroster/io/store/memory"
	"keyroster/io/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

func TestLawsOfLeases(t *testing.T) {
	storetest.Laws(t, func(*testing.T) storetest.World {
		m := memory.NewLeased(time.Hour)
		return storetest.World{
			Open:     func() store.Store { return m.Process() },
			Kill:     func(_ store.Tenant, held store.Lock) { memory.Die(held) },
			Lose:     func(of store.Tenant, _ store.Lock) { m.Expire(of.Of()) },
			PowerCut: m.PowerCut,
			Fenced:   true,
			Fast:     true,
		}
	})
}
