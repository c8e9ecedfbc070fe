package pgstore_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"keyroster/io/store/pgstore"
	"keyroster/reconcile"
)

// TestStepsOfMigration: each version of the tables has its step, and every statement in it names
// the schema, so that it creates nothing elsewhere.
func TestStepsOfMigration(t *testing.T) {
	for to := 1; to <= pgstore.Version; to++ {
		text, err := pgstore.Step(to)
		if err != nil {
			t.Fatal(err)
		}
		for _, verb := range []string{"CREATE TABLE ", "ALTER TABLE ", "REFERENCES "} {
			for _, rest := range strings.Split(text, verb)[1:] {
				if !strings.HasPrefix(rest, "keyroster.") {
					t.Errorf("step %d: %s%.20s… names no schema", to, verb, rest)
				}
			}
		}
	}
	if _, err := pgstore.Step(pgstore.Version + 1); err == nil {
		t.Error("there is a step beyond the version that is known")
	}
}

func TestURLsThatCannotBeRead(t *testing.T) {
	for _, url := range []string{"postgres://u:hunter2@host:port/db", "hunter2", "postgres://u:hunter2@host/db?pool_max_conns=x"} {
		_, err := pgstore.Connect(t.Context(), reconcile.NewSecret(url), 8)
		if err == nil || strings.Contains(fmt.Sprintf("%+v", err), "hunter2") || !strings.Contains(err.Error(), "fleet.database") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// TestSinceThen: a lease ends by the clock that shows more elapsed time; a time without a monotonic
// clock is from before the machine slept.
func TestSinceThen(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name string
		at   time.Time
		want time.Duration
	}{
		{"both clocks", now.Add(-time.Minute), time.Minute},
		{"no monotonic clock", now.Round(0).Add(-time.Hour), time.Hour},
	} {
		if got := pgstore.ElapsedSince(c.at); got < c.want || got > c.want+10*time.Second {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
