//go:build postgres

package pgstore_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"keyroster/io/store"
	"keyroster/io/store/pgstore"
	"keyroster/io/store/pgstore/pgtest"
	"keyroster/reconcile"
)

func TestMigrateTwiceAndAtOnce(t *testing.T) {
	pool := connect(t, database)
	schema := place(t, pool)
	s := process(t, pool, schema, long)
	_, l := take(t, s)
	must(t, l.Save(store.StateDocument, []byte("kept")))
	var all errgroup.Group
	for range 4 {
		all.Go(func() error {
			conn, err := pool.Acquire(background)
			if err != nil {
				return err
			}
			defer conn.Release()
			_, again := pgstore.MigrateIn(background, conn.Conn(), schema)
			_, made := pgstore.MigrateIn(background, conn.Conn(), schema+"_new")
			return errors.Join(again, made)
		})
	}
	must(t, all.Wait())
	_, err := pool.Exec(background, `DROP SCHEMA "`+schema+`_new" CASCADE`)
	must(t, err)
	of, err := s.Look("doorflow", "abc123")
	must(t, err)
	if data, err := of.Document(store.StateDocument); err != nil || string(data) != "kept" {
		t.Errorf("after it the state is %q, %v", data, err)
	}
}

// TestVersionsOfTables: tables of another version are refused with an error that says what to do.
func TestVersionsOfTables(t *testing.T) {
	pool := connect(t, database)
	open := func(schema string) error {
		_, err := pgstore.OpenIn(background, pool, schema, fleetKey(t), long)
		return err
	}
	migrate := func(schema string) error {
		conn, err := pool.Acquire(background)
		must(t, err)
		defer conn.Release()
		_, err = pgstore.MigrateIn(background, conn.Conn(), schema)
		return err
	}
	schema := place(t, pool)
	set := func(version int) {
		_, err := pool.Exec(background, `UPDATE "`+schema+`".about SET version = $1`, version)
		must(t, err)
	}
	must(t, open(schema))
	set(pgstore.Version + 1)
	for what, err := range map[string]error{"open": open(schema), "migrate": migrate(schema)} {
		if wrong, ok := errors.AsType[*pgstore.VersionError](err); !ok || !wrong.Newer() {
			t.Errorf("%s newer tables: %v", what, err)
		}
	}
	set(0)
	for what, err := range map[string]error{"older": open(schema), "no": open(schema + "_none")} {
		if wrong, ok := errors.AsType[*pgstore.VersionError](err); !ok || wrong.Newer() || wrong.Found != 0 {
			t.Errorf("open %s tables: %v", what, err)
		}
	}
	set(pgstore.Version)
	must(t, open(schema))
}

func TestAnotherKeyIsRefused(t *testing.T) {
	pool := connect(t, database)
	schema := place(t, pool)
	process(t, pool, schema, long)
	other, err := pgstore.NewWrapping(reconcile.NewSecret("another key for tests"))
	must(t, err)
	_, err = pgstore.OpenIn(background, pool, schema, other, long)
	if !errors.Is(err, pgstore.ErrKey) {
		t.Errorf("opened: %v", err)
	}
}

// TestMovedSecrets: keys and files that were moved to another place are refused, as are those that
// were changed.
func TestMovedSecrets(t *testing.T) {
	pool := connect(t, database)
	s := process(t, pool, place(t, pool), long)
	one, err := s.Tenant("doorflow", "one")
	must(t, err)
	two, err := s.Tenant("doorflow", "two")
	must(t, err)
	for _, of := range []store.Tenant{one, two} {
		_, err = store.Fingerprints(of)
		must(t, err)
	}
	must(t, s.Exec("UPDATE keyroster.secret SET wrapped = (SELECT wrapped FROM keyroster.secret ORDER BY tenant LIMIT 1)"))
	one, err = s.Tenant("doorflow", "one") // as it is found now
	must(t, err)
	two, err = s.Tenant("doorflow", "two")
	must(t, err)
	_, oneErr := one.Key(store.FingerprintKey, nil)
	_, twoErr := two.Key(store.FingerprintKey, nil)
	if (oneErr == nil) == (twoErr == nil) || !one.HasKey(store.FingerprintKey) || !two.HasKey(store.FingerprintKey) {
		t.Errorf("the one key of two: %v, %v", oneErr, twoErr)
	}
	w := atWork(t, s)
	must(t, w.run.Write("a", text("a")))
	must(t, s.Exec("UPDATE keyroster.file SET name = 'b' WHERE name = 'a'"))
	if _, err := w.run.Open("b"); err == nil || !strings.Contains(err.Error(), "fleet.key") {
		t.Errorf("a file under another name: %v", err)
	}
}

// TestDumpShowsNoSecret: a dump of the database shows no key and no value, in any encoding.
func TestDumpShowsNoSecret(t *testing.T) {
	pool := connect(t, database)
	schema := place(t, pool)
	s := process(t, pool, schema, long)
	endedNight(t, s.Board(), "Ann Example has no card")
	w := atWork(t, s)
	key, err := store.Fingerprints(w.of)
	must(t, err)
	identity, _, err := store.SealKeyOf(w.of)
	must(t, err)
	must(t, w.run.Write(store.FailedFile, text("value\n0048151623421108\n"))) // a card number
	must(t, w.run.Write("annotated.csv", text("4711-PIN")))
	programs, err := pgtest.Programs()
	must(t, err)
	shown := 0
	for _, format := range []string{"plain", "custom"} {
		dump, err := exec.Command(filepath.Join(programs, "pg_dump"), "-d", database, "-n", schema, "-F", format, "-Z", "0").Output()
		must(t, err)
		shown += bytes.Count(dump, []byte(hex.EncodeToString([]byte("kept\n")))) // the journal is in it, in the clear
		for what, secret := range map[string][]byte{
			"fingerprint key": key, "its text": []byte(hex.EncodeToString(key)), "identity": []byte(identity.Reveal()),
			"its head": []byte("AGE-SECRET-KEY-1"), "card": []byte("0048151623421108"),
			"person": []byte("Ann Example"), "PIN": []byte("4711-PIN"),
		} {
			for _, form := range []string{
				string(secret), hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)),
				base64.StdEncoding.EncodeToString(secret), base64.RawURLEncoding.EncodeToString(secret),
			} {
				if bytes.Contains(dump, []byte(form)) {
					t.Errorf("the %s dump shows the %s as %s", format, what, form)
				}
			}
		}
	}
	if shown == 0 {
		t.Error("the dump does not show what was written")
	}
}

// endedNight ends a night with texts that people are told.
func endedNight(t *testing.T, b store.Board, reason string) {
	t.Helper()
	key := store.NightKey{Account: "hq", Date: "2026-01-31"}
	_, err := b.Add([]store.Night{{NightKey: key}})
	must(t, err)
	n, err := b.Take(key, "one", long)
	must(t, err)
	must(t, b.End(n, store.Ending{ExitCode: 3, Reason: reason, Hint: reason}))
}

// TestMovedReasons: what people are told about a night is bound to that night.
func TestMovedReasons(t *testing.T) {
	pool := connect(t, database)
	s := process(t, pool, place(t, pool), long)
	endedNight(t, s.Board(), "kept")
	must(t, s.Exec("UPDATE keyroster.night SET account = 'lab'"))
	if got, err := s.Board().Nights(store.NightQuery{}); err == nil || !strings.Contains(err.Error(), "fleet.key") {
		t.Errorf("read %+v, %v", got, err)
	}
}
