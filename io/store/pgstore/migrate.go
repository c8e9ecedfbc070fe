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
// makes it of the version before.
const Version = 1

//go:embed migrations/*.sql
var migrations embed.FS

// schema is where the tables are. Tests have others beside it.
const schema = "keyroster"

// in is a statement about the tables in another schema.
func in(other, sql string) string {
	if other == schema {
		return sql
	}
	return strings.ReplaceAll(sql, schema+".", pgx.Identifier{other}.Sanitize()+".")
}

// step is the text that makes a version of the tables of the one before.
func step(to int) (string, error) {
	text, err := migrations.ReadFile(fmt.Sprintf("migrations/%d.sql", to))
	return string(text), err
}

// Migrate makes the tables, or brings them to the version that this program knows, and
// returns the versions that it made; none where they are up to date. Tables of a newer
// version are left as they are, and a [VersionError]. Of processes that migrate at once,
// one does.
func Migrate(ctx context.Context, conn *pgx.Conn) ([]int, error) { return migrate(ctx, conn, schema) }

func migrate(ctx context.Context, conn *pgx.Conn, schema string) (made []int, err error) {
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		found, missing, name := 0, false, pgx.Identifier{schema}.Sanitize()
		_, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext($1))", "keyroster/migrate/"+schema)
		if err == nil {
			err = tx.QueryRow(ctx, "SELECT to_regnamespace($1) IS NULL", name).Scan(&missing)
		}
		if err == nil && missing { // who may make none may be given one
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

// about says of what version the tables are, in one row; proof is a text that the key
// wrapped which wraps everything else.
const about = `
CREATE TABLE IF NOT EXISTS keyroster.about (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    version integer NOT NULL,
    proof   bytea
);
INSERT INTO keyroster.about (version) VALUES (0) ON CONFLICT DO NOTHING`

// VersionError says that the tables of a database are of another version than the one that
// this program knows. Found is 0 where there are none.
type VersionError struct{ Found, Known int }

// Error implements error.
func (e *VersionError) Error() string {
	if e.Found == 0 {
		return "it has no tables"
	}
	return fmt.Sprintf("its tables have version %d, but this program needs %d", e.Found, e.Known)
}

// Newer reports whether another program made the tables, that knows more.
func (e *VersionError) Newer() bool { return e.Found > e.Known }

// ErrKey says that a database is used with another key than the one that everything in it
// was wrapped with.
var ErrKey = errors.New("its keys were encrypted with another key")

// check compares the version of the tables, and the key, with what is expected. The first
// to come leaves the proof that others are held against.
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

// The states of errors that are told apart.
const (
	undefinedTable     = "42P01"
	undefinedColumn    = "42703"
	mayNot             = "42501"
	foreignKeyViolated = "23503"
	readOnly           = "25006"
)

// IsForeign reports whether an error says that the schema is another program's: this login may
// not use it, or what is in it is not what this program makes.
func IsForeign(err error) bool {
	state := stateOf(err)
	return state == mayNot || state == undefinedColumn
}

// stateOf is the state that the server gave an error, empty where it is none of its own.
func stateOf(err error) string {
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		return said.Code
	}
	return ""
}
