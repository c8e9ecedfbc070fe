package pgstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"keyroster/io/store"
)

// scheme begins the places that people see.
const scheme = "postgres:"

// Store is a process's handle on a database.
type Store struct {
	pool     *pgxpool.Pool
	schema   string
	wrapping *Wrapping
	lease    time.Duration

	mu sync.Mutex
	// locks are the last that this process took, by the row of their tenant, except those that
	// it released while it held them.
	locks map[int64]*lock
	turns map[rated]*pacer
}

var _ store.Store = (*Store)(nil)

// Open is the store in a database whose tables [Migrate] made. Tables of another version, and a
// key other than the one with which everything was wrapped, are errors that say what to do. lease
// is the length of leases, and no call waits longer. The caller keeps the pool and closes it.
func Open(ctx context.Context, pool *pgxpool.Pool, w *Wrapping, lease time.Duration) (*Store, error) {
	return openIn(ctx, pool, schema, w, lease)
}

func openIn(
	ctx context.Context, pool *pgxpool.Pool, schema string, w *Wrapping, lease time.Duration,
) (*Store, error) {
	s := &Store{
		pool: pool, schema: schema, wrapping: w, lease: lease,
		locks: map[int64]*lock{}, turns: map[rated]*pacer{},
	}
	if err := s.check(ctx); err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	return s, nil
}

// sql is a statement about the store's tables.
func (s *Store) sql(text string) string { return in(s.schema, text) }

// bounded bounds how long one call waits.
func (s *Store) bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), s.lease)
}

// exec makes a statement, and returns how many rows it changed.
func (s *Store) exec(sql string, args ...any) (int64, error) {
	return s.execWithin(s.lease, sql, args...)
}

// execWithin is exec with a shorter timeout.
func (s *Store) execWithin(most time.Duration, sql string, args ...any) (int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	done, err := s.pool.Exec(ctx, s.sql(sql), args...)
	return done.RowsAffected(), err
}

// row reads the one row of a query; none is fs.ErrNotExist.
func (s *Store) row(sql string, args []any, into ...any) error {
	ctx, cancel := s.bounded()
	defer cancel()
	err := s.pool.QueryRow(ctx, s.sql(sql), args...).Scan(into...)
	if errors.Is(err, pgx.ErrNoRows) {
		return fs.ErrNotExist
	}
	return err
}

// finds reports whether a query has a row. It is true if the database does not answer: then
// there may be something that cannot be read.
func (s *Store) finds(sql string, args ...any) bool {
	var one int
	return !errors.Is(s.row(sql, args, &one), fs.ErrNotExist)
}

// column reads the rows of a query that has one column.
func column[T any](s *Store, sql string, args ...any) ([]T, error) {
	ctx, cancel := s.bounded()
	defer cancel()
	rows, err := s.pool.Query(ctx, s.sql(sql), args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

var providerName = regexp.MustCompile(`^[a-z0-9]{1,32}$`)

// Tenant implements [store.Store]. The first key, or the lock, makes the tenant's row.
func (s *Store) Tenant(provider, id string) (store.Tenant, error) { return s.Look(provider, id) }

// Look implements [store.Store].
func (s *Store) Look(provider, id string) (store.Tenant, error) {
	if !providerName.MatchString(provider) {
		return nil, fmt.Errorf("open tenant: %q is no provider's name", provider)
	}
	if id == "" {
		return nil, errors.New("open tenant: it has no id")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.locks { // tenants that this process works on, whose keys it knows
		if l.tenant.provider == provider && l.tenant.id == id && !l.released() {
			return l.tenant, nil
		}
	}
	return &tenant{store: s, provider: provider, id: id}, nil
}

// Run implements [store.Store]. A run is named by its id, with or without "postgres:runs/".
func (s *Store) Run(ref string) (*store.Run, error) {
	id := strings.TrimPrefix(ref, scheme+"runs/")
	var of int64
	err := fs.ErrNotExist
	if store.ValidID(id) {
		err = s.row("SELECT tenant FROM keyroster.run WHERE id = $1", []any{id}, &of)
	}
	if err != nil {
		return nil, fmt.Errorf("open run: %w", &fs.PathError{Op: "open", Path: ref, Err: err})
	}
	return store.Open(id, s.files(id, of))
}

// Runs implements [store.Store].
func (s *Store) Runs() ([]string, error) { return s.Find(store.RunQuery{}) }

// Find implements [store.Store]. It looks in the table of files, which has neither journals nor
// marks.
func (s *Store) Find(q store.RunQuery) ([]string, error) {
	sql, args := "SELECT id FROM keyroster.run r WHERE true", []any{}
	and := func(asked bool, condition string, with ...any) {
		if !asked {
			return
		}
		for _, arg := range with {
			args = append(args, arg)
			condition = strings.Replace(condition, "?", fmt.Sprint("$", len(args)), 1)
		}
		sql += " AND " + condition
	}
	and(q.Account != "", "account = ?", q.IDName())
	and(!q.Before.IsZero(), "id < ?", q.IDBefore())
	and(q.Tenant != "", "tenant = (SELECT id FROM keyroster.tenant WHERE provider = ? AND tenant = ?)",
		q.Provider, []byte(q.Tenant))
	and(q.Has != "", "EXISTS (SELECT FROM keyroster.file WHERE run = r.id AND name = ?)", q.Has)
	and(len(q.Lacks) > 0, "NOT EXISTS (SELECT FROM keyroster.file WHERE run = r.id AND name = ANY(?))", q.Lacks)
	ids, err := column[string](s, sql+" ORDER BY id", args...)
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return ids, nil
}

// Tenants are those that the database knows, by provider and id.
func (s *Store) Tenants() ([]store.Tenant, error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.lease)
	defer cancel()
	rows, err := s.pool.Query(ctx, s.sql("SELECT provider, tenant FROM keyroster.tenant ORDER BY provider, tenant"))
	if err != nil {
		return nil, fmt.Errorf("list tenants: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (store.Tenant, error) {
		t := &tenant{store: s}
		var id []byte
		err := row.Scan(&t.provider, &id)
		t.id = string(id)
		return t, err
	})
	if err != nil {
		return nil, fmt.Errorf("list tenants: %w", err)
	}
	return all, nil
}

// RunsOf are the ids of a tenant's runs, the oldest first.
func (s *Store) RunsOf(t store.Tenant) ([]string, error) {
	provider, id := t.Of()
	ids, err := column[string](s, `SELECT r.id FROM keyroster.run r JOIN keyroster.tenant t ON t.id = r.tenant
		WHERE t.provider = $1 AND t.tenant = $2 ORDER BY r.id`, provider, []byte(id))
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	return ids, nil
}

// Beside implements [store.Store]: people do not browse a database like a folder.
func (s *Store) Beside() store.Beside { return nil }
