// Package storage opens the place where state and runs are kept: two folders, or a fleet's
// database if the configuration names one.
//
// No database is touched unless the configuration has a section fleet.
package storage

import (
	"context"
	"strings"
	"sync"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/store"
	"keyroster/io/store/folder"
	"keyroster/io/termio"
)

// DefaultRuns is the folder of runs if none is named.
const DefaultRuns = "runs"

// Options come from the command line.
type Options struct {
	// Config is the configuration's path, empty for the default locations.
	Config string
	// State and Runs are the folders; State is empty for the default.
	State, Runs string
	Getenv      func(string) string
	Log         zerolog.Logger
}

// Storage opens everything on first use, once. Its methods are safe for concurrent use. The
// caller must close it.
type Storage struct {
	options Options
	config  func() (*configio.Config, error)

	mu       sync.Mutex
	opened   store.Store
	failed   error
	database *Database
}

// New makes a Storage; it opens nothing yet.
func New(o Options) *Storage {
	return &Storage{options: o, config: sync.OnceValues(func() (*configio.Config, error) {
		return account.LoadConfig(o.Config, o.Getenv)
	})}
}

// Configuration returns the configuration, which is read once.
func (s *Storage) Configuration() (*configio.Config, error) { return s.config() }

// Named are the command line's flags for configuration, state and runs, if given; empty for none.
func (s *Storage) Named() string {
	var words []string
	for _, flag := range [][2]string{
		{"--config", s.options.Config}, {"--state", s.options.State}, {"--runs", s.options.Runs},
	} {
		if flag[1] != "" && !(flag[0] == "--runs" && flag[1] == DefaultRuns) {
			words = append(words, flag[0], termio.Quote(flag[1]))
		}
	}
	return strings.Join(words, " ")
}

// StateFolder is the folder with what is remembered of all tenants.
func (s *Storage) StateFolder() (string, error) {
	if s.options.State != "" {
		return s.options.State, nil
	}
	return folder.DefaultState(s.options.Getenv)
}

// RunsFolder is the folder that contains the run folders.
func (s *Storage) RunsFolder() string { return s.options.Runs }

// Folders is the store in folders. If there is no state folder, commands that need one fail
// with an error about it.
func (s *Storage) Folders() *folder.Folder {
	state, _ := s.StateFolder()
	return folder.New(state, s.options.Runs)
}

// Store is the store of this process: the database of the configured fleet, else the folders. A
// missing configuration has no fleet, and neither has one at a default location that cannot be
// read; the latter is logged.
func (s *Storage) Store() (store.Store, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opened == nil && s.failed == nil {
		s.opened, s.failed = s.open()
		if s.opened != nil {
			s.opened = s.withFlags(s.opened)
		}
	}
	return s.opened, s.failed
}

// withFlags makes the runs of a store know the flags of this command line.
func (s *Storage) withFlags(kept store.Store) store.Store { return named{kept, s.Named()} }

func (s *Storage) open() (store.Store, error) {
	fleet, err := s.fleet()
	switch {
	case err != nil && s.options.Config != "":
		return nil, err
	case err != nil:
		s.options.Log.Warn().Err(err).Msg("could not read the configuration: looking for runs in folders only")
		return s.Folders(), nil
	case fleet == nil:
		return s.Folders(), nil
	}
	db, err := s.connected(context.Background(), fleet)
	if err != nil {
		return nil, err
	}
	key, err := s.secret(context.Background(), "key", fleet, fleet.Fleet.Key)
	if err == nil {
		err = db.open(context.Background(), fleet, key)
	}
	if err != nil {
		return nil, err
	}
	return db, nil
}

// fleet is the configuration if it has a fleet, else nil. An error means that there is a
// configuration but it cannot be used.
func (s *Storage) fleet() (*configio.Config, error) {
	if _, err := configio.Find(s.options.Config, s.options.Getenv); err != nil && s.options.Config == "" {
		return nil, nil
	}
	config, err := s.config()
	if err != nil {
		return nil, err
	}
	if config.Fleet == nil {
		return nil, nil
	}
	return config, nil
}

// Opened is the store if it was opened, else nil.
func (s *Storage) Opened() store.Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened
}

// StoreOf is the store for reading one run: for the path of a run's folder, the folders, so
// that no database is needed.
func (s *Storage) StoreOf(ref string) (store.Store, error) {
	if isFolder(ref) {
		return s.withFlags(s.Folders()), nil
	}
	return s.Store()
}

// Database is the database behind [Storage.Store], nil for folders. Use it to tell them apart:
// the type of a Store does not show it.
func (s *Storage) Database() (*Database, error) {
	kept, err := s.Store()
	if err != nil {
		return nil, err
	}
	if within, ok := kept.(named); ok {
		kept = within.Store
	}
	db, _ := kept.(*Database)
	return db, nil
}

// Fleet opens and returns the fleet's database. If none is configured, the failure is of kind Usage.
func (s *Storage) Fleet() (*Database, error) {
	db, err := s.Database()
	if err == nil && db == nil {
		err = s.noFleet()
	}
	return db, err
}

// Connect returns the fleet's database without checking its tables: it has no Store yet.
func (s *Storage) Connect(ctx context.Context) (*Database, error) {
	fleet, err := s.fleet()
	switch {
	case err != nil:
		return nil, err
	case fleet == nil:
		return nil, s.noFleet()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connected(ctx, fleet)
}

// noFleet is the failure of a fleet command without a fleet.
func (s *Storage) noFleet() error {
	const hint = "add fleet: {database: env:KEYROSTER_DATABASE, key: file:fleet.key} to the configuration"
	config, err := s.config()
	if err != nil {
		return &failure.Error{Kind: failure.Usage, Err: err, Hint: hint}
	}
	return failure.New(failure.Usage, hint, "%s has no section fleet", config.Path)
}

// Close closes the database's connections.
func (s *Storage) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.database != nil {
		s.database.Pool.Close()
		s.database = nil
	}
}
