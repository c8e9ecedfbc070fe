//go:build postgres

package tokens_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"keyroster/cmd/internal/fleet/tokens"
	"keyroster/io/store/pgstore"
	"keyroster/io/store/pgstore/pgtest"
	"keyroster/providers/httpapi"
	"keyroster/providers/providertest"
	"keyroster/reconcile"
)

// server is the URL of the server on which the tests make their databases.
var server string

func TestMain(m *testing.M) { pgtest.Main(m, &server) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// database is a test's own database.
type database struct {
	testing.TB
	pool *pgxpool.Pool
}

var background = context.Background()

func newDatabase(t testing.TB) *database {
	t.Helper()
	pool, err := pgstore.Connect(background, reconcile.NewSecret(pgtest.Database(t, server)), 8)
	must(t, err)
	t.Cleanup(pool.Close)
	conn, err := pool.Acquire(background)
	must(t, err)
	defer conn.Release()
	_, err = pgstore.Migrate(background, conn.Conn())
	must(t, err)
	d := &database{t, pool}
	d.exec(`CREATE TABLE broken (name text);
		CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			IF EXISTS (SELECT FROM broken b WHERE b.name = NEW.name OR b.name = TG_NAME) THEN
				RAISE 'no room';
			END IF;
			RETURN NEW;
		END $$;
		CREATE TRIGGER now BEFORE UPDATE ON keyroster.token FOR EACH ROW EXECUTE FUNCTION breaks();
		CREATE CONSTRAINT TRIGGER later AFTER UPDATE ON keyroster.token DEFERRABLE INITIALLY DEFERRED
			FOR EACH ROW EXECUTE FUNCTION breaks()`)
	return d
}

func (d *database) exec(sql string, args ...any) {
	d.Helper()
	if _, err := d.pool.Exec(background, sql, args...); err != nil {
		d.Error(err) // laws break stores in goroutines of their own
	}
}

// open returns the token store as a process opens it.
func (d *database) open(name string, seed httpapi.TokenStore) httpapi.TokenStore {
	d.Helper()
	w, err := pgstore.NewWrapping(reconcile.NewSecret("a key for tests, and for nothing else"))
	must(d, err)
	s, err := pgstore.Open(background, d.pool, w, time.Minute)
	must(d, err)
	return tokens.Store(s, name, seed)
}

// lose ends the sessions that hold a token.
func (d *database) lose() {
	d.exec(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
		WHERE datname = current_database() AND state LIKE 'idle in transaction%'`)
}

func TestIsATokenStore(t *testing.T) {
	providertest.TokenStores(t, func(t testing.TB) providertest.TokenWorld {
		d := newDatabase(t)
		return providertest.TokenWorld{
			Open: func() httpapi.TokenStore { return d.open("hq", nil) },
			Break: func() (mend func()) {
				d.exec("INSERT INTO broken VALUES ('later')")
				return func() { d.exec("DELETE FROM broken") }
			},
			Stuck: func(kept httpapi.Token) httpapi.TokenStore {
				stuck := d.open("stuck", nil)
				must(t, httpapi.StoreToken(background, stuck, kept))
				d.exec("INSERT INTO broken VALUES ('stuck')")
				return stuck
			},
			Lose: d.lose,
		}
	})
}

func secrets(access, refresh string) httpapi.Token {
	return httpapi.Token{Access: reconcile.NewSecret(access), Refresh: reconcile.NewSecret(refresh)}
}

// TestSeed: a seed is loaded until the store has a token of its own, and stays as it is.
func TestSeed(t *testing.T) {
	d := newDatabase(t)
	path := filepath.Join(t.TempDir(), "token.json")
	must(t, httpapi.StoreToken(background, httpapi.TokenFile(path), secrets("at", "seed")))
	before, err := os.ReadFile(path)
	must(t, err)
	store := d.open("hq", httpapi.TokenFile(path))
	loads := func(want string) {
		t.Helper()
		got, err := store.Load(background)
		must(t, err)
		err = store.Locked(background, func(held httpapi.HeldToken) error {
			same, err := held.Load(background)
			if same.Refresh.Reveal() != got.Refresh.Reveal() {
				t.Errorf("with the lock %q, without %q", same.Refresh.Reveal(), got.Refresh.Reveal())
			}
			return err
		})
		if must(t, err); got.Refresh.Reveal() != want {
			t.Errorf("loaded %q, want %q", got.Refresh.Reveal(), want)
		}
	}
	loads("seed")
	must(t, httpapi.ProveStore(background, store))
	loads("seed")
	must(t, httpapi.StoreToken(background, store, secrets("", "next")))
	loads("next")
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the seed was changed, %v", err)
	}
	other := d.open("lab", httpapi.TokenFile(path+".none"))
	if _, err := other.Load(background); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("loaded: %v", err)
	}
}

// TestTokensAreWrapped: a token is kept where no dump shows it, and a row that was moved is not a
// token.
func TestTokensAreWrapped(t *testing.T) {
	d := newDatabase(t)
	must(t, httpapi.StoreToken(background, d.open("hq", nil), secrets("PLANTED-AT", "PLANTED-RT")))
	var shown bool
	must(t, d.pool.QueryRow(background,
		"SELECT position('PLANTED'::bytea IN wrapped) > 0 FROM keyroster.token").Scan(&shown))
	if shown {
		t.Error("the database shows the token")
	}
	d.exec("UPDATE keyroster.token SET name = 'lab'")
	if got, err := d.open("lab", nil).Load(background); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("loaded %+v, %v", got, err)
	}
}

// TestSavedDespiteAnError: what was saved is stored even if the work fails otherwise, since the
// previous token is spent.
func TestSavedDespiteAnError(t *testing.T) {
	store := newDatabase(t).open("hq", nil)
	wrong := errors.New("wrong")
	err := store.Locked(background, func(held httpapi.HeldToken) error {
		return errors.Join(held.Save(background, secrets("", "new")), wrong)
	})
	if got, loadErr := store.Load(background); !errors.Is(err, wrong) || loadErr != nil || got.Refresh.Reveal() != "new" {
		t.Errorf("%v, and then %v", err, loadErr)
	}
}
