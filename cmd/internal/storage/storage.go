// Package storage opens where a process keeps what is remembered of tenants, and the files
// of runs: two folders, or the database of a fleet where the configuration names one.
//
// Nothing of a database is touched without the section fleet of the configuration.
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

// DefaultRuns is the folder of runs where none is named.
const DefaultRuns = "runs"

// Options are what the command line says.
type Options struct {
	// Config is the configuration, empty for where it is looked for.
	Config string
	// State and Runs are the folders; State is empty where none is named.
	State, Runs string
	Getenv      func(string) string
	Log         zerolog.Logger
}

// Storage opens each thing once, when it is asked for. Its methods may be called by
// several goroutines. The caller closes it.
type Storage struct {
	options Options
	config  func() (*configio.Config, error)

	mu       sync.Mutex
	opened   store.Store
	failed   error
	database *Database
}

// New opens nothing yet.
func New(o Options) *Storage {
	return &Storage{options: o, config: sync.OnceValues(func() (*configio.Config, error) {
		return account.LoadConfig(o.Config, o.Getenv)
	})}
}

// Configuration is the configuration, read once.
func (s *Storage) Configuration() (*configio.Config, error) { return s.config() }

// Named are the flags by which a command line says where the configuration and all else is, as
// far as it does; empty for none.
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

// StateFolder is the folder that holds what is remembered of all tenants.
func (s *Storage) StateFolder() (string, error) {
	if s.options.State != "" {
		return s.options.State, nil
	}
	return folder.DefaultState(s.options.Getenv)
}

// RunsFolder is the folder that holds the folders of runs.
func (s *Storage) RunsFolder() string { return s.options.Runs }

// Folders is the store in the folders. Without a state folder, a command that needs one
// fails and says so.
func (s *Storage) Folders() *folder.Folder {
	state, _ := s.StateFolder()
	return folder.New(state, s.options.Runs)
}

// Store is the store of the process: the database of the configuration's fleet, else the
// folders. A configuration that is not there, or that the user did not name and that cannot
// be read, has no fleet; of the latter the log is told.
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

// withFlags is a store whose runs are named as this command line has to name them.
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

// fleet is that of the configuration, nil for none. An error is returned beside that only
// where there is a configuration.
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

// StoreOf is the store for looking at one run: for the path of a run's folder that is the
// folders, and no database is needed.
func (s *Storage) StoreOf(ref string) (store.Store, error) {
	if isFolder(ref) {
		return s.withFlags(s.Folders()), nil
	}
	return s.Store()
}

// Database is the database that [Storage.Store] is, nil where that is the folders. Whoever has
// to tell them apart asks this: a Store has no type of its own that says so.
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

// Fleet is the database of the fleet, opened. Without one in the configuration it is a
// failure of kind Usage.
func (s *Storage) Fleet() (*Database, error) {
	db, err := s.Database()
	if err == nil && db == nil {
		err = s.noFleet()
	}
	return db, err
}

// Connect is the database of the fleet, whatever its tables are: it has no Store yet.
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

// noFleet is the failure of a command that needs a fleet.
func (s *Storage) noFleet() error {
	const hint = "add fleet: {database: env:KEYROSTER_DATABASE, key: file:fleet.key} to the configuration"
	config, err := s.config()
	if err != nil {
		return &failure.Error{Kind: failure.Usage, Err: err, Hint: hint}
	}
	return failure.New(failure.Usage, hint, "%s has no section fleet", config.Path)
}

// Close ends the connections.
func (s *Storage) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.database != nil {
		s.database.Pool.Close()
		s.database = nil
	}
}
