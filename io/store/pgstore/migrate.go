package pgstore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Version is the version of the tables that this program knows. The file of that number
// upgrades the version before.
const Version = 1

//go:embed migrations/*.sql
var migrations embed.FS

// schema is where the tables are. Tests use others beside it.
const schema = "keyroster"

// in is a statement with its tables in another schema.
func in(other, sql string) string {
	if other == schema {
		return sql
	}
	return strings.ReplaceAll(sql, schema+".", pgx.Identifier{other}.Sanitize()+".")
}

// step is the text that upgrades the tables to a version.
func step(to int) (string, error) {
	text, err := migrations.ReadFile(fmt.Sprintf("migrations/%d.sql", to))
	return string(text), err
}

// Migrate makes the tables, or upgrades them to the version that this program knows, and
// returns the versions that it made; none where they are up to date. Tables of a newer version
// are a [VersionError], and stay as they are. If several processes migrate at once, one does.
func Migrate(ctx context.Context, conn *pgx.Conn) ([]int, error) { return migrate(ctx, conn, schema) }

func migrate(ctx context.Context, conn *pgx.Conn, schema string) (made []int, err error) {
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		found, missing, name := 0, false, pgx.Identifier{schema}.Sanitize()
		_, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext($1))", "keyroster/migrate/"+schema)
		if err == nil {
			err = tx.QueryRow(ctx, "SELECT to_regnamespace($1) IS NULL", name).Scan(&missing)
		}
		if err == nil && missing { // a login that may not make a schema may be given one
			_, err = tx.Exec(ctx, "CREATE SCHEMA "+name)
		}
		if err == nil {
			_, err = tx.Exec(ctx, in(schema, about))
		}
		if err == nil {
			err = tx.QueryRow(ctx, in(schema, "SELECT version FROM keyroster.about")).Scan(&found)
		}
		if err == nil && found > Version {
			err = &VersionError{found, Version}
		}
		for err == nil && found < Version {
			found++
			text, err := step(found)
			if err == nil {
				_, err = tx.Exec(ctx, in(schema, text))
			}
			if err != nil {
				return fmt.Errorf("to version %d: %w", found, err)
			}
			made = append(made, found)
		}
		if len(made) > 0 {
			_, err = tx.Exec(ctx, in(schema, "UPDATE keyroster.about SET version = $1"), found)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return made, nil
}

// about has the version of the tables, in one row; proof is a text that is wrapped with the
// same key as everything else.
const about = `
CREATE TABLE IF NOT EXISTS keyroster.about (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    version integer NOT NULL,
    proof   bytea
);
INSERT INTO keyroster.about (version) VALUES (0) ON CONFLICT DO NOTHING`

// VersionError says that the tables of a database have a version other than the one that this
// program knows. Found is 0 where there are none.
type VersionError struct{ Found, Known int }

// Error implements error.
func (e *VersionError) Error() string {
	if e.Found == 0 {
		return "it has no tables"
	}
	return fmt.Sprintf("its tables have version %d, but this program needs %d", e.Found, e.Known)
}

// Newer reports whether a newer program made the tables.
func (e *VersionError) Newer() bool { return e.Found > e.Known }

// ErrKey says that a database is used with a key other than the one with which everything in it
// was wrapped.
var ErrKey = errors.New("its keys were encrypted with another key")

// check compares the version of the tables, and the key, with what is expected. The first
// process leaves the proof that others check against.
func (s *Store) check(ctx context.Context) error {
	var found int
	var proof []byte
	place := placeOf("about", "proof")
	const read = "SELECT version, proof FROM keyroster.about"
	err := s.pool.QueryRow(ctx, s.sql(read)).Scan(&found, &proof)
	switch {
	case stateOf(err) == undefinedTable, errors.Is(err, pgx.ErrNoRows):
		return &VersionError{0, Version}
	case err != nil:
		return err
	case found != Version:
		return &VersionError{found, Version}
	}
	if proof == nil {
		const leave = "UPDATE keyroster.about SET proof = $1 WHERE proof IS NULL"
		_, err = s.pool.Exec(ctx, s.sql(leave), s.wrapping.wrap(nil, place))
		if err == nil {
			err = s.pool.QueryRow(ctx, s.sql(read)).Scan(&found, &proof)
		}
		if err != nil {
			return err
		}
	}
	if _, err := s.wrapping.unwrap(proof, place); err != nil {
		return ErrKey
	}
	return nil
}

// The SQL states of errors that are handled.
const (
	undefinedTable     = "42P01"
	undefinedColumn    = "42703"
	mayNot             = "42501"
	foreignKeyViolated = "23503"
	readOnly           = "25006"
)

// IsForeign reports whether an error says that the schema belongs to another program: this
// login may not use it, or its content is not what this program makes.
func IsForeign(err error) bool {
	state := stateOf(err)
	return state == mayNot || state == undefinedColumn
}

// stateOf is the SQL state of an error from the server, empty for other errors.
func stateOf(err error) string {
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		return said.Code
	}
	return ""
}
