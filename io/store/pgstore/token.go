package pgstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
)

// Token is the text stored under a name, which [Store.LockToken] may replace at any moment;
// fs.ErrNotExist where there is none.
func (s *Store) Token(ctx context.Context, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.lease)
	defer cancel()
	var wrapped []byte
	err := s.pool.QueryRow(ctx, s.sql("SELECT wrapped FROM keyroster.token WHERE name = $1"), name).Scan(&wrapped)
	return s.unwrapToken(name, wrapped, err)
}

func (s *Store) unwrapToken(name string, wrapped []byte, err error) ([]byte, error) {
	if errors.Is(err, pgx.ErrNoRows) {
		err = fs.ErrNotExist
	}
	var text []byte
	if err == nil {
		text, err = s.wrapping.unwrap(wrapped, placeOf("token", name))
	}
	if err != nil {
		return nil, fmt.Errorf("read token %s: %w", name, err)
	}
	return text, nil
}

// tokenSettings are for a session that holds a token: the work may wait for a login host for
// minutes, and others for it; but a process that hangs, or a machine that is gone, releases it
// in the end.
var tokenSettings = map[string]string{
	"lock_timeout":                        "2min",
	"statement_timeout":                   "3min",
	"idle_in_transaction_session_timeout": "10min",
	"tcp_keepalives_idle":                 "30",
	"tcp_keepalives_interval":             "10",
	"tcp_keepalives_count":                "3",
}

// HeldToken is the text under a name while no other process may replace it.
type HeldToken struct {
	store *Store
	name  string
	tx    pgx.Tx
	saved bool
}

// LockToken calls work once no other process can use the text under a name, whether there is
// one or not. ctx only bounds that wait. What work saved is stored for good if LockToken
// returns no error, or only that of work; if its session was lost, it is not.
//
// It has a connection of its own, so that waiting here takes none from renewing leases.
func (s *Store) LockToken(ctx context.Context, name string, work func(*HeldToken) error) error {
	config := s.pool.Config().ConnConfig
	for setting, value := range tokenSettings {
		config.RuntimeParams[setting] = value
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("lock token %s: %w", name, err)
	}
	last := context.WithoutCancel(ctx)
	defer func() {
		ctx, cancel := context.WithTimeout(last, s.lease)
		defer cancel()
		_ = conn.Close(ctx) // what was not committed is not stored
	}()
	held := &HeldToken{store: s, name: name}
	if held.tx, err = conn.Begin(ctx); err == nil {
		err = held.lock(ctx)
	}
	if err != nil {
		return fmt.Errorf("lock token %s: %w", name, withHint(err))
	}
	err = work(held)
	if !held.saved {
		held.tx = nil
		return err
	}
	last, cancel := context.WithTimeout(last, s.lease)
	defer cancel()
	stored := held.tx.Commit(last)
	held.tx = nil
	if stored != nil {
		stored = fmt.Errorf("store token %s: %w", name, stored)
	}
	return errors.Join(err, stored)
}

// lock waits for the row. If there is none it makes one, for which others wait, and which
// disappears unless something is saved.
func (h *HeldToken) lock(ctx context.Context) error {
	_, err := h.exec(ctx, "INSERT INTO keyroster.token (name, wrapped) VALUES ($1, '') ON CONFLICT DO NOTHING")
	if err == nil {
		_, err = h.exec(ctx, "SELECT FROM keyroster.token WHERE name = $1 FOR UPDATE")
	}
	return err
}

// exec makes a statement about the row.
func (h *HeldToken) exec(ctx context.Context, sql string, args ...any) (int64, error) {
	done, err := h.tx.Exec(ctx, h.store.sql(sql), append([]any{h.name}, args...)...)
	return done.RowsAffected(), err
}

// errTokenLost is the error of a token that is no longer held.
var errTokenLost = errors.New("its lock was lost")

// Load is the stored text, or the one that was saved.
func (h *HeldToken) Load(ctx context.Context) ([]byte, error) {
	if h.tx == nil {
		return nil, fmt.Errorf("read token %s: %w", h.name, errTokenLost)
	}
	ctx, cancel := context.WithTimeout(ctx, h.store.lease)
	defer cancel()
	var wrapped []byte
	err := h.tx.QueryRow(ctx, h.store.sql("SELECT wrapped FROM keyroster.token WHERE name = $1 AND wrapped <> ''"),
		h.name).Scan(&wrapped)
	return h.store.unwrapToken(h.name, wrapped, err)
}

// Save replaces the stored text once the work is done. It may be called once.
func (h *HeldToken) Save(ctx context.Context, text []byte) error {
	err := h.put(ctx, h.tx, text)
	h.saved = err == nil
	return err
}

// put writes a text in a transaction.
func (h *HeldToken) put(ctx context.Context, tx pgx.Tx, text []byte) error {
	if h.tx == nil {
		return fmt.Errorf("save token %s: %w", h.name, errTokenLost)
	}
	ctx, cancel := context.WithTimeout(ctx, h.store.lease)
	defer cancel()
	wrapped := h.store.wrapping.wrap(text, placeOf("token", h.name))
	done, err := tx.Exec(ctx, h.store.sql("UPDATE keyroster.token SET wrapped = $2 WHERE name = $1"), h.name, wrapped)
	if err == nil && done.RowsAffected() == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return fmt.Errorf("save token %s: %w", h.name, withHint(err))
	}
	return nil
}

// Prove does what Save does, and undoes it.
func (h *HeldToken) Prove(ctx context.Context) error {
	if h.tx == nil {
		return fmt.Errorf("save token %s: %w", h.name, errTokenLost)
	}
	ctx, cancel := context.WithTimeout(ctx, h.store.lease)
	defer cancel()
	trial, err := h.tx.Begin(ctx)
	if err == nil {
		err = h.put(ctx, trial, nil)
		err = errors.Join(err, trial.Rollback(ctx))
	}
	return err
}
