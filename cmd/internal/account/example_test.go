package account_test

import (
	"context"
	"fmt"
	"os"

	"keyroster/cmd/internal/account"
	"keyroster/reconcile"
)

// Example opens an account of the configuration: its client is made, and the login is proved to
// open the expected tenant.
func Example() {
	ctx := context.Background()
	config, err := account.LoadConfig("../run/testdata/keyroster.yaml", os.Getenv)
	check(err)
	hq, spec, err := account.Pick(config, "hq")
	check(err)
	opener := account.Opener{Getenv: os.Getenv}
	acc, err := opener.Open(ctx, hq, spec, account.Options{})
	check(err)
	defer acc.Close()

	listing, err := acc.List(ctx, reconcile.Scope{}, nil)
	check(err)
	fmt.Println(spec.Title, acc.Tenant.ID != "", listing.Records.Len(), "credentials")
	_, _, err = account.Pick(config, "annex")
	fmt.Println("an account that is not there:", err != nil)
	// Output:
	// DoorFlow true 6 credentials
	// an account that is not there: true
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
