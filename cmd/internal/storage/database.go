package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/store"
	"keyroster/io/store/folder"
	"keyroster/io/store/pgstore"
	"keyroster/reconcile"
)

// answerWithin limits how long a database may take to list its tables.
const answerWithin = 15 * time.Second

// spare is the number of connections beyond one for each running account: for renewals, the
// queue and its notifications, and token refreshes.
const spare = 6

// Database is a fleet's database. It holds everything; folders with copies of runs can be read as well.
type Database struct {
	*pgstore.Store
	Pool *pgxpool.Pool
	// Config is the configuration, which has the section fleet.
	Config *configio.Config
	// Place is the database's address, without user and password.
	Place string
	// Flags are what [Storage.Named] says.
	Flags string

	folders *folder.Folder
}

// connected returns the fleet's database; connections are made when needed. The mutex must be held.
func (s *Storage) connected(ctx context.Context, config *configio.Config) (*Database, error) {
	if s.database != nil {
		return s.database, nil
	}
	url, err := s.secret(ctx, "database", config, config.Fleet.Database)
	if err != nil {
		return nil, err
	}
	pool, err := pgstore.Connect(ctx, url, config.Fleet.Slots+spare)
	if err != nil {
		return nil, failure.Wrap(failure.Usage, err)
	}
	s.database = &Database{Pool: pool, Config: config, Place: pgstore.Place(pool), Flags: s.Named(), folders: s.Folders()}
	return s.database, nil
}

// secretHints explain what each member of the section refers to.
var secretHints = map[string]string{
	"database": "it must refer to a PostgreSQL URL: postgres://user:password@host/database",
	"key": "it must refer to a key that all workers share, made with openssl rand -base64 32; " +
		"a path is relative to the configuration's folder",
}

// secret resolves a member of the section.
func (s *Storage) secret(
	ctx context.Context, name string, config *configio.Config, ref configio.Reference,
) (reconcile.Secret, error) {
	dir := filepath.Dir(config.Path)
	secret, err := ref.ResolveTrimmed(ctx, dir, s.options.Getenv)
	if err != nil {
		return secret, failure.New(failure.Usage, secretHints[name], "read fleet.%s: %w", name, err)
	}
	if warning := ref.Warning(dir); warning != "" {
		s.options.Log.Warn().Msgf("fleet.%s: %s", name, warning)
	}
	return secret, nil
}

// open opens the store in the database.
func (d *Database) open(ctx context.Context, config *configio.Config, key reconcile.Secret) error {
	wrapping, err := pgstore.NewWrapping(key)
	if err != nil {
		return failure.Wrap(failure.Usage, err)
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	d.Store, err = pgstore.Open(ctx, d.Pool, wrapping, config.Fleet.Lease)
	if err != nil {
		return d.Failure(err)
	}
	return nil
}

// Failure adds a hint to an error of the database.
func (d *Database) Failure(err error) error {
	of := err
	err = fmt.Errorf("database %s: %w", d.Place, plain(err))
	failed := &failure.Error{
		Kind: failure.Stopped, Err: err,
		Hint: "check that the database in fleet.database is running, that this machine can reach it, and that its " +
			"login is right",
	}
	wrong, ok := errors.AsType[*pgstore.VersionError](err)
	switch {
	case pgstore.IsForeign(of):
		failed.Kind = failure.Usage
		failed.Hint = "the schema keyroster belongs to another program, or this login may not use it: let the " +
			"schema's owner " +
			"give it to the login (ALTER SCHEMA keyroster OWNER TO …), or name a database of its own in fleet.database"
	case ok && wrong.Newer():
		failed.Hint = "install the keyroster that made the tables, or a newer one, on this machine too"
	case ok:
		failed.Hint = strings.TrimSpace("create or update them with: keyroster fleet migrate " + d.Flags)
	case errors.Is(err, pgstore.ErrKey):
		failed.Kind = failure.Usage
		failed.Hint = "set fleet.key to the key that the database was first used with"
	}
	return failed
}

// plain shortens the error of a failed connection to one line: the driver reports every address
// that it tried.
func plain(err error) error {
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		return errors.New("it refuses: " + said.Message)
	}
	if tried, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("it does not answer: %w", tried)
	}
	if unknown, ok := errors.AsType[*net.DNSError](err); ok {
		return fmt.Errorf("it does not answer: %w", unknown)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok || errors.Is(err, context.DeadlineExceeded) {
		return errors.New("it does not answer")
	}
	return err
}

// Rate returns the wait for the shared rate of a provider in fleet.rates; nil if it sets none.
func (d *Database) Rate(provider string) func(context.Context) error {
	requests, per, err := configio.ParseRate(d.Config.Fleet.Rates[provider])
	if err != nil || requests == 0 {
		return nil
	}
	return d.Turn(provider, float64(requests)/per.Seconds())
}

// Run implements [store.Store]. A path is a run's folder, such as a pulled one; an id is a run
// of the database, else in a folder. If the run is open, the database's own is returned even
// for the path of a copy, since only that one can be resumed.
func (d *Database) Run(ref string) (*store.Run, error) {
	if !isFolder(ref) {
		run, err := d.Store.Run(ref)
		if errors.Is(err, fs.ErrNotExist) {
			if copied, lost := d.folders.Run(ref); lost == nil {
				return copied, nil
			}
		}
		return run, err
	}
	copied, err := d.folders.Run(ref)
	if err != nil {
		return copied, err
	}
	if _, err := copied.Manifest(); errors.Is(err, store.ErrNoManifest) {
		if run, err := d.Store.Run(copied.ID()); err == nil {
			return run, nil
		}
	}
	return copied, nil
}

// isFolder reports whether ref is the path of a folder, not just a run's id.
func isFolder(ref string) bool {
	if !strings.ContainsAny(ref, `/`+string(filepath.Separator)) && store.ValidID(ref) {
		return false
	}
	info, err := os.Stat(ref)
	return err == nil && info.IsDir()
}
