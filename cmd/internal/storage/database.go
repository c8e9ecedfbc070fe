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

// answerWithin is how long a database may take to say what tables it has.
const answerWithin = 15 * time.Second

// spare are the connections beside one for each account at work: for renewals, the queue
// and its notices, and tokens that are refreshed.
const spare = 6

// Database is that of a fleet. It keeps everything; folders of runs that lie elsewhere can
// be looked at beside it.
type Database struct {
	*pgstore.Store
	Pool *pgxpool.Pool
	// Config is the configuration with the section fleet.
	Config *configio.Config
	// Place names the database, without user and password.
	Place string

	folders *folder.Folder
}

// connected is the database of a fleet, whose connections are made when they are needed.
// The mutex is held.
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
	s.database = &Database{Pool: pool, Config: config, Place: pgstore.Place(pool), folders: s.Folders()}
	return s.database, nil
}

// secretHints say what the members lead to.
var secretHints = map[string]string{
	"database": "it must refer to a PostgreSQL URL: postgres://user:password@host/database",
	"key": "it must refer to a key that all workers share, made with openssl rand -base64 32; " +
		"a path is relative to the configuration's folder",
}

// secret is what a member of the section leads to.
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

// Failure says what to do about an error of the database.
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
		failed.Hint = "create or update them with: keyroster fleet migrate"
	case errors.Is(err, pgstore.ErrKey):
		failed.Kind = failure.Usage
		failed.Hint = "set fleet.key to the key that the database was first used with"
	}
	return failed
}

// plain is the error of a connection that could not be made in one line: the driver has one
// for each way that it tried.
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

// Rate is the wait for one's turn at a provider, as fleet.rates says; nil where it says
// nothing of that.
func (d *Database) Rate(provider string) func(context.Context) error {
	requests, per, err := configio.ParseRate(d.Config.Fleet.Rates[provider])
	if err != nil || requests == 0 {
		return nil
	}
	return d.Turn(provider, float64(requests)/per.Seconds())
}

// Run implements [store.Store]. A path is that of a run's folder, such as one that was
// pulled; an id is that of a run of the database, else of a folder too. A run that is open
// is the database's wherever its copy lies: there alone it can go on.
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

// isFolder reports whether a text is the path of a folder, and not merely a run's id.
func isFolder(ref string) bool {
	if !strings.ContainsAny(ref, `/`+string(filepath.Separator)) && store.ValidID(ref) {
		return false
	}
	info, err := os.Stat(ref)
	return err == nil && info.IsDir()
}
