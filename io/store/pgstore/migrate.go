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

// version is the version of the tables that this program knows. The file of that number
// makes it of the version before.
const version = 1

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

// Migrate makes the tables, or brings them to the version that this program knows; where
// they are, it does nothing. Tables of a newer version are left as they are, and an error
// that says what to do. Of processes that migrate at once, one does.
func Migrate(ctx context.Context, conn *pgx.Conn) error { return migrate(ctx, conn, schema) }

func migrate(ctx context.Context, conn *pgx.Conn, schema string) error {
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
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
		if err != nil || found > version {
			return errors.Join(err, newer(found))
		}
		for found < version {
			found++
			text, err := step(found)
			if err == nil {
				_, err = tx.Exec(ctx, in(schema, text))
			}
			if err != nil {
				return fmt.Errorf("to version %d: %w", found, err)
			}
		}
		_, err = tx.Exec(ctx, in(schema, "UPDATE keyroster.about SET version = $1 WHERE version <> $1"), found)
		return err
	})
	if err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
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

// newer is the error of tables of a newer version, nil for those that are known.
func newer(found int) error {
	if found <= version {
		return nil
	}
	return fmt.Errorf("its tables are of version %d, and this program knows %d; "+
		"install the keyroster that made them, or a newer one", found, version)
}

// older is the error of tables that are not there, or of a version before.
func older(found int) error {
	if found == 0 {
		return errors.New("it has no tables; make them with: keyroster fleet migrate")
	}
	return fmt.Errorf("its tables are of version %d, and this program needs %d; "+
		"bring them up to date with: keyroster fleet migrate", found, version)
}

// check compares the version of the tables, and the key, with what is expected. The first
// to come leaves the proof that others are held against.
func (s *Store) check(ctx context.Context) error {
	var found int
	var proof []byte
	place := placeOf("about", "proof")
	const read = "SELECT version, proof FROM keyroster.about"
	err := s.pool.QueryRow(ctx, s.sql(read)).Scan(&found, &proof)
	if code := stateOf(err); code == undefinedTable || errors.Is(err, pgx.ErrNoRows) {
		return older(0)
	}
	if err != nil || found > version {
		return errors.Join(err, newer(found))
	}
	if found < version {
		return older(found)
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
		return errors.New("its keys were wrapped with another fleet.key; name that one")
	}
	return nil
}

// The states of errors that are told apart.
const (
	undefinedTable     = "42P01"
	foreignKeyViolated = "23503"
	readOnly           = "25006"
)

// stateOf is the state that the server gave an error, empty where it is none of its own.
func stateOf(err error) string {
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		return said.Code
	}
	return ""
}
