//go:build postgres

package pgtest

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Database makes an empty database for a test, on the server of another, and returns its URL.
// It is dropped with the test, whoever is still connected.
func Database(t testing.TB, server string) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	at(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { at(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	where, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	where.Path = "/" + name
	return where.String()
}

// at executes a statement.
func at(t testing.TB, server, sql string) {
	t.Helper()
	ctx := context.Background() // the test's own ends before its cleanup
	conn, err := pgx.Connect(ctx, server)
	if err == nil {
		defer conn.Close(ctx) //nolint:errcheck // the server notices anyway
		_, err = conn.Exec(ctx, sql)
	}
	if err != nil {
		t.Error(err)
	}
}
