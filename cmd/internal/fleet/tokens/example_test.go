package tokens_test

import (
	"context"
	"errors"
	"fmt"

	"keyroster/cmd/internal/fleet/tokens"
	"keyroster/providers/httpapi"
)

// Example loads a token while the database of a fleet cannot be reached. The account's file does
// not take its place: of two copies of a token, the first refresh kills the other.
func Example() {
	why := errors.New("the database does not answer")
	store := tokens.Unreachable(why)
	_, err := store.Load(context.Background())
	fmt.Println(err)
	err = store.Locked(context.Background(), func(httpapi.HeldToken) error {
		fmt.Println("nobody comes here")
		return nil
	})
	fmt.Println("the cause:", errors.Is(err, why))
	// Output:
	// the database does not answer
	// the cause: true
}
