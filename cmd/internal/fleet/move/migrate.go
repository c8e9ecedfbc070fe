package move

import (
	"context"
	"fmt"
	"io"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/fleet"
	"keyroster/cmd/internal/storage"
	"keyroster/io/store/pgstore"
)

// Migrated is the result of migrating a database's tables.
type Migrated struct {
	Schema   string `json:"schema"`
	Database string `json:"database"`
	// Version is the version of the store's tables now. Made are their versions that were
	// created, and Queue those of the queue's tables; none if they were up to date.
	Version int   `json:"version"`
	Made    []int `json:"made"`
	Queue   []int `json:"queue_made"`
}

// Migrate creates the tables of a fleet's database, or updates them.
func Migrate(ctx context.Context, db *storage.Database) (*Migrated, error) {
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return nil, db.Failure(err)
	}
	made, err := pgstore.Migrate(ctx, conn.Conn())
	conn.Release()
	if err != nil {
		return nil, db.Failure(err)
	}
	queue, err := fleet.MigrateQueue(ctx, db.Pool)
	if err != nil {
		return nil, db.Failure(err)
	}
	return &Migrated{
		Schema: "keyroster/fleet-migrate/1", Database: db.Place, Version: pgstore.Version,
		Made: append([]int{}, made...), Queue: append([]int{}, queue...),
	}, nil
}

// WriteText writes the result for people.
func (m *Migrated) WriteText(w io.Writer) error {
	if len(m.Made)+len(m.Queue) == 0 {
		_, err := fmt.Fprintf(w, "%s: nothing to do, the tables are of version %d\n", m.Database, m.Version)
		return err
	}
	_, err := fmt.Fprintf(w, "%s: the tables are of version %d now: %s made, and %s of the queue\n",
		m.Database, m.Version, failure.Plural(len(m.Made), "version"), failure.Plural(len(m.Queue), "version"))
	return err
}
