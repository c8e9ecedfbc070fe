package pgstore_test

import (
	"context"
	"fmt"

	"keyroster/io/store/pgstore"
	"keyroster/reconcile"
)

// A pool opens no connection before it is used, so a configuration can be looked at without its
// database. Messages name the database without the password.
func Example() {
	url := reconcile.NewSecret("postgres://mira:made-up@127.0.0.1:6543/keys")
	pool, err := pgstore.Connect(context.Background(), url, 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	fmt.Println(pgstore.Place(pool))

	_, err = pgstore.Connect(context.Background(), reconcile.NewSecret("mira:made-up@localhost"), 4)
	fmt.Println(err)
	// Output:
	// 127.0.0.1:6543/keys
	// connect to the database: fleet.database is no PostgreSQL URL; write it as postgres://user:password@host/database
}
