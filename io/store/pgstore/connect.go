package pgstore

import (
	"context"
	"errors"
	"math"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"keyroster/reconcile"
)

// settings are the defaults that the store needs for its connections, unless the URL overrides
// them: nothing may wait for ever.
var settings = map[string]string{
	"application_name":                    "keyroster",
	"statement_timeout":                   "30s",
	"lock_timeout":                        "10s",
	"idle_in_transaction_session_timeout": "30s",
}

// Connect makes a pool of connections to a database; url is a PostgreSQL URL or a connection
// string. A pooler in between must pool sessions. There are at most that many connections,
// unless the URL says pool_max_conns: renewals of leases must not wait for other work.
func Connect(ctx context.Context, url reconcile.Secret, most int) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url.Reveal())
	if err != nil {
		// Not the cause: it quotes the text, which holds a password.
		return nil, errors.New("connect to the database: fleet.database is no PostgreSQL URL; " +
			"write it as postgres://user:password@host/database")
	}
	if !strings.Contains(url.Reveal(), "pool_max_conns") {
		config.MaxConns = int32(min(most, math.MaxInt16)) //nolint:gosec // it is in range
	}
	params := config.ConnConfig.RuntimeParams
	for name, value := range settings {
		if _, said := params[name]; !said {
			params[name] = value
		}
	}
	// Whatever the server's default: an intent must survive a power cut.
	params["synchronous_commit"] = "on"
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	return pgxpool.NewWithConfig(ctx, config)
}

// Place names a database, without user and password: host/database, or the folder of the
// server's socket in place of the host.
func Place(pool *pgxpool.Pool) string {
	c := pool.Config().ConnConfig
	host := c.Host
	if c.Port != 5432 && !strings.HasPrefix(host, "/") {
		host = net.JoinHostPort(host, strconv.Itoa(int(c.Port)))
	}
	return host + "/" + c.Database
}
