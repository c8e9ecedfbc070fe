//go:build postgres

package fleet_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/fleet"
	"keyroster/io/store"
	"keyroster/io/store/pgstore"
	"keyroster/io/store/pgstore/pgtest"
	"keyroster/reconcile"
)

// server is the URL of the tests' PostgreSQL.
var server string

func TestMain(m *testing.M) { pgtest.Main(m, &server) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// migrated returns a pool for a database of the test's own that has all tables.
func migrated(t testing.TB) *pgxpool.Pool {
	t.Helper()
	url := pgtest.Database(t, server)
	conn, err := pgx.Connect(t.Context(), url)
	must(t, err)
	_, err = pgstore.Migrate(t.Context(), conn)
	must(t, err)
	must(t, conn.Close(t.Context()))
	pool, err := pgstore.Connect(t.Context(), reconcile.NewSecret(url), 8)
	must(t, err)
	t.Cleanup(pool.Close)
	_, err = fleet.MigrateQueue(t.Context(), pool)
	must(t, err)
	return pool
}

func river(t testing.TB, pool *pgxpool.Pool, who string) *fleet.River {
	t.Helper()
	q, err := fleet.NewRiver(pool, who, zerolog.New(zerolog.NewTestWriter(t)))
	must(t, err)
	return q
}

func task(account string, urgency fleet.Urgency) fleet.Task {
	return fleet.Task{NightKey: store.NightKey{Account: account, Date: "2027-03-28"}, Urgency: urgency}
}

// TestMigrateQueueTwice: the tables are made once, and the program knows them from then on.
func TestMigrateQueueTwice(t *testing.T) {
	pool := migrated(t)
	again, err := fleet.MigrateQueue(t.Context(), pool)
	if err != nil || len(again) > 0 {
		t.Errorf("again: %v, %v", again, err)
	}
}

// TestQueueOfAnEarlierVersion: a queue of an earlier version is not served, and the error says what
// to do.
func TestQueueOfAnEarlierVersion(t *testing.T) {
	pool := migrated(t)
	_, err := pool.Exec(t.Context(), `DELETE FROM keyroster.river_migration
		WHERE version = (SELECT max(version) FROM keyroster.river_migration)`)
	must(t, err)
	err = river(t, pool, "one").Serve(t.Context(), 1, func(fleet.Task) error { return nil })
	f := failure.Of(err)
	if f.Kind != failure.Stopped || !strings.Contains(f.Hint, "keyroster fleet migrate") {
		t.Errorf("%v, hint %q", err, f.Hint)
	}
}

// TestSchemaOfSomebodyElse: a schema of the same name that another program made is left as it is.
func TestSchemaOfSomebodyElse(t *testing.T) {
	for name, make := range map[string]string{
		"other tables": "CREATE SCHEMA keyroster; CREATE TABLE keyroster.about (x integer)",
		"another's schema": `CREATE SCHEMA keyroster; CREATE ROLE "%[1]s";
			GRANT CONNECT ON DATABASE "%[1]s" TO "%[1]s"; SET ROLE "%[1]s"`,
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := pgx.Connect(t.Context(), pgtest.Database(t, server))
			must(t, err)
			defer conn.Close(context.Background())
			_, err = conn.Exec(t.Context(), strings.ReplaceAll(make, "%[1]s", conn.Config().Database))
			must(t, err)
			if _, err = pgstore.Migrate(t.Context(), conn); !pgstore.IsForeign(err) {
				t.Error(err)
			}
		})
	}
}

// TestRiverOrdersAndHandsOutOnce: a task is handed out once, however often it is queued, before or
// after; lost nights go before those that a person asked for, and those before nights that are due.
func TestRiverOrdersAndHandsOutOnce(t *testing.T) {
	pool := migrated(t)
	one, other := river(t, pool, "one"), river(t, pool, "other")
	tasks := []fleet.Task{task("due", fleet.Nightly), task("asked", fleet.Asked), task("lost", fleet.Lost)}
	must(t, one.Put(t.Context(), tasks))
	must(t, other.Put(t.Context(), tasks))
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	var got []string
	must(t, one.Serve(ctx, 1, func(task fleet.Task) error {
		if got = append(got, task.Account); len(got) == 3 {
			// A task that is done is not queued again either; another attempt is.
			again := tasks[0]
			again.Generation++
			must(t, other.Put(ctx, append(tasks, again)))
		}
		if len(got) == 4 {
			stop()
		}
		return nil
	}))
	if want := []string{"lost", "asked", "due", "due"}; !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}

// TestRiverEndsWithWhatItHandedOut: what was handed out is done before the queue ends, and nothing
// more is handed out then.
func TestRiverEndsWithWhatItHandedOut(t *testing.T) {
	pool := migrated(t)
	q := river(t, pool, "one")
	must(t, q.Put(t.Context(), []fleet.Task{task("a", fleet.Nightly), task("b", fleet.Nightly), task("c", fleet.Nightly)}))
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	begun, ended := 0, 0
	must(t, q.Serve(ctx, 2, func(fleet.Task) error {
		mu.Lock()
		begun++
		if begun == 2 {
			stop()
		}
		mu.Unlock()
		<-ctx.Done()
		mu.Lock()
		defer mu.Unlock()
		ended++
		return nil
	}))
	if begun != 2 || ended != 2 {
		t.Errorf("%d begun, %d ended", begun, ended)
	}
}

// TestRiverQueuesMany: a thousand nights are queued by one call; the same call again adds none.
func TestRiverQueuesMany(t *testing.T) {
	pool := migrated(t)
	q := river(t, pool, "one")
	var tasks []fleet.Task
	for n := range 1000 {
		tasks = append(tasks, task(fmt.Sprintf("site-%04d", n), fleet.Nightly))
	}
	for range 2 {
		began := time.Now()
		must(t, q.Put(t.Context(), tasks))
		t.Logf("%d tasks in %v", len(tasks), time.Since(began))
	}
	var jobs int
	must(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM keyroster.river_job").Scan(&jobs))
	if jobs != len(tasks) {
		t.Errorf("%d jobs", jobs)
	}
}
