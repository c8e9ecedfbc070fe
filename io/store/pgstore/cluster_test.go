//go:build postgres

package pgstore_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"keyroster/io/store/pgstore"
	"keyroster/io/store/pgstore/pgtest"
	"keyroster/reconcile"
)

// database is the URL of the database that the tests use.
var database string

func TestMain(m *testing.M) {
	if root := os.Getenv(nightVariable); root != "" {
		os.Exit(runNight(root))
	}
	pgtest.Main(m, &database)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// connect returns connections to a database that end with the test, for several goroutines.
func connect(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	more := "?"
	if strings.Contains(url, more) {
		more = "&"
	}
	url += more + "pool_max_conns=20"
	pool, err := pgstore.Connect(t.Context(), reconcile.NewSecret(url), 8)
	must(t, err)
	t.Cleanup(pool.Close)
	return pool
}

var background = context.Background()
