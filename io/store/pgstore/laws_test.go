//go:build postgres

package pgstore_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"keyroster/io/store"
	"keyroster/io/store/pgstore"
	"keyroster/io/store/storetest"
	"keyroster/reconcile"
)

// long is a lease that no test waits for.
const long = time.Minute

// testKey is a fleet.key.
const testKey = "a key for tests, and for nothing else"

// fleetKey returns the key of all stores in the tests.
func fleetKey(t testing.TB) *pgstore.Wrapping {
	t.Helper()
	w, err := pgstore.NewWrapping(reconcile.NewSecret(testKey))
	must(t, err)
	return w
}

// place creates tables of a test's own, which are removed with it, and returns their schema.
func place(t testing.TB, pool *pgxpool.Pool) string {
	t.Helper()
	schema := "test_" + strings.ToLower(rand.Text())
	conn, err := pool.Acquire(background)
	must(t, err)
	defer conn.Release()
	_, err = pgstore.MigrateIn(background, conn.Conn(), schema)
	must(t, err)
	t.Cleanup(func() {
		if _, err := pool.Exec(background, "DROP SCHEMA "+pgx.Identifier{schema}.Sanitize()+" CASCADE"); err != nil {
			t.Error(err)
		}
	})
	return schema
}

// process returns the store of a process in the given schema.
func process(t testing.TB, pool *pgxpool.Pool, schema string, lease time.Duration) *pgstore.Store {
	t.Helper()
	s, err := pgstore.OpenIn(background, pool, schema, fleetKey(t), lease)
	must(t, err)
	return s
}

func TestLaws(t *testing.T) {
	pool := connect(t, database)
	storetest.Laws(t, func(t *testing.T) storetest.World {
		schema := place(t, pool)
		return storetest.World{
			Open: func() store.Store { return process(t, pool, schema, long) },
			Kill: func(_ store.Tenant, held store.Lock) {
				if err := pgstore.Die(held); err != nil {
					t.Error(err) // laws call this from goroutines of their own
				}
			},
			Lose: func(_ store.Tenant, held store.Lock) {
				must(t, pgstore.RunOut(held))
				_ = pgstore.Renew(held) // it learns of it at its next renewal
			},
			Fenced: true,
			Finds:  true,
			Fast:   true,
		}
	})
}
